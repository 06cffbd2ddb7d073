"""Deadlines: whole working days, reminders before, escalation step by step."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.deadlines import (
    Escalation,
    due,
    due_in_calendar_days,
    escalation,
    is_working_day,
    last_day,
    reminder,
    working_days,
)

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
NATIONAL_DAY = frozenset(date(2026, 10, day) for day in (1, 2, 5, 6, 7))
START = datetime(2020, 1, 1, tzinfo=UTC)
LINE = ("team lead", "deputy manager", "general manager", "executive")


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("at", "days", "last"),
    [
        ("2026-09-21T09:00", 1, date(2026, 9, 22)),
        ("2026-09-21T09:00", 5, date(2026, 9, 28)),  # over a weekend
        ("2026-09-25T23:59:59", 1, date(2026, 9, 28)),  # from a Friday
        ("2026-09-26T00:00", 1, date(2026, 9, 28)),  # from a Saturday
        ("2026-09-30T09:00", 1, date(2026, 10, 8)),  # over the holidays
        ("2026-09-28T09:00", 5, date(2026, 10, 12)),
    ],
)
def test_a_due_date_is_the_end_of_a_working_day(at: str, days: int, last: date) -> None:
    due_at = due(local(at), days, NATIONAL_DAY, SHANGHAI)
    assert due_at == datetime.combine(last + timedelta(days=1), datetime.min.time(), SHANGHAI)
    assert due_at.tzinfo is UTC
    assert last_day(due_at, SHANGHAI) == last


def test_the_day_is_that_of_the_scheme_and_not_of_utc() -> None:
    late_on_sunday = datetime(2026, 9, 20, 17, tzinfo=UTC)  # already Monday in Shanghai
    assert last_day(due(late_on_sunday, 1, (), SHANGHAI), SHANGHAI) == date(2026, 9, 22)
    assert last_day(due(late_on_sunday, 1, (), BERLIN), BERLIN) == date(2026, 9, 21)


def test_a_deadline_keeps_its_day_when_the_clocks_change() -> None:
    due_at = due(local("2026-10-23T12:00", BERLIN), 1, (), BERLIN)
    assert due_at == datetime(2026, 10, 26, 23, tzinfo=UTC)  # winter time since the Sunday
    assert due(local("2026-10-22T12:00", BERLIN), 1, (), BERLIN) == datetime(
        2026, 10, 23, 22, tzinfo=UTC
    )


def test_calendar_days_run_on_holidays_too() -> None:
    due_at = due_in_calendar_days(local("2026-09-30T09:00"), 7, SHANGHAI)
    assert last_day(due_at, SHANGHAI) == date(2026, 10, 7)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(local("2026-09-21T09:00").replace(tzinfo=None), 1, (), SHANGHAI)


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 9, 21), date(2026, 9, 27), 5),
        (date(2026, 9, 26), date(2026, 9, 27), 0),
        (date(2026, 9, 28), date(2026, 10, 9), 5),
        (date(2026, 9, 21), date(2026, 9, 21), 1),
        (date(2026, 9, 22), date(2026, 9, 21), 0),
    ],
)
def test_working_days_are_counted_with_both_ends(first: date, last: date, count: int) -> None:
    assert working_days(first, last, NATIONAL_DAY) == count


@pytest.mark.parametrize(
    ("days", "morning"),
    [(0, "2026-10-08T09:00"), (1, "2026-09-30T09:00"), (3, "2026-09-28T09:00")],
)
def test_a_reminder_comes_in_the_morning_of_a_working_day_before(days: int, morning: str) -> None:
    due_at = due(local("2026-09-30T09:00"), 1, NATIONAL_DAY, SHANGHAI)
    assert reminder(due_at, days, NATIONAL_DAY, SHANGHAI) == local(morning)


def next_step(due_at: datetime, at: datetime, told: int) -> Escalation[str] | None:
    return escalation(due_at, at, LINE, told, days=2, holidays=NATIONAL_DAY, zone=SHANGHAI)


def test_an_overdue_matter_goes_up_one_step_every_two_working_days() -> None:
    due_at = due(local("2026-09-25T09:00"), 1, NATIONAL_DAY, SHANGHAI)  # Monday the 28th
    times = ["2026-09-29T00:00", "2026-10-01T00:00", "2026-10-10T00:00", "2026-10-14T00:00"]
    for told, (person, time) in enumerate(zip(LINE, times, strict=True)):
        at = local(time)
        assert next_step(due_at, at - timedelta(microseconds=1), told) is None
        assert next_step(due_at, at, told) == Escalation(told + 1, person)


def test_nobody_in_the_line_is_skipped_however_late_it_is_noticed() -> None:
    due_at = local("2026-09-29T00:00")
    year_later = due_at + timedelta(days=365)
    told: list[str] = []
    while step := next_step(due_at, year_later, len(told)):
        assert step.step == len(told) + 1
        told.append(step.person)
    assert tuple(told) == LINE


def test_without_a_reporting_line_there_is_nobody_to_tell() -> None:
    at = local("2026-09-29T00:00")
    late = at + timedelta(days=9)
    assert escalation(at, late, (), 0, days=1, holidays=(), zone=SHANGHAI) is None


instants = st.timedeltas(timedelta(0), timedelta(days=5500)).map(lambda passed: START + passed)
zones = st.sampled_from([SHANGHAI, BERLIN, ZoneInfo("America/Santiago"), ZoneInfo("UTC")])
holidays = st.frozensets(st.dates(date(2020, 1, 1), date(2035, 1, 1)), max_size=5)


@given(instants, st.integers(1, 30), holidays, zones)
def test_exactly_the_promised_working_days_lie_between(
    at: datetime, days: int, off: frozenset[date], zone: ZoneInfo
) -> None:
    due_at = due(at, days, off, zone)
    first, last = at.astimezone(zone).date() + timedelta(days=1), last_day(due_at, zone)
    assert working_days(first, last, off) == days
    assert is_working_day(last, off)
    assert due_at > at


@given(
    instants, st.timedeltas(timedelta(0), timedelta(days=40)), st.integers(1, 9), holidays, zones
)
def test_who_comes_later_is_never_due_earlier(
    at: datetime, later: timedelta, days: int, off: frozenset[date], zone: ZoneInfo
) -> None:
    assert due(at, days, off, zone) <= due(at + later, days, off, zone)
    assert due(at, days, off, zone) < due(at, days + 1, off, zone)


@given(instants, st.integers(1, 9), st.integers(0, 9), holidays, zones)
def test_a_reminder_always_comes_before_the_deadline(
    at: datetime, days: int, before: int, off: frozenset[date], zone: ZoneInfo
) -> None:
    due_at = due(at, days, off, zone)
    reminded_at = reminder(due_at, before, off, zone)
    assert reminded_at < due_at
    assert is_working_day(reminded_at.astimezone(zone).date(), off)
