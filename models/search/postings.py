"""The words of the search in PostgreSQL: of each word the keys that have it, in parts.

A part holds the keys from its `first` up to the next part's, as distances from it; B-tree order is
the order of the keys, so a list is walked from its newest end, and no further than a page needs.
Of several words the rarest is walked, and each of its keys looked up among the others'.
"""

from __future__ import annotations

import functools
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping, Sequence, Set
from typing import Any, LiteralString, NamedTuple, cast

import psycopg
from sqlalchemy import Connection, text

PART = 128  # keys at most
FARTHEST = 2**31 - 1  # a distance is an int4
MOST_AT_ONCE = 500  # rows
TRIED = 16  # keys of the rarest word looked up for each row wanted, before lists are read whole
TOP = 2**63 - 1
HELD_IN: tuple[LiteralString, ...] = ("text", "title", "called")
_DRIVING: LiteralString = "(SELECT word FROM d)"

Asked = dict[str, Any]
Parts = dict[int, list[int]]  # of one word: first -> keys
Changed = dict[tuple[str, int], list[int]]  # word, first -> keys


def put(connection: Connection, words: Mapping[int, Set[str]]) -> None:
    wanted = _by_word(words)
    held = _parts(connection, wanted)
    changed: Changed = {}
    for word, keys in wanted.items():
        parts = held[word]
        touched = {first for key in keys for first in _insert(parts, key)}
        changed |= {(word, first): parts[first] for first in touched}
    _write(connection, changed)


def remove(connection: Connection, words: Mapping[int, Set[str]]) -> None:
    wanted = _by_word(words)
    changed: Changed = {}
    for word, parts in _parts(connection, wanted).items():
        gone = set(wanted[word])
        left = {first: [key for key in keys if key not in gone] for first, keys in parts.items()}
        changed |= {(word, first): keys for first, keys in left.items() if keys != parts[first]}
    _write(connection, changed)


def clear(connection: Connection) -> None:
    connection.execute(text("DELETE FROM public_gram"))


def walk(
    driver: psycopg.Connection[Any],
    columns: LiteralString,
    words: Sequence[str],
    held: Sequence[Sequence[str]],
    below: int | None,
    above: int | None,
    at_once: int,
) -> Generator[tuple[Any, ...]]:
    """Rows in batches; statements are few, so that the driver has them prepared."""
    up, edge = above is not None, above if above is not None else TOP if below is None else below
    asked: Asked = {f"w{n}": word for n, word in enumerate(words)}
    asked |= {f"h{n}_{m}": each for n, spelt in enumerate(held) for m, each in enumerate(spelt)}
    spellings = tuple(map(len, held))
    while True:
        statements = _statements(columns, len(words), spellings, at_once, up=up)
        rows = _batch(driver, statements, asked | {"edge": edge}, at_once, up=up)
        yield from rows
        if len(rows) < at_once:
            return
        edge, at_once = rows[-1][0], min(2 * at_once, MOST_AT_ONCE)


class Statements(NamedTuple):
    """How rows are asked for, and how what is left when so many keys were tried for too few."""

    first: LiteralString
    rest: LiteralString | None = None


def _batch(
    driver: psycopg.Connection[Any],
    statements: Statements,
    asked: Asked,
    limit: int,
    *,
    up: bool,
) -> list[tuple[Any, ...]]:
    rows = driver.execute(statements.first, asked).fetchall()
    rows.sort(key=_key, reverse=not up)
    tried = next((-row[0] for row in rows if row[0] < 0), None)
    if tried is None or statements.rest is None:
        return rows
    rows.pop(0 if up else -1)
    rest = driver.execute(statements.rest, asked | {"edge": tried}).fetchall()
    rest.sort(key=_key, reverse=not up)
    return [*rows, *rest][:limit]


def _key(row: tuple[Any, ...]) -> int:
    return cast(int, row[0])


