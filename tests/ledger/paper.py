"""What lies on the table when a ledger is checked: an export, and what others have kept of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ledger import export
from ledger.checkpoint import Checkpoint
from ledger.entry import read
from ledger.examination import Head, StoredEntry
from ledger.export import Export
from ledger.merkle import root
from ledger.note import Signer, Verifier
from ledger.proof import inclusion_path
from ledger.receipt import Receipt
from ledger.verification import Verification
from tests.ledger.bodies import START, stored_entry

ORIGIN = "plaudit.example.org/archive"
OURS = Signer(ORIGIN, bytes(range(32)))
FORGER = Signer(ORIGIN, bytes(range(1, 33)))  # in our name, with a key of their own
OTHERS = Signer("elsewhere.example.org/archive", bytes(range(2, 34)))

LENGTH = 26  # two entries after the last checkpoint
SIGNED = (8, 16, 24)
GIVEN = (3, 12, 20)  # a receipt was given for each


def leaves(rows: Sequence[StoredEntry]) -> list[bytes]:
    return [row.leaf_hash for row in rows]


def entry(seq: int, *, minute: int | None = None, **body: object) -> StoredEntry:
    """A sound row, as `stored_entries` makes them, or with another body or time."""
    at = START + timedelta(minutes=seq if minute is None else minute)
    return stored_entry(seq, at, {"case": f"P-{seq}", **body})


def rows(length: int = LENGTH) -> list[StoredEntry]:
    return [entry(seq) for seq in range(1, length + 1)]


def signed(kept: Sequence[StoredEntry], signer: Signer = OURS, origin: str = ORIGIN) -> str:
    """The checkpoint over these entries."""
    return Checkpoint(origin, len(kept), root(leaves(kept))).sign(signer)


def given(seq: int, kept: Sequence[StoredEntry], signer: Signer = OURS) -> Receipt:
    """The receipt for one entry, under the checkpoint over all of these."""
    row = kept[seq - 1]
    proof = inclusion_path(leaves(kept), seq - 1)
    note = signed(kept, signer, signer.name)
    return Receipt(row.data, row.leaf_hash, seq - 1, len(kept), proof, note, str(signer.verifier))


@dataclass
class Paper:
    """The export's head and lines, and the files it is held against; sound until tampered with."""

    rows: list[StoredEntry] = field(default_factory=rows)
    head: Head | None = None  # None: what the rows make it
    key: str = str(OURS.verifier)
    checkpoints: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    keys: list[Verifier] = field(default_factory=lambda: [OURS.verifier])
    mangle: Callable[[bytes], bytes] = bytes  # what becomes of the file in the end

    def __post_init__(self) -> None:
        self.checkpoints = {f"signed-{size}": signed(self.rows[:size]) for size in SIGNED}
        self.receipts = {f"given-{seq}": given(seq, self.rows[:24]).text() for seq in GIVEN}
        self.head = Head(len(self.rows), root(leaves(self.rows)))

    @property
    def file(self) -> bytes:
        head = self.head or Head(len(self.rows), root(leaves(self.rows)))
        return self.mangle(b"".join(export.write(Export(ORIGIN, head, self.key), self.rows)))

    def found(self) -> set[tuple[int, str]]:
        """Every fault: its place and its kind."""
        reading = Verification(
            io.BytesIO(self.file),
            list(self.checkpoints.items()),
            list(self.receipts.items()),
            self.keys,
        )
        return {(fault.seq, fault.code) for fault in reading.faults()}

    def rewrite(self, seq: int, case: str = "forged") -> None:
        """One entry says something else, with every hash and the head made to fit."""
        self.rows[seq - 1] = entry(seq, case=case)
        self.head = None

    def renumber(self) -> None:
        """Every entry gets the number of its place, with every hash and the head made to fit."""
        self.rows = [_resealed(seq, row) for seq, row in enumerate(self.rows, start=1)]
        self.head = None

    def alter(self, seq: int, data: bytes) -> None:
        """One line's bytes; its hash and the head stay."""
        self.rows[seq - 1] = replace(self.rows[seq - 1], data=data)


def _resealed(seq: int, row: StoredEntry) -> StoredEntry:
    data, leaf = replace(read(row.data or b""), seq=seq).seal()
    return StoredEntry(seq, data, leaf)
