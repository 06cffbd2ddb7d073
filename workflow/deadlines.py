"""Due dates in working days, reminders before them and escalation after them.

Every deadline is an instant in UTC at which the time is over: the end of a whole day in the
scheme's time zone. Nothing is due in the middle of a day, and `due_at` itself is too late.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Generic, TypeVar

ONE_DAY = timedelta(days=1)
SATURDAY = 5
MORNING = time(9)

Person = TypeVar("Person")


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday, holidays excepted."""
    return day.weekday() < SATURDAY and day not in holidays


def working_days(first: date, last: date, holidays: Collection[date]) -> int:
    """How many working days there are from the first to the last day, both included."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sum(is_working_day(day, holidays) for day in days)


def due(at: datetime, days: int, holidays: Collection[date], zone: tzinfo) -> datetime:
    """The end of the `days`-th working day after the day of `at`."""
    return _end(_shifted(_day(at, zone), days, holidays), zone)


def due_in_calendar_days(at: datetime, days: int, zone: tzinfo) -> datetime:
    """The end of the `days`-th day after the day of `at`, whatever day that is."""
    return _end(_day(at, zone) + timedelta(days=days), zone)


def last_day(due_at: datetime, zone: tzinfo) -> date:
    """The last day on which the thing can still be done: what a page shows."""
    return _day(due_at - timedelta(microseconds=1), zone)


def reminder(due_at: datetime, days: int, holidays: Collection[date], zone: tzinfo) -> datetime:
    """The morning of the `days`-th working day before the last day; 0: that day's own morning."""
    day = _shifted(last_day(due_at, zone), -days, holidays)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


@dataclass(frozen=True)
class Escalation(Generic[Person]):
    """Who is told next of an overdue matter; `step` counts from 1 up the reporting line."""

    step: int
    person: Person


def escalation(
    due_at: datetime,
    at: datetime,
    line: Sequence[Person],
    told: int,
    *,
    days: int,
    holidays: Collection[date],
    zone: tzinfo,
) -> Escalation[Person] | None:
    """The next step up the reporting line when its time has come, else None.

    `told` of the line know already. The first is told when the matter is due, each further one
    `days` working days later. One step at a time: nobody is skipped however late this is asked.
    """
    if told >= len(line) or at < _escalates_at(due_at, told * days, holidays, zone):
        return None
    return Escalation(told + 1, line[told])


def _escalates_at(
    due_at: datetime, days: int, holidays: Collection[date], zone: tzinfo
) -> datetime:
    return _end(_shifted(last_day(due_at, zone), days, holidays), zone)


def _shifted(day: date, days: int, holidays: Collection[date]) -> date:
    step = ONE_DAY if days >= 0 else -ONE_DAY
    left = abs(days)
    while left:
        day += step
        left -= is_working_day(day, holidays)
    return day


def _day(at: datetime, zone: tzinfo) -> date:
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(zone).date()


def _end(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + ONE_DAY, time.min, zone).astimezone(UTC)
