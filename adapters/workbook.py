"""A table as a spreadsheet file in which nothing that was typed becomes a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import xlsxwriter

Cell = str | Decimal | date | int | None
PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def workbook(name: str, head: Sequence[str], lines: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet: its head in bold, then the lines; money as numbers, days as days."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, PLAIN) as book:
        sheet = book.add_worksheet(name[:31])
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, 18)
        for column, word in enumerate(head):
            sheet.write_string(0, column, word, bold)
        for row, line in enumerate(lines, start=1):
            for column, cell in enumerate(line):
                if isinstance(cell, Decimal):
                    sheet.write_number(row, column, float(cell), money)
                elif isinstance(cell, int):
                    sheet.write_number(row, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(row, column, cell, day)
                elif cell is not None:
                    sheet.write_string(row, column, cell)
    return data.getvalue()
