"""What a command says when the database does not answer, or is not prepared for it."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

UNDEFINED = {"42P01", "42703"}  # PostgreSQL: no such table, no such column


def tell_of_it(command: click.Command) -> None:
    """Let the command end with a sentence and exit code 1 then, not with a traceback."""
    invoke = command.invoke

    def guarded(context: click.Context) -> Any:
        try:
            return invoke(context)
        except DBAPIError as error:
            sentence = _sentence(error, context.ensure_object(ScriptInfo).load_app())
            if sentence is None:
                raise
            raise click.ClickException(sentence) from None

    command.invoke = guarded  # type: ignore[method-assign,assignment]  # groups and commands alike


def _sentence(error: DBAPIError, app: Flask) -> str | None:
    if error.statement is None:  # it failed before there was anything to say to it
        reason = str(error.orig).strip().partition("\n")[0]
        address = make_url(app.config["SQLALCHEMY_DATABASE_URI"]).render_as_string()
        return f"The database {address} does not answer: {reason}"
    said = str(error.orig)
    lacks = said.startswith(("no such table", "no such column"))
    if lacks or getattr(error.orig, "sqlstate", None) in UNDEFINED:
        return "The database is not prepared for this version. Run `flask --app wsgi db upgrade`."
    return None
