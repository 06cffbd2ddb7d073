"""The database handle, the naming convention and the column types that every table shares."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, cast

import psycopg
from flask_sqlalchemy import SQLAlchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, DateTime, Dialect, Engine, Enum, MetaData, String, Table, event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from models.driver import execute
from workflow.text import normal

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = MetaData(naming_convention=NAMING)


def table(model: type[Base]) -> Table:
    """The model's table, for statements that go straight to the driver."""
    return cast(Table, model.__table__)


db = SQLAlchemy(model_class=Base)


class Instant(TypeDecorator[datetime]):
    """A UTC instant; naive datetimes are refused, and SQLite gives its own back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Text(TypeDecorator[str]):
    """Text that passed the gate, the same on both databases."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else normal(value)


def word(vocabulary: type[StrEnum]) -> Enum:
    """A column that holds one word of a vocabulary, as its value."""
    return Enum(
        vocabulary,
        native_enum=False,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


WAL_FIXED = (3, 51, 3)
WAL_BACKPORTS = {(3, 44): 6, (3, 50): 7}


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has the fix of the WAL-reset bug (3.44.6, 3.50.7, 3.51.3 and later)."""
    return version >= WAL_FIXED or version[2] >= WAL_BACKPORTS.get(version[:2], 1 << 30)


def prepare(engine: Engine) -> None:
    """Give the product's engine its habits; a library's own engine keeps its own."""
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "rollback", _keep_prepared)


def _prepare_sqlite(connection: Any, record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we say BEGIN ourselves, see _begin
        make_durable(connection)


def make_durable(connection: sqlite3.Connection) -> None:
    """What is committed stays, and keys hold: the settings of every connection to a file."""
    journal = "WAL" if wal_is_safe(sqlite3.sqlite_version_info) else "DELETE"
    for pragma in (
        f"journal_mode={journal}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is erased is not left lying in the file
        "busy_timeout=10000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """A writing transaction takes SQLite's lock at once: a deferred one fails when it upgrades."""
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes", False)
        execute(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")


def _keep_prepared(connection: Connection) -> None:
    """End with COMMIT what has only read: at a ROLLBACK psycopg forgets what it has prepared."""
    if connection.dialect.name != "postgresql" or connection.invalidated:
        return
    driver = cast(psycopg.Connection, connection.connection.driver_connection)
    if driver.info.transaction_status != TransactionStatus.INTRANS:
        return
    with suppress(psycopg.OperationalError):  # a lost connection is the rollback's to find
        if driver.execute(_WRITTEN).fetchone() == (None,):
            driver.commit()


_WRITTEN = "SELECT pg_current_xact_id_if_assigned()"
