"""Files of results as figures per employee, metric and day: rows of values, or a call log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial

from adapters import columns
from adapters.columns import Columns, Mistakes, Progress
from adapters.figures import MILLIONTHS, Figures, Parts, millionths, parts
from adapters.tables import Cell, Row, Table
from workflow.call_log import MEANS, Call, CallDay
from workflow.metrics import EXACT, METRICS, Kind, Measure, Unit

Heading = tuple[str, ...]

ROWS, CALL_LOG = "rows", "call-log"
BUILT_IN = (ROWS, CALL_LOG)
ROW_COLUMNS: Mapping[str, Heading] = {
    "employee": columns.EMPLOYEE,
    "date": columns.DATE,
    "metric": ("metric", "指标", "指標"),
    "value": ("value", "数值", "數值", "值"),
    "events": ("events", "事件数", "事件數", "件数", "件數"),  # how many the value is the mean of
}
CALL_COLUMNS: Mapping[str, Heading] = {
    "call": ("call id", "call", "通话编号", "通話編號"),
    "agent": ("agent", *columns.EMPLOYEE),
    "date": columns.DATE,
    "answered": ("answered (y/n)", "answered", "是否接听", "是否接聽"),
    "resolved": ("resolved", "是否解决", "是否解決"),
    "speed_of_answer_s": (
        "speed of answer in seconds", "speed of answer", "接听时长（秒）", "接聽時長（秒）",
    ),
    "talk_time_s": ("avgtalkduration", "talk duration", "talk time", "通话时长", "通話時長"),
    "satisfaction": ("satisfaction rating", "satisfaction", "满意度", "滿意度"),
}  # fmt: skip
NEEDED_OF_A_CALL = ("agent", "date", "answered")
EVERY = 500  # rows between two signs of progress
MOST_SHARE = 2  # a share above 200 % was meant as a percentage


@dataclass
class Reading:
    """What a file says. `seen` holds the row in which each employee stands first."""

    figures: Figures = field(default_factory=Figures)
    seen: dict[str, int] = field(default_factory=dict)
    employee_column: str = ""
    mistakes: Mistakes = field(default_factory=Mistakes)
    rows: int = 0


def read(
    table: Table,
    mapping: str,
    saved: Mapping[str, str] | None,
    on_row: Progress = lambda done, of: None,
) -> Reading:
    """The file's figures; raises Refused when it lacks a column that the mapping needs.

    `saved` is the mapping's own columns where it is not a built-in one.
    """
    if mapping == ROWS:
        return _read_rows(table, on_row)
    named = {name: (heading,) for name, heading in saved.items()} if saved else CALL_COLUMNS
    every = {name: named.get(name, ()) for name in CALL_COLUMNS}
    return _read_calls(table, every, on_row)


def _read_rows(table: Table, on_row: Progress) -> Reading:
    read = Columns(table, ROW_COLUMNS, needed=("employee", "date", "metric", "value"))
    reading = Reading(mistakes=read.mistakes, employee_column=read.place("employee"))
    employees = read.reader("employee", columns.text, "employee", needed=True)
    days = read.reader("date", columns.day, "day", needed=True)
    metrics = read.reader("metric", _metric, "metric", needed=True)
    values = {metric: _values(read, metric) for metric in METRICS}
    seen, add = reading.seen, reading.figures.add
    for row in _counted(table, reading, on_row):
        cells = row.cells
        employee = employees.known.get(cells[employees.index]) or employees(row)
        day = days.known.get(cells[days.index]) or days(row)
        metric = metrics.known.get(cells[metrics.index]) or metrics(row)
        if employee is None or day is None or metric is None:
            continue
        if employee not in seen:
            seen[employee] = row.number
        value = values[metric](row)
        if value is not None and not add(employee, metric, day, value):
            read.wrong(row, "metric", "once")
    return reading


def measure(metric: str, value: Cell, events: Cell) -> Measure:
    """One figure as it is typed; raises ValueError or ArithmeticError where it is none.

    `events`: of how many a mean or a share is; None: of one.
    """
    kind, figure = METRICS[metric].kind, _value(metric, value)
    if kind is Kind.SUM:
        return Measure(figure, None, kind)
    whole = Decimal(1) if events is None else columns.number(events)
    part = EXACT.multiply(figure, whole).quantize(columns.SIX_PLACES, ROUND_HALF_UP)
    if not whole or part >= columns.LARGEST:
        raise ValueError(events)
    return Measure(part, whole, kind)


def _values(read: Columns, metric: str) -> Callable[[Row], Parts | None]:
    """What reads the metric's figure in a row; None where the row says nothing of it.

    A mean or a share weighs by its events; without their number, one.
    """
    expected = "share" if METRICS[metric].unit is Unit.SHARE else "number"
    whole = None if METRICS[metric].kind is Kind.SUM else MILLIONTHS
    alone = read.reader("value", lambda cell: (millionths(_value(metric, cell)), whole), expected)
    if whole is None or not read.has("events"):
        return alone
    value_of = read.reader("value", partial(_value, metric), expected)
    events_of = read.reader("events", columns.number, "number")

    def weighed(row: Row) -> Parts | None:
        value = value_of(row)
        if value is None:
            return None
        events = Decimal(1) if read.cell(row, "events") is None else events_of(row)
        if not events:
            return None
        part = (value * events).quantize(columns.SIX_PLACES)
        if part >= columns.LARGEST:
            read.wrong(row, "events", "number")
            return None
        return millionths(part), millionths(events)

    return weighed


def _read_calls(table: Table, named: Mapping[str, Iterable[str]], on_row: Progress) -> Reading:
    read = Columns(table, named, needed=NEEDED_OF_A_CALL)
    reading = Reading(mistakes=read.mistakes, employee_column=read.place("agent"))
    days: defaultdict[tuple[str, date], CallDay] = defaultdict(CallDay)
    calls: set[str] = set()
    for row in _counted(table, reading, on_row):
        call_id = read.read(row, "call", columns.text, "text")
        if call_id in calls:
            read.wrong(row, "call", "once")
        elif call_id is not None:
            calls.add(call_id)
        agent = read.need(row, "agent", columns.text, "employee")
        day = read.need(row, "date", columns.day, "day")
        call = _call(read, row)
        if agent is not None and day is not None and call is not None:
            reading.seen.setdefault(agent, row.number)
            days[agent, day].add(call)
    for (agent, day), counted in days.items():
        for metric, measure in counted.measures().items():
            reading.figures.add(agent, metric, day, None if measure is None else parts(measure))
    return reading


def _call(read: Columns, row: Row) -> Call | None:
    answered = read.need(row, "answered", columns.truth, "yes_or_no")
    resolved = read.read(row, "resolved", columns.truth, "yes_or_no")
    if answered is None:
        return None
    if resolved and not answered:
        read.wrong(row, "resolved", "not_resolved_unanswered")
        return None
    figures = {
        metric: read.read(row, metric, _FIGURES[metric], _EXPECTED[metric]) for metric in MEANS
    }
    return Call(answered, resolved, figures)


_FIGURES = {
    "speed_of_answer_s": columns.seconds,
    "talk_time_s": columns.seconds,
    "satisfaction": columns.number,
}
_EXPECTED = {
    "speed_of_answer_s": "duration",
    "talk_time_s": "duration",
    "satisfaction": "number",
}


def _counted(table: Table, reading: Reading, on_row: Progress) -> Iterable[Row]:
    for number, row in enumerate(table.rows, start=1):
        yield row
        if number % EVERY == 0:
            on_row(number, table.length)
        reading.rows = number


def _metric(cell: Cell) -> str:
    name = columns.text(cell).strip().lower().replace(" ", "_")
    if name not in METRICS:
        raise ValueError(name)
    return name


def _value(metric: str, cell: Cell) -> Decimal:
    value = columns.number(cell)
    if METRICS[metric].unit is Unit.SHARE and value > MOST_SHARE:
        raise ValueError(value)
    return value
