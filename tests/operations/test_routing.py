"""Every case that waits for a judge is in somebody's hands, and never in those of one barred."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from adapters import clock
from models import assignments, casework, scheme, worklists
from models.base import db
from models.invariants import broken
from models.judges import Assignment
from models.ledger import timeline
from models.nominations import Nomination, by_number
from models.outbox import Message
from models.people import DutyGrant, Person
from models.scheme import Award
from operations import absences, clockwork, duties, judging, routing
from operations.casework import Request
from operations.transaction import Transaction, operation
from operations.verification import Verification
from tests import roads
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_draft,
    make_person,
    make_scheme,
    make_submitted,
    stage,
    version,
)
from tests.fixtures.figures import Tell
from tests.tampering import tamper
from workflow import conflicts
from workflow.refusal import Refused
from workflow.vocabulary import Action, Bond, Duty, Ending, Language, Reason, Stage

AUDITOR = (Duty.INTERNAL_AUDITOR,)


@pytest.fixture
def cast(context: Flask) -> Cast:
    make_scheme()
    make_award(road="instant")
    make_award("strict", road="instant", assigns=True)
    return make_cast()


def case(number: str) -> Nomination:
    found = by_number(number)
    assert found is not None
    return found


def holders(number: str) -> set[int]:
    db.session.rollback()
    return {held.person_id for held in assignments.on(case(number))}


def told(person_id: int, kind: str) -> int:
    db.session.rollback()
    rows = select(Message).where(Message.person_id == person_id, Message.kind == kind)
    return len(db.session.scalars(rows).all())


def hand(by: int, number: str, to: int, instead_of: int | None = None) -> None:
    judging.hand_over(
        by_id=by,
        number=number,
        person_id=to,
        instead_of=instead_of,
        request=Request(version(number)),
    )


def step_aside(person: int, number: str, reason: str = "") -> None:
    judging.step_aside(
        person_id=person, number=number, request=Request(version(number)), reason=reason
    )


def today(days: int = 0) -> object:
    return scheme.day_at(clock.now()) + timedelta(days=days)


def away(person: int, first: int = 0, last: int = 3, substitute: int | None = None) -> int:
    return absences.enter(
        by_id=person,
        person_id=person,
        first_day=today(first),  # type: ignore[arg-type]  # a day
        last_day=today(last),  # type: ignore[arg-type]  # a day
        substitute_id=substitute,
    )


def test_cases_go_to_the_least_loaded_in_turn_and_from_stage_to_stage(cast: Cast) -> None:
    second = make_person("Second", duties=AUDITOR)
    numbers = [make_submitted(cast) for _ in range(4)]
    assert [holders(number) for number in numbers] == [{cast.internal}, {second}] * 2
    roads.find(cast.internal, numbers[0])
    decide(cast.internal, numbers[0], Action.APPROVE)
    assert holders(numbers[0]) == {cast.external}
    ended = db.session.scalars(select(Assignment).where(Assignment.ended_at.is_not(None))).one()
    assert (ended.person_id, ended.ended_why) == (cast.internal, Ending.DECIDED)
    assert holders(make_submitted(cast)) == {cast.internal}, "what is decided weighs no more"


def test_of_equally_loaded_judges_the_one_for_this_award_comes_first_then_who_reads_it(
    cast: Cast,
) -> None:
    reader = make_person("Reader", duties=AUDITOR, language=Language.ZH_HANT)
    chinese: dict[str, Any] = {"title": "客戶第二天收到補寄的發票", "claims": ("當天回電給客戶。",)}
    assert holders(make_submitted(cast)) == {cast.internal}
    close(cast)
    number = make_draft(cast.nominator, [cast.nominee], **chinese)
    tell_in_chinese(number)
    decide(cast.nominator, number, Action.SUBMIT)
    assert holders(number) == {reader}
    close(cast)
    own = make_person("Of this award")
    entrust_with(own, "quarterly")
    assert holders(make_submitted(cast)) == {own}


@operation
def close(tx: Transaction, cast: Cast) -> None:
    """Nobody holds anything any more, and nobody did lately."""
    tx.session.query(Assignment).update(
        {"ended_at": tx.now, "at": tx.now - timedelta(days=90), "ended_why": Ending.DECIDED}
    )
    tx.session.query(Nomination).update({"stage": Stage.WITHDRAWN})


@operation
def tell_in_chinese(tx: Transaction, number: str) -> None:
    case(number).story = "老先生找不到會員卡，她陪他找了兩個小時。"


@operation
def entrust_with(tx: Transaction, person_id: int, award_key: str) -> None:
    person = tx.session.get_one(Person, person_id)
    award = tx.session.query(Award).filter_by(key=award_key).one()
    duty = Duty.INTERNAL_AUDITOR
    tx.record(DutyGrant(person=person, duty=duty, award_id=award.id, starts_at=tx.now))


def test_stepping_aside_takes_one_click_and_the_case_is_elsewhere_at_once(cast: Cast) -> None:
    second = make_person("Second", duties=AUDITOR)
    number = make_submitted(cast)
    step_aside(cast.internal, number)
    assert holders(number) == {second}
    assert told(second, "case_assigned") == 1
    with pytest.raises(Refused, match="barred_as_recused"):
        decide(cast.internal, number, Action.REJECT, Reason.OTHER, SENTENCE)
    kinds = [entry.kind for entry in timeline(number)]
    assert kinds.count("judge_recused") == 1
    step_aside(cast.internal, number)  # again: nothing more
    assert [entry.kind for entry in timeline(number)] == kinds


def test_a_reason_for_stepping_aside_is_committed_to_and_not_said_in_the_ledger(cast: Cast) -> None:
    number = make_submitted(cast)
    step_aside(cast.internal, number, "He is my neighbour.")
    [entry] = [each for each in timeline(number) if each.kind == "judge_recused"]
    assert b"neighbour" not in entry.data


def test_nobody_steps_aside_from_what_is_not_theirs_to_judge(cast: Cast) -> None:
    number = make_submitted(cast)
    with pytest.raises(Refused, match="not_your_part"):
        step_aside(cast.external, number)


def test_where_nobody_can_judge_the_scheme_managers_learn_who_is_barred_and_why(cast: Cast) -> None:
    friend = make_person("Friend", duties=AUDITOR)
    judging.declare(by_id=friend, one_id=friend, other_id=cast.nominee, bond=Bond.FRIENDSHIP)
    away(cast.internal)
    number = make_submitted(cast)
    assert holders(number) == set()
    assert told(cast.scheme_manager, "case_stuck") == 1
    [stuck] = assignments.stuck(clock.now())
    assert stuck.nomination.number == number
    assert stuck.duty is Duty.INTERNAL_AUDITOR
    assert {bar.person.id: bar.why for bar in stuck.bars} == {
        cast.internal: "away",
        friend: "declared",
    }
    clockwork.tick()
    assert told(cast.scheme_manager, "case_stuck") == 1, "told once"
    late = make_person("Late", duties=AUDITOR)
    assert clockwork.tick().routed == 1
    assert holders(number) == {late}
    assert assignments.stuck(clock.now()) == []


def test_an_absence_of_today_moves_the_cases_at_once_to_the_substitute(cast: Cast) -> None:
    idle = make_person("Idle", duties=AUDITOR)
    substitute = make_person("Substitute", duties=AUDITOR)
    numbers = [make_submitted(cast) for _ in range(3)]
    mine = [number for number in numbers if holders(number) == {cast.internal}]
    assert away(cast.internal, substitute=substitute) == len(mine) == 1
    assert holders(mine[0]) == {substitute}
    assert holders(make_submitted(cast)) == {idle}, "and none comes meanwhile"


def test_a_later_absence_moves_them_when_it_begins_and_not_to_a_barred_substitute(
    cast: Cast,
) -> None:
    other = make_person("Other", duties=AUDITOR)
    number = make_submitted(cast)
    judging.declare(by_id=other, one_id=other, other_id=cast.nominator, bond=Bond.OTHER)
    third = make_person("Third", duties=AUDITOR)
    assert away(cast.internal, 2, 5, substitute=other) == 0
    clockwork.tick()
    assert holders(number) == {cast.internal}
    clock.set_offset(clock.offset() + timedelta(days=2))
    assert clockwork.tick().routed == 1
    assert holders(number) == {third}


def test_an_absence_taken_back_keeps_the_cases_where_they_are(cast: Cast) -> None:
    make_person("Other", duties=AUDITOR)
    number = make_submitted(cast)
    away(cast.internal, 2, 5)
    [entered] = assignments.absences(today(), cast.internal)  # type: ignore[arg-type]  # a day
    absences.cancel(by_id=cast.internal, absence_id=entered.id)
    clock.set_offset(clock.offset() + timedelta(days=2))
    assert clockwork.tick().routed == 0
    assert holders(number) == {cast.internal}


def test_being_away_for_a_moment_chooses_no_judge(cast: Cast) -> None:
    number = make_submitted(cast)
    begun = make_submitted(cast)
    substitute = make_person("Substitute", duties=AUDITOR)
    away(cast.internal, substitute=substitute)
    assert holders(number) == holders(begun) == {substitute}
    roads.find(substitute, begun)
    take_back(cast.internal, cast.internal)
    assert holders(number) == {cast.internal}, "nobody had begun it"
    assert holders(begun) == {substitute}
    assert broken() == []


def test_nobody_takes_back_an_absence_that_brings_a_case_of_their_own_back(cast: Cast) -> None:
    number = make_submitted(cast)
    substitute = make_person("Substitute", duties=AUDITOR)
    away(cast.internal, substitute=substitute)
    duties.grant(by_id=None, person_id=cast.nominator, duty=Duty.SCHEME_MANAGER)
    with pytest.raises(Refused, match="own_case_to_hand_over"):
        take_back(cast.nominator, cast.internal)
    assert holders(number) == {substitute}
    take_back(cast.scheme_manager, cast.internal)
    assert holders(number) == {cast.internal}


def take_back(by: int, person: int) -> None:
    [entered] = assignments.absences(today(), person)  # type: ignore[arg-type]  # a day
    absences.cancel(by_id=by, absence_id=entered.id)


def test_whom_a_declaration_names_learns_of_it_and_the_scheme_managers_what_it_moves(
    cast: Cast,
) -> None:
    number = make_submitted(cast)
    make_person("Other", duties=AUDITOR)
    judging.declare(
        by_id=cast.nominee, one_id=cast.nominee, other_id=cast.internal, bond=Bond.OTHER
    )
    assert cast.internal not in holders(number)
    assert told(cast.internal, "bond_declared") == 1
    assert told(cast.nominee, "bond_declared") == 0
    assert told(cast.scheme_manager, "judge_barred") == 1


def test_nobody_declares_for_others_nor_takes_back_what_chooses_the_judge_of_their_own_case(
    cast: Cast,
) -> None:
    number = make_submitted(cast)
    duties.grant(by_id=None, person_id=cast.nominator, duty=Duty.SCHEME_MANAGER)
    bond = {"one_id": cast.internal, "other_id": cast.nominee, "bond": Bond.OTHER}
    with pytest.raises(Refused, match="own_case_to_hand_over"):
        judging.declare(by_id=cast.nominator, **bond)  # type: ignore[arg-type]  # as they are called
    declared = judging.declare(by_id=cast.internal, **bond)  # type: ignore[arg-type]  # the same
    with pytest.raises(Refused, match="own_case_to_hand_over"):
        judging.end_conflict(by_id=cast.nominator, conflict_id=declared)
    assert cast.internal in casework.snapshot(case(number)).declared
    judging.end_conflict(by_id=cast.scheme_manager, conflict_id=declared)
    assert cast.internal not in casework.snapshot(case(number)).declared


@pytest.mark.parametrize(
    ("first", "last", "why"), [(3, 2, "away_ends_early"), (-3, -1, "away_is_over")]
)
def test_days_that_make_no_sense_are_refused(cast: Cast, first: int, last: int, why: str) -> None:
    with pytest.raises(Refused, match=why):
        away(cast.internal, first, last)


def test_only_a_scheme_manager_enters_an_absence_of_somebody_else(cast: Cast) -> None:
    entry = {"person_id": cast.internal, "first_day": today(), "last_day": today(1)}
    with pytest.raises(Refused, match="scheme_managers_only"):
        absences.enter(by_id=cast.external, **entry)  # type: ignore[arg-type]  # days
    absences.enter(by_id=cast.scheme_manager, **entry)  # type: ignore[arg-type]  # days


def test_a_scheme_manager_hands_a_case_over_and_it_stands_in_the_ledger(cast: Cast) -> None:
    second = make_person("Second", duties=AUDITOR)
    number = make_submitted(cast)
    hand(cast.scheme_manager, number, second, instead_of=cast.internal)
    assert holders(number) == {second}
    [entry] = [each for each in timeline(number) if each.kind == "case_handed_over"]
    assert db.session.get_one(Person, second).key.encode() in entry.data
    roads.find(second, number)
    decide(second, number, Action.APPROVE)
    assert holders(number) == {cast.external}


def test_a_case_is_never_handed_to_somebody_barred_away_or_without_the_duty(cast: Cast) -> None:
    friend, gone = (make_person(name, duties=AUDITOR) for name in ("Friend", "Gone"))
    number = make_submitted(cast)
    judging.declare(by_id=cast.nominee, one_id=cast.nominee, other_id=friend, bond=Bond.FAMILY)
    away(gone)
    for person, why in (
        (friend, "unfit_as_declared"),
        (gone, "unfit_as_away"),
        (cast.external, "not_entrusted_with_it"),
        (cast.internal, "holds_it_already"),
    ):
        with pytest.raises(Refused, match=why):
            hand(cast.scheme_manager, number, person, instead_of=cast.internal)
    with pytest.raises(Refused, match="scheme_managers_only"):
        hand(cast.external, number, friend)
    assert holders(number) == {cast.internal}


def test_where_an_award_assigns_only_the_holder_judges_and_only_they_are_told(cast: Cast) -> None:
    other = make_person("Other", duties=AUDITOR)
    number = make_submitted(cast, award_key="strict")
    assert holders(number) == {cast.internal}
    assert (told(cast.internal, "case_waits"), told(other, "case_waits")) == (1, 0)
    with pytest.raises(Refused, match="held_by_another_judge"):
        decide(other, number, Action.REJECT, Reason.OTHER, SENTENCE)
    assert waits(other) == []
    assert waits(cast.internal) == [number]
    step_aside(cast.internal, number)
    decide(other, number, Action.REJECT, Reason.OTHER, SENTENCE)
    assert stage(number) is Stage.REJECTED


def test_elsewhere_an_assignment_is_a_proposal_that_puts_ones_own_cases_first(cast: Cast) -> None:
    other = make_person("Other", duties=AUDITOR)
    first, second = (make_submitted(cast) for _ in range(2))
    assert waits(other) == [second, first]
    assert waits(cast.internal) == [first, second]
    decide(other, first, Action.REJECT, Reason.OTHER, SENTENCE)
    assert case(first).stage is Stage.REJECTED


def waits(person_id: int) -> list[str]:
    db.session.rollback()
    person = db.session.get_one(Person, person_id)
    return [each.number for each in db.session.scalars(worklists.waiting(person, clock.now()))]


def test_a_corrected_case_comes_back_to_the_judge_who_returned_it(cast: Cast) -> None:
    number = make_submitted(cast)
    other = make_person("Other", duties=AUDITOR)
    decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    assert holders(number) == set()
    make_submitted(cast), make_submitted(cast)
    decide(cast.nominator, number, Action.RESUBMIT)
    assert holders(number) == {cast.internal}
    assert other


def test_an_overturned_rejection_goes_to_somebody_else(cast: Cast) -> None:
    other = make_person("Other", duties=AUDITOR)
    number = roads.make_rejected(cast)
    roads.appeal(cast.nominator, number)
    assert holders(number) == {cast.arbiter}
    roads.judge_appeal(cast.arbiter, number, uphold=True)
    assert holders(number) == {other}


def test_a_duty_that_ends_and_a_relation_that_begins_move_the_case_by_the_clock(cast: Cast) -> None:
    other = make_person("Other", duties=AUDITOR)
    number = make_submitted(cast)
    revoke(cast.internal)
    assert clockwork.tick().routed == 1
    assert holders(number) == {other}
    third = make_person("Third", duties=AUDITOR)
    put_on_top_of(cast.nominee, other)
    assert clockwork.tick().routed == 1
    assert holders(number) == {third}
    assert clockwork.tick().routed == 0


def revoke(person_id: int) -> None:
    administrator = make_person("Administrator", duties=(Duty.ADMINISTRATOR,))
    [grant] = db.session.get_one(Person, person_id).grants
    duties.revoke(by_id=administrator, grant_id=grant.id, reason=SENTENCE)


@operation
def put_on_top_of(tx: Transaction, person_id: int, manager_id: int) -> None:
    tx.session.get_one(Person, person_id).manager_id = manager_id


def test_a_declaration_moves_the_case_at_once_and_says_nothing_in_the_ledger(cast: Cast) -> None:
    other = make_person("Other", duties=AUDITOR)
    number = make_submitted(cast)
    declared = judging.declare(
        by_id=cast.nominee, one_id=cast.nominee, other_id=cast.internal, bond=Bond.FAMILY
    )
    assert holders(number) == {other}
    with pytest.raises(Refused, match="declared_already"):
        judging.declare(
            by_id=cast.internal, one_id=cast.internal, other_id=cast.nominee, bond=Bond.OTHER
        )
    with pytest.raises(Refused, match="declared_by_another"):
        judging.end_conflict(by_id=cast.internal, conflict_id=declared)
    judging.end_conflict(by_id=cast.nominee, conflict_id=declared)
    free = make_submitted(cast, award_key="strict")
    for begun, bar in ((number, conflicts.Relation.DECLARED), (free, None)):
        assert conflicts.relation(casework.snapshot(case(begun)), cast.internal) is bar


def test_a_stranger_declares_nothing_between_two_others(cast: Cast) -> None:
    bound = {"one_id": cast.nominee, "other_id": cast.internal, "bond": Bond.FAMILY}
    with pytest.raises(Refused, match="scheme_managers_only"):
        judging.declare(by_id=cast.colleague, **bound)  # type: ignore[arg-type]  # as it takes them
    judging.declare(by_id=cast.scheme_manager, **bound)  # type: ignore[arg-type]  # as it takes them
    with pytest.raises(Refused, match="bound_to_oneself"):
        judging.declare(by_id=cast.internal, one_id=1, other_id=1, bond=Bond.OTHER)


def test_balancing_evens_out_what_nobody_has_begun(cast: Cast) -> None:
    numbers = [make_submitted(cast) for _ in range(4)]
    roads.find(cast.internal, numbers[0])
    other = make_person("Other", duties=AUDITOR)
    with pytest.raises(Refused, match="scheme_managers_only"):
        routing.balance(by_id=cast.internal)
    assert routing.balance(by_id=cast.scheme_manager) == 2
    assert Counter(*[[*map(min, map(holders, numbers))]]) == {cast.internal: 2, other: 2}
    assert holders(numbers[0]) == {cast.internal}
    assert routing.balance(by_id=cast.scheme_manager) == 0
    assert told(other, "case_assigned") == 2


@pytest.mark.parametrize(
    "cases", [30, pytest.param(200, marks=pytest.mark.prove)], ids=["short", "full"]
)
def test_many_cases_and_12_auditors_with_conflicts_and_leave(
    cast: Cast, cases: int, tell: Tell
) -> None:
    draw = random.Random(12)
    auditors = [cast.internal, *(make_person(f"A{n}", duties=AUDITOR) for n in range(11))]
    nominees = [make_person(f"N{n}") for n in range(8)]
    for nominee in nominees:
        for auditor in draw.sample(auditors, 4):
            judging.declare(by_id=auditor, one_id=auditor, other_id=nominee, bond=Bond.OTHER)
    away(auditors[1]), away(auditors[2], 1, 3)
    numbers = []
    for _ in range(cases):
        number = make_draft(cast.nominator, [draw.choice(nominees)])
        decide(cast.nominator, number, Action.SUBMIT)
        numbers.append(number)
    one_by_one = spread(auditors, {auditors[1]})
    clock.set_offset(clock.offset() + timedelta(days=1))
    clockwork.tick()  # the leave of the second one begins
    step_aside(min(holders(numbers[0])), numbers[0])
    routing.balance(by_id=None)
    gone = {auditors[1], auditors[2]}
    assert all(len(holders(number)) == 1 and not holders(number) & gone for number in numbers)
    for number in numbers:
        facts = casework.snapshot(case(number))
        assert all(conflicts.relation(facts, who) is None for who in facts.assigned)
    even = spread(auditors, gone)
    tell(f"{cases} cases, 12 auditors, 2 on leave: spread one by one {one_by_one}, evened {even}")
    assert even <= 1


def spread(auditors: list[int], gone: set[int]) -> int:
    loads = Counter({who: 0 for who in auditors if who not in gone})
    held = db.session.scalars(assignments.open_assignments())
    loads.update(each.person_id for each in held if each.person_id in loads)
    return max(loads.values()) - min(loads.values())


def test_what_people_did_about_who_judges_cannot_be_changed_unseen(cast: Cast) -> None:
    second, third = (make_person(name, duties=AUDITOR) for name in ("Second", "Third"))
    number = make_submitted(cast)
    step_aside(cast.internal, number, "A neighbour.")
    hand(cast.scheme_manager, number, third, instead_of=second)
    bound = {"one_id": second, "other_id": cast.nominee, "bond": Bond.OTHER}
    declared = judging.declare(by_id=second, **bound)  # type: ignore[arg-type]  # as it takes them
    judging.end_conflict(by_id=second, conflict_id=declared)
    assert faults() == []
    for table, column, before, after in (
        ("recusal", "person_id", cast.internal, cast.colleague),
        ("recusal", "stage", "'internal_audit'", "'appeal'"),
        ("hand_over", "person_id", third, second),
        ("hand_over", "by_id", cast.scheme_manager, third),
        ("declared_conflict", "bond", "'other'", "'family'"),
        ("declared_conflict", "other_id", cast.nominee, third),
        ("conflict_end", "by_id", second, third),
    ):
        tamper(f"UPDATE {table} SET {column} = {after}")
        assert faults() != [], f"{table}.{column}"
        tamper(f"UPDATE {table} SET {column} = {before}")
    assert faults() == []


def faults() -> list[object]:
    db.session.rollback()
    db.session.expunge_all()
    reading = Verification()
    reading.begin()
    return list(reading.faults())
