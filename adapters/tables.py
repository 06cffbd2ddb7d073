"""One reader for the tables that people hand in: CSV as it comes, and XLSX.

A cell is None where it was blank, text (stripped), a number, a truth value, or one of Python's
dates, times and durations. Formulas are never run: a workbook gives the value it last showed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook

from workflow.refusal import Refused

Cell = str | int | float | bool | date | datetime | time | timedelta | None

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
MAX_UNPACKED = 120 * MEGABYTE  # a workbook is a zip: what it says it unpacks to
MAX_ROWS = 250_000
LONG_BYTES, LONG_ROWS = 120 * MEGABYTE, 2_000_000  # of a text that is read line by line
MAX_COLUMNS = 200
MAX_CELL = 32_767  # Excel's own limit, in characters

# What zipfile and expat answer with to a damaged, odd or protected file.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
)

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DELIMITERS = ",;\t"
DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日)")


class Unreadable(Refused):
    """A file that is no table of ours; the message says why."""


class Row(NamedTuple):
    """One row under the headers, as wide as they are; `number` is the one a spreadsheet shows."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A header row and, once, the rows below it that are not blank.

    `length` is at least their number, for a progress bar. `encoding` is None for a workbook.
    Reading `rows` raises Unreadable too.
    """

    headers: tuple[str, ...]
    rows: Iterator[Row]
    length: int
    encoding: str | None


def read_table(data: bytes, filename: str, *, long: bool = False) -> Table:
    """The table in the file's first sheet; its content, not its name, says which format it is.

    `long` is for who keeps little of each row: then CSV may be longer. Raises Unreadable when it
    is too large, of another format, or has no header row.
    """
    is_long = long and not data.startswith(ZIP)
    most = LONG_BYTES if is_long else MAX_BYTES
    if len(data) > most:
        raise Unreadable("table_too_large", megabytes=most // MEGABYTE)
    if data.startswith(OLD_EXCEL) or filename.lower().endswith((".xls", ".et", ".numbers")):
        raise Unreadable("table_old_format")
    if data.startswith(ZIP):
        return _table(*_workbook(data), MAX_ROWS, encoding=None)
    encoding = _encoding(data)
    records = _records(data, encoding)
    lines = data.count(b"\n") + 1
    return _table(records, lines, LONG_ROWS if is_long else MAX_ROWS, encoding=encoding)


def text_of(cell: Cell) -> str:
    """The cell as it reads: a whole number has no decimals, a day is 2026-11-03."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def day_of(cell: Cell) -> date | None:
    """The day in the cell: a date, or 2026-11-03, 2026/11/3, 2026年11月3日; raises ValueError."""
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = DAY.fullmatch(cell) if isinstance(cell, str) else None
    if not found:
        raise ValueError(f"no day: {cell!r}")
    year, month, day = (int(part) for part in found.groups() if part)
    return date(year, month, day)


