"""Cells as values, and what is wrong with those that are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from adapters.tables import Cell, Row, Table, column_letter, day_of, text_of
from workflow.refusal import Refused
from workflow.text import normal

Value = TypeVar("Value")
Progress = Callable[[int, int], None]  # rows done, of how many

EMPLOYEE = (
    "employee", "employee number", "agent", "工号", "工號", "员工", "員工", "座席", "姓名", "name",
)  # fmt: skip
DATE = ("date", "day", "日期")

KEPT_MISTAKES = 200
REMEMBERED = 50_000  # texts of a column whose value is kept: most stand in many rows
SHOWN = 80  # characters of a wrong cell
SIX_PLACES = Decimal("0.000001")
LARGEST = Decimal(10) ** 11
SECONDS_OF_A_DAY = 24 * 60 * 60
FIRST_EXCEL_DAY, LAST_EXCEL_DAY = date(1899, 12, 30), 2_958_465
YES = {"y", "yes", "true", "1", "是", "对", "對", "成立", "属实", "屬實"}
NO = {"n", "no", "false", "0", "否", "不", "不成立", "不属实", "不屬實"}


@dataclass(frozen=True)
class Mistake:
    """What is wrong with one cell: where, what stands there, what was expected (its word's id)."""

    row: int
    column: str  # letter and heading, as a spreadsheet shows them
    found: str
    expected: str

    def record(self) -> dict[str, Any]:
        return vars(self)


@dataclass
class Mistakes:
    """The first mistakes of a file, and how many there are."""

    kept: list[Mistake] = field(default_factory=list)
    count: int = 0

    def add(self, mistake: Mistake) -> None:
        self.count += 1
        if len(self.kept) < KEPT_MISTAKES:
            self.kept.append(mistake)


class Reader(Generic[Value]):
    """Reads one column of a long file: most texts stand in many rows, and are understood once.

    Where every moment counts, look into `known` first.
    """

    def __init__(self, index: int, ask: Callable[[Row], Value | None]) -> None:
        self.index, self._ask = index, ask
        self.known: dict[Cell, Value] = {}  # of texts alone: 1, 1.0 and True would be one key

    def __call__(self, row: Row) -> Value | None:
        cell = row.cells[self.index]
        if cell in self.known:
            return self.known[cell]
        value = self._ask(row)
        if isinstance(cell, str) and value is not None:
            if len(self.known) == REMEMBERED:
                self.known.clear()
            self.known[cell] = value
        return value


class Columns:
    """The columns of a table by the names that we give them; reading a cell notes its mistakes."""

    def __init__(self, table: Table, named: Mapping[str, Iterable[str]], needed: Iterable[str]):
        """`named` maps our name to the headings accepted; raises Refused without a needed one."""
        self.mistakes = Mistakes()
        self._headers = table.headers
        headings = {_plain(header): index for index, header in enumerate(table.headers) if header}
        self._index = {
            name: next((headings[_plain(h)] for h in accepted if _plain(h) in headings), None)
            for name, accepted in named.items()
        }
        missing = [next(iter(named[name])) for name in needed if self._index[name] is None]
        if missing:
            raise Refused(
                "columns_missing",
                missing=", ".join(missing),
                found=", ".join(header for header in table.headers if header)[:400],
            )

    def has(self, name: str) -> bool:
        return self._index[name] is not None

    def cell(self, row: Row, name: str) -> Cell:
        index = self._index[name]
        return None if index is None else row.cells[index]

    def read(
        self, row: Row, name: str, value_of: Callable[[Cell], Value], expected: str
    ) -> Value | None:
        """The cell's value; None where it is blank or wrong (then the mistake is noted)."""
        cell = self.cell(row, name)
        if cell is None:
            return None
        try:
            return value_of(cell)
        except (ValueError, InvalidOperation, OverflowError):
            self.wrong(row, name, expected)
            return None

    def need(
        self, row: Row, name: str, value_of: Callable[[Cell], Value], expected: str
    ) -> Value | None:
        """The same, and a blank cell is a mistake."""
        if self.cell(row, name) is None:
            self.wrong(row, name, expected)
        return self.read(row, name, value_of, expected)

    def reader(
        self, name: str, value_of: Callable[[Cell], Value], expected: str, *, needed: bool = False
    ) -> Reader[Value]:
        """`read` (or `need`) of a column that is there, for long files."""
        ask = self.need if needed else self.read
        index = self._index[name]
        if index is None:
            raise LookupError(name)
        return Reader(index, lambda row: ask(row, name, value_of, expected))

    def wrong(self, row: Row, name: str, expected: str) -> None:
        found = printable(text_of(self.cell(row, name)))
        self.mistakes.add(Mistake(row.number, self.place(name), found, expected))

    def place(self, name: str) -> str:
        """The column's letter and heading, as a spreadsheet shows them."""
        index = self._index[name] or 0
        return f"{column_letter(index)} ({self._headers[index]})"


def text(cell: Cell) -> str:
    """The cell as it reads, through the gate that all stored text passes."""
    return normal(text_of(cell))


def day(cell: Cell) -> date:
    """A day, also as the number by which a spreadsheet counts days."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if not 1 <= cell <= LAST_EXCEL_DAY:
            raise ValueError(cell)
        return FIRST_EXCEL_DAY + timedelta(days=int(cell))
    found = day_of(cell)
    if found is None:
        raise ValueError(cell)
    return found


def number(cell: Cell) -> Decimal:
    """A number from 0 on, to six decimals; 95% is 0.95."""
    if isinstance(cell, bool | date | time | timedelta):
        raise ValueError(cell)
    written = text_of(cell).strip()
    share = written.endswith(("%", "％"))
    value = Decimal(written.rstrip("%％").strip())
    if not 0 <= value < LARGEST:  # refuses NaN too
        raise ValueError(cell)
    return (value / 100 if share else value).quantize(SIX_PLACES, ROUND_HALF_UP)


def truth(cell: Cell) -> bool:
    """Y or N, yes or no, 是 or 否, 1 or 0."""
    written = text_of(cell).lower()
    if written in YES or written in NO:
        return written in YES
    raise ValueError(cell)


def seconds(cell: Cell) -> Decimal:
    """A duration: 0:02:23, a spreadsheet's time, a fraction of a day, or whole seconds."""
    if isinstance(cell, timedelta):
        return _whole(Decimal(str(cell.total_seconds())))
    if isinstance(cell, time):
        span = timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second)
        return _whole(
            Decimal(str((span + timedelta(microseconds=cell.microsecond)).total_seconds()))
        )
    if isinstance(cell, float) and 0 < cell < 1:
        return _whole(Decimal(str(cell)) * SECONDS_OF_A_DAY)
    if isinstance(cell, str) and ":" in cell:
        return _clock_seconds(cell)
    return number(cell)


def _clock_seconds(written: str) -> Decimal:
    parts = written.split(":")
    if len(parts) > 3 or not all(part.strip().replace(".", "", 1).isdigit() for part in parts):
        raise ValueError(written)
    total = Decimal(0)
    for part in parts:
        total = total * 60 + Decimal(part.strip())
    return _whole(total)


def _whole(value: Decimal) -> Decimal:
    """Rid of the dust that a fraction of a day leaves: to the millisecond."""
    if value < 0:
        raise ValueError(value)
    return value.quantize(Decimal("0.001"), ROUND_HALF_UP)


def printable(written: str) -> str:
    """What stands in a cell, short, and with a mark for each character that does not show."""
    return "".join(c if c.isprintable() else "\ufffd" for c in written[:SHOWN])


def _plain(heading: str) -> str:
    return "".join(heading.casefold().replace("_", " ").split())
