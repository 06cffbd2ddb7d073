"""The words of the search in SQLite: FTS5, which walks an intersection from either end."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Generator, Mapping, Sequence, Set
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, text

HELD_IN = ("text", "title", "called")


def put(connection: Connection, words: Mapping[int, Set[str]]) -> None:
    if words:
        connection.execute(_PUT, _given(words))


def remove(connection: Connection, words: Mapping[int, Set[str]]) -> None:
    if words:
        connection.execute(_REMOVE, _given(words))


def clear(connection: Connection) -> None:
    connection.execute(text("INSERT INTO public_gram(public_gram) VALUES ('delete-all')"))


def walk(
    driver: sqlite3.Connection,
    columns: str,
    words: Sequence[str],
    held: Sequence[Sequence[str]],
    below: int | None,
    above: int | None,
    _at_once: int,
) -> Generator[tuple[Any, ...]]:
    """Rows are made one by one as they are taken: there is no limit to guess."""
    asked = {"words": " ".join(f'"{word}"' for word in words), "below": below, "above": above}
    asked |= {f"h{n}_{m}": each for n, spelt in enumerate(held) for m, each in enumerate(spelt)}
    sql = _walk(columns, bool(words), tuple(map(len, held)), below is not None, above is not None)
    with closing(driver.execute(sql, asked)) as found:
        yield from found


@functools.lru_cache
def _walk(columns: str, words: bool, held: tuple[int, ...], below: bool, above: bool) -> str:
    key = "g.rowid" if words else "r.key"
    which = ["public_gram MATCH :words"] if words else ["true"]
    which += [f"{key} < :below"] if below else []
    which += [f"{key} > :above"] if above else []
    which += [_holds(n, spelt) for n, spelt in enumerate(held)]
    joined = "public_gram g CROSS JOIN public_record r ON r.key = g.rowid"
    return (
        f"SELECT {columns} FROM {joined if words else 'public_record r'}"  # noqa: S608 — fixed parts
        f" WHERE {' AND '.join(which)} ORDER BY {key} {'ASC' if above else 'DESC'}"
    )


def _holds(nth: int, spelt: int) -> str:
    """Whether the record holds one of so many spellings."""
    each = (f"instr(r.{part}, :h{nth}_{m})" for part in HELD_IN for m in range(spelt))
    return f"({' OR '.join(each)})"


def _given(words: Mapping[int, Set[str]]) -> list[dict[str, Any]]:
    return [{"key": key, "grams": " ".join(sorted(found))} for key, found in words.items()]


_PUT = text("INSERT INTO public_gram(rowid, grams) VALUES (:key, :grams)")
_REMOVE = text("INSERT INTO public_gram(public_gram, rowid, grams) VALUES ('delete', :key, :grams)")