@functools.cache
def _statements(
    columns: LiteralString, words: int, held: tuple[int, ...], limit: int, *, up: bool
) -> Statements:
    """Of several words all that fit are asked for, and then, negative, the last key tried."""
    order: LiteralString = "ASC" if up else "DESC"
    rows: LiteralString = f"SELECT {columns} FROM public_record r"  # noqa: S608 — fixed parts
    if not words:
        beyond: LiteralString = "r.key > %(edge)s" if up else "r.key < %(edge)s"
        return Statements(f"{rows} WHERE {beyond} ORDER BY r.key {order} LIMIT {limit}")
    if words == 1 and not held:
        keys = _keys("%(w0)s", up=up)
        return Statements(f"{rows} JOIN ({keys} LIMIT {limit}) c USING (key)")
    texts = [_holds(n, spelt) for n, spelt in enumerate(held)]
    others = [_has(f"%(w{n})s") for n in range(words) if words > 1]
    fitting: LiteralString = " AND ".join((*others, *texts))
    lists: LiteralString = " INTERSECT ALL ".join(
        f"({_keys(f'%(w{n})s', up=up)})" for n in range(words)
    )
    every: LiteralString = " AND ".join(("true", *texts))
    tried = (
        f"WITH d AS MATERIALIZED ({_rarest(words, up=up)}), c AS MATERIALIZED"
        f" ({_keys(_DRIVING, up=up)} LIMIT {TRIED * limit})"
    )
    found = (
        f"SELECT c.key FROM c WHERE {fitting} UNION ALL"  # noqa: S608 — fixed parts
        f" (SELECT -c.key FROM c OFFSET {TRIED * limit - 1} LIMIT 1) LIMIT {limit}"
    )
    rest = f"SELECT c.key FROM ({lists} ORDER BY key {order}) c WHERE {every} LIMIT {limit}"  # noqa: S608
    shown = columns.replace("r.key", "f.key", 1)
    return Statements(
        f"{tried} SELECT {shown} FROM ({found}) f LEFT JOIN public_record r ON r.key = f.key",  # noqa: S608
        f"{rows} JOIN ({rest}) f USING (key)",
    )


def _keys(word: LiteralString, *, up: bool) -> LiteralString:
    """The keys of one word beyond the edge, part after part: in order without being sorted."""
    beyond: LiteralString = "first < %(edge)s"
    if up:
        there = f"word = {word} AND first <= %(edge)s"
        part = f"SELECT max(first) FROM public_gram WHERE {there}"  # noqa: S608 — fixed parts
        beyond = f"first >= coalesce(({part}), 0)"
    order, side = ("ASC", ">") if up else ("DESC", "<")
    parts = (
        f"SELECT first, keys FROM public_gram WHERE word = {word} AND {beyond}"  # noqa: S608
        f" ORDER BY first {order}"
    )
    keys: LiteralString = f"SELECT g.first + k AS key FROM unnest(g.keys) k ORDER BY k {order}"  # noqa: S608
    return (
        f"SELECT k.key FROM ({parts}) g CROSS JOIN LATERAL ({keys}) k"  # noqa: S608
        f" WHERE k.key {side} %(edge)s"
    )


def _rarest(words: int, *, up: bool) -> LiteralString:
    """The word of which two parts reach farthest beyond the edge, or one that is not there."""
    beyond, order, far = (">", "ASC", "DESC") if up else ("<", "DESC", "ASC")
    each: LiteralString = ", ".join(f"(%(w{n})s::text)" for n in range(words))
    return (
        f"SELECT w.word FROM (VALUES {each}) w(word) ORDER BY (SELECT p.first"  # noqa: S608
        f" FROM public_gram p WHERE p.word = w.word AND p.first {beyond} %(edge)s"
        f" ORDER BY p.first {order} OFFSET 1 LIMIT 1) {far} NULLS FIRST LIMIT 1"
    )


def _has(word: LiteralString) -> LiteralString:
    """Whether the word has the key `c.key`: one that is walked does."""
    return (
        f"({word} = {_DRIVING} OR (SELECT c.key - o.first = ANY (o.keys) FROM public_gram o"  # noqa: S608
        f" WHERE o.word = {word} AND o.first <= c.key ORDER BY o.first DESC LIMIT 1))"
    )


