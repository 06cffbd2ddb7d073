"""What is sealed opens with its key, in its place, unchanged, and in no other way."""

from __future__ import annotations

import pytest

from adapters.sealing import Sealer, Unsealable

ONE, TWO = "first key, as long as it has to be", "second key, as long as it has to be"


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    sealed = Sealer([ONE]).seal("王芳 wang@example.cn".encode(), "row 1")
    assert Sealer([ONE]).open(sealed, "row 1").decode() == "王芳 wang@example.cn"
    assert b"wang" not in sealed
    assert sealed != Sealer([ONE]).seal("王芳 wang@example.cn".encode(), "row 1")


def test_a_value_does_not_open_in_another_row() -> None:
    sealed = Sealer([ONE]).seal(b"Wang", "row 1")
    with pytest.raises(Unsealable):
        Sealer([ONE]).open(sealed, "row 2")


def test_no_changed_byte_goes_unnoticed() -> None:
    sealed = Sealer([ONE]).seal(b"Wang", "row 1")
    for at in range(len(sealed)):
        damaged = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        with pytest.raises(Unsealable):
            Sealer([ONE]).open(damaged, "row 1")
    for length in range(len(sealed)):
        with pytest.raises(Unsealable):
            Sealer([ONE]).open(sealed[:length], "row 1")


def test_the_first_key_seals_and_all_open() -> None:
    before = Sealer([ONE]).seal(b"Wang", "row 1")
    turning = Sealer([TWO, ONE])
    assert turning.open(before, "row 1") == b"Wang"
    assert not turning.is_current(before)
    after = turning.seal(b"Wang", "row 1")
    assert turning.is_current(after)
    with pytest.raises(Unsealable, match="PLAUDIT_CUSTOMER_KEYS"):
        Sealer([ONE]).open(after, "row 1")


def test_a_digest_takes_the_key_to_compute() -> None:
    assert Sealer([ONE]).digest("call77") == Sealer([ONE]).digest("call77")
    assert Sealer([ONE]).digest("call77") != Sealer([TWO]).digest("call77")
    assert Sealer([TWO, ONE]).digests("call77") == [
        Sealer([TWO]).digest("call77"),
        Sealer([ONE]).digest("call77"),
    ]


def test_a_sealer_does_not_show_its_keys() -> None:
    assert ONE not in repr(vars(Sealer([ONE])))
