"""The words of the search, as each database keeps them best: FTS5, or an inverted index (GIN).

A record's filters stand among its words, so that whatever is asked is one intersection in the
order of the key. FTS5 walks it from the newest end. GIN gives all that fits, unordered: a second,
small index over the newest records keeps the first page from growing with the archive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

from sqlalchemy import Connection, bindparam, column, literal_column, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

Words = Mapping[int, Set[str]]  # key -> the words of that record

RECENT = 4096  # records; at most twice as many

_FTS = table("public_gram", column("rowid"))
_GIN = table("public_gram", column("key"), column("recent"), column("grams"))


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


def keys(
    connection: Connection,
    words: Iterable[str],
    *,
    below: int | None = None,
    above: int | None = None,
    limit: int,
) -> list[int]:
    """The keys of records with all these words: the largest first, or those next `above` a key."""
    wanted = sorted(words)
    if connection.dialect.name == "sqlite":
        return _in_fts(connection, wanted, below, above, limit)
    connection.execute(_PLAN_EACH)  # what is common and what is rare is not planned alike
    query = " & ".join(f"'{word}'" for word in wanted)
    if above is not None:
        return _in_gin(connection, query, None, below, above, limit)
    found = _in_gin(connection, query, True, below, None, limit)
    if len(found) < limit:
        edge = found[-1] if found else below
        found += _in_gin(connection, query, False, edge, None, limit - len(found))
    return found


def _in_fts(
    connection: Connection, words: list[str], below: int | None, above: int | None, limit: int
) -> list[int]:
    rowid = _FTS.c.rowid
    query = select(rowid).where(literal_column("public_gram").op("MATCH")(bindparam("words")))
    query = _paged(query, rowid, below, above, limit)
    rows = connection.scalars(query, {"words": " ".join(f'"{word}"' for word in words)})
    return _downwards(rows, above)


def _in_gin(
    connection: Connection,
    words: str,
    recent: bool | None,
    below: int | None,
    above: int | None,
    limit: int,
) -> list[int]:
    wanted = bindparam("words", words, type_=TSQUERY)
    query = select(_GIN.c.key).where(_GIN.c.grams.op("@@")(wanted))
    if recent is not None:
        query = query.where(text("recent" if recent else "NOT recent"))
    return _downwards(connection.scalars(_paged(query, _GIN.c.key, below, above, limit)), above)


def _paged(query: Any, key: Any, below: int | None, above: int | None, limit: int) -> Any:
    if below is not None:
        query = query.where(key < below)
    if above is not None:
        query = query.where(key > above)
    return query.order_by(key.desc() if above is None else key.asc()).limit(limit)


def _downwards(rows: Iterable[int], above: int | None) -> list[int]:
    found = list(rows)
    return found if above is None else found[::-1]


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
_PLAN_EACH = text("SELECT set_config('plan_cache_mode', 'force_custom_plan', true)")
