"""A receipt: one entry, and the proof that it stands where a signed checkpoint says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from ledger.checkpoint import Checkpoint, CheckpointError
from ledger.entry import Entry, EntryError, read
from ledger.merkle import leaf_hash
from ledger.note import NoteError, Verifier, decoded, encoded
from ledger.proof import ProofError, verify_inclusion

VERSION = 1
NAME = "plaudit_receipt"
LONGEST = 1 << 18  # octets
FIELDS = {NAME, "entry", "leaf", "index", "size", "proof", "checkpoint", "key"}


class ReceiptError(ValueError):
    """The receipt does not show what it claims; `code` says which part of it fails."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Receipt:
    """`index` counts from 0; the proof leads from the leaf to the checkpoint's root.

    `entry` is None where its words are closed to the holder: the leaf hash stands for them.
    """

    entry: bytes | None
    leaf_hash: bytes
    index: int
    size: int
    proof: Sequence[bytes]
    checkpoint: str
    key: str  # the public key, as the receipt itself says

    def text(self) -> str:
        """The file: JSON, for people to look into as well."""
        told = {
            NAME: VERSION,
            "entry": None if self.entry is None else self.entry.decode(),
            "leaf": encoded(self.leaf_hash),
            "index": self.index,
            "size": self.size,
            "proof": [encoded(each) for each in self.proof],
            "checkpoint": self.checkpoint,
            "key": self.key,
        }
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def read(cls, text: str) -> Self:
        """The receipt that `text` wrote; raises ReceiptError (not_a_receipt)."""
        try:
            told: Any = json.loads(text, object_pairs_hook=_once)
            if told[NAME] != VERSION or told.keys() != FIELDS:
                raise ValueError("another version")
            index, size = told["index"], told["size"]
            entry, note, key = (told[name] for name in ("entry", "checkpoint", "key"))
            if type(index) is not int or type(size) is not int:
                raise TypeError("a number is none")
            if not all(
                isinstance(word, str) for word in ("" if entry is None else entry, note, key)
            ):
                raise TypeError("a text is none")
            proof = [decoded(each) for each in told["proof"]]
            data = None if entry is None else entry.encode()
            return cls(data, decoded(told["leaf"]), index, size, proof, note, key)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ReceiptError("not_a_receipt", "this is no receipt of a ledger") from error

    def verify(self, verifiers: Sequence[Verifier] = ()) -> tuple[Entry | None, Checkpoint]:
        """The entry, unless closed, and the checkpoint that it stands under; raises ReceiptError.

        Without `verifiers` the key that the receipt names is taken, so that anybody could have
        made it: compare that key with the one that is known from elsewhere.
        """
        entry = None if self.entry is None else self._opened(self.entry)
        try:
            known = list(verifiers) or [Verifier.read(self.key)]
            checkpoint = Checkpoint.opened(self.checkpoint, known)
        except (NoteError, CheckpointError) as error:
            raise ReceiptError("checkpoint_false", str(error)) from error
        if checkpoint.size != self.size:
            raise ReceiptError(
                "size_differs", f"it counts {self.size} entries, its checkpoint {checkpoint.size}"
            )
        try:
            verify_inclusion(self.leaf_hash, self.index, self.size, self.proof, checkpoint.root)
        except ProofError as error:
            raise ReceiptError("proof_false", str(error)) from error
        return entry, checkpoint

    def _opened(self, data: bytes) -> Entry:
        try:
            entry = read(data)
        except EntryError as error:
            raise ReceiptError("entry_unreadable", str(error)) from error
        if entry.seq != self.index + 1:
            raise ReceiptError(
                "entry_misplaced", f"its entry is number {entry.seq}, its place {self.index + 1}"
            )
        if leaf_hash(data) != self.leaf_hash:
            raise ReceiptError("entry_altered", "its words are not those that the proof is for")
        return entry


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands there twice")
    return found
