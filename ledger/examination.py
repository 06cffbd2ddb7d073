"""Read a whole ledger once and say what is wrong with it, and where."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ledger.entry import Entry, EntryError, read
from ledger.merkle import HASH_SIZE, Frontier, leaf_hash


@dataclass(frozen=True)
class StoredEntry:
    """One row as it is stored; without `data` where an export withholds it."""

    seq: int
    data: bytes | None
    leaf_hash: bytes


@dataclass(frozen=True)
class Head:
    """How many entries the ledger claims to hold, and the Merkle root over them."""

    size: int
    root: bytes


@dataclass(frozen=True)
class Fault:
    """Something wrong at `seq`; `values` (with seq among them) fill the code's sentence."""

    seq: int
    code: str
    values: Mapping[str, int | str]


def examine(rows: Iterable[StoredEntry], head: Head, known: Iterable[Head] = ()) -> Iterator[Fault]:
    """Every fault of the rows, taken in the order of seq, against the head and what else is known.

    `known`: what the ledger was at earlier times, such as signed checkpoints say. Streams in
    O(log n) memory. Codes: entry_altered, entry_unreadable, entry_misplaced, entries_missing,
    entry_repeated, entry_out_of_order, time_runs_backwards, head_size_differs,
    head_root_differs, rewritten, shorter_than_known.
    """
    reading = _Reading(sorted(set(known), key=lambda each: (each.size, each.root), reverse=True))
    yield from reading.compare()
    for row in rows:
        yield from reading.take(row)
    yield from reading.close(head)


@dataclass
class _Reading:
    known: list[Head]  # the next to be reached is the last
    agreed: int = 0  # up to here the entries are those that were known
    last_seq: int = 0
    whole: bool = True
    last_sound: Entry | None = None
    recomputed: Frontier = field(default_factory=Frontier)
    stored: Frontier = field(default_factory=Frontier)

    def take(self, row: StoredEntry) -> Iterator[Fault]:
        yield from self._sequence(row.seq)
        yield from self._content(row)
        yield from self.compare()

    def compare(self) -> Iterator[Fault]:
        """Hold what has been read against what is known of a ledger of this size."""
        reached = 0
        while self.known and self.known[-1].size <= self.last_seq:
            known = self.known.pop()
            if not self.whole or known.size < self.last_seq:
                continue  # entries are missing, and named: there is no root to compare
            if self._has_root(known.root):
                reached = known.size
            else:
                first = min(self.agreed + 1, known.size)
                actual = self.recomputed.root().hex()
                yield _fault(
                    first, "rewritten", last=known.size, claimed=known.root.hex(), actual=actual
                )
        self.agreed = max(self.agreed, reached)

    def _has_root(self, root: bytes) -> bool:
        # Where either root agrees, the differing rows have each been named.
        return root in (self.recomputed.root(), self.stored.root())

    def _sequence(self, seq: int) -> Iterator[Fault]:
        expected = self.last_seq + 1
        self.whole = self.whole and seq == expected
        if seq > expected:
            yield _fault(expected, "entries_missing", first=expected, last=seq - 1)
        elif seq == self.last_seq:
            yield _fault(seq, "entry_repeated")
        elif seq < self.last_seq:
            yield _fault(seq, "entry_out_of_order", after=self.last_seq)
        self.last_seq = max(self.last_seq, seq)

    def _content(self, row: StoredEntry) -> Iterator[Fault]:
        if row.data is None:
            yield from self._withheld(row)
            return
        actual = leaf_hash(row.data)
        self.recomputed.append(actual)
        altered = row.leaf_hash != actual
        if altered:
            yield _fault(row.seq, "entry_altered", stored=row.leaf_hash.hex(), actual=actual.hex())
        # A stored hash of the wrong length is altered already; any other leaf keeps the count.
        self.stored.append(row.leaf_hash if len(row.leaf_hash) == len(actual) else actual)
        try:
            entry = read(row.data)
        except EntryError as error:
            yield _fault(row.seq, "entry_unreadable", detail=str(error))
            return
        if entry.seq != row.seq:
            yield _fault(row.seq, "entry_misplaced", inside=entry.seq)
        elif not altered:
            yield from self._time(entry)

    def _withheld(self, row: StoredEntry) -> Iterator[Fault]:
        leaf = row.leaf_hash
        if len(leaf) != HASH_SIZE:
            yield _fault(row.seq, "entry_unreadable", detail="its hash has another length")
            leaf = leaf_hash(leaf)
        self.recomputed.append(leaf)
        self.stored.append(leaf)

    def _time(self, entry: Entry) -> Iterator[Fault]:
        # Only sound rows tell the time, so that one altered row is not blamed on its neighbours.
        before = self.last_sound
        if before and entry.at < before.at:
            yield _fault(
                entry.seq, "time_runs_backwards", at=entry.at, before=before.at, after=before.seq
            )
        self.last_sound = entry

    def close(self, head: Head) -> Iterator[Fault]:
        for known in reversed(self.known):
            yield _fault(self.last_seq + 1, "shorter_than_known", known=known.size)
        if head.size != self.last_seq:
            first = min(head.size, self.last_seq) + 1
            yield _fault(first, "head_size_differs", claimed=head.size, counted=self.last_seq)
        elif self.whole and not self._has_root(head.root):
            actual = self.recomputed.root().hex()
            yield _fault(head.size, "head_root_differs", claimed=head.root.hex(), actual=actual)


def _fault(seq: int, code: str, **values: int | str) -> Fault:
    return Fault(seq, code, {"seq": seq, **values})
