"""Checkpoints of C2SP (tlog-checkpoint): how long the ledger is and what its root is, signed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from ledger.merkle import HASH_SIZE
from ledger.note import NoteError, Signer, Verifier, decoded, encoded, opened, text_of

LINES = 3
SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


class CheckpointError(ValueError):
    """This is no checkpoint, or not one that a known key has signed."""


@dataclass(frozen=True)
class Checkpoint:
    """What is signed: whose ledger, how many entries, and the Merkle root over them."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    def sign(self, signer: Signer) -> str:
        """The signed note."""
        return signer.sign(self.text())

    @classmethod
    def read(cls, note: str) -> Self:
        """What the note says, its signatures unchecked; raises CheckpointError."""
        try:
            return cls._of(text_of(note))
        except NoteError as error:
            raise CheckpointError(str(error)) from error

    @classmethod
    def opened(cls, note: str, verifiers: Sequence[Verifier]) -> Self:
        """What the note says, signed by a key that has the origin's name.

        Raises CheckpointError. Further lines, as the specification allows them, are passed over.
        """
        try:
            text, vouching = opened(note, verifiers)
            found = cls._of(text)
        except NoteError as error:
            raise CheckpointError(str(error)) from error
        if not any(each.name == found.origin for each in vouching):
            raise CheckpointError(f"it speaks for {found.origin}, which has not signed it")
        return found

    @classmethod
    def _of(cls, text: str) -> Self:
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < LINES or not all(lines):
            raise CheckpointError("a checkpoint has its origin, its size and its root, a line each")
        origin, size, root = lines[:LINES]
        if not SIZE.fullmatch(size):
            raise CheckpointError("a checkpoint's size is a whole number without leading zeros")
        hashed = decoded(root)
        if len(hashed) != HASH_SIZE:
            raise CheckpointError(f"a root has {HASH_SIZE} bytes")
        return cls(origin, int(size), hashed)
