"""A receipt: one entry, and the proof that it stands where a signed checkpoint says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from ledger.checkpoint import Checkpoint, CheckpointError
from ledger.entry import Entry, EntryError, read
from ledger.examination import Head
from ledger.merkle import leaf_hash
from ledger.note import NoteError, Verifier, decoded, encoded
from ledger.proof import ProofError, verify_inclusion

VERSION = 1
NAME = "plaudit_receipt"
LONGEST = 1 << 20  # octets
FIELDS = {NAME, "entry", "index", "size", "proof", "checkpoint", "key"}


class ReceiptError(ValueError):
    """The receipt does not show what it claims; `code` says which part of it fails."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True)
class Receipt:
    """`index` counts from 0; the proof leads from the entry to the checkpoint's root."""

    entry: bytes
    index: int
    size: int
    proof: Sequence[bytes]
    checkpoint: str
    key: str  # the public key, as the receipt itself says

    def text(self) -> str:
        """The file: JSON, for people to look into as well."""
        told = {
            NAME: VERSION,
            "entry": self.entry.decode(),
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
            words = [told[name] for name in ("entry", "checkpoint", "key")]
            if type(index) is not int or type(size) is not int:
                raise TypeError("a number is none")
            if not all(isinstance(word, str) for word in words):
                raise TypeError("a text is none")
            proof = [decoded(each) for each in told["proof"]]
            return cls(words[0].encode(), index, size, proof, words[1], words[2])
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise ReceiptError("not_a_receipt", "this is no receipt of a ledger") from error

    @property
    def leaf_hash(self) -> bytes:
        return leaf_hash(self.entry)

    @property
    def head(self) -> Head:
        """What its checkpoint says of the ledger; raises ReceiptError."""
        try:
            found = Checkpoint.read(self.checkpoint)
        except CheckpointError as error:
            raise ReceiptError("checkpoint_false", str(error)) from error
        return Head(found.size, found.root)

    def verify(self, verifiers: Sequence[Verifier] = ()) -> tuple[Entry, Checkpoint]:
        """The entry and the checkpoint that it stands under; raises ReceiptError.

        Without `verifiers` the key that the receipt names is taken, so that anybody could have
        made it: compare that key with the one that is known from elsewhere.
        """
        try:
            entry = read(self.entry)
        except EntryError as error:
            raise ReceiptError("entry_unreadable", str(error)) from error
        if entry.seq != self.index + 1:
            raise ReceiptError(
                "entry_misplaced", f"its entry is number {entry.seq}, its place {self.index + 1}"
            )
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


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands there twice")
    return found