def _holds(nth: int, spelt: int) -> LiteralString:
    """Whether the record of `c.key` holds one of so many spellings."""
    held: LiteralString = " OR ".join(
        f"strpos(t.{part}, %(h{nth}_{m})s) > 0" for part in HELD_IN for m in range(spelt)
    )
    return f"(SELECT {held} FROM public_record t WHERE t.key = c.key)"  # noqa: S608


def written(first: int, keys: Iterable[int]) -> str:
    """The keys of a part as PostgreSQL reads an array of their distances."""
    return f"{{{','.join(str(key - first) for key in keys)}}}"


def _by_word(words: Mapping[int, Set[str]]) -> dict[str, list[int]]:
    """The keys of each word, ascending."""
    found: dict[str, list[int]] = defaultdict(list)
    for key in sorted(words):
        for word in words[key]:
            found[word].append(key)
    return found


def _parts(connection: Connection, wanted: Mapping[str, Sequence[int]]) -> dict[str, Parts]:
    """The parts where these keys are, or belong: most often of each word the last one."""
    found: dict[str, Parts] = {word: {} for word in wanted}
    waiting = dict(wanted)
    while waiting:
        asked = {"words": list(waiting), "keys": [keys[-1] for keys in waiting.values()]}
        rows = connection.execute(_HOLDING, asked).all()
        for word, first, distances in rows:
            found[word][first] = [first + distance for distance in distances]
        earlier = ((word, [key for key in waiting[word] if key < first]) for word, first, _ in rows)
        waiting = {word: keys for word, keys in earlier if keys}
    return found


def _insert(parts: Parts, key: int) -> Sequence[int]:
    """Put the key into its part; returns the firsts of the parts that are changed, or new."""
    firsts = sorted(parts)
    at = bisect_right(firsts, key) - 1
    if at < 0 or key - firsts[at] > FARTHEST:
        parts[key] = [key]
        return (key,)
    keys = parts[firsts[at]]
    insort(keys, key)
    if len(keys) <= PART:
        return (firsts[at],)
    cut = PART if key == keys[-1] else PART // 2
    upper = keys[cut:]
    del keys[cut:]
    parts[upper[0]] = upper
    return (firsts[at], upper[0])


def _write(connection: Connection, changed: Changed) -> None:
    kept = [(word, first, keys) for (word, first), keys in changed.items() if keys]
    empty = [place for place, keys in changed.items() if not keys]
    if kept:
        words, firsts, _lists = zip(*kept, strict=True)
        distances = [written(first, keys) for _word, first, keys in kept]
        connection.execute(
            _KEEP, {"words": list(words), "firsts": list(firsts), "distances": distances}
        )
    if empty:
        words, firsts = zip(*empty, strict=True)
        connection.execute(_DROP, {"words": list(words), "firsts": list(firsts)})


_HOLDING = text(
    "SELECT w.word, p.first, p.keys"
    " FROM unnest(CAST(:words AS text[]), CAST(:keys AS bigint[])) w(word, key)"
    " CROSS JOIN LATERAL (SELECT first, keys FROM public_gram"
    " WHERE word = w.word AND first <= w.key ORDER BY first DESC LIMIT 1) p"
)
_KEEP = text(
    "INSERT INTO public_gram(word, first, keys) SELECT word, first, CAST(keys AS int4[])"
    " FROM unnest(CAST(:words AS text[]), CAST(:firsts AS bigint[]), CAST(:distances AS text[]))"
    " w(word, first, keys) ON CONFLICT (word, first) DO UPDATE SET keys = excluded.keys"
)
_DROP = text(
    "DELETE FROM public_gram g USING unnest(CAST(:words AS text[]), CAST(:firsts AS bigint[]))"
    " w(word, first) WHERE g.word = w.word AND g.first = w.first"
)
