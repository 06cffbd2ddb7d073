"""A certificate's code can be computed from the ledger, and by nobody who has not read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.certificate import SEQ_AT_MOST, code, read

LEAF, KEY = bytes(range(32)), "0123456789abcdef"


def test_the_code_of_a_known_entry_stays_what_it_is() -> None:
    assert code(1234, LEAF, KEY) == "1234-2KFS-3MHH-VGFK-PY8S"


@given(st.integers(1, SEQ_AT_MOST), st.binary(min_size=32, max_size=32), st.text())
def test_what_is_printed_is_read_however_it_is_typed(seq: int, leaf: bytes, key: str) -> None:
    printed = code(seq, leaf, key)
    sloppy = printed.lower().replace("-", " ").replace("1", "l").replace("0", "o")
    assert read(printed) == read(sloppy) == read(f"  {printed}\n") == (seq, printed)


def test_another_entry_number_leaf_or_winner_is_another_code() -> None:
    same = code(7, LEAF, KEY)
    others = {code(8, LEAF, KEY), code(7, LEAF[::-1], KEY), code(7, LEAF, KEY[::-1])}
    assert len(others | {same}) == len({each[-19:] for each in others | {same}}) + 1 == 4


@pytest.mark.parametrize(
    "typed",
    ["", "hello", "1234", "ABCD-ABCD-ABCD-ABCD", "0-ABCD-ABCD-ABCD-ABCD", "१२-ABCD-ABCD-ABCD-ABCD",
     "9999999999-ABCD-ABCD-ABCD-ABCD", "12-ABCD-ABCD-ABCD-ABCU", "x" * 5000],
)  # fmt: skip
def test_what_is_no_code_is_read_as_none(typed: str) -> None:
    assert read(typed) is None
