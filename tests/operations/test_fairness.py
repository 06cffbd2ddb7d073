"""A fairness report is published once, when nothing can change any more, and stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from ledger.canonical import parse
from models import fairness
from models.base import db
from models.fairness_reports import FairnessReport
from models.ledger import LedgerEntry
from models.people import FormerTeam, Person
from models.scheme import Cycle, day_at
from operations import clockwork
from operations.transaction import Transaction, operation
from tests.builders import (
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    make_team,
)
from workflow.fairness import Report
from workflow.vocabulary import Action, Gender, Reason, Shift
from workflow.withholding import Count, groups

pytestmark = pytest.mark.usefixtures("context")
Wait = Callable[[timedelta], None]
SENTENCE = "The recording shows another date."


@pytest.fixture
def cast() -> Cast:
    """A cycle of which one nomination was rejected, in an organisation of eleven."""
    make_scheme()
    make_award(closes_in=timedelta(days=2))
    cast = make_cast()
    number = make_submitted(cast)
    decide(cast.internal, number, Action.REJECT, Reason.EVENT_NOT_CONFIRMED, SENTENCE)
    return cast


def _reports() -> list[FairnessReport]:
    return list(db.session.scalars(select(FairnessReport)))


def _cycle() -> Cycle:
    return db.session.scalars(select(Cycle).where(Cycle.key == "2026-Q4")).one()


@operation
def _move(tx: Transaction, person_id: int, team_id: int) -> None:
    person = tx.session.get_one(Person, person_id)
    day = day_at(tx.now)
    tx.add(FormerTeam(person_id=person.id, team_id=person.team_id, until=day))
    person.team_id, person.shift, person.gender = team_id, Shift.NIGHT, Gender.FEMALE


def test_a_report_waits_for_the_close_and_for_the_last_appeal(cast: Cast, pass_time: Wait) -> None:
    assert clockwork.tick().reported == 0
    pass_time(timedelta(days=3))  # closed, but the rejection may still be appealed
    assert clockwork.tick().reported == 0
    pass_time(timedelta(days=14))
    assert clockwork.tick().reported == 1
    assert clockwork.tick().reported == 0
    assert len(_reports()) == 1


def test_the_ledger_holds_the_figures_whole_and_they_stay(cast: Cast, pass_time: Wait) -> None:
    """They name nobody, and of a team of two nothing."""
    pass_time(timedelta(days=17))
    clockwork.tick()
    (row,) = _reports()
    before = row.figures
    entry = db.session.get_one(LedgerEntry, row.ledger_seq)
    assert parse(entry.data)["body"]["figures"] == before  # type: ignore[index, call-overload]
    report = Report.of(before)
    assert report.everybody == Count(11, 1, 0)
    assert [group.count for group in report.groups["team"]] == [None, None]
    for person in db.session.scalars(select(Person)):
        assert person.key not in str(before)
        assert person.name not in str(before)
    _move(cast.nominee, make_team("Elsewhere"))
    db.session.expire_all()
    clockwork.tick()
    assert [each.figures for each in _reports()] == [before]


def test_people_are_counted_in_the_team_of_the_cycles_last_day(cast: Cast, pass_time: Wait) -> None:
    there = make_team("Elsewhere")
    pass_time(timedelta(days=10))
    _move(cast.nominee, there)
    counts = groups(fairness.cells(_cycle()))
    nominee = db.session.get_one(Person, cast.nominee)
    nominator = db.session.get_one(Person, cast.nominator)
    assert counts["team", str(nominator.team_id)].nominated == 1
    assert ("team", str(nominee.team_id)) not in counts
    assert counts["shift", "night"] == Count(1, 1, 0)


def test_the_number_of_statements_does_not_grow_with_the_people(cast: Cast) -> None:
    def statements() -> int:
        count = [0]

        def seen(*_args: object) -> None:
            count[0] += 1

        cycle = _cycle()
        assert cycle.award.key == "quarterly"
        event.listen(db.engine, "before_cursor_execute", seen)
        try:
            fairness.cells(cycle)
            fairness.moves(cycle)
        finally:
            event.remove(db.engine, "before_cursor_execute", seen)
        return count[0]

    statements()
    few = statements()
    for nth in range(20):
        make_person(f"Colleague {nth}")
    db.session.expire_all()
    assert statements() <= few + 1  # the expired cycle itself is read again
