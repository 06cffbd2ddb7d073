"""When things happen in the demo: in the past months, at working hours, always the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from adapters import clock
from workflow.cycles import Period, period_at
from workflow.deadlines import SATURDAY
from workflow.vocabulary import Cadence

SETTLED = timedelta(days=14)  # a cycle closed so long ago has its winners
DAY = timedelta(days=1)


@dataclass
class Calendar:
    """The months of the demo, counted back from `now`; `random` is seeded, so is every minute."""

    now: datetime
    zone: ZoneInfo
    random: Random

    @property
    def begins(self) -> datetime:
        """The opening of the oldest month that the demo tells of."""
        return self.cycle(Cadence.MONTHLY, -3).opens_at

    def cycle(self, cadence: Cadence, back: int) -> Period:
        """0: the open cycle; -1: the last one that is settled; -2: the one before it ..."""
        if back == 0:
            return period_at(self.now, cadence, self.zone)
        period = period_at(self.now - SETTLED, cadence, self.zone)
        for _ in range(-back):
            period = period_at(period.opens_at - DAY, cadence, self.zone)
        return period

    def in_cycle(self, cadence: Cadence, back: int, day: int) -> datetime:
        """The working hours of a day of the cycle, counted from 1 in its last month."""
        last = self.cycle(cadence, back).closes_at - DAY
        month = period_at(last, Cadence.MONTHLY, self.zone)
        return self.working(month.opens_at + (day - 1) * DAY)

    def on_day(self, day: int) -> datetime:
        """Working hours of a day of the demo, counted from 1."""
        return self.working(self.begins + (day - 1) * DAY)

    def ago(self, days: float) -> datetime:
        """So many days before now, in working hours, and not later."""
        at = self.now - timedelta(days=days)
        while self.day(at).weekday() >= SATURDAY:
            at -= DAY
        return self.working(at)

    def after(self, at: datetime, days: float) -> datetime:
        """So many days later, in working hours, and not before."""
        return max(self.working(at + timedelta(days=days)), at + timedelta(minutes=5))

    def working(self, at: datetime) -> datetime:
        """A minute of that day's working hours; Saturday and Sunday become the next Monday."""
        day = at.astimezone(self.zone).date()
        while day.weekday() >= SATURDAY:
            day += DAY
        minute = self.random.randrange(9 * 60 + 5, 17 * 60 + 50)
        return self._on(day, time(minute // 60, minute % 60, self.random.randrange(60)))

    def mornings(self) -> Iterator[datetime]:
        """Five past midnight of every day: when the worker would have looked."""
        day = self.begins.astimezone(self.zone).date()
        while (at := self._on(day, time(0, 5))) < self.now:
            yield at
            day += DAY

    def mondays(self) -> Iterator[datetime]:
        """Eight o'clock of every Monday."""
        eight = timedelta(hours=7, minutes=55)
        return (at + eight for at in self.mornings() if self.day(at).weekday() == 0)

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _on(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.zone).astimezone(UTC)


@contextmanager
def moved_clock() -> Iterator[None]:
    """Whatever the demo does to the clock, it is right again afterwards."""
    before = clock.offset()
    try:
        yield
    finally:
        clock.set_offset(before)


def set_clock(at: datetime) -> None:
    """Let it be this instant."""
    clock.set_offset(at - datetime.now(UTC))
