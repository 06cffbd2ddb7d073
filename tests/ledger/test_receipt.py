"""A receipt shows its entry under its checkpoint, for every place in every size; else nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from ledger.receipt import Receipt, ReceiptError
from tests.ledger.paper import FORGER, OURS, given, rows


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 26])
def test_every_entry_of_a_ledger_has_a_receipt_that_holds(size: int) -> None:
    kept = rows(size)
    for row in kept:
        text = given(row.seq, kept).text()
        entry, checkpoint = Receipt.read(text).verify([OURS.verifier])
        assert entry
        assert (entry.seq, checkpoint.size) == (row.seq, size)
        assert Receipt.read(text).text() == text


@examples(st.data())
def test_any_changed_field_is_refused(data: st.DataObject) -> None:
    told = json.loads(given(12, rows(24)).text())
    name = data.draw(st.sampled_from(["entry", "leaf", "index", "size", "proof", "checkpoint"]))
    old = told[name]
    if isinstance(old, int):
        told[name] = data.draw(st.integers().filter(lambda new: new != old))
    elif isinstance(old, list):
        told[name] = data.draw(st.permutations(old).filter(lambda new: list(new) != old))
    else:
        at = data.draw(st.integers(0, len(old) - 1))
        told[name] = old[:at] + chr(ord(old[at]) ^ 1) + old[at + 1 :]
    with pytest.raises(ReceiptError):
        Receipt.read(json.dumps(told)).verify([OURS.verifier])


def test_a_closed_receipt_holds_for_its_place_and_tells_nothing() -> None:
    closed = replace(given(12, rows(24)), entry=None)
    assert "P-12" not in closed.text()
    assert Receipt.read(closed.text()).verify([OURS.verifier])[0] is None
    moved = replace(closed, index=12)
    with pytest.raises(ReceiptError):
        Receipt.read(moved.text()).verify([OURS.verifier])


def test_a_forgers_receipt_holds_under_their_own_key_alone() -> None:
    forged = given(12, rows(24), FORGER)
    forged.verify()
    with pytest.raises(ReceiptError) as refused:
        forged.verify([OURS.verifier])
    assert refused.value.code == "checkpoint_false"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '"plaudit_receipt"',
        "[" * 100_000,
        given(3, rows(8)).text().replace('"index": 2', '"index": "2"'),
        given(3, rows(8)).text().replace('"index": 2', '"index": true'),
        given(3, rows(8)).text().replace('"index": 2', '"index": 2, "index": 3'),
        given(3, rows(8)).text().replace('"index": 2', '"index": 2, "said": "all is well"'),
        given(3, rows(8)).text().replace('"plaudit_receipt": 1', '"plaudit_receipt": 2'),
        given(3, rows(8)).text().replace("=", ""),
    ],
)
def test_what_is_no_receipt_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ReceiptError) as refused:
        Receipt.read(text).verify()
    assert refused.value.code in {"not_a_receipt", "checkpoint_false"}
