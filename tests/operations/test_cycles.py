"""Cycles of awards: opened ahead, closed once, half-open, in the scheme's own time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from adapters import clock
from models.base import db
from models.ledger import LedgerEntry
from models.scheme import Award, Cycle, Scheme, open_cycle
from operations import cycles
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_scheme
from workflow.vocabulary import Cadence

pytestmark = pytest.mark.usefixtures("context")


def set_clock(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> None:
    moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
    clock.set_offset(moment - datetime.now(UTC))


@operation
def prepare(tx: Transaction, cadence: Cadence, zone: str) -> None:
    """An award of this cadence that has no cycle yet."""
    award = tx.session.scalars(select(Award)).one()
    award.cadence = cadence
    tx.session.get_one(Scheme, 1).timezone = zone
    for cycle in list(award.cycles):
        tx.session.delete(cycle)


@operation
def ensure(tx: Transaction) -> int:
    return cycles.ensure(tx)


@operation
def close(tx: Transaction, key: str) -> bool:
    return cycles.close(tx, tx.session.scalars(select(Cycle.id).where(Cycle.key == key)).one())


@operation
def move_to(tx: Transaction, zone: str) -> None:
    tx.session.get_one(Scheme, 1).timezone = zone
    tx.session.flush()
    cycles.redate(tx)


@operation
def lengthen(tx: Transaction, key: str, days: int) -> None:
    cycle = tx.session.scalars(select(Cycle).where(Cycle.key == key)).one()
    cycle.closes_at += timedelta(days=days)


def award_with(cadence: Cadence, zone: str = "Asia/Shanghai") -> None:
    make_scheme()
    make_award(closes_in=timedelta(days=1))
    prepare(cadence, zone)


def stored() -> dict[str, tuple[datetime, datetime]]:
    rows = db.session.scalars(select(Cycle).order_by(Cycle.opens_at))
    return {cycle.key: (cycle.opens_at, cycle.closes_at) for cycle in rows}


@pytest.mark.parametrize(
    ("cadence", "keys"),
    [
        (Cadence.MONTHLY, ["2026-12", "2027-01"]),
        (Cadence.QUARTERLY, ["2026-Q4", "2027-Q1"]),
        (Cadence.ANNUAL, ["2026", "2027"]),
        (Cadence.INSTANT, ["2026-12", "2027-01"]),
    ],
)
def test_the_current_and_the_next_cycle_are_made_across_the_year_s_end(
    cadence: Cadence, keys: list[str]
) -> None:
    set_clock(2026, 12, 31, 15, 59)  # a minute before midnight in Shanghai
    award_with(cadence)
    assert ensure() == 2
    assert list(stored()) == keys
    assert stored()[keys[0]][1] == stored()[keys[1]][0] == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_making_them_again_changes_nothing() -> None:
    set_clock(2026, 11, 22)
    award_with(Cadence.MONTHLY)
    ensure()
    before = stored()
    assert ensure() == 0
    assert stored() == before


def test_a_month_with_the_change_to_winter_time_has_an_hour_more() -> None:
    set_clock(2026, 10, 15)
    award_with(Cadence.MONTHLY, "Europe/Berlin")
    ensure()
    opens, closes = stored()["2026-10"]
    assert closes - opens == timedelta(days=31, hours=1)
    assert (opens.hour, closes.hour) == (22, 23)  # midnight in Berlin, in UTC


def test_a_month_with_the_change_to_summer_time_has_an_hour_less() -> None:
    set_clock(2027, 3, 10)
    award_with(Cadence.MONTHLY, "America/New_York")
    ensure()
    opens, closes = stored()["2027-03"]
    assert closes - opens == timedelta(days=31) - timedelta(hours=1)


def test_the_closing_instant_belongs_to_the_next_cycle() -> None:
    set_clock(2026, 11, 22)
    award_with(Cadence.MONTHLY)
    ensure()
    award = db.session.scalars(select(Award)).one()
    midnight = datetime(2026, 11, 30, 16, tzinfo=UTC)
    last = open_cycle(award, midnight - timedelta(microseconds=1))
    first = open_cycle(award, midnight)
    assert last is not None
    assert first is not None
    assert (last.key, first.key) == ("2026-11", "2026-12")


def test_a_cycle_is_closed_once_with_one_entry_and_not_before_its_time(
    pass_time: Callable[[timedelta], None],
) -> None:
    set_clock(2026, 11, 30, 15, 58)
    award_with(Cadence.MONTHLY)
    ensure()
    assert not close("2026-11")
    pass_time(timedelta(minutes=3))
    assert close("2026-11")
    assert not close("2026-11")
    entries = db.session.scalars(
        select(LedgerEntry).where(LedgerEntry.kind == "cycle_closed")
    ).all()
    assert [entry.seq for entry in entries] == [
        db.session.scalars(select(Cycle.closed_seq).where(Cycle.key == "2026-11")).one()
    ]


def test_after_a_cycle_that_was_made_longer_the_next_one_begins_later() -> None:
    set_clock(2026, 11, 22)
    award_with(Cadence.MONTHLY)
    ensure()
    lengthen("2026-12", 5)
    set_clock(2026, 12, 10)
    ensure()
    assert stored()["2027-01"][0] == stored()["2026-12"][1]


def test_a_new_time_zone_moves_only_what_has_not_begun_and_leaves_no_gap() -> None:
    set_clock(2026, 11, 22)
    award_with(Cadence.MONTHLY)
    ensure()
    running = stored()["2026-11"]
    move_to("Europe/London")
    assert stored()["2026-11"] == running
    opens, closes = stored()["2026-12"]
    assert opens == running[1]
    assert closes == datetime(2027, 1, 1, tzinfo=ZoneInfo("Europe/London"))
