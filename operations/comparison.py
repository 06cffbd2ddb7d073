"""A stretch of the ledger beside the rows that it stands for: where do they differ?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.canonical import CanonicalError, canonical, parse
from ledger.entry import Entry, EntryError, instant, read
from ledger.examination import Fault
from models.damage import DAMAGE, Damaged, acts, leads_nowhere, recorded
from models.damage import read as read_rows

# Entries that stand for no row of their own.
ROWLESS = frozenset({"cases_balanced", "cycle_closed", "mapping_saved", "scheme_loaded"})

Where = dict[str, int | str]


@dataclass
class Stretch:
    """The entries from `low` to `high` as they are stored, and a session to read their rows in."""

    session: Session
    low: int
    high: int
    entries: list[Any]
    counts: Counter[str]

    def faults(self) -> Iterator[Fault]:
        """Every disagreement between these entries and the rows."""
        sound: dict[int, tuple[Entry, Any]] = {}
        present = set()
        for stored in self.entries:
            if isinstance(stored, Damaged):
                present.add(stored.key)
                yield _unreadable(stored.key, "ledger_entry", stored.key, stored.detail)
                continue
            present.add(stored.seq)
            entry = _readable(stored.data)
            if entry and entry.seq == stored.seq:  # otherwise the chain's own fault says so
                sound[stored.seq] = (entry, stored)
                yield from _columns(entry, stored)
        answered = set()
        for kind, table in recorded().items():
            for seq, row_id, row in self._rows(table):
                self.counts[kind] += 1
                answered.add((kind, seq))
                if isinstance(row, Damaged):
                    yield _unreadable(seq, table.__tablename__, row_id, row.detail)
                elif seq not in present:
                    where: Where = {"seq": seq, "table": table.__tablename__, "id": row_id}
                    yield Fault(seq, "row_without_entry", where)
                elif seq in sound:
                    yield from _compare(row, *sound[seq])
        yield from _unanswered(sound, answered)

    def _rows(self, table: type[Any]) -> Iterator[tuple[int, int, Any]]:
        """Each row of the stretch as (number of its entry, id, row)."""
        key = table.__table__.c.ledger_seq
        for found in read_rows(self.session, acts(table, self.low, self.high), key):
            if isinstance(found, Damaged):
                yield found.key, self._id(table, found.key), found
            else:
                yield found[0].ledger_seq, found[0].id, found[0]

    def _id(self, table: type[Any], seq: int) -> int:
        columns = table.__table__.c
        found = self.session.scalar(select(columns.id).where(columns.ledger_seq == seq))
        return int(found or 0)


def _compare(row: Any, entry: Entry, stored: Any) -> Iterator[Fault]:
    """Where a row and its entry say different things."""
    where: Where = {"seq": entry.seq, "table": row.__tablename__, "id": row.id}
    if entry.kind != row.ledger_kind:
        yield Fault(entry.seq, "row_of_another_kind", {**where, "kind": entry.kind})
        return
    nowhere = leads_nowhere(row)
    if nowhere:
        yield Fault(entry.seq, "row_leads_nowhere", {**where, "column": nowhere})
        return
    try:
        said: dict[str, Any] = parse(canonical({**row.ledger_body(), "v": 1}))
        about = row.ledger_subject()
        if hasattr(row, "at"):
            said["at"] = instant(row.at)
    except (CanonicalError, *DAMAGE) as error:
        damaged = Damaged.by(entry.seq, error)
        yield _unreadable(entry.seq, row.__tablename__, row.id, damaged.detail)
        return
    del said["v"]
    written = {**entry.body, "at": entry.at} if "at" in said else dict(entry.body)
    for name in sorted({*said, *written}):
        ours, theirs = said.get(name), written.get(name)
        if ours != theirs:
            values = {**where, "field": name, "row": str(ours), "entry": str(theirs)}
            yield Fault(entry.seq, "row_differs", values)
    if stored.subject != about:
        yield _column(entry.seq, "subject", stored.subject, about)


def _unanswered(
    sound: dict[int, tuple[Entry, Any]], answered: set[tuple[str, int]]
) -> Iterator[Fault]:
    """Entries whose row is gone, and entries of no known kind."""
    tables = recorded()
    for seq, (entry, stored) in sound.items():
        if entry.kind in tables:
            if (entry.kind, seq) not in answered:
                values: Where = {"seq": seq, "kind": entry.kind}
                values["table"] = tables[entry.kind].__tablename__
                yield Fault(seq, "entry_without_row", values)
        elif entry.kind not in ROWLESS:
            yield Fault(seq, "kind_unknown", {"seq": seq, "kind": entry.kind})
        elif stored.subject != entry.body.get("case"):
            yield _column(seq, "subject", stored.subject, entry.body.get("case"))


def _columns(entry: Entry, stored: Any) -> Iterator[Fault]:
    """What the entry's row repeats of its bytes, so that it can be searched."""
    if stored.kind != entry.kind:
        yield _column(entry.seq, "kind", stored.kind, entry.kind)
    if instant(stored.at) != entry.at:
        yield _column(entry.seq, "at", instant(stored.at), entry.at)


def _column(seq: int, column: str, stored: object, inside: object) -> Fault:
    values: Where = {"seq": seq, "column": column, "stored": str(stored), "inside": str(inside)}
    return Fault(seq, "entry_column_differs", values)


def _unreadable(seq: int, table: str, row_id: int, detail: str) -> Fault:
    where: Where = {"seq": seq, "table": table, "id": row_id, "detail": detail}
    return Fault(seq, "row_unreadable", where)


def _readable(data: bytes) -> Entry | None:
    try:
        return read(data)
    except EntryError:
        return None
