"""A commitment binds a text and tells nothing of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.commitment import SALT_SIZE, commit, new_salt
from tests.ledger.bodies import texts

SALT = bytes(range(SALT_SIZE))


def test_the_commitment_is_exactly_this() -> None:
    assert commit("谢谢", SALT) == (
        "015c333791c303e227519b41428d0841c962924c805380c5e3217c7b6af73520"
    )


@given(texts(), texts(), st.binary(min_size=SALT_SIZE, max_size=SALT_SIZE))
def test_another_text_has_another_commitment(one: str, two: str, salt: bytes) -> None:
    assert (commit(one, salt) == commit(two, salt)) == (one == two)


def test_one_text_under_two_salts_looks_like_two_texts() -> None:
    assert commit("yes", new_salt()) != commit("yes", new_salt())


@pytest.mark.parametrize("size", [0, SALT_SIZE - 1, SALT_SIZE + 1])
def test_a_salt_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit("text", b"x" * size)
