"""Deadlines: whole working days, reminders before, escalation step by step."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.deadlines import (
    Step,
    due,
    escalation,
    is_working_day,
    last_day,
    reminded_until,
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


def next_step(
    due_at: datetime, at: datetime, told: dict[str, datetime], *lines: tuple[str, ...]
) -> Step[str] | None:
    return escalation(
        due_at, at, lines or (LINE,), told, days=2, holidays=NATIONAL_DAY, zone=SHANGHAI
    )


def test_an_overdue_matter_goes_up_one_step_every_two_working_days() -> None:
    due_at = due(local("2026-09-25T09:00"), 1, NATIONAL_DAY, SHANGHAI)  # Monday the 28th
    times = ["2026-09-29T00:00", "2026-10-01T00:00", "2026-10-10T00:00", "2026-10-14T00:00"]
    told: dict[str, datetime] = {}
    for number, (person, time) in enumerate(zip(LINE, times, strict=True), start=1):
        at = local(time)
        assert next_step(due_at, at - timedelta(microseconds=1), told) is None
        assert next_step(due_at, at, told) == Step(number, (person,), number == len(LINE))
        told[person] = at
    assert next_step(due_at, local("2027-10-14T00:00"), told) is None


def test_noticed_a_year_late_it_still_goes_up_one_step_at_a_time() -> None:
    due_at, at = local("2025-09-29T00:00"), local("2026-09-29T10:00")
    assert next_step(due_at, at, {}) == Step(1, ("team lead",), is_last=False)
    told = {"team lead": at}
    assert next_step(due_at, at, told) is None
    assert next_step(due_at, local("2026-10-01T00:00"), told) == Step(2, ("deputy manager",), False)


def test_without_a_reporting_line_there_is_nobody_to_tell() -> None:
    late = local("2026-10-09T00:00")
    assert escalation(START, late, (), {}, days=1, holidays=(), zone=SHANGHAI) is None
    assert escalation(START, late, ((),), {}, days=1, holidays=(), zone=SHANGHAI) is None


def test_two_judges_lines_rise_together_and_meet_in_one_person_who_is_told_once() -> None:
    lines = (("lead of one", "manager"), ("lead of two", "deputy", "manager", "executive"))
    due_at = local("2026-09-21T00:00")
    told: dict[str, datetime] = {}
    steps = []
    for day in range(22, 31):
        at = local(f"2026-09-{day}T00:00")
        if step := next_step(due_at, at, told, *lines):
            steps.append(step)
            told |= dict.fromkeys(step.people, at)
    assert steps == [
        Step(1, ("lead of one", "lead of two"), is_last=False),
        Step(2, ("manager", "deputy"), is_last=False),
        Step(4, ("executive",), is_last=True),
    ]


def test_a_case_that_passed_to_another_judge_begins_at_the_foot_of_their_line() -> None:
    at = local("2026-09-24T09:00")
    told = {"team lead": local("2026-09-21T09:00"), "deputy manager": local("2026-09-23T00:00")}
    line = ("other lead", "deputy manager", "executive")
    assert next_step(START, at, told, line) is None
    assert next_step(START, local("2026-09-25T00:00"), told, line) == Step(
        1, ("other lead",), False
    )


@given(
    st.integers(0, 40),
    st.lists(st.lists(st.sampled_from(LINE), unique=True, max_size=4), max_size=3),
    st.integers(1, 4),
    st.lists(st.integers(1, 120), max_size=12),
    st.frozensets(st.dates(date(2026, 9, 1), date(2026, 12, 1)), max_size=9),
)
def test_one_step_at_a_time_nobody_twice_none_before_it_is_due(
    due_in: int, lines: list[list[str]], days: int, pauses: list[int], off: frozenset[date]
) -> None:
    """However irregularly the clock looks, even twice at once."""
    start = local("2026-09-01T00:00")
    due_at, at = due(start, due_in, off, SHANGHAI), start
    told: dict[str, datetime] = {}
    for hours in pauses:
        at += timedelta(hours=hours)
        step = escalation(due_at, at, lines, told, days=days, holidays=off, zone=SHANGHAI)
        if step is None:
            continue
        assert at >= due_at
        assert not told.keys() & set(step.people)
        assert len(set(step.people)) == len(step.people) > 0
        for line in lines:  # whoever stands below them in any line knows already
            for person in set(step.people) & set(line[step.level - 1 : step.level]):
                assert set(line[: line.index(person)]) <= told.keys()
        if told:
            first = max(told.values()).astimezone(SHANGHAI).date()
            assert working_days(first, last_day(at, SHANGHAI), off) >= days
        assert step.is_last == (set().union(*lines) <= told.keys() | set(step.people))
        told |= dict.fromkeys(step.people, at)
        again = escalation(due_at, at, lines, told, days=days, holidays=off, zone=SHANGHAI)
        assert again is None, "a second worker finds nothing left to do"


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


@given(instants, st.integers(0, 30), st.integers(0, 9), holidays, zones)
def test_every_due_date_whose_reminder_has_come_is_looked_at(
    at: datetime, ahead: int, before: int, off: frozenset[date], zone: ZoneInfo
) -> None:
    due_at = due(at, ahead, off, zone)
    if reminder(due_at, before, off, zone) <= at:
        assert due_at <= reminded_until(at, before, off, zone)
