"""The tree: known roots, and a frontier that agrees with the definition."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root, split_point

# The roots over the first n of eight leaves that certificate-transparency implementations share.
LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    bytes(range(96, 112)).hex(),
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=80)


def grown(leaves: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_that_every_implementation_knows(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size]]
    assert root(leaves).hex() == ROOTS[size]
    assert grown(leaves).root().hex() == ROOTS[size]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert root([]) == Frontier().root() == EMPTY_ROOT == sha256(b"").digest()


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_the_split_leaves_the_larger_complete_tree_on_the_left() -> None:
    assert [split_point(size) for size in range(2, 10)] == [1, 2, 2, 4, 4, 4, 4, 8]


@given(hashes)
def test_appending_one_by_one_gives_the_root_of_all(leaves: list[bytes]) -> None:
    frontier = grown(leaves)
    assert frontier.root() == root(leaves)
    assert frontier.size == len(leaves)
    assert len(frontier.subtrees) == len(leaves).bit_count()


@given(hashes, hashes)
def test_a_stored_frontier_goes_on_as_if_never_stored(one: list[bytes], two: list[bytes]) -> None:
    frontier = Frontier.from_bytes(grown(one).to_bytes())
    for leaf in two:
        frontier.append(leaf)
    assert frontier == grown(one + two)


@pytest.mark.parametrize("data", [b"", b"\0" * 7, b"\0" * 9, b"\0" * 7 + b"\1", b"\0" * 40])
def test_bytes_that_are_no_frontier_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no frontier"):
        Frontier.from_bytes(data)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_leaf_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier().append(b"x" * size)
