"""The ledger as one file to check without the product: whole, or as every colleague has it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, case, null, select
from sqlalchemy.orm import Session

from ledger.examination import Head, StoredEntry
from ledger.export import Export, write
from ledger.merkle import EMPTY_ROOT
from ledger.note import Verifier
from models.base import db
from models.ledger import LedgerEntry, LedgerHead

BATCH = 1000
# Entries whose words everybody may read: they name nobody, not even by a key, and no case. Whoever
# finds out one colleague's key could read in the others what became of them.
OPEN_KINDS = ("cycle_closed", "epoch", "scheme_loaded")

ENTRY = LedgerEntry.__table__.c


def whole(key: Verifier) -> Iterator[bytes]:
    """Every entry with its bytes: for who keeps the database anyway."""
    head = _head()
    return write(_export(key, head), _entries(ENTRY.data, head.size))


def for_everybody(key: Verifier) -> Iterator[bytes]:
    """Every entry with its hash; its bytes only where they speak of nobody."""
    head = _head()
    readable = case((ENTRY.kind.in_(OPEN_KINDS), ENTRY.data), else_=null())
    return write(_export(key, head), _entries(readable, head.size))


def _head() -> Head:
    with Session(db.engine) as session:
        found = session.execute(select(LedgerHead.size, LedgerHead.root)).one_or_none()
    return Head(*found) if found else Head(0, EMPTY_ROOT)


def _export(key: Verifier, head: Head) -> Export:
    return Export(key.name, head, str(key))


def _entries(data: ColumnElement[bytes], size: int) -> Iterator[StoredEntry]:
    """In short transactions: entries never change, so nobody waits for a slow reader."""
    done = 0
    while done < size:
        wanted = select(ENTRY.seq, data, ENTRY.leaf_hash).where(ENTRY.seq.between(done + 1, size))
        with Session(db.engine) as session:
            rows = session.execute(wanted.order_by(ENTRY.seq).limit(BATCH)).all()
        if not rows:
            return
        yield from (StoredEntry(*row) for row in rows)
        done = rows[-1][0]
