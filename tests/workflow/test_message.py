"""A message's values are ready for JSON and tell one number in one way."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.message import message, plain


def test_a_message_is_stored_with_plain_values() -> None:
    made = message("ranked", rank=4, gap=Decimal("0.350"), on=date(2026, 9, 1), tier="gold")
    assert made.record() == {
        "id": "ranked",
        "values": {"rank": 4, "gap": "0.35", "on": "2026-09-01", "tier": "gold"},
    }


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("100", "100"), ("1E+2", "100"), ("-0", "0"), ("0.000001", "0.000001")],
)
def test_a_decimal_is_written_without_exponent_or_trailing_zeros(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


@given(st.decimals(-(10**9), 10**9, places=6), st.integers(0, 6))
def test_equal_decimals_have_equal_text(number: Decimal, zeros: int) -> None:
    longer = Decimal(format(number, "f") + "0" * zeros)
    assert plain(longer) == plain(number)
    assert Decimal(plain(number)) == number
