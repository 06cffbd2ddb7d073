"""Who is at their desk in the demo: days away, what binds two people, and a duty that has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select

from demo.calendar import Calendar
from demo.cast import DUTIES, FORMERLY
from models.base import db
from models.people import DutyGrant
from operations import absences, duties, judging
from workflow.vocabulary import Bond, Duty

Instants = Iterator[datetime]
ENDED = "部门分工调整，改由陈柏翰专任评奖委员，九月起生效。"

# Who, who stands in, when it was entered and which days it is, each so many days before now.
AWAY = (
    ("E1012", "E1004", 33, 31, 29),
    ("E1014", "E1006", 4, 1, -4),
    ("E1013", "E1005", 2, -9, -16),
)


def lives(calendar: Calendar, ids: dict[str, int]) -> list[Instants]:
    return [
        *(_away(calendar, ids, *each) for each in AWAY),
        _friends(calendar, ids),
        _family(calendar, ids),
        _duty_ends(calendar, ids),
    ]


def _away(
    calendar: Calendar, ids: dict[str, int], who: str, instead: str, at: int, first: int, last: int
) -> Instants:
    yield calendar.now - timedelta(days=at, minutes=10)
    today = calendar.day(calendar.now)
    absences.enter(
        by_id=ids[who],
        person_id=ids[who],
        first_day=today - timedelta(days=first),
        last_day=today - timedelta(days=last),
        substitute_id=ids[instead],
    )


def _friends(calendar: Calendar, ids: dict[str, int]) -> Instants:
    """They shared a flat for some weeks, and said so when that was over, too."""
    yield calendar.on_day(5)
    one, other = ids["E1012"], ids["E1054"]
    declared = judging.declare(by_id=one, one_id=one, other_id=other, bond=Bond.FRIENDSHIP)
    yield calendar.on_day(40)
    judging.end_conflict(by_id=one, conflict_id=declared)


def _family(calendar: Calendar, ids: dict[str, int]) -> Instants:
    yield calendar.on_day(8)
    one = ids["E1013"]
    judging.declare(by_id=one, one_id=one, other_id=ids["E1037"], bond=Bond.FAMILY)


def _duty_ends(calendar: Calendar, ids: dict[str, int]) -> Instants:
    yield calendar.on_day(20)
    duty, number = FORMERLY
    held = select(DutyGrant.id).where(DutyGrant.duty == duty, DutyGrant.person_id == ids[number])
    administrator = ids[DUTIES[Duty.ADMINISTRATOR][0]]
    duties.revoke(by_id=administrator, grant_id=db.session.scalars(held).one(), reason=ENDED)
