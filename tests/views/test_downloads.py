"""What a spreadsheet would take for a formula comes to it as the text that it is."""

from __future__ import annotations

import csv
import io

import pytest

from views.downloads import csv_file


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_begins_a_formula(begins: str) -> None:
    cell = f"{begins}cmd|' /C calc'!A1"
    sent = csv_file("list.csv", [[cell, "plain"]]).get_data().decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(sent, newline=""))) == [f"'{cell}", "plain"]
