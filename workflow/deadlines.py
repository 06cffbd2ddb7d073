"""Due dates in working days, reminders before them and escalation after them.

Every deadline is an instant in UTC at which the time is over: the end of a whole day in the
scheme's time zone. Nothing is due in the middle of a day, and `due_at` itself is too late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import zip_longest
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


def last_day(due_at: datetime, zone: tzinfo) -> date:
    """The last day on which the thing can still be done: what a page shows."""
    return _day(due_at - timedelta(microseconds=1), zone)


def reminder(due_at: datetime, days: int, holidays: Collection[date], zone: tzinfo) -> datetime:
    """The morning of the `days`-th working day before the last day; 0: that day's own morning."""
    day = _shifted(last_day(due_at, zone), -days, holidays)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def reminded_until(at: datetime, days: int, holidays: Collection[date], zone: tzinfo) -> datetime:
    """The latest due date of which there may be a reminder at this instant."""
    return due(at, days, holidays, zone)


@dataclass(frozen=True)
class Step(Generic[Person]):
    """Who is told next of an overdue matter: `level` counts from 1 up the reporting lines.

    `is_last`: nobody stands above them.
    """

    level: int
    people: tuple[Person, ...]
    is_last: bool


def escalation(
    due_at: datetime,
    at: datetime,
    lines: Sequence[Sequence[Person]],
    told: Mapping[Person, datetime],
    *,
    days: int,
    holidays: Collection[date],
    zone: tzinfo,
) -> Step[Person] | None:
    """The next step up the reporting lines when its time has come, else None.

    There is a line for each judge who holds the matter, the nearest manager first; `told` says
    who knows since when. The lowest level is told when the matter is overdue, each further one
    `days` working days after the one before: nobody is skipped however late this is asked, and
    nobody is told twice.
    """
    if at < max([due_at, *(_next_step_at(each, days, holidays, zone) for each in told.values())]):
        return None
    levels = [dict.fromkeys(each for each in level if each is not None) for level in _levels(lines)]
    for number, level in enumerate(levels, start=1):
        people = tuple(person for person in level if person not in told)
        if people:
            above = {person for higher in levels[number:] for person in higher}
            return Step(number, people, above <= {*told, *people})
    return None


def _levels(lines: Sequence[Sequence[Person]]) -> Iterable[tuple[Person | None, ...]]:
    return zip_longest(*lines)


def _next_step_at(
    told_at: datetime, days: int, holidays: Collection[date], zone: tzinfo
) -> datetime:
    """Whoever was told has `days` working days, that day among them if it is one."""
    return _end(_shifted(_day(told_at, zone) - ONE_DAY, days, holidays), zone)


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
