"""Error pages: written sentences that keep the navigation, and JSON for those who ask for it."""

from __future__ import annotations

import errno

from flask import Flask, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from jinja2 import TemplateError
from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError, StatementError
from werkzeug.exceptions import BadRequest, HTTPException, SecurityError, ServiceUnavailable

from models.base import db
from views import typed
from workflow.text import UnstorableText

WRITTEN = {400, 403, 404, 409, 413, 429, 500, 503}
SQLITE_FULL, POSTGRES_FULL = "disk is full", "53100"
PLAIN = Markup(
    '<!doctype html><html lang="en"><title>{code}</title><h1>{code} {name}</h1><p>{sentence}</p>'
)


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(StatementError, _not_stored)
    app.register_error_handler(UnstorableText, _unstorable)
    app.register_error_handler(OSError, _full)
    app.register_error_handler(500, _broken)


def answer(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    code = error.code or 500
    if isinstance(request.routing_exception, SecurityError):
        return _plain(error), code  # an untrusted host: no page of ours can build its links
    if request.accept_mimetypes.best == "application/json":
        return jsonify(error=error.name, message=error.description), code
    written = code if code in WRITTEN else 400 if code < 500 else 500
    return render_template(f"errors/{written}.html", error=error), code, _headers(error)


def _headers(error: HTTPException) -> dict[str, str]:
    """The headers that belong to the status, such as Allow and Retry-After."""
    return {name: value for name, value in error.get_headers() if name != "Content-Type"}


def _not_stored(error: StatementError) -> ResponseReturnValue:
    """Text that may not be stored, or a full database; whatever else it refuses is a fault."""
    if SQLITE_FULL in str(error.orig) or getattr(error.orig, "sqlstate", "") == POSTGRES_FULL:
        db.session.rollback()
        return _no_room()
    if not isinstance(error.orig, UnstorableText):
        raise error
    return _unstorable(error.orig)


def _unstorable(error: UnstorableText) -> ResponseReturnValue:
    """Text that no form caught and no database may hold, such as a NUL."""
    db.session.rollback()
    return answer(BadRequest(_("The text has characters that cannot be stored.")))


def _full(error: OSError) -> ResponseReturnValue:
    """A full disk is said to be one; whatever else the system refuses is a fault."""
    if error.errno != errno.ENOSPC:
        raise error
    return _no_room()


def _no_room() -> ResponseReturnValue:
    """The page about a full store, with the texts of the form that cannot be kept."""
    try:
        sent = typed.texts(typed.of_request())
    except OSError:  # the form itself did not find room
        sent = []
    page = render_template("errors/503.html", error=ServiceUnavailable(), typed=sent)
    return page, ServiceUnavailable.code


def _broken(error: HTTPException) -> ResponseReturnValue:
    """Say that it is our fault; plainly, where even the page's frame cannot be built."""
    try:
        db.session.rollback()
        return answer(error)
    except (SQLAlchemyError, TemplateError):
        return _plain(error), 500


def _plain(error: HTTPException) -> str:
    return PLAIN.format(code=error.code, name=error.name, sentence=error.description)
