"""A round of a questionnaire: opened by the clock, answered once, reminded of, counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from adapters import clock
from models import questionnaires as stored
from models.base import db
from models.ledger import LedgerEntry
from models.outbox import Message
from models.people import Person
from models.public_rounds import public_round, rounds_after, rounds_touched
from models.questionnaires import BallotBox, Participation
from models.scheme import PolicyRule, day_at
from models.scheme_state import fingerprint, state
from operations import questionnaires as answering
from operations import terms_of_review
from operations.casework import NotVisible, Request
from operations.scheme_changes import Edit
from operations.transaction import Transaction, operation
from operations.verification import Verification
from tests.builders import make_person, make_scheme, make_team
from tests.questioning import (
    DAYS,
    draw_up,
    latest,
    opened,
    redraw,
    round_,
    sealer,
    take_part,
    turn,
    values,
)
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Grouping, JobRole, RoundState

Pass = Callable[[timedelta], None]
ANSWER = "Thank you. We decide faster from next quarter on."


@pytest.fixture
def manager(context: Flask) -> int:
    make_scheme()
    return make_person("Zhao Min", duties=(Duty.SCHEME_MANAGER,))


def messages(kind: str) -> set[int | None]:
    return set(db.session.scalars(select(Message.person_id).where(Message.kind == kind)))


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return error.value.message


def test_a_round_opens_on_its_day_is_answered_once_and_counted_when_it_is_over(
    manager: int, pass_time: Pass
) -> None:
    people = [make_person(f"Colleague {number}") for number in range(6)]
    draw_up(manager, opens_on=day_at(clock.now()) + timedelta(days=2))
    assert turn().opened == 0
    pass_time(timedelta(days=2))
    assert turn().opened == 1
    assert turn().opened == 0
    round_id = latest()
    assert messages("questionnaire_opened") == {manager, *people}
    assert [each.id for each in stored.open_for(_person(people[0]), clock.now())] == [round_id]

    for person, mark in zip(people[:5], ("10", "8", "8", "6", "3"), strict=True):
        take_part(round_id, person, fair=mark, clear="good", why=f"I say {mark}.")
    assert refused(lambda: take_part(round_id, people[0])) == "taken_part_already"
    assert stored.open_for(_person(people[0]), clock.now()) == []
    assert stored.taken_part([round_id])[round_id] == 5

    pass_time(timedelta(days=DAYS))
    assert refused(lambda: take_part(round_id, people[5])) == "round_is_over"
    assert round_(round_id).state(clock.now()) is RoundState.COUNTING
    assert turn().counted == 1
    found = round_(round_id)
    assert found.result is not None
    assert (found.result.asked, found.result.answered) == (7, 5)
    marks = found.result.figures["counts"]["fair"]
    assert {mark: times for mark, times in marks.items() if times} == {
        "3": 1, "6": 1, "8": 2, "10": 1,
    }  # fmt: skip
    assert found.result.figures["counts"]["clear"]["good"] == 5
    assert "first" not in found.result.figures["counts"]  # nobody answered it
    words = sorted(each.wording.text or "" for each in found.result.judgements)
    assert words == ["I say 10.", "I say 3.", "I say 6.", "I say 8.", "I say 8."]
    assert turn().counted == 0
    assert messages("questionnaire_counted") == {manager}


def test_what_was_answered_leaves_no_entry_no_message_and_no_row_of_its_own(manager: int) -> None:
    round_id, person = opened(manager), make_person()
    before = (entries(), db.session.scalar(select(func.count(Message.id))))
    size = len(db.session.get_one(BallotBox, round_id).sealed)
    take_part(round_id, person)
    assert (entries(), db.session.scalar(select(func.count(Message.id)))) == before
    assert len(db.session.get_one(BallotBox, round_id).sealed) == size
    columns = [column.name for column in Participation.__table__.columns]
    assert columns == ["round_id", "person_id"]


def test_a_counted_round_forgets_its_box_who_took_part_and_who_was_reminded(
    manager: int, pass_time: Pass
) -> None:
    round_id, person = opened(manager), make_person()
    take_part(round_id, person)
    pass_time(timedelta(days=DAYS - 2))
    turn()
    assert messages("questionnaire_closing") == {manager}
    pass_time(timedelta(days=2))
    turn()
    for gone in (BallotBox, Participation):
        assert db.session.scalar(select(func.count()).select_from(gone)) == 0
    assert messages("questionnaire_closing") == set()


def test_whoever_has_not_taken_part_is_reminded_once_near_the_end(
    manager: int, pass_time: Pass
) -> None:
    round_id = opened(manager)
    people = [make_person(f"Colleague {number}") for number in range(3)]
    take_part(round_id, people[0])
    pass_time(timedelta(days=DAYS - 5))
    assert turn().reminded == 0
    pass_time(timedelta(days=3))
    assert turn().reminded == 3
    assert messages("questionnaire_closing") == {manager, *people[1:]}
    assert turn().reminded == 0


def test_fewer_than_five_answers_are_counted_but_not_shown(manager: int, pass_time: Pass) -> None:
    round_id = opened(manager)
    for number in range(4):
        take_part(round_id, make_person(f"Colleague {number}"))
    pass_time(timedelta(days=DAYS))
    turn()
    result = round_(round_id).result
    assert result is not None
    assert (result.answered, result.judgements) == (4, [])
    assert result.figures == {"v": 1, "counts": {}, "groups": {}}


def test_results_are_broken_down_by_groups_of_five_and_more(manager: int, pass_time: Pass) -> None:
    teams = {name: make_team(name) for name in ("East", "West", "Few")}
    round_id = opened(manager, grouped_by=Grouping.TEAM)
    for team, marks in (("East", "95779"), ("West", "22468"), ("Few", "88")):
        for number, mark in enumerate(marks):
            person = make_person(f"{team} {number}", team_id=teams[team])
            take_part(round_id, person, fair=mark)
    pass_time(timedelta(days=DAYS))
    turn()
    result = round_(round_id).result
    assert result is not None
    # "Few" alone could be found by subtraction, so the smaller of the others is not told apart.
    assert result.figures["groups"]["fair"] == {"West": {"answered": 5, "figure": "4.40"}}


def test_only_those_who_are_asked_can_take_part(manager: int) -> None:
    team = make_team()
    inside, outside = make_person("In", team_id=team), make_person("Out")
    round_id = opened(manager, team_id=team)
    assert messages("questionnaire_opened") == {inside}
    take_part(round_id, inside)
    with pytest.raises(NotVisible):
        take_part(round_id, outside)
    assert stored.open_for(_person(outside), clock.now()) == []


def test_nothing_half_is_saved_and_nothing_that_was_not_asked(manager: int) -> None:
    round_id, person = opened(manager), make_person()
    assert refused(lambda: take_part(round_id, person, fair=" ")) == "nothing_answered"
    assert refused(lambda: take_part(round_id, person, fair="7", clear="11")) == "no_such_answer"
    assert stored.taken_part([round_id])[round_id] == 0
    take_part(round_id, person, fair="7")


def test_a_questionnaire_comes_round_again_and_keeps_what_was_asked_before(
    manager: int, pass_time: Pass
) -> None:
    first = opened(manager, every_months=3)
    pass_time(timedelta(days=DAYS))
    assert turn().counted == 1
    asked = values()["questions"]
    redraw(manager, questions=asked[:1])
    pass_time(timedelta(days=93 - DAYS))
    assert turn().opened == 1
    again = latest()
    assert (round_(again).number, len(round_(again).asked)) == (2, 1)
    assert len(round_(first).asked) == 4
    assert [each.id for each in stored.earlier(round_(again))] == [first]


def test_the_results_are_answered_officially_by_whoever_manages_the_scheme(
    manager: int, pass_time: Pass
) -> None:
    round_id, colleague = opened(manager), make_person()

    def answer(by: int, shown: int = 0) -> None:
        answering.answer(person_id=by, round_id=round_id, body=ANSWER, request=Request(shown))

    assert refused(lambda: answer(manager)) == "round_not_counted"
    pass_time(timedelta(days=DAYS))
    turn()
    assert refused(lambda: answer(colleague)) == "not_scheme_manager"
    assert round_(round_id).state(clock.now()) is RoundState.WAITS
    pass_time(timedelta(days=15))
    assert round_(round_id).state(clock.now()) is RoundState.OVERDUE
    assert [each.id for each in stored.waiting_for_answer()] == [round_id]
    answer(manager)
    assert round_(round_id).state(clock.now()) is RoundState.ANSWERED
    assert stored.waiting_for_answer() == []
    with pytest.raises(answering.AnsweredMeanwhile):
        answer(manager)
    reading = Verification()
    reading.begin()
    assert list(reading.faults()) == []


def test_a_rule_that_waits_for_a_questionnaire_starts_only_when_it_is_counted_and_answered(
    manager: int, pass_time: Pass
) -> None:
    round_id = opened(manager, holds="policy_rule/probation")
    names = values()["names"]

    def put(*, active: bool) -> None:
        rule = db.session.scalar(select(PolicyRule).where(PolicyRule.key == "probation"))
        edit = Edit(manager, "Newcomers settle in first.", fingerprint(state(rule) if rule else {}))
        given = {"names": names, "params": {"months": 6 if active else 3}, "active": active}
        if rule is None:
            kind = {"kind": "probation_over", **given}
            terms_of_review.add_rule(edit=edit, key="probation", values=kind)
        else:
            terms_of_review.change_rule(edit=edit, key="probation", values=given)

    assert refused(lambda: put(active=True)) == "waits_for_questionnaire"
    put(active=False)  # it may be prepared
    assert refused(lambda: put(active=True)) == "waits_for_questionnaire"
    assert refused(lambda: redraw(manager, holds=None)) == "questionnaire_still_holds"
    pass_time(timedelta(days=DAYS))
    turn()
    assert refused(lambda: put(active=True)) == "waits_for_questionnaire"
    answering.answer(person_id=manager, round_id=round_id, body=ANSWER, request=Request(0))
    put(active=True)


def test_a_round_is_public_once_it_is_counted_without_whom_it_asked(
    manager: int, pass_time: Pass
) -> None:
    round_id = opened(manager)
    for number in range(5):
        take_part(round_id, make_person(f"Colleague {number}"), fair="7", why=f"Words {number}")
    before = entries()
    assert public_round(round_id) is None
    assert rounds_after(None, 10) == []
    pass_time(timedelta(days=DAYS))
    turn()
    found = public_round(round_id)
    assert found is not None
    assert (found.asked, found.answered, found.counts["fair"]["7"]) == (6, 5, 5)
    assert sorted(text or "" for _, text in found.words) == [f"Words {n}" for n in range(5)]
    assert rounds_after(None, 10) == [round_id]
    assert rounds_touched(before, entries()) == {round_id}
    counted = entries()
    answering.answer(person_id=manager, round_id=round_id, body=ANSWER, request=Request(0))
    assert rounds_touched(counted, entries()) == {round_id}
    said = public_round(round_id)
    assert said is not None
    assert [each.text for each in said.answers] == [ANSWER]


def test_a_box_opens_for_its_own_round_alone(manager: int) -> None:
    mine = opened(manager)
    other = opened(manager, "another")
    take_part(mine, manager)
    _swap(mine, other)
    with pytest.raises(ValueError, match="bound"):
        take_part(mine, make_person())


@operation
def _swap(tx: Transaction, one: int, other: int) -> None:
    tx.session.get_one(BallotBox, other).sealed = tx.session.get_one(BallotBox, one).sealed
    tx.session.get_one(BallotBox, one).sealed = sealer().seal(b"", "elsewhere")


def _person(person_id: int) -> Person:
    db.session.expire_all()
    return db.session.get_one(Person, person_id)


def test_a_role_is_asked_alone(manager: int) -> None:
    leader = make_person("Leader", job_role=JobRole.TEAM_LEADER)
    opened(manager, job_role=JobRole.TEAM_LEADER)
    assert messages("questionnaire_opened") == {leader}
