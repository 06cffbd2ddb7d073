"""The words of the search, as each database keeps them best: FTS5, or an inverted index (GIN).

A record's filters stand among its words, so that whatever is asked is one intersection in the
order of the key. FTS5 walks it from the newest end. GIN gives all that fits, unordered: a second,
small index over the newest records keeps the first page from growing with the archive.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Set
from datetime import UTC, datetime
from typing import Any, LiteralString, NamedTuple, cast

import psycopg
from sqlalchemy import Connection, text

from workflow.publication import PublicKind

Words = Mapping[int, Set[str]]  # key -> the words of that record

RECENT = 4096  # records; at most twice as many

COLUMNS: LiteralString = (
    "r.key, r.kind, r.subject, r.at, r.award, r.cycle, r.outcome, r.title, r.called, r.text,"
    " r.shown"
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
    given: Any

    @property
    def at(self) -> datetime:
        if isinstance(self.given_at, str):
            return datetime.fromisoformat(self.given_at).replace(tzinfo=UTC)
        return cast(datetime, self.given_at)

    @property
    def shown(self) -> dict[str, Any]:
        """What a list shows beside the columns."""
        given = json.loads(self.given) if isinstance(self.given, str) else self.given
        return cast(dict[str, Any], given)

    @property
    def is_case(self) -> bool:
        return self.kind == PublicKind.CASE


def put(connection: Connection, words: Words) -> None:
    """Add records, which must not be there yet."""
    rows = [{"key": key, "grams": " ".join(sorted(found))} for key, found in words.items()]
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(_FTS_PUT, rows)
        return
    connection.execute(_GIN_PUT, rows)
    if (connection.scalar(_RECENTS) or 0) > 2 * RECENT:
        connection.execute(_AGE, {"kept": RECENT})


def remove(connection: Connection, words: Words) -> None:
    """Take records out; FTS5 wants to be told the words that they were put in with."""
    rows = [{"key": key, "grams": " ".join(sorted(found))} for key, found in words.items()]
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(_FTS_REMOVE, rows)
    else:
        connection.execute(_GIN_REMOVE, [{"key": key} for key in words])


def clear(connection: Connection) -> None:
    """Take everything out."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("INSERT INTO public_gram(public_gram) VALUES ('delete-all')"))
    else:
        connection.execute(text("DELETE FROM public_gram"))


def rows(
    connection: Connection,
    words: Collection[str],
    *,
    below: int | None = None,
    above: int | None = None,
    limit: int,
) -> list[Listed]:
    """Records with all these words, the largest key first: from the top, or next to a key.

    It asks the driver itself: a statement costs less than what wraps it.
    """
    driver = cast(Any, connection.connection.driver_connection)
    asked = {"words": "", "below": below, "above": above, "limit": limit}
    on_sqlite = connection.dialect.name == "sqlite"
    if words:
        form, joint = ('"{}"', " ") if on_sqlite else ("'{}'", " & ")
        asked["words"] = joint.join(form.format(word) for word in sorted(words))
    if on_sqlite:
        found = driver.execute(_fts(bool(words), below, above), asked)
    else:  # never prepared: what is common and what is rare is not planned alike
        reading = cast(psycopg.Connection[Any], driver)
        found = reading.execute(_gin(bool(words), below, above), asked, prepare=False)
    listed = [Listed._make(row) for row in found]
    listed.sort(key=_descending)
    return listed


def _descending(row: Listed) -> int:
    return -row.key


def _fts(words: bool, below: int | None, above: int | None) -> str:
    key = "g.rowid" if words else "r.key"
    which = [f"{key} < :below"] if below is not None else []
    which += [f"{key} > :above"] if above is not None else []
    last = f"ORDER BY {key} {'DESC' if above is None else 'ASC'} LIMIT :limit"
    if not words:
        where = f"WHERE {' AND '.join(which)}" if which else ""
        return f"SELECT {COLUMNS} FROM public_record r {where} {last}"  # noqa: S608 — fixed parts
    return (
        f"SELECT {COLUMNS} FROM public_gram g CROSS JOIN public_record r ON r.key = g.rowid"  # noqa: S608
        f" WHERE {' AND '.join(['public_gram MATCH :words', *which])} {last}"
    )


def _gin(words: bool, below: int | None, above: int | None) -> LiteralString:
    """From the top, the recent ones alone while they fill the page: the others are asked after.

    What is so rare that they do not is read whole and sorted (`key + 0` says so). Walking rows for
    it looks cheaper to the planner than it is: the words of each are unpacked to be looked at.
    """
    edge: LiteralString = "" if below is None else " AND r.key < %(below)s"
    edge += "" if above is None else " AND r.key > %(above)s"
    order: LiteralString = "DESC" if above is None else "ASC"
    last: LiteralString = f"{edge} ORDER BY r.key {order} LIMIT %(limit)s"
    if not words:
        return f"SELECT {COLUMNS} FROM public_record r WHERE true{last}"  # noqa: S608
    fit: LiteralString = "SELECT r.key FROM public_gram r WHERE r.grams @@ %(words)s::tsquery"
    found: LiteralString = f"{fit}{last}"
    if above is None:
        whole: LiteralString = f"{edge} ORDER BY r.key + 0 DESC LIMIT %(limit)s"
        rest = whole if below is None else last
        found = f"(({fit} AND recent{last}) UNION ALL ({fit} AND NOT recent{rest}))"
        found += " LIMIT %(limit)s"
    return f"SELECT {COLUMNS} FROM ({found}) f JOIN public_record r USING (key)"  # noqa: S608


_FTS_PUT = text("INSERT INTO public_gram(rowid, grams) VALUES (:key, :grams)")
_FTS_REMOVE = text(
    "INSERT INTO public_gram(public_gram, rowid, grams) VALUES ('delete', :key, :grams)"
)
# What is as new as the newest that has aged already is not recent: those are the top without a gap.
_GIN_PUT = text(
    "INSERT INTO public_gram(key, recent, grams) VALUES (:key, :key >"
    " coalesce((SELECT max(key) FROM public_gram WHERE NOT recent), -1),"
    " array_to_tsvector(string_to_array(:grams, ' ')))"
)
_GIN_REMOVE = text("DELETE FROM public_gram WHERE key = :key")
_RECENTS = text("SELECT count(*) FROM public_gram WHERE recent")
_AGE = text(
    "UPDATE public_gram SET recent = false WHERE recent AND key <="
    " (SELECT key FROM public_gram WHERE recent ORDER BY key DESC OFFSET :kept LIMIT 1)"
)
