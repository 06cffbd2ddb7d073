"""The periods in which an award is won: half-open, in the scheme's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from workflow.vocabulary import Cadence

# An award given at any time is counted by the month.
MONTHS = {Cadence.MONTHLY: 1, Cadence.QUARTERLY: 3, Cadence.ANNUAL: 12, Cadence.INSTANT: 1}


@dataclass(frozen=True)
class Period:
    """From `opens_at` up to, not including, `closes_at`, both in UTC; `key` names it."""

    key: str
    opens_at: datetime
    closes_at: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.opens_at <= at < self.closes_at


def period_of(day: date, cadence: Cadence, zone: tzinfo) -> Period:
    """The period that holds this day of the scheme's calendar."""
    months = MONTHS[cadence]
    index = (day.month - 1) // months
    years, next_month = divmod((index + 1) * months, 12)
    opens, closes = date(day.year, index * months + 1, 1), date(day.year + years, next_month + 1, 1)
    return Period(_key(day.year, index + 1, months), _start(opens, zone), _start(closes, zone))


def period_at(at: datetime, cadence: Cadence, zone: tzinfo) -> Period:
    """The period that is open at this instant."""
    return period_of(at.astimezone(zone).date(), cadence, zone)


def _key(year: int, number: int, months: int) -> str:
    if months == 1:
        return f"{year}-{number:02}"
    return f"{year}-Q{number}" if months == 3 else f"{year}"


def _start(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
