"""Straight to the driver: what SQLAlchemy does around a statement costs more than most of ours."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPIModule
from sqlalchemy.exc import DBAPIError

Cursor = Any  # the driver's


def execute(connection: Connection, sql: str, values: Any = (), *, many: bool = False) -> Cursor:
    """Execute it within the connection's transaction.

    Whoever listens to the engine hears of it all the same; an error is SQLAlchemy's, too.
    """
    cursor: Cursor = connection.connection.cursor()
    connection.engine.dispatch.before_cursor_execute(connection, cursor, sql, values, None, many)
    try:
        (cursor.executemany if many else cursor.execute)(sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise _wrapped(error, connection, cursor, sql, values) from error
    return cursor


def _wrapped(
    error: DBAPIModule.Error, connection: Connection, cursor: Cursor, sql: str, values: Any
) -> Exception:
    """The driver's error as SQLAlchemy's; a connection that was lost is not used again."""
    dialect = connection.dialect
    is_lost = dialect.is_disconnect(error, connection.connection, cursor)
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        sql,
        values,
        error,
        dialect.loaded_dbapi.Error,
        hide_parameters=connection.engine.hide_parameters,
        connection_invalidated=is_lost,
        dialect=dialect,
    )
