"""Proofs: the shared vectors, every small tree, and no way to bend one."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, root
from ledger.proof import (
    ProofError,
    consistency_path,
    inclusion_path,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[3] / "shared/data/rfc6962-inclusion-vectors.json"
LARGEST = 300
LEAVES = [leaf_hash(str(number).encode()) for number in range(LARGEST)]


def roots_of_every_size() -> list[bytes]:
    frontier, roots = Frontier(), [EMPTY_ROOT]
    for leaf in LEAVES:
        frontier.append(leaf)
        roots.append(frontier.root())
    return roots


ROOTS = roots_of_every_size()


def test_the_shared_inclusion_vectors_hold() -> None:
    if not VECTORS.exists():
        pytest.skip(f"the shared vectors are absent: ../shared/data/{VECTORS.name}")
    vectors: list[dict[str, Any]] = json.loads(VECTORS.read_text())
    accepted = [vector["case"] for vector in vectors if accepts(vector)]
    assert accepted == [vector["case"] for vector in vectors if not vector["wantErr"]]
    assert len(vectors) == 98
    assert 0 < len(accepted) < 98


def accepts(vector: dict[str, Any]) -> bool:
    proof = [b64decode(node) for node in vector["proof"] or []]
    leaf, head = b64decode(vector["leafHash"]), b64decode(vector["root"])
    try:
        verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], proof, head)
    except ProofError:
        return False
    return True


@pytest.mark.parametrize("size", [*range(1, 33), 63, 64, 65, LARGEST])
def test_every_leaf_of_a_tree_is_proven(size: int) -> None:
    for index in range(size):
        proof = inclusion_path(LEAVES[:size], index)
        verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_every_smaller_tree_is_proven_a_prefix() -> None:
    for size2 in range(LARGEST + 1):
        for size1 in range(size2 + 1):
            proof = consistency_path(LEAVES[:size2], size1)
            verify_consistency(size1, size2, ROOTS[size1], ROOTS[size2], proof)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def bent(proof: list[bytes], draw: Any) -> list[bytes]:
    """The proof with one node changed, dropped, doubled, added or exchanged."""
    ways = [[*proof, ROOTS[1]], [ROOTS[1], *proof]]
    if proof:
        at = draw(st.integers(0, len(proof) - 1))
        ways += [
            [*proof[:at], flipped(proof[at], draw(st.integers(0, 255))), *proof[at + 1 :]],
            [*proof[:at], *proof[at + 1 :]],
            [*proof[: at + 1], *proof[at:]],
            [*proof[:at], proof[at][:-1], *proof[at + 1 :]],
        ]
    if len(proof) > 1:
        ways.append(proof[::-1])
    return draw(st.sampled_from(ways))


@given(st.data())
def test_a_bent_inclusion_proof_is_refused(data: Any) -> None:
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_path(LEAVES[:size], index)
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[index], index, size, bent(proof, data.draw), ROOTS[size])


@given(st.data())
def test_a_proof_shows_one_leaf_at_one_place_under_one_root(data: Any) -> None:
    size = data.draw(st.integers(2, 70))
    index, other = data.draw(st.permutations(range(size)))[:2]
    proof = inclusion_path(LEAVES[:size], index)
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[other], index, size, proof, ROOTS[size])
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[index], other, size, proof, ROOTS[size])
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size + 1])


@given(st.data())
def test_a_bent_consistency_proof_is_refused(data: Any) -> None:
    size2 = data.draw(st.integers(2, 70))
    size1 = data.draw(st.integers(1, size2 - 1))
    proof = consistency_path(LEAVES[:size2], size1)
    with pytest.raises(ProofError):
        verify_consistency(size1, size2, ROOTS[size1], ROOTS[size2], bent(proof, data.draw))


@given(st.data())
def test_a_rewritten_past_has_no_consistency_proof(data: Any) -> None:
    size2 = data.draw(st.integers(2, 70))
    size1 = data.draw(st.integers(1, size2))
    rewritten = list(LEAVES[:size2])
    rewritten[data.draw(st.integers(0, size1 - 1))] = leaf_hash(b"another")
    with pytest.raises(ProofError):
        verify_consistency(
            size1, size2, ROOTS[size1], root(rewritten), consistency_path(rewritten, size1)
        )


@pytest.mark.parametrize(
    ("size1", "size2", "root1", "root2", "proof"),
    [
        (2, 1, ROOTS[2], ROOTS[1], []),
        (-1, 1, ROOTS[1], ROOTS[1], []),
        (1, 1, ROOTS[1], ROOTS[2], []),
        (1, 1, ROOTS[1], ROOTS[1], [ROOTS[1]]),
        (0, 3, ROOTS[1], ROOTS[3], []),
        (0, 3, ROOTS[0], ROOTS[3], [ROOTS[1]]),
        (1, 3, ROOTS[1], ROOTS[3], []),
        (3, 4, ROOTS[3], ROOTS[4], []),
        # Sound proofs from 1 to 2 and from 3 to 5, claimed for trees a level higher.
        (1, 3, ROOTS[1], ROOTS[2], consistency_path(LEAVES[:2], 1)),
        (3, 9, ROOTS[3], ROOTS[5], consistency_path(LEAVES[:5], 3)),
        # A sound proof from 1 to 3, claimed for a tree a level lower.
        (1, 2, ROOTS[1], ROOTS[3], consistency_path(LEAVES[:3], 1)),
        (1, 1, b"", b"", []),
    ],
)
def test_sizes_and_roots_that_do_not_fit_are_refused(
    size1: int, size2: int, root1: bytes, root2: bytes, proof: list[bytes]
) -> None:
    with pytest.raises(ProofError):
        verify_consistency(size1, size2, root1, root2, proof)


@pytest.mark.parametrize("index", [-1, 3, 4])
def test_no_path_is_made_for_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_path(LEAVES[:3], index)
    with pytest.raises(ProofError):
        verify_inclusion(LEAVES[0], index, 3, [], ROOTS[3])


@pytest.mark.parametrize("size1", [-1, 4])
def test_no_path_is_made_for_a_tree_that_is_no_prefix(size1: int) -> None:
    with pytest.raises(IndexError):
        consistency_path(LEAVES[:3], size1)
