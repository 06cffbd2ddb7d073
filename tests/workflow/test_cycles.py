"""Cycles: half-open, without gaps, in the scheme's time zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.cycles import Period, period_at, period_of
from workflow.vocabulary import Cadence

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 22)
START = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cadence", "key", "first", "next_first"),
    [
        (Cadence.MONTHLY, "2026-11", date(2026, 11, 1), date(2026, 12, 1)),
        (Cadence.QUARTERLY, "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        (Cadence.ANNUAL, "2026", date(2026, 1, 1), date(2027, 1, 1)),
        (Cadence.INSTANT, "2026-11", date(2026, 11, 1), date(2026, 12, 1)),
    ],
)
def test_a_cycle_runs_from_midnight_to_midnight_in_the_scheme_s_zone(
    cadence: Cadence, key: str, first: date, next_first: date
) -> None:
    midnight = datetime.min.time()
    assert period_of(DAY, cadence, SHANGHAI) == Period(
        key,
        datetime.combine(first, midnight, SHANGHAI),
        datetime.combine(next_first, midnight, SHANGHAI),
    )


def test_december_closes_into_the_new_year() -> None:
    december = period_of(date(2026, 12, 31), Cadence.MONTHLY, SHANGHAI)
    assert december.key == "2026-12"
    assert december.closes_at == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_the_closing_instant_is_already_outside() -> None:
    period = period_of(DAY, Cadence.MONTHLY, SHANGHAI)
    assert period.opens_at in period
    assert period.closes_at - timedelta(microseconds=1) in period
    assert period.closes_at not in period


zones = st.sampled_from([SHANGHAI, ZoneInfo("America/Santiago"), ZoneInfo("Pacific/Apia")])


@given(
    st.timedeltas(timedelta(0), timedelta(days=5500)).map(lambda passed: START + passed),
    st.sampled_from(Cadence),
    zones,
)
def test_every_instant_lies_in_one_cycle_and_the_next_begins_where_it_ends(
    at: datetime, cadence: Cadence, zone: ZoneInfo
) -> None:
    period = period_at(at, cadence, zone)
    assert at in period
    following = period_at(period.closes_at, cadence, zone)
    assert following.opens_at == period.closes_at
    assert following.key > period.key
    assert at not in following
