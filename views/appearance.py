"""Light, dark, or as the device has it: a cookie, so that pages need no script for it."""

from __future__ import annotations

from enum import StrEnum

from flask import Blueprint, abort, redirect, request, url_for
from werkzeug import Response

from views.guards import public, safe_next

bp = Blueprint("appearance", __name__)

COOKIE = "theme"
YEAR = 365 * 24 * 3600


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


def current() -> Theme:
    """The theme that the reader chose."""
    return _named(request.cookies.get(COOKIE)) or Theme.AUTO


@bp.post("/theme")
@public
def switch() -> Response:
    """Remember the theme chosen, and go back to where the reader was."""
    chosen = _named(request.form.get("theme"))
    if chosen is None:
        abort(400)
    target = safe_next(request.form.get("next")) or url_for("work.home")
    response = redirect(target, code=303)
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=YEAR,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def _named(name: str | None) -> Theme | None:
    return next((theme for theme in Theme if theme == name), None)
