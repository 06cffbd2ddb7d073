"""Every fault found, at its place; a sound ledger never blamed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.examination import Fault, Head, StoredEntry, examine
from ledger.merkle import Frontier, leaf_hash, root
from tests.ledger.bodies import START, stored_entries, stored_entry


def head_of(rows: list[StoredEntry]) -> Head:
    return Head(len(rows), root([row.leaf_hash for row in rows]))


def found(rows: list[StoredEntry], head: Head) -> list[tuple[int, str]]:
    return [(fault.seq, fault.code) for fault in examine(rows, head)]


ROWS = stored_entries(9)
HEAD = head_of(ROWS)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 9, 100])
def test_a_sound_ledger_has_no_fault(size: int) -> None:
    rows = stored_entries(size)
    assert found(rows, head_of(rows)) == []


@given(st.data())
def test_any_changed_byte_is_found_at_its_row_and_nowhere_else(data: Any) -> None:
    at = data.draw(st.integers(0, len(ROWS) - 1))
    row = ROWS[at]
    position = data.draw(st.integers(0, len(row.data) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != row.data[position]))
    changed = row.data[:position] + bytes([byte]) + row.data[position + 1 :]
    faults = found([*ROWS[:at], replace(row, data=changed), *ROWS[at + 1 :]], HEAD)
    assert (row.seq, "entry_altered") in faults
    assert {seq for seq, _ in faults} == {row.seq}


@given(st.integers(0, 8), st.binary(max_size=40) | st.binary(min_size=32, max_size=32))
def test_a_changed_leaf_hash_is_found_at_its_row_and_nowhere_else(at: int, leaf: bytes) -> None:
    rows = [*ROWS[:at], replace(ROWS[at], leaf_hash=leaf), *ROWS[at + 1 :]]
    assert found(rows, HEAD) == [(at + 1, "entry_altered")]


@given(st.integers(0, 7), st.integers(1, 8))
def test_deleted_rows_are_found_where_they_stood(first: int, count: int) -> None:
    last = min(first + count, len(ROWS) - 1)
    faults = list(examine(ROWS[:first] + ROWS[last:], HEAD))
    assert [(fault.seq, fault.code) for fault in faults] == [(first + 1, "entries_missing")]
    assert faults[0].values == {"seq": first + 1, "first": first + 1, "last": last}


@pytest.mark.parametrize("kept", range(9))
def test_rows_deleted_at_the_end_are_found(kept: int) -> None:
    assert found(ROWS[:kept], HEAD) == [(kept + 1, "head_size_differs")]


@given(st.permutations(range(9)))
def test_rows_that_changed_places_are_each_found(order: list[int]) -> None:
    rows = [replace(ROWS[old], seq=seq) for seq, old in enumerate(order, start=1)]
    moved = {seq for seq, old in enumerate(order, start=1) if old + 1 != seq}
    faults = found(rows, HEAD)
    assert {seq for seq, code in faults if code == "entry_misplaced"} == moved
    assert ((9, "head_root_differs") in faults) == bool(moved)


def test_two_rows_that_swapped_their_bytes_are_both_found() -> None:
    rows = list(ROWS)
    rows[2], rows[6] = replace(ROWS[2], data=ROWS[6].data), replace(ROWS[6], data=ROWS[2].data)
    faults = found(rows, HEAD)
    assert {(3, "entry_altered"), (3, "entry_misplaced")} <= set(faults)
    assert {(7, "entry_altered"), (7, "entry_misplaced")} <= set(faults)
    assert {seq for seq, _ in faults} == {3, 7}


def test_a_row_rewritten_with_its_hash_betrays_itself_by_the_root() -> None:
    forged = stored_entry(4, START + timedelta(minutes=4), {"case": "forged"})
    assert found([*ROWS[:3], forged, *ROWS[4:]], HEAD) == [(9, "head_root_differs")]


def test_a_repeated_row_and_a_row_out_of_order_are_found() -> None:
    assert found([*ROWS[:4], ROWS[3], *ROWS[4:]], HEAD) == [(4, "entry_repeated")]
    assert found([*ROWS[:4], ROWS[1], *ROWS[4:]], HEAD) == [
        (2, "entry_out_of_order"),
        (2, "time_runs_backwards"),
    ]


def test_time_that_runs_backwards_is_found_although_every_hash_agrees() -> None:
    rows = [*ROWS[:4], stored_entry(5, START), *ROWS[5:]]
    faults = list(examine(rows, head_of(rows)))
    assert faults == [
        Fault(
            5,
            "time_runs_backwards",
            {
                "seq": 5,
                "at": "2026-01-01T08:00:00.000000Z",
                "before": "2026-01-01T08:04:00.000000Z",
                "after": 4,
            },
        )
    ]


def test_two_entries_of_one_instant_are_no_fault() -> None:
    rows = [stored_entry(1, START), stored_entry(2, START)]
    assert found(rows, head_of(rows)) == []


def test_a_row_that_holds_no_entry_is_found() -> None:
    odd = StoredEntry(5, b"{}", leaf_hash(b"{}"))
    rows = [*ROWS[:4], odd, *ROWS[5:]]
    assert found(rows, head_of(rows)) == [(5, "entry_unreadable")]


def test_a_head_that_claims_another_size_or_root_is_found() -> None:
    assert found(ROWS, Head(8, HEAD.root)) == [(9, "head_size_differs")]
    assert found(ROWS, Head(10, HEAD.root)) == [(10, "head_size_differs")]
    assert found(ROWS, Head(9, b"\0" * 32)) == [(9, "head_root_differs")]
    assert found([], Head(0, b"")) == [(0, "head_root_differs")]


@given(st.data())
def test_no_set_of_edits_to_rows_passes_unseen(data: Any) -> None:
    rows = list(ROWS)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(rows) - 1)) if rows else 0
        edit = data.draw(st.sampled_from(["drop", "double", "swap", "reseal", "insert"]))
        if edit == "insert" or not rows:
            rows.insert(at, stored_entry(at + 1, START + timedelta(minutes=at)))
        elif edit == "drop":
            del rows[at]
        elif edit == "double":
            rows.insert(at, rows[at])
        elif edit == "swap":
            rows[at], rows[0] = rows[0], rows[at]
        else:
            rows[at] = stored_entry(rows[at].seq, START, {"case": "forged"})
    assert (found(rows, HEAD) == []) == (rows == ROWS)


def test_the_examination_reads_one_row_at_a_time() -> None:
    frontier = Frontier()
    for row in ROWS:
        frontier.append(row.leaf_hash)
    taken: list[int] = []

    def rows() -> Any:
        for row in ROWS[:3] + ROWS[4:]:
            taken.append(row.seq)
            yield row

    assert next(examine(rows(), Head(9, frontier.root()))).seq == 4
    assert taken == [1, 2, 3, 5]
