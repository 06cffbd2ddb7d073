"""An entry's bytes, and what is no entry."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.canonical import CanonicalError
from ledger.entry import Entry, EntryError, instant, read
from ledger.merkle import leaf_hash
from tests.ledger.bodies import texts, values

AT = "2026-11-22T05:30:00.000007Z"


def test_the_bytes_are_exactly_these() -> None:
    data, leaf = Entry(7, AT, "case.decided", {"case": "P-7", "codes": ["ok"]}).seal()
    assert data == (
        b'{"v":1,"at":"2026-11-22T05:30:00.000007Z","body":{"case":"P-7","codes":["ok"]},'
        b'"kind":"case.decided","seq":7}'
    )
    assert leaf == leaf_hash(data)


@given(st.integers(1, 2**53 - 1), st.datetimes(), st.dictionaries(texts(), values(), max_size=3))
def test_what_is_sealed_is_read_back(seq: int, at: datetime, body: dict[str, Any]) -> None:
    entry = Entry(seq, instant(at.replace(tzinfo=UTC)), "decision", body)
    assert read(entry.seal()[0]) == entry


def test_an_instant_is_written_in_utc_with_microseconds() -> None:
    east = timezone(timedelta(hours=8))
    assert instant(datetime(2026, 11, 22, 13, 30, tzinfo=east)) == "2026-11-22T05:30:00.000000Z"
    with pytest.raises(EntryError):
        instant(datetime(2026, 11, 22, tzinfo=east).replace(tzinfo=None))


@pytest.mark.parametrize(
    ("seq", "at", "kind", "body"),
    [
        (0, AT, "k", {}),
        (1, "2026-11-22T05:30:00Z", "k", {}),
        (1, "2026-11-22T05:30:00.000007+00:00", "k", {}),
        (1, "2026-02-30T05:30:00.000007Z", "k", {}),
        (1, "2026-11-22 05:30:00.000007Z", "k", {}),
        (1, AT, "", {}),
        (1, AT, "Kind", {}),
        (1, AT, "k\n", {}),
    ],
)
def test_an_ill_formed_entry_is_refused(
    seq: int, at: str, kind: str, body: dict[str, object]
) -> None:
    with pytest.raises(EntryError):
        Entry(seq, at, kind, body)


def test_a_body_without_canonical_form_is_not_sealed() -> None:
    with pytest.raises(CanonicalError):
        Entry(1, AT, "k", {"share": 0.5}).seal()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data.replace(b'"v":1', b'"v":2'),
        lambda data: data.replace(b'"kind":"k",', b""),
        lambda data: data.replace(b'"kind"', b'"king"'),
        lambda data: data.replace(b'"kind":"k"', b'"kind":"k","more":1'),
        lambda data: data.replace(b'"seq":1', b'"seq":"1"'),
        lambda data: data.replace(b'"seq":1', b'"seq":true'),
        lambda data: data.replace(b'"seq":1', b'"seq":0'),
        lambda data: data.replace(b'"kind":"k"', b'"kind":1'),
        lambda data: data.replace(b'"at":"2026', b'"at":"202b'),
        lambda data: data.replace(b'"body":{}', b'"body":[]'),
    ],
)
def test_bytes_that_hold_no_entry_are_refused(change: Any) -> None:
    body: Mapping[str, object] = {}
    data, _ = Entry(1, AT, "k", body).seal()
    assert read(data).seq == 1
    with pytest.raises(EntryError):
        read(change(data))
