"""Results by the hundred thousand, past the ORM, on the quickest road that each database has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from psycopg import Connection as Psycopg
from sqlalchemy import Connection

MILLION = 1_000_000
NULL = r"\N"  # as COPY reads it
COLUMNS = "person_id, metric, day, numerator, denominator, import_id"


# Person, metric, day as 2026-01-05, numerator and denominator in millionths. A plain tuple: the
# collector of cycles need not follow a million of them.
NewResult = tuple[int, str, str, int, int | None]


@contextmanager
def room(connection: Connection) -> Iterator[None]:
    """Let SQLite keep the indexes in memory while many rows come: 64 MB instead of 2."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA cache_size=-64000")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA cache_size=-2000")


def insert_results(connection: Connection, import_id: int, rows: Sequence[NewResult]) -> None:
    """Write the rows. Whoever calls knows that none of them is there yet."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        _by_executemany(connection, import_id, rows)
    else:
        _by_copy(connection, import_id, rows)


def _by_executemany(connection: Connection, import_id: int, rows: Sequence[NewResult]) -> None:
    connection.exec_driver_sql(
        f"INSERT INTO result ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608  # names alone
        [
            (person, metric, day, part / MILLION, whole and whole / MILLION, import_id)
            for person, metric, day, part, whole in rows
        ],
    )


def _by_copy(connection: Connection, import_id: int, rows: Sequence[NewResult]) -> None:
    driver = cast("Psycopg[Any]", connection.connection.driver_connection)
    lines = [
        f"{person}\t{metric}\t{day}\t{part}e-6\t{NULL if whole is None else f'{whole}e-6'}"
        f"\t{import_id}\n"
        for person, metric, day, part, whole in rows
    ]
    with driver.cursor() as cursor, cursor.copy(f"COPY result ({COLUMNS}) FROM STDIN") as copy:
        copy.write("".join(lines))
