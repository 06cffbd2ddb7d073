"""Inclusion and consistency proofs of RFC 9162, sections 2.1.3 and 2.1.4."""

from collections.abc import Sequence

from ledger.merkle import EMPTY_ROOT, HASH_SIZE, node_hash, root, split_point


class ProofError(ValueError):
    """The proof does not show what it claims."""


def inclusion_path(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of the leaf at `index` (from 0), nearest sibling first."""
    if not 0 <= index < len(leaf_hashes):
        raise IndexError(f"no leaf {index} in a tree of {len(leaf_hashes)}")
    if len(leaf_hashes) == 1:
        return []
    k = split_point(len(leaf_hashes))
    left, right = leaf_hashes[:k], leaf_hashes[k:]
    if index < k:
        return [*inclusion_path(left, index), root(right)]
    return [*inclusion_path(right, index - k), root(left)]


def consistency_path(leaf_hashes: Sequence[bytes], size1: int) -> list[bytes]:
    """The proof that the tree over the first `size1` leaves is a prefix of the whole tree."""
    if not 0 <= size1 <= len(leaf_hashes):
        raise IndexError(f"no tree of {size1} in a tree of {len(leaf_hashes)}")
    return _subproof(leaf_hashes, size1, known=True) if size1 else []


def _subproof(leaf_hashes: Sequence[bytes], size1: int, *, known: bool) -> list[bytes]:
    # `known`: this subtree's root is the old tree's root, which the verifier already holds.
    if size1 == len(leaf_hashes):
        return [] if known else [root(leaf_hashes)]
    k = split_point(len(leaf_hashes))
    left, right = leaf_hashes[:k], leaf_hashes[k:]
    if size1 <= k:
        return [*_subproof(left, size1, known=known), root(right)]
    return [*_subproof(right, size1 - k, known=False), root(left)]


def verify_inclusion(
    leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Show that `leaf_hash` stands at `index` (from 0) in the tree; raises ProofError."""
    _require_hashes(leaf_hash, root, *proof)
    if not 0 <= index < size:
        raise ProofError(f"no leaf {index} in a tree of {size}")
    fn, sn, computed = index, size - 1, leaf_hash
    for sibling in proof:
        if sn == 0:
            raise ProofError("the proof is too long")
        if fn & 1 or fn == sn:
            computed = node_hash(sibling, computed)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            computed = node_hash(computed, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError("the proof is too short")
    if computed != root:
        raise ProofError("the proof leads to another root")


def verify_consistency(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]
) -> None:
    """Show that tree 1 is a prefix of tree 2; raises ProofError."""
    _require_hashes(root1, root2, *proof)
    if not 0 <= size1 <= size2:
        raise ProofError(f"a tree of {size1} is no prefix of a tree of {size2}")
    if size1 in (0, size2):
        _verify_trivial_consistency(size1, size2, root1, root2, proof)
        return
    nodes = list(proof)
    if size1.bit_count() == 1:
        nodes.insert(0, root1)
    if not nodes:
        raise ProofError("the proof is too short")
    fn, sn = size1 - 1, size2 - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if sn == 0:
            raise ProofError("the proof is too long")
        if fn & 1 or fn == sn:
            old, new = node_hash(node, old), node_hash(node, new)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, node)
        fn, sn = fn >> 1, sn >> 1
    if sn != 0:
        raise ProofError("the proof is too short")
    if (old, new) != (root1, root2):
        raise ProofError("the proof leads to another root")


def _verify_trivial_consistency(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: Sequence[bytes]
) -> None:
    if proof:
        raise ProofError("the proof is too long")
    if size1 == 0 and root1 != EMPTY_ROOT:
        raise ProofError("the root of an empty tree is another")
    if size1 == size2 and root1 != root2:
        raise ProofError("one size, two roots")


def _require_hashes(*hashes: bytes) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise ProofError(f"a hash has {HASH_SIZE} bytes")
