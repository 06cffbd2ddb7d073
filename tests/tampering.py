"""What somebody could do to the tables behind the product's back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.base import db


def tamper(*statements: str) -> None:
    """Run SQL without the database's own guards, as somebody with access to its files could."""
    db.session.rollback()
    unguarded = {
        "sqlite": "PRAGMA foreign_keys=OFF",
        "postgresql": "SET session_replication_role = replica",
    }
    connection = db.engine.raw_connection()
    try:
        cursor = connection.cursor()
        for statement in (unguarded[db.engine.dialect.name], *statements):
            cursor.execute(statement)
        connection.commit()
    finally:
        connection.invalidate()  # nobody inherits a connection without guards


@contextmanager
def tampered(*statements: str) -> Iterator[Session]:
    """A session that sees the data after these statements; afterwards nothing has happened."""
    unguarded = {
        "sqlite": "PRAGMA defer_foreign_keys=ON",
        "postgresql": "SET LOCAL session_replication_role = replica",
    }
    with Session(db.engine) as session:
        session.connection(execution_options={"writes": True})
        for statement in (unguarded[db.engine.dialect.name], *statements):
            session.connection().exec_driver_sql(statement)
        yield session
        session.rollback()


def swap(table: str, key: str, one: int, other: int) -> None:
    """Exchange two rows' places."""
    tamper(
        f"UPDATE {table} SET {key} = -1 WHERE {key} = {one}",
        f"UPDATE {table} SET {key} = {one} WHERE {key} = {other}",
        f"UPDATE {table} SET {key} = {other} WHERE {key} = -1",
    )


def flip(column: Any, where: Any, position: int = 0) -> None:
    """Change one byte of a column of one row; a text keeps being a text."""
    value = db.session.scalars(select(column).where(where)).one()
    if isinstance(value, bytes):
        changed: Any = bytearray(value)
        changed[position] ^= 1
        changed = bytes(changed)
    else:
        other = chr(ord(value[position]) ^ 1)
        changed = value[:position] + other + value[position + 1 :]
    db.session.execute(update(column.class_).where(where).values({column.key: changed}))
    db.session.commit()
