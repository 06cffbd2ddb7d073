"""An export held against checkpoints and receipts that others have kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from ledger.checkpoint import Checkpoint, CheckpointError
from ledger.entry import EntryError
from ledger.entry import read as read_entry
from ledger.examination import Fault, Head, StoredEntry, examine
from ledger.export import Export, ExportError, read
from ledger.note import NoteError, Verifier
from ledger.receipt import Receipt, ReceiptError

EPOCH = b'"kind":"epoch"'


@dataclass
class Verification:
    """One reading of an export; the counts are complete once `faults` is exhausted."""

    file: IO[bytes]
    checkpoints: Sequence[tuple[str, str]] = ()  # the name of the file, and the note
    receipts: Sequence[tuple[str, str]] = ()
    keys: Sequence[Verifier] = ()  # none: the one that the export names

    export: Export | None = None
    entries: int = 0
    withheld: int = 0
    known: dict[str, Head] = field(default_factory=dict)  # by the name of the file
    # Where the ledger itself says that it went on from an older copy: the entry, the size of the
    # copy, and the size of the checkpoint that no longer fits.
    epochs: list[tuple[int, int, int]] = field(default_factory=list)
    _kept: dict[int, list[tuple[str, Receipt]]] = field(default_factory=dict)

    @property
    def trusted_from_elsewhere(self) -> bool:
        """Whether the key was handed in, and not only read from the export itself."""
        return bool(self.keys)

    def faults(self) -> Iterator[Fault]:
        """Every fault, as it is met; a line that is none of an export ends the reading."""
        try:
            self.export, entries = read(self.file)
            known = self._verifiers(self.export)
            yield from self._checkpoints(self.export.origin, known)
            yield from self._receipts(self.export.origin, known)
            heads = self.known.values()
            yield from _forks(self.known)
            yield from self._examined(entries, self.export, heads)
        except ExportError as error:
            yield Fault(self.entries, "export_broken", {"seq": self.entries, "detail": str(error)})

    def _examined(
        self, entries: Iterator[StoredEntry], export: Export, heads: Iterable[Head]
    ) -> Iterator[Fault]:
        against: list[Fault] = []
        yield from examine(self._counted(entries, against), export.head, heads)
        yield from against
        for seq, kept in sorted(self._kept.items()):
            for name, _ in kept:
                yield Fault(seq, "receipt_without_entry", {"seq": seq, "file": name})

    def _counted(
        self, entries: Iterator[StoredEntry], against: list[Fault]
    ) -> Iterator[StoredEntry]:
        for entry in entries:
            self.entries += 1
            self.withheld += entry.data is None
            self._note_epoch(entry)
            for name, receipt in self._kept.pop(entry.seq, ()):
                if receipt.leaf_hash != entry.leaf_hash:
                    values: dict[str, int | str] = {"seq": entry.seq, "file": name}
                    against.append(Fault(entry.seq, "receipt_differs", values))
            yield entry

    def _note_epoch(self, stored: StoredEntry) -> None:
        if stored.data is None or EPOCH not in stored.data:
            return
        with suppress(EntryError):
            entry = read_entry(stored.data)
            sizes = [entry.body.get(name) for name in ("size", "known_size")]
            if entry.kind == "epoch" and all(type(size) is int for size in sizes):
                self.epochs.append((stored.seq, *sizes))  # type: ignore[arg-type]  # just checked

    def _verifiers(self, export: Export) -> Sequence[Verifier]:
        if self.keys:
            return self.keys
        try:
            return [Verifier.read(export.key)]
        except NoteError as error:
            raise ExportError(1, f"its key is none: {error}") from error

    def _checkpoints(self, origin: str, known: Sequence[Verifier]) -> Iterator[Fault]:
        for name, note in self.checkpoints:
            try:
                found = Checkpoint.opened(note, known)
            except CheckpointError as error:
                yield Fault(0, "checkpoint_false", {"seq": 0, "file": name, "detail": str(error)})
                continue
            if found.origin != origin:
                values: dict[str, int | str] = {"seq": 0, "file": name, "origin": found.origin}
                yield Fault(0, "checkpoint_of_another", values)
                continue
            self.known[name] = Head(found.size, found.root)

    def _receipts(self, origin: str, known: Sequence[Verifier]) -> Iterator[Fault]:
        for name, text in self.receipts:
            try:
                receipt = Receipt.read(text)
                _, checkpoint = receipt.verify(known)
            except ReceiptError as error:
                yield Fault(0, "receipt_false", {"seq": 0, "file": name, "detail": str(error)})
                continue
            if checkpoint.origin != origin:
                values: dict[str, int | str] = {"seq": 0, "file": name, "origin": checkpoint.origin}
                yield Fault(0, "checkpoint_of_another", values)
                continue
            self.known[name] = Head(checkpoint.size, checkpoint.root)
            self._kept.setdefault(receipt.index + 1, []).append((name, receipt))


def _forks(known: dict[str, Head]) -> Iterator[Fault]:
    """Two roots signed for one size: no export is needed to know that one of them is false."""
    sizes = Counter(size for size, _ in {(head.size, head.root) for head in known.values()})
    for size, roots in sorted(sizes.items()):
        if roots > 1:
            names = ", ".join(sorted(name for name, head in known.items() if head.size == size))
            yield Fault(size, "signed_twice", {"seq": size, "files": names})


def texts(paths: Iterable[Path], longest: int) -> list[tuple[str, str]]:
    """The files' names and texts; raises OSError or ValueError for what is no short text."""
    found = []
    for path in paths:
        with path.open("rb") as file:
            data = file.read(longest + 1)
        if len(data) > longest:
            raise ValueError(f"{path} is longer than any checkpoint or receipt")
        found.append((str(path), data.decode()))
    return found
