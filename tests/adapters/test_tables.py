"""Tables are read as people have them, and odd files are refused with a sentence, never a crash."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from adapters import tables
from adapters.tables import Cell, Unreadable, day_of, read_table, text_of


def workbook(write: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False})
    write(book)
    book.close()
    return buffer.getvalue()


def rows(data: bytes, filename: str = "people.csv") -> list[tuple[int, tuple[Cell, ...]]]:
    return [(row.number, row.cells) for row in read_table(data, filename).rows]


def refusal(data: bytes, filename: str = "people.csv") -> str:
    with pytest.raises(Unreadable) as caught:
        list(read_table(data, filename).rows)
    return caught.value.message


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_an_encoding_is_recognised(encoding: str, named: str) -> None:
    table = read_table("工号,姓名\n1,张三\n".encode(encoding), "people.csv")
    assert (table.headers, table.encoding) == (("工号", "姓名"), named)
    assert [row.cells for row in table.rows] == [("1", "张三")]


def test_bytes_that_are_no_text_are_refused() -> None:
    assert refusal(b"a,b\n\xff\xff\xff\n") == "table_encoding"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_delimiter_is_recognised(delimiter: str) -> None:
    data = f'number{delimiter}name\n1{delimiter}"Li{delimiter} Na"\n'.encode()
    assert rows(data) == [(2, ("1", f"Li{delimiter} Na"))]


def test_rows_keep_the_numbers_that_a_spreadsheet_shows() -> None:
    data = b'\n\nnumber,name\n1,"Li\nNa"\n\n,\n2,Wu\n'
    assert rows(data) == [(4, ("1", "Li\nNa")), (7, ("2", "Wu"))]


def test_a_short_row_is_filled_and_a_long_one_refused() -> None:
    assert rows(b"a,b,c\n1\n") == [(2, ("1", None, None))]
    assert rows(b"a,b,,\n1,2,,\n") == [(2, ("1", "2"))]
    assert refusal(b"a,b\n1,2,3\n") == "table_row_too_long"


def test_a_file_that_cannot_be_a_table_is_refused() -> None:
    assert refusal(b"") == "table_empty"
    assert refusal(b"\n , \n") == "table_empty"
    assert refusal(b"a,b,a\n") == "table_header_twice"
    assert refusal(b'a,b\n1,"2\n') == "table_broken_row"
    assert refusal(b'a,b\n1,"2"x\n') == "table_broken_row"
    assert refusal(b"\xd0\xcf\x11\xe0 old", "people.xls") == "table_old_format"
    assert refusal(b"PK\x03\x04 and nothing more") == "table_broken_workbook"


def test_limits_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(b"a,b\n1," + b"x" * 40_000) == "table_cell_too_long"
    assert refusal(",".join(map(str, range(300))).encode()) == "table_too_wide"
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    assert refusal(b"a\n1\n2\n3\n") == "table_too_long"
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    assert refusal(b"a,b,c,d,e,f\n") == "table_too_large"


def test_a_cell_longer_than_the_parser_takes_is_refused() -> None:
    assert refusal(b'a,b\n1,"' + b"x" * 200_000 + b'"') == "table_broken_row"


def test_a_workbook_gives_native_values() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(2, 1, ["number", "value"])
        values = [
            (1001, None),
            (date(2026, 1, 5), "yyyy-mm-dd"),
            (datetime(2026, 1, 5, 3, 4), "yyyy-mm-dd hh:mm"),  # noqa: DTZ001  # as Excel has it
            (time(9, 12, 58), "hh:mm:ss"),
            (timedelta(hours=30), "[h]:mm:ss"),
        ]
        for index, (value, shown) in enumerate(values, start=3):
            sheet.write(index, 1, f"E{index}")
            sheet.write(index, 2, value, book.add_format({"num_format": shown} if shown else {}))

    assert rows(workbook(write)) == [
        (4, (None, "E3", 1001.0)),
        (5, (None, "E4", date(2026, 1, 5))),
        (6, (None, "E5", datetime(2026, 1, 5, 3, 4))),  # noqa: DTZ001
        (7, (None, "E6", time(9, 12, 58))),
        (8, (None, "E7", timedelta(hours=30))),
    ]


def test_a_formula_is_never_run() -> None:
    def write(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["number", "name"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write_string(1, 1, '=HYPERLINK("http://evil.example")')

    assert rows(workbook(write)) == [(2, (2.0, '=HYPERLINK("http://evil.example")'))]
    assert rows(b"number,name\n1,=1+1\n") == [(2, ("1", "=1+1"))]


@pytest.mark.parametrize(
    ("last", "message"),
    [
        ('<c r="XFD1"><v>1</v></c>', "table_too_wide"),
        ('</row><row r="1048576"><c r="A1048576"><v>1</v></c>', "table_too_long"),
        ('<c r="A1048576"><v>1</v></c>', "table_too_long"),
        ("<c/>" * 201, "table_too_wide"),
    ],
)
def test_a_sheet_that_would_fill_the_memory_is_refused(last: str, message: str) -> None:
    assert refusal(with_sheet(f'<sheetData><row r="1">{last}</row></sheetData>')) == message


def test_a_sheet_with_a_document_type_is_refused() -> None:
    declared = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    assert refusal(with_sheet("<sheetData/>", declared)) == "table_broken_workbook"


def test_an_archive_that_unpacks_to_too_much_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 121 * tables.MEGABYTE)
    assert refusal(buffer.getvalue()) == "table_too_large"


def with_sheet(content: str, declared: str = "") -> bytes:
    """A workbook whose first sheet is this content."""

    def write(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet()

    name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<?xml version="1.0"?>{declared}<worksheet xmlns="{name}">{content}</worksheet>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(write))) as source, zipfile.ZipFile(buffer, "w") as to:
        for part in source.namelist():
            to.writestr(part, sheet if "worksheets/sheet" in part else source.read(part))
    return buffer.getvalue()


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    read_or_refused(data)


@given(st.data())
def test_any_damage_to_a_workbook_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(BOOK)
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    read_or_refused(bytes(whole))


@given(st.data())
def test_any_damage_inside_a_workbook_is_read_or_refused(data: st.DataObject) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as source, zipfile.ZipFile(buffer, "w") as to:
        damaged = data.draw(st.sampled_from(source.namelist()))
        for part in source.namelist():
            content = source.read(part)
            if part == damaged:
                at = data.draw(st.integers(0, len(content)))
                content = content[:at] + data.draw(st.binary(max_size=3)) + content[at + 2 :]
            to.writestr(part, content)
    read_or_refused(buffer.getvalue())


def read_or_refused(data: bytes) -> None:
    """Anything but Unreadable that comes out of it fails the test."""
    with contextlib.suppress(Unreadable):
        table = read_table(data, "people.xlsx")
        assert all(len(row.cells) == len(table.headers) for row in table.rows)


BOOK = workbook(lambda book: book.add_worksheet().write_row(0, 0, ["number", "name", 1, 2.5]))


@pytest.mark.parametrize("written", ["2026-01-05", "2026/1/5", "2026年1月5日", date(2026, 1, 5)])
def test_a_day_is_read_in_the_ways_it_is_written(written: Cell) -> None:
    assert day_of(written) == date(2026, 1, 5)


@pytest.mark.parametrize("written", ["05.01.2026", "2026-13-01", "2026-1/5", "soon", 5.0, True])
def test_anything_else_is_no_day(written: Cell) -> None:
    with pytest.raises(ValueError, match="day|month"):
        day_of(written)


def test_a_number_reads_as_it_was_typed() -> None:
    cells: list[Cell] = [1001.0, 1.5, None, True, date(2026, 1, 5), " x"]
    assert [text_of(cell) for cell in cells] == ["1001", "1.5", "", "True", "2026-01-05", " x"]
    assert [tables.column_letter(index) for index in (0, 25, 26, 701, 702)] == [
        "A", "Z", "AA", "ZZ", "AAA",
    ]  # fmt: skip
