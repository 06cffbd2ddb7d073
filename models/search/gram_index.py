"""The words of the search, as each database keeps them best, and the records under them.

A record's filters stand among its words, so that whatever is asked is one intersection, walked in
the order of the key from the newest end: FTS5 does so by itself, PostgreSQL by lists that we keep.
Both are asked through the driver itself: a statement costs less than what wraps it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Generator, Mapping, Sequence, Set
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any, LiteralString, NamedTuple, cast

from sqlalchemy import Connection

from models.search import fts5, postings
from workflow.publication import PublicKind

COLUMNS: LiteralString = (
    "r.key, r.kind, r.subject, r.at, r.award, r.cycle, r.outcome, r.title, r.called, r.text,"
    " CAST(r.shown AS TEXT)"
)


class Listed(NamedTuple):
    """A row of `public_record` as the driver gives it: most of a page's columns are never read."""

    key: int
    kind: str
    subject: str
    given_at: Any
    award: str | None
    cycle: str | None
    outcome: str | None
    title: str
    called: str
    text: str
    given: str

    @property
    def at(self) -> datetime:
        if isinstance(self.given_at, str):
            return datetime.fromisoformat(self.given_at).replace(tzinfo=UTC)
        return cast(datetime, self.given_at)

    @property
    def shown(self) -> dict[str, Any]:
        """What a list shows beside the columns."""
        return cast(dict[str, Any], json.loads(self.given))

    @property
    def is_case(self) -> bool:
        return self.kind == PublicKind.CASE


def put(connection: Connection, words: Mapping[int, Set[str]]) -> None:
    """Add records by their keys, which must not be there yet, with the words of each."""
    _kept_by(connection).put(connection, words)


def remove(connection: Connection, words: Mapping[int, Set[str]]) -> None:
    """Take records out: the index wants to be told the words that they were put in with."""
    _kept_by(connection).remove(connection, words)


def clear(connection: Connection) -> None:
    """Take everything out."""
    _kept_by(connection).clear(connection)


def walk(
    connection: Connection,
    words: Collection[str],
    *,
    held: Sequence[Sequence[str]] = (),
    below: int | None = None,
    above: int | None = None,
    at_once: int,
) -> Generator[Listed]:
    """The records with all these words: downwards from the top or a key, or upwards from one.

    Of each of `held` the text must hold one spelling, as it is written. About so many are wanted.
    What is not taken is not read, so close it (see `closing`).
    """
    driver = cast(Any, connection.connection.driver_connection)
    walked = _kept_by(connection).walk(driver, COLUMNS, sorted(words), held, below, above, at_once)
    with closing(walked):
        yield from map(_LISTED, walked)


def rows(
    connection: Connection, words: Collection[str], *, below: int | None = None, limit: int
) -> list[Listed]:
    """The newest records with all these words, from the top or below a key."""
    with closing(walk(connection, words, below=below, at_once=limit)) as walked:
        return list(islice(walked, limit))


_LISTED = partial(tuple.__new__, Listed)


def _kept_by(connection: Connection) -> Any:
    return fts5 if connection.dialect.name == "sqlite" else postings
