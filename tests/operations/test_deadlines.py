"""Reminded before, told up the line after: once each, one level at a time, on working days."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from adapters import clock
from models import deadlines as watched
from models.base import db
from models.deadlines import Escalation, Reminder
from models.judges import Assignment
from models.ledger import timeline
from models.nominations import Nomination, by_number
from models.outbox import Message
from models.people import Person
from models.scheme import Holiday
from operations import clockwork, deadlines, judging
from operations.casework import Request
from operations.transaction import Transaction, operation
from tests import roads
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    names,
    put_above,
    version,
)
from workflow.vocabulary import Action, Duty, Reason, Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = "2027-03-01T09:00"  # with five working days, a case is due on Monday the 8th


def go_to(text: str) -> None:
    """Let it be that time where the scheme is."""
    there = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    clock.set_offset(there - datetime.now(UTC) + timedelta(seconds=1))


@pytest.fixture
def cast(context: Flask) -> Cast:
    go_to(MONDAY)
    make_scheme()
    make_award(road="instant", closes_in=timedelta(days=90))
    return make_cast()


@pytest.fixture
def line(cast: Cast) -> list[int]:
    """The reporting line of the only internal auditor, the nearest first."""
    line = [make_person(name) for name in ("Team Lead", "Deputy", "General Manager")]
    for below, above in zip([cast.internal, *line], line, strict=False):
        put_above(below, above)
    return line


def told(kind: str) -> Counter[int | None]:
    found = db.session.scalars(select(Message.person_id).where(Message.kind == kind))
    return Counter(found)


def steps(number: str) -> list[tuple[int, int]]:
    rows = db.session.scalars(
        select(Escalation)
        .join(Escalation.nomination)
        .where(Nomination.number == number)
        .order_by(Escalation.id)
    )
    return [(row.level, row.person_id) for row in rows]


def tick_at(*times: str) -> None:
    for text in times:
        go_to(text)
        assert clockwork.tick().failed == 0
        assert clockwork.tick().failed == 0


@operation
def close_on(tx: Transaction, *days: date) -> None:
    tx.session.add_all([Holiday(day=day, names=names("Rest")) for day in days])


@operation
def nobody_holds(tx: Transaction, number: str) -> None:
    case = by_number(number)
    assert case is not None
    for held in tx.session.query(Assignment).filter_by(nomination_id=case.id):
        held.ended_at = tx.now


def test_the_judge_is_reminded_once_in_the_morning_of_the_working_day_before(cast: Cast) -> None:
    make_submitted(cast)
    tick_at("2027-03-05T08:59")
    assert told("case_due") == {}
    tick_at("2027-03-05T09:00", "2027-03-06T12:00", "2027-03-08T23:00")
    assert told("case_due") == {cast.internal: 1}
    (message,) = db.session.scalars(select(Message).where(Message.kind == "case_due"))
    assert message.values == {"stage": "internal_audit", "cycle": "2026-Q4", "day": "2027-03-08"}


def test_holidays_move_the_reminder_and_the_steps(cast: Cast, line: list[int]) -> None:
    close_on(date(2027, 3, 5), date(2027, 3, 9), date(2027, 3, 10))
    number = make_submitted(cast)  # due on Thursday the 11th: the 2nd, 3rd, 4th, 8th and 11th
    tick_at("2027-03-07T12:00")
    assert told("case_due") == {}
    tick_at("2027-03-08T09:00")
    assert told("case_due") == {cast.internal: 1}
    tick_at("2027-03-11T23:59")
    assert steps(number) == []
    tick_at("2027-03-12T00:00")
    assert steps(number) == [(1, line[0])]


def test_an_overdue_case_goes_up_the_line_one_level_at_a_time(cast: Cast, line: list[int]) -> None:
    number = make_submitted(cast)
    tick_at("2027-03-08T23:59")
    assert steps(number) == []
    tick_at("2027-03-09T00:00", "2027-03-10T23:59")
    assert steps(number) == [(1, line[0])]
    tick_at("2027-03-11T00:00", "2027-03-12T23:59", "2027-03-13T00:00", "2027-04-30T12:00")
    assert steps(number) == [(level, person) for level, person in enumerate(line, start=1)]
    assert told("case_overdue") == dict.fromkeys(line, 1)
    assert told("case_overdue_unheld") == {}
    entries = [entry for entry in timeline(number) if entry.kind == "case_escalated"]
    assert len(entries) == 3


def test_after_a_long_silence_it_still_goes_up_one_level_at_a_time(
    cast: Cast, line: list[int]
) -> None:
    number = make_submitted(cast)
    tick_at("2027-04-07T12:00", "2027-04-08T23:59")
    assert steps(number) == [(1, line[0])]
    tick_at("2027-04-09T00:00")
    assert steps(number) == [(1, line[0]), (2, line[1])]


def test_nothing_is_said_of_a_case_that_went_on_in_time(cast: Cast, line: list[int]) -> None:
    number = roads.make_audited(cast)
    tick_at("2027-03-05T12:00", "2027-03-09T12:00", "2027-03-20T12:00")
    assert told("case_due")[cast.internal] == 0
    assert not {person for _, person in steps(number)} & set(line)


def test_a_judge_without_a_manager_leads_to_the_scheme_managers(cast: Cast) -> None:
    another = make_person("Second Manager", duties=(Duty.SCHEME_MANAGER,))
    number = make_submitted(cast)
    tick_at("2027-03-09T00:00", "2027-03-15T00:00")
    assert sorted(steps(number)) == sorted([(0, cast.scheme_manager), (0, another)])
    assert told("case_overdue_unheld") == {cast.scheme_manager: 1, another: 1}


def test_a_case_in_nobodys_hands_reminds_all_who_could_judge_it_and_nobody_barred(
    cast: Cast,
) -> None:
    free = make_person("Free", duties=(Duty.INTERNAL_AUDITOR,))
    barred = make_person("Barred", duties=(Duty.INTERNAL_AUDITOR,))
    put_above(cast.nominator, barred)
    number = make_submitted(cast)
    nobody_holds(number)
    case = by_number(number)
    assert case is not None
    go_to("2027-03-05T10:00")
    assert deadlines.to_remind(clock.now()) == [case.id]
    assert deadlines.remind(case.id) == 2
    assert deadlines.remind(case.id) == 0
    assert told("case_due") == {cast.internal: 1, free: 1}
    go_to("2027-03-09T10:00")
    assert deadlines.escalate(case.id) == 1
    assert steps(number) == [(0, cast.scheme_manager)]


def test_a_manager_whose_own_case_it_is_hears_nothing_of_it(cast: Cast, line: list[int]) -> None:
    number = make_submitted(cast)
    _hand_to_nominator(number, line[1])
    tick_at("2027-03-09T00:00")
    assert steps(number) == [(1, line[0])]
    tick_at("2027-04-30T00:00", "2027-05-30T00:00")
    told_of_it = {person for _, person in steps(number)}
    assert line[2] in told_of_it
    assert line[1] not in told_of_it


@operation
def _hand_to_nominator(tx: Transaction, number: str, person_id: int) -> None:
    case = by_number(number)
    assert case is not None
    case.nominator_id = person_id


def test_the_nominator_of_a_returned_case_is_reminded_and_nobody_is_told_up_the_line(
    cast: Cast, line: list[int]
) -> None:
    number = make_submitted(cast)
    decide(cast.internal, number, Action.RETURN, reason=Reason.INCOMPLETE, sentence=SENTENCE)
    tick_at("2027-03-12T12:00")  # ten working days: until the 15th
    assert told("correction_due") == {cast.nominator: 1}
    tick_at("2027-03-17T12:00")
    assert steps(number) == []
    assert told("case_overdue") == {}


def test_a_case_that_passed_to_another_judge_goes_up_their_line_too(
    cast: Cast, line: list[int]
) -> None:
    number = make_submitted(cast)
    tick_at("2027-03-09T00:00")
    other, lead = make_person("Other", duties=(Duty.INTERNAL_AUDITOR,)), make_person("Other Lead")
    put_above(other, lead)
    put_above(lead, line[1])
    judging.hand_over(
        by_id=cast.scheme_manager,
        number=number,
        person_id=other,
        instead_of=cast.internal,
        request=Request(version(number)),
    )
    tick_at("2027-03-10T12:00")
    assert steps(number) == [(1, line[0])], "whoever has just got it has time"
    tick_at("2027-03-11T00:00", "2027-03-13T00:00", "2027-03-20T00:00")
    assert steps(number) == [(1, line[0]), (1, lead), (2, line[1]), (3, line[2])]


def test_a_cycle_to_be_ranked_is_one_matter_however_many_cases_it_has(context: Flask) -> None:
    go_to(MONDAY)
    make_scheme()
    make_award(closes_in=timedelta(hours=1))
    cast = make_cast()
    for _ in range(3):
        _put_to_the_committee(make_submitted(cast))
    tick_at("2027-03-05T12:00", "2027-03-09T12:00", "2027-03-19T12:00")
    assert told("ranking_due") == {cast.committee: 1}
    assert told("ranking_overdue") == {cast.scheme_manager: 1}


@operation
def _put_to_the_committee(tx: Transaction, number: str) -> None:
    case = by_number(number)
    assert case is not None
    case.stage = Stage.TIERING
    for held in tx.session.query(Assignment).filter_by(nomination_id=case.id):
        held.ended_at = tx.now


def test_two_workers_at_once_tell_nobody_twice(context: Flask, cast: Cast, line: list[int]) -> None:
    numbers = [make_submitted(cast) for _ in range(4)]
    for moment in ("2027-03-05T12:00", "2027-03-09T12:00"):
        go_to(moment)
        start = Barrier(2)

        def work(start: Barrier = start) -> None:
            with context.app_context():
                start.wait()
                assert clockwork.tick().failed == 0

        workers = [Thread(target=work) for _ in range(2)]
        db.session.remove()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert told("case_due") == {cast.internal: 4}
    assert [steps(number) for number in numbers] == [[(1, line[0])]] * 4
    assert len(db.session.scalars(select(Reminder)).all()) == 4


def test_a_line_that_runs_in_a_circle_or_through_people_who_left_comes_to_an_end(
    cast: Cast, line: list[int]
) -> None:
    put_above(line[2], line[0])
    _leave(line[1])
    judge = db.session.get_one(Person, cast.internal)
    found = watched.reporting_line(judge, date(2027, 3, 1))
    assert [person.id for person in found] == [line[0], line[2]]


@operation
def _leave(tx: Transaction, person_id: int) -> None:
    tx.session.get_one(Person, person_id).left_on = date(2027, 1, 1)
