"""Cells are read as people write them, and what is wrong with one is told by row and column."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import columns
from adapters.columns import Columns
from adapters.tables import Cell, read_table
from workflow.refusal import Refused


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0:02:23", "143"),
        ("02:23", "143"),
        (time(0, 2, 23), "143"),
        (timedelta(hours=30, seconds=1), "108001"),
        (143 / 86400, "143"),
        (109.0, "109"),
        ("12.5", "12.5"),
    ],
)
def test_a_duration_is_read_as_seconds(cell: Cell, expected: str) -> None:
    assert columns.seconds(cell) == Decimal(expected)


@given(st.integers(1, 86_399))
def test_a_fraction_of_a_day_gives_its_whole_seconds_back(seconds: int) -> None:
    assert columns.seconds(seconds / 86_400) == seconds


@pytest.mark.parametrize("cell", ["1:2:3:4", "-1", "a:b", ":", "", "NaN", "inf", True])
def test_what_is_no_duration_is_refused(cell: Cell) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        columns.seconds(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("95%", "0.95"), ("95％", "0.95"), (3.0, "3"), ("0.1", "0.1"), (0.1, "0.1"), (7, "7")],
)
def test_a_number_is_exact(cell: Cell, expected: str) -> None:
    assert columns.number(cell) == Decimal(expected)


@pytest.mark.parametrize("cell", ["-1", "1e12", "NaN", "Infinity", "one", True, date(2026, 1, 1)])
def test_what_is_no_number_from_nought_on_is_refused(cell: Cell) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        columns.number(cell)


@pytest.mark.parametrize("cell", ["2021-01-05", "2021/1/5", "2021年1月5日", 44201.0])
def test_a_day_is_read_however_it_is_written(cell: Cell) -> None:
    assert columns.day(cell) == date(2021, 1, 5)


def test_a_moment_counts_as_its_day() -> None:
    assert columns.day(datetime(2021, 1, 5, 23, 59)) == date(2021, 1, 5)  # noqa: DTZ001  # a cell


@pytest.mark.parametrize("cell", ["5 January", "2021-02-30", 0.0, 9e9, True, "2021-01-05T"])
def test_what_is_no_day_is_refused(cell: Cell) -> None:
    with pytest.raises(ValueError, match=r".*"):
        columns.day(cell)


@pytest.mark.parametrize(
    ("cell", "expected"), [("Y", True), ("否", False), (True, True), (0, False)]
)
def test_yes_and_no_are_read_in_the_languages_of_the_house(cell: Cell, expected: bool) -> None:
    assert columns.truth(cell) is expected


def test_a_mistake_names_the_row_and_column_that_a_spreadsheet_shows() -> None:
    table = read_table(b"Employee,Value\nA,1\n\nB,much\n", "x.csv")
    read = Columns(table, {"value": ("value",)}, needed=("value",))
    for row in table.rows:
        read.need(row, "value", columns.number, "number")
    assert [m.record() for m in read.mistakes.kept] == [
        {"row": 4, "column": "B (Value)", "found": "much", "expected": "number"}
    ]


def test_a_missing_column_is_named_beside_those_that_are_there() -> None:
    table = read_table(b"Employee,Value\n", "x.csv")
    with pytest.raises(Refused) as refused:
        Columns(table, {"date": ("date", "day")}, needed=("date",))
    assert refused.value.values == {"missing": "date", "found": "Employee, Value"}


def test_headings_match_whatever_their_case_spaces_and_underscores() -> None:
    table = read_table(b"EMPLOYEE_NUMBER\nE1\n", "x.csv")
    read = Columns(table, {"employee": ("employee number",)}, needed=("employee",))
    assert read.cell(next(table.rows), "employee") == "E1"


def test_a_mistake_shows_no_character_that_cannot_be_seen() -> None:
    table = read_table("Name\nA\x00B\u202eC\n".encode(), "x.csv")
    read = Columns(table, {"name": ("name",)}, needed=("name",))
    read.need(next(table.rows), "name", columns.text, "employee")
    assert [mistake.found for mistake in read.mistakes.kept] == ["A�B�C"]
