"""Recompute the ledger and everything it stands for; say what differs, and where.

Reads in short transactions: entries are never changed, so writers need not wait for a long reader.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ledger.checkpoint import Checkpoint, CheckpointError
from ledger.commitment import commit
from ledger.examination import Fault, Head, StoredEntry, examine
from ledger.merkle import EMPTY_ROOT, Frontier
from ledger.note import Verifier
from models.base import db
from models.damage import DAMAGE, Damaged, read, recorded
from models.ledger import LedgerEntry, LedgerHead, Wording
from models.proof import SignedCheckpoint
from operations.comparison import Stretch

BATCH = 500

ENTRY = LedgerEntry.__table__.c
HEAD = LedgerHead.__table__.c
WORDING = Wording.__table__.c
CHECKPOINT = SignedCheckpoint.__table__.c


@dataclass
class Verification:
    """One reading of everything; the counts are complete once `faults` is exhausted."""

    keys: Sequence[Verifier] = ()  # none: signatures of checkpoints are not looked at
    size: int = 0
    root: bytes = EMPTY_ROOT
    wordings: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    on_step: Callable[[int], None] = lambda steps: None

    @property
    def steps(self) -> int:
        """How many steps are reported: each entry twice, each wording once."""
        return 2 * self.size + self.wordings

    def begin(self) -> None:
        """Note the head as it is now; what is appended later is not part of this reading."""
        with Session(db.engine) as session:
            head = session.execute(select(HEAD.size, HEAD.root)).one_or_none()
            if head is not None:
                self.size, self.root = head
            self.wordings = session.scalar(select(func.count()).select_from(Wording)) or 0

    def faults(self) -> Iterator[Fault]:
        """Every fault: of the chain of entries, of the rows, of the texts, of the head."""
        known: list[Head] = []
        yield from self._checkpoints(known)
        yield from examine(self._chain(), Head(self.size, self.root), known)
        yield from self._rows()
        yield from self._wordings()
        yield from _beyond_the_head(self.size)

    def _chain(self) -> Iterator[StoredEntry]:
        for _, entries in self._batches(ENTRY.seq, self.size, ENTRY.data, ENTRY.leaf_hash):
            for entry in entries:
                if isinstance(entry, Damaged):
                    yield StoredEntry(entry.key, b"", b"")
                else:
                    yield StoredEntry(entry.seq, entry.data, entry.leaf_hash)

    def _checkpoints(self, known: list[Head]) -> Iterator[Fault]:
        """Checkpoints that are not as they were signed; `known` gets what the others say."""
        columns = (CHECKPOINT.size, CHECKPOINT.root, CHECKPOINT.note)
        with Session(db.engine) as session:
            for row in session.execute(select(CHECKPOINT.id, *columns).order_by(CHECKPOINT.id)):
                if _is_as_signed(row, self.keys):
                    known.append(Head(row.size, row.root))
                else:
                    values: dict[str, int | str] = {"seq": row.size, "id": row.id}
                    yield Fault(row.size, "checkpoint_row_differs", values)

    def _rows(self) -> Iterator[Fault]:
        low = 1
        columns = (ENTRY.at, ENTRY.kind, ENTRY.subject, ENTRY.data)
        for session, entries in self._batches(ENTRY.seq, self.size, *columns):
            high = _key(entries[-1])
            yield from Stretch(session, low, high, entries, self.rows).faults()
            low = high + 1

    def _wordings(self) -> Iterator[Fault]:
        columns = (WORDING.text, WORDING.salt, WORDING.commitment, WORDING.erased_at)
        for session, wordings in self._batches(WORDING.id, None, *columns):
            for wording in wordings:
                code = _wrong_with(wording)
                if code:
                    seq = _committed_in(session, _key(wording))
                    yield Fault(seq, code, {"seq": seq, "id": _key(wording)})

    def _batches(
        self, key: Any, last: int | None, *columns: Any
    ) -> Iterator[tuple[Session, list[Any]]]:
        """Rows in the order of their key, in batches, each in a transaction of its own."""
        done = 0
        while True:
            within = key > done if last is None else key.between(done + 1, last)
            with Session(db.engine) as session:
                rows = list(read(session, select(key, *columns).where(within).limit(BATCH), key))
                if not rows:
                    return
                yield session, rows
            done = _key(rows[-1])
            self.on_step(len(rows))


def _is_as_signed(row: Any, keys: Sequence[Verifier]) -> bool:
    try:
        note = row.note.decode()
        signed = Checkpoint.opened(note, keys) if keys else Checkpoint.read(note)
    except (CheckpointError, UnicodeDecodeError):
        return False
    return (signed.size, signed.root) == (row.size, row.root)


def _key(row: Any) -> int:
    return int(row.key if isinstance(row, Damaged) else row[0])


def _wrong_with(wording: Any) -> str | None:
    """What is wrong with a text and its commitment; an erased text leaves the commitment behind."""
    if isinstance(wording, Damaged):
        return "wording_altered"
    if wording.text is None:
        gone = wording.erased_at is not None and not wording.salt
        return None if gone else "wording_gone"
    if wording.erased_at is not None:
        return "wording_not_erased"
    try:
        sound = commit(wording.text, wording.salt) == wording.commitment
    except ValueError:  # a salt of another length
        sound = False
    return None if sound else "wording_altered"


def _committed_in(session: Session, wording_id: int) -> int:
    """The entry that commits to this text; 0 where none does."""
    for table in recorded().values():
        columns = table.__table__.c
        ours = [column for column in columns if column.references(Wording.__table__.c.id)]
        if ours:
            named = or_(*(column == wording_id for column in ours))
            seq = session.scalar(select(columns.ledger_seq).where(named).limit(1))
            if seq is not None:
                return int(seq)
    return 0


def _beyond_the_head(size: int) -> Iterator[Fault]:
    """Entries and rows that the head does not count, and a head that contradicts itself.

    The head is read last: whatever was appended while we looked is counted by then.
    """
    tables = {LedgerEntry.__tablename__: ENTRY.seq}
    tables |= {kind.__tablename__: kind.__table__.c.ledger_seq for kind in recorded().values()}
    with Session(db.engine) as session:
        beyond = [
            (seq, name)
            for name, key in tables.items()
            for seq in session.scalars(select(key).where(or_(key > size, key < 1)))
        ]
        session.rollback()
        head = session.execute(select(HEAD.size, HEAD.root, HEAD.frontier)).one_or_none()
        claimed = head.size if head else 0
        for seq, name in sorted(beyond):
            if not 1 <= seq <= claimed:
                yield Fault(seq, "beyond_the_head", {"seq": seq, "table": name, "size": claimed})
        if head and not _frontier_fits(head):
            yield Fault(claimed, "frontier_differs", {"seq": claimed})
        if claimed and not _time_fits(session, claimed):
            yield Fault(claimed, "head_time_differs", {"seq": claimed})


def _time_fits(session: Session, size: int) -> bool:
    """Whether the head is as old as its last entry: the clock never goes behind the head."""
    try:
        last = session.scalar(select(ENTRY.at).where(ENTRY.seq == size))
        return last is None or session.scalar(select(HEAD.at)) == last
    except DAMAGE:
        return False


def _frontier_fits(head: Any) -> bool:
    try:
        frontier = Frontier.from_bytes(head.frontier)
    except ValueError:
        return False
    return (frontier.size, frontier.root()) == (head.size, head.root)
