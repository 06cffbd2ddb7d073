"""The Merkle tree of RFC 9162, section 2.1, over SHA-256."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry's bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node from its two children's hashes."""
    return sha256(b"\x01" + left + right).digest()


def split_point(size: int) -> int:
    """The largest power of two below `size` (from 2): how many leaves stand on the left."""
    return 1 << ((size - 1).bit_length() - 1)


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The tree head over these leaf hashes, as the RFC defines it, level by level.

    A node without a neighbour goes up as it is: it is the whole right side of what is above it.
    """
    level = [*leaf_hashes] or [EMPTY_ROOT]
    while len(level) > 1:
        alone = level[-1:] if len(level) & 1 else []
        level = [*map(node_hash, level[::2], level[1::2]), *alone]
    return level[0]


@dataclass
class Frontier:
    """The right edge of a growing tree: all that an append needs, in O(log size) hashes.

    `subtrees` are the roots of the complete subtrees, left to right; there is one for each
    set bit of `size`.
    """

    size: int = 0
    subtrees: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        if len(leaf) != HASH_SIZE:
            raise ValueError(f"a leaf hash has {HASH_SIZE} bytes, not {len(leaf)}")
        merging = self.size
        while merging & 1:
            leaf = node_hash(self.subtrees.pop(), leaf)
            merging >>= 1
        self.subtrees.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The tree head over all leaves so far."""
        if not self.subtrees:
            return EMPTY_ROOT
        *rest, head = self.subtrees
        for subtree in reversed(rest):
            head = node_hash(subtree, head)
        return head

    def to_bytes(self) -> bytes:
        """The size in 8 bytes, most significant first, then the subtrees' hashes."""
        return self.size.to_bytes(8, "big") + b"".join(self.subtrees)

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The frontier that `to_bytes` wrote; raises ValueError when the length does not fit."""
        size, hashes = int.from_bytes(data[:8], "big"), data[8:]
        if len(data) < 8 or len(hashes) != HASH_SIZE * size.bit_count():
            raise ValueError("these bytes are no frontier")
        starts = range(0, len(hashes), HASH_SIZE)
        return cls(size, [hashes[start : start + HASH_SIZE] for start in starts])
