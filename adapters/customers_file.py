"""A file of customers as lines of values, under the headings of three scripts.

What stands in a cell is nobody's business but the customer's: a mistake names the cell alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters import columns, people_file
from adapters.columns import Columns, Mistake, Mistakes, Progress
from adapters.tables import Cell, Row, Table
from workflow.refusal import Refused
from workflow.text import misleads, plain_reference
from workflow.vocabulary import Language

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "customer_number": (
        "customer_number", "customer", "客户编号", "客戶編號", "会员号", "會員編號",
    ),
    "language": ("language", "语言", "語言"),
    "consent": ("consent", "同意回访", "同意回訪", "同意聯絡"),
    "keep_until": ("keep_until", "保存至", "保留至", "保存期限"),
    "name": ("name", "姓名", "客户姓名", "客戶姓名"),
    "email": people_file.COLUMNS["email"],
    "phone": ("phone", "telephone", "电话", "電話", "手机", "手機"),
    "do_not_contact": ("do_not_contact", "请勿联系", "請勿聯絡", "謝絕來電", "谢绝来电"),
    "references": ("references", "业务单号", "業務單號", "單號", "单号"),
}  # fmt: skip
HEADINGS: Mapping[Language, tuple[str, ...]] = {
    Language.EN: tuple(COLUMNS),
    Language.ZH_HANS: (
        "客户编号", "语言", "同意回访", "保存至", "姓名", "邮箱", "电话", "请勿联系", "业务单号",
    ),
    Language.ZH_HANT: (
        "客戶編號", "語言", "同意回訪", "保留至", "姓名", "電子郵件", "電話", "請勿聯絡",
        "業務單號",
    ),
}  # fmt: skip
NEEDED = ("customer_number", "language", "consent", "keep_until")
LONGEST = {"customer_number": 60, "name": 100, "email": 254, "phone": 40}
PHONE = re.compile(r"[+＋]?[\d０-９][\d０-９ ()（）./#*x-]{2,38}", re.IGNORECASE)
HIDDEN = "•••"  # stands for what was found
BETWEEN = re.compile(r"[;；,，、|\n]+")
REFERENCES_AT_MOST = 500
LONGEST_REFERENCE = 100


@dataclass(frozen=True)
class Line:
    """One customer of the file: the values of the columns that the file has."""

    row: int
    number: str
    values: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<line {self.row}>"


@dataclass
class Reading:
    """What a file says; `places` names its columns as a spreadsheet shows them."""

    lines: list[Line] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    mistakes: Mistakes = field(default_factory=Mistakes)
    rows: int = 0


def read(table: Table, on_row: Progress = lambda done, of: None) -> Reading:
    """The file's customers, and the mistakes that the file alone shows; raises Refused."""
    file = _Discreet.of(table)
    reading = Reading(mistakes=file.mistakes)
    reading.places = {name: file.place(name) for name in COLUMNS if file.has(name)}
    numbers: set[str] = set()
    owners: dict[str, str] = {}
    for row in table.rows:
        values = _values(file, row)
        number = values.pop("customer_number")
        if isinstance(number, str):
            if number in numbers:
                file.wrong(row, "customer_number", "once")
            numbers.add(number)
            for reference in _references_in(values):
                if owners.setdefault(reference, number) != number:
                    file.wrong(row, "references", "own_reference")
            reading.lines.append(Line(row.number, number, values))
        reading.rows += 1
        on_row(reading.rows, table.length)
    return reading


class _Discreet(Columns):
    """Columns whose mistakes do not repeat what stands in the cell."""

    @classmethod
    def of(cls, table: Table) -> _Discreet:
        """Raises Refused without repeating the file's first row: it may be a customer's."""
        try:
            return cls(table, COLUMNS, NEEDED)
        except Refused as refused:
            raise Refused("customer_columns_missing", missing=refused.values["missing"]) from None

    def wrong(self, row: Row, name: str, expected: str) -> None:
        found = HIDDEN if self.cell(row, name) is not None else ""
        self.mistakes.add(Mistake(row.number, self.place(name), found, expected))


def _values(file: Columns, row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, (value_of, expected) in READERS.items():
        if name in NEEDED:
            values[name] = file.need(row, name, value_of, expected)
        elif file.has(name):
            values[name] = file.read(row, name, value_of, expected)
    return values


def _references_in(values: Mapping[str, Any]) -> tuple[str, ...]:
    found: tuple[str, ...] = values.get("references") or ()
    return found


def _line(name: str) -> Callable[[Cell], str]:
    """Reads one line of text that shows what it is."""

    def read_line(cell: Cell) -> str:
        text = columns.text(cell)
        if len(text) > LONGEST[name] or misleads(text):
            raise ValueError(name)
        return text

    return read_line


def _email(cell: Cell) -> str:
    text = _line("email")(cell)
    if not people_file.EMAIL.fullmatch(text):
        raise ValueError("email")
    return text


def _phone(cell: Cell) -> str:
    text = _line("phone")(cell)
    if not PHONE.fullmatch(text):
        raise ValueError("phone")
    return text


def _references(cell: Cell) -> tuple[str, ...]:
    """The ids in the cell, each once, by their letters and figures."""
    found = {plain_reference(one) for one in BETWEEN.split(columns.text(cell))} - {""}
    if len(found) > REFERENCES_AT_MOST or any(len(one) > LONGEST_REFERENCE for one in found):
        raise ValueError("references")
    return tuple(sorted(found))


READERS: Mapping[str, tuple[Callable[[Cell], Any], str]] = {
    "customer_number": (_line("customer_number"), "short_text"),
    "language": (people_file.language, "language"),
    "consent": (columns.truth, "yes_or_no"),
    "keep_until": (columns.day, "day"),
    "name": (_line("name"), "short_text"),
    "email": (_email, "email"),
    "phone": (_phone, "phone"),
    "do_not_contact": (columns.truth, "yes_or_no"),
    "references": (_references, "references"),
}
