"""Files of conduct records: complaints, breaches, quality faults, failed re-trainings, absences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from adapters import columns
from adapters.columns import Columns, Mistakes, Progress
from adapters.tables import Cell, Row, Table
from workflow.vocabulary import ConductKind

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "employee": columns.EMPLOYEE,
    "date": columns.DATE,
    "kind": ("kind", "类型", "類型", "类别", "類別"),
    "upheld": ("upheld", "是否成立", "成立"),
    "reference": ("reference", "编号", "編號", "单号", "單號"),
    "effective_from": ("effective_from", "生效日期", "生效日"),
}
OPTIONAL = frozenset({"effective_from"})
KINDS: Mapping[str, ConductKind] = {
    **{kind.value: kind for kind in ConductKind},
    **dict.fromkeys(("投诉", "投訴", "客诉", "客訴"), ConductKind.COMPLAINT),
    **dict.fromkeys(("违纪", "違紀", "违规", "違規"), ConductKind.BREACH),
    **dict.fromkeys(("质量差错", "品質缺失"), ConductKind.QUALITY_FAULT),
    **dict.fromkeys(("复训未通过", "複訓未通過"), ConductKind.RETRAINING_FAILED),
    **dict.fromkeys(("缺勤",), ConductKind.ABSENCE),
}
LONGEST_REFERENCE = 100


@dataclass(frozen=True)
class Line:
    """One record as the file tells it."""

    employee: str
    day: date
    kind: ConductKind
    upheld: bool
    reference: str
    effective_from: date | None = None  # None: as if it had always been so


@dataclass
class Reading:
    """What a file says; `seen` holds the row in which an employee stands first."""

    lines: list[Line] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    employee_column: str = ""
    mistakes: Mistakes = field(default_factory=Mistakes)
    rows: int = 0


def read(table: Table, on_row: Progress = lambda done, of: None) -> Reading:
    """The file's records; raises Refused when it lacks a column."""
    found = Columns(table, COLUMNS, needed=[name for name in COLUMNS if name not in OPTIONAL])
    reading = Reading(mistakes=found.mistakes, employee_column=found.place("employee"))
    known: set[tuple[str, str]] = set()
    for row in table.rows:
        reading.rows += 1
        on_row(reading.rows, table.length)
        line = _line(found, row)
        if line is None:
            continue
        reading.seen.setdefault(line.employee, row.number)
        if (line.employee, line.reference) in known:
            found.wrong(row, "reference", "once")
        known.add((line.employee, line.reference))
        reading.lines.append(line)
    return reading


def _line(found: Columns, row: Row) -> Line | None:
    employee = found.need(row, "employee", columns.text, "employee")
    day = found.need(row, "date", columns.day, "day")
    kind = found.need(row, "kind", _kind, "conduct_kind")
    upheld = _upheld(found, row, kind)
    reference = found.need(row, "reference", _reference, "reference")
    if employee is None or day is None or kind is None or upheld is None or reference is None:
        return None
    effective = found.read(row, "effective_from", columns.day, "day")
    return Line(employee, day, kind, upheld, reference, effective)


def _upheld(found: Columns, row: Row, kind: ConductKind | None) -> bool | None:
    """Somebody has to decide whether a complaint or breach stands; an absence just is."""
    if kind is ConductKind.ABSENCE and found.cell(row, "upheld") is None:
        return True
    return found.need(row, "upheld", columns.truth, "yes_or_no")


def _kind(cell: Cell) -> ConductKind:
    written = columns.text(cell).lower().replace(" ", "_")
    if written not in KINDS:
        raise ValueError(written)
    return KINDS[written]


def _reference(cell: Cell) -> str:
    written = columns.text(cell)
    if len(written) > LONGEST_REFERENCE:
        raise ValueError(written)
    return written