def column_letter(index: int) -> str:
    """The name that a spreadsheet shows for the column; 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _table(
    records: Iterable[tuple[Cell, ...]], length: int, most: int, *, encoding: str | None
) -> Table:
    numbered = enumerate(records, start=1)
    header = next(_rows(numbered, most), None)
    if header is None:
        raise Unreadable("table_empty")
    names = [text_of(cell) for cell in header.cells]
    while names and not names[-1]:
        names.pop()
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise Unreadable("table_header_twice", header=twice)
    return Table(tuple(names), _rows(numbered, most, len(names)), length, encoding)


def _rows(
    numbered: Iterable[tuple[int, tuple[Cell, ...]]], most: int, width: int | None = None
) -> Iterator[Row]:
    """The rows that are not blank, within the limits; each of the width, where one is given."""
    for number, cells in numbered:
        if number > most:
            raise Unreadable("table_too_long", rows=most)
        if len(cells) != width:
            if len(cells) > MAX_COLUMNS:
                raise Unreadable("table_too_wide", columns=MAX_COLUMNS, row=number)
            if width is not None:
                cells = _fitted(number, cells, width)  # noqa: PLW2901  # a million times here
        if cells.count(None) < len(cells):
            yield Row(number, cells)


def _fitted(number: int, cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    if any(cell is not None for cell in cells[width:]):
        raise Unreadable("table_row_too_long", row=number, columns=width)
    return cells[:width] + (None,) * (width - len(cells))


def _check_lengths(number: int, cells: Iterable[Cell]) -> None:
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and len(cell) > MAX_CELL:
            raise Unreadable(
                "table_cell_too_long", row=number, column=column_letter(index), length=MAX_CELL
            )


# CSV


def _encoding(data: bytes) -> str:
    """The encoding that the text is in. GB18030 comes last: it takes almost anything."""
    encodings = ("utf-8-sig", "gb18030")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16", "gb18030")  # Excel's "Unicode text"
    for encoding in encodings:
        if _decodes(data, encoding):
            return encoding.removesuffix("-sig")
    raise Unreadable("table_encoding")


def _decodes(data: bytes, encoding: str) -> bool:
    """Whether the data is such text; piece by piece, so that it never lies there as a whole."""
    decoder, pieces = codecs.getincrementaldecoder(encoding)(), memoryview(data)
    try:
        for start in range(0, len(data), MEGABYTE):
            decoder.decode(pieces[start : start + MEGABYTE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _records(data: bytes, encoding: str) -> Iterator[tuple[Cell, ...]]:
    with_mark = "utf-8-sig" if encoding == "utf-8" else encoding
    text = io.TextIOWrapper(io.BytesIO(data), with_mark, newline="")
    first = text.read(MAX_CELL).lstrip("\r\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    text.seek(0)
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(reader, start=1):
            if sum(map(len, record)) > MAX_CELL:
                _check_lengths(number, record)
            yield tuple([cell.strip() or None for cell in record])
    except csv.Error as error:
        raise Unreadable("table_broken_row", row=number + 1) from error


# XLSX


def _workbook(data: bytes) -> tuple[Iterator[tuple[Cell, ...]], int]:
    """The first sheet's records and how many they are."""
    _check_extent(data)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    except (CalamineError, ValueError, IndexError, OSError) as error:
        raise Unreadable("table_broken_workbook") from error
    start = sheet.start
    indent: tuple[Cell, ...] = (None,) * (start[1] if start else 0)
    rows = enumerate(sheet.iter_rows(), start=1)
    return (indent + _clean(number, row) for number, row in rows), sheet.total_height


def _clean(number: int, record: Sequence[Cell]) -> tuple[Cell, ...]:
    _check_lengths(number, record)
    return tuple((cell.strip() or None) if isinstance(cell, str) else cell for cell in record)


def _check_extent(data: bytes) -> None:
    """Refuse what would not fit in memory: calamine lays a sheet out whole, blank cells as well."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise Unreadable("table_too_large", megabytes=MAX_UNPACKED // MEGABYTE)
            for name in archive.namelist():  # a sheet may be kept under any name
                content = archive.read(name)
                if b"sheetData" in content:
                    _Extent().check(content)
    except DAMAGE as error:
        raise Unreadable("table_broken_workbook") from error


class _Extent:
    """Follows the row and column numbers of a sheet, without its values."""

    def __init__(self) -> None:
        self.row = self.column = 0

    def check(self, sheet: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = self._doctype
        parser.Parse(sheet, True)

    def _element(self, tag: str, given: dict[str, str]) -> None:
        kind, where = tag.rpartition(":")[2], given.get("r", "")
        if kind == "row":
            self.row, self.column = _number(where, self.row + 1), 0
        elif kind == "c":
            letters = where.rstrip("0123456789")
            self.column = _column(letters) if letters else self.column + 1
            self.row = max(self.row, _number(where[len(letters) :], 0))
        if self.row > MAX_ROWS:
            raise Unreadable("table_too_long", rows=MAX_ROWS)
        if self.column > MAX_COLUMNS:
            raise Unreadable("table_too_wide", columns=MAX_COLUMNS, row=self.row)

    def _doctype(self, *declaration: object) -> None:
        raise Unreadable("table_broken_workbook")


def _number(digits: str, otherwise: int) -> int:
    return int(digits) if re.fullmatch(r"[0-9]{1,9}", digits) else otherwise


def _column(letters: str) -> int:
    """A is 1; more than three letters is beyond any limit."""
    column = 0
    for letter in letters[:4].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return column
