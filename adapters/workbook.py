"""A table as a spreadsheet file in which nothing that was typed becomes a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import BinaryIO

import xlsxwriter

Cell = str | Decimal | date | int | None
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
LONG = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
MOST_LINES, MOST_CHARACTERS = 2**20 - 1, 32_767  # of a sheet below its head, and of a cell


def workbook(name: str, head: Sequence[str], lines: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet: its head in bold, then the lines; money as numbers, days as days."""
    data = io.BytesIO()
    write_workbook(data, name, head, lines, PLAIN)
    return data.getvalue()


def write_workbook(
    file: BinaryIO,
    name: str,
    head: Sequence[str],
    lines: Iterable[Sequence[Cell]],
    options: Mapping[str, bool] = LONG,
) -> None:
    """The same into a file, a line in memory at a time; what no sheet can hold is left out."""
    with xlsxwriter.Workbook(file, dict(options)) as book:
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, 18)
        for column, word in enumerate(head):
            sheet.write_string(0, column, word, bold)
        for row, line in enumerate(islice(lines, MOST_LINES), start=1):
            for column, cell in enumerate(line):
                if isinstance(cell, Decimal):
                    sheet.write_number(row, column, float(cell), money)
                elif isinstance(cell, int):
                    sheet.write_number(row, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, day)
                elif cell is not None:
                    sheet.write_string(row, column, cell[:MOST_CHARACTERS])
