"""The search follows the ledger: what an entry touched is projected anew, and forgotten if it
is not public any more. Reading happens before the writers' lock is taken, writing in small steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from sqlalchemy import delete, func, insert, select, tuple_

from models.base import db, table
from models.ledger import LedgerHead
from models.search import gram_index, sources
from models.search.records import FIELDS, Projected, PublicRecord, SearchProgress, fields_of
from models.search.sources import SOURCES
from models.search.words import words_of
from operations.transaction import Transaction, operation
from workflow.grams import VERSION, Folding
from workflow.publication import PublicKind

ENTRIES = 2000  # of the ledger, followed at a time
STEP = 50  # records in one transaction: an act waits that long at most

Subject = tuple[PublicKind, str]


def follow(folding: Folding, stop: Callable[[], bool] = lambda: False) -> int:
    """Take in what the ledger has got since the last time; returns how many entries.

    Broken off anywhere it goes on from the last entries that it took in whole.
    """
    followed = 0
    while not stop() and (span := _span()) is not None:
        if not _take_in(span, folding, stop):
            break
        followed += span[1] - span[0]
    return followed


def _take_in(span: tuple[int, int], folding: Folding, stop: Callable[[], bool]) -> bool:
    """A renamed award may have many records: what is done meanwhile does not wait behind them."""
    ahead = _touched(span, folding)
    for batch in sources.renamed(*span, at_once=STEP):
        db.session.rollback()
        if stop():
            return False
        refresh(batch, folding)
        ahead = _touched((ahead, min(_size(), ahead + ENTRIES)), folding)
    _reached(*span)
    return True


def _touched(span: tuple[int, int], folding: Folding) -> int:
    """Project anew what these entries touched; returns the last of them."""
    touched = sources.touched(*span) if span[1] > span[0] else []
    db.session.rollback()
    refresh(touched, folding)
    return span[1]


def refresh(subjects: Iterable[Subject], folding: Folding) -> int:
    """Project these anew; returns how many of them the search had otherwise."""
    waiting, changed = iter(subjects), 0
    while chunk := list(islice(waiting, STEP)):
        stale = {}
        for subject in chunk:
            found = sources.projected(*subject)
            if _differs(subject, found):
                stale[subject] = found
            db.session.rollback()  # an open reading would keep writers waiting
        if stale:
            _write(stale, folding)
        changed += len(stale)
    return changed


def size() -> int:
    """How many records the search holds."""
    return db.session.scalar(select(func.count()).select_from(PublicRecord)) or 0


class Patrol:
    """Looks through everything, some at a time: a name may change without an entry of its own."""

    def __init__(self) -> None:
        self._waiting: Iterator[list[Subject]] = iter(())

    def __call__(self, folding: Folding) -> int:
        chunk = next(self._waiting, None)
        if chunk is None:
            self._waiting = _patrolled()
            chunk = next(self._waiting, [])
        return refresh(chunk, folding)


def _patrolled() -> Iterator[list[Subject]]:
    """What may be public, then what the search holds: a row may have gone."""
    yield from everything(10)
    edge = 0
    while rows := db.session.execute(
        select(PublicRecord.key, PublicRecord.kind, PublicRecord.subject)
        .where(PublicRecord.key > edge)
        .order_by(PublicRecord.key)
        .limit(10)
    ).all():
        edge = rows[-1].key
        yield [(row.kind, row.subject) for row in rows]


def everything(at_once: int = STEP) -> Iterator[list[Subject]]:
    """All that may be public, whatever the ledger says of it."""
    for kind, source in SOURCES.items():
        last: str | None = None
        while subjects := source.after(last, at_once):
            yield [(kind, subject) for subject in subjects]
            last = subjects[-1]


def _span() -> tuple[int, int] | None:
    """The next entries to follow, after the first number up to the second."""
    db.session.rollback()  # what was read before is of before
    progress, size = db.session.get(SearchProgress, 1), _size()
    if progress is not None and progress.version == VERSION:
        done = progress.seq
    elif size:
        forget()
        done = 0
    else:
        return None
    return (done, min(size, done + ENTRIES)) if size > done else None


def _size() -> int:
    head = db.session.get(LedgerHead, 1)
    return head.size if head else 0


def _differs(subject: Subject, found: Projected | None) -> bool:
    row = _stored([subject]).get(subject)
    if row is None or found is None:
        return (row is None) != (found is None)
    return fields_of(found) != {name: getattr(row, name) for name in FIELDS}


def _stored(subjects: Iterable[Subject]) -> dict[Subject, PublicRecord]:
    wanted = tuple_(PublicRecord.kind, PublicRecord.subject).in_(list(subjects))
    rows = db.session.scalars(select(PublicRecord).where(wanted))
    return {(row.kind, row.subject): row for row in rows}


@operation
def _write(tx: Transaction, stale: dict[Subject, Projected | None], folding: Folding) -> None:
    old = list(_stored(stale).values())
    gram_index.remove(tx.connection, {row.key: words_of(row, folding) for row in old})
    tx.execute(delete(PublicRecord).where(PublicRecord.key.in_([row.key for row in old])))
    new = [PublicRecord(**fields_of(found)) for found in stale.values() if found is not None]
    if new:
        values = [{name: getattr(row, name) for name in FIELDS} for row in new]
        tx.execute(insert(table(PublicRecord)), values)
        gram_index.put(tx.connection, {row.key: words_of(row, folding) for row in new})


@operation
def _reached(tx: Transaction, first: int, last: int) -> None:
    """Another worker may have come further meanwhile."""
    progress = tx.session.get_one(SearchProgress, 1)
    if progress.seq == first:
        progress.seq = last


@operation
def forget(tx: Transaction) -> None:
    """Nothing is found any more; from now on the ledger is followed from its beginning."""
    gram_index.clear(tx.connection)
    tx.execute(delete(PublicRecord))
    progress = tx.session.get(SearchProgress, 1) or SearchProgress(id=1)
    progress.seq, progress.version = 0, VERSION
    tx.add(progress)
