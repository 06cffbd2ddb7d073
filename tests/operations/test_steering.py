"""Nobody steers a case of their own: not by its judge, not by a word taken back, not by a swap."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask

from adapters import clock
from models import assignments, casework, scheme
from models.nominations import by_number
from models.scheme import Award
from operations import absences, drafts, duties, judging
from operations.casework import Request
from operations.drafts import Step, Written
from operations.transaction import Transaction, operation
from tests import roads
from tests.auditing import case
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    version,
)
from workflow import conflicts
from workflow.conflicts import Relation
from workflow.refusal import Refused
from workflow.vocabulary import Action, Bond, Duty, Reason, Stage, Verdict


@pytest.fixture
def cast(context: Flask) -> Cast:
    make_scheme()
    make_award(assigns=True)
    return make_cast()


def relation(number: str, person: int) -> Relation | None:
    found = by_number(number)
    assert found is not None
    return conflicts.relation(casework.snapshot(found), person)


def holder(number: str) -> int:
    [held] = assignments.on(case(number))
    return held.person_id


def hand(by: int, number: str, to: int) -> None:
    judging.hand_over(
        by_id=by,
        number=number,
        person_id=to,
        instead_of=holder(number),
        request=Request(version(number)),
    )


@operation
def award_id(tx: Transaction, key: str) -> int:
    return tx.session.query(Award).filter_by(key=key).one().id


def test_a_word_taken_back_gets_nobody_a_friends_case(cast: Cast) -> None:
    number = make_submitted(cast)
    friend = make_person("Friend", duties=(Duty.INTERNAL_AUDITOR,))
    bond = judging.declare(by_id=friend, one_id=friend, other_id=cast.nominee, bond=Bond.FRIENDSHIP)
    judging.end_conflict(by_id=friend, conflict_id=bond)
    assert relation(number, friend) is Relation.DECLARED
    with pytest.raises(Refused, match="unfit_as_declared"):
        hand(cast.scheme_manager, number, friend)
    assert relation(make_submitted(cast), friend) is None, "what comes after is free"


def test_a_scheme_manager_sets_a_mistaken_declaration_right_at_once(cast: Cast) -> None:
    number = make_submitted(cast)
    bond = judging.declare(
        by_id=cast.nominee, one_id=cast.nominee, other_id=cast.internal, bond=Bond.OTHER
    )
    assert relation(number, cast.internal) is Relation.DECLARED
    judging.end_conflict(by_id=cast.scheme_manager, conflict_id=bond)
    assert relation(number, cast.internal) is None


def test_nobody_chooses_the_judge_of_a_case_that_they_are_bound_to(cast: Cast) -> None:
    number = make_submitted(cast)
    other = make_person("Another auditor", duties=(Duty.INTERNAL_AUDITOR,))
    for party in (cast.nominator, cast.nominee, cast.manager):
        duties.grant(by_id=None, person_id=party, duty=Duty.SCHEME_MANAGER)
        with pytest.raises(Refused, match="own_case_to_hand_over"):
            hand(party, number, other)
        with pytest.raises(Refused, match="own_case_to_hand_over"):
            away(party, cast.internal, other)
    assert holder(number) == cast.internal
    hand(cast.scheme_manager, number, other)
    assert holder(number) == other


def away(by: int, judge: int, substitute: int) -> None:
    absences.enter(
        by_id=by,
        person_id=judge,
        first_day=scheme.day_at(clock.now()),
        last_day=scheme.day_at(clock.now()) + timedelta(days=2),
        substitute_id=substitute,
    )


def test_the_managers_of_one_award_hand_over_no_cases_of_another(cast: Cast) -> None:
    number, elsewhere = make_submitted(cast), make_person("Manager of another award")
    make_award("another")
    duties.grant(
        by_id=None, person_id=elsewhere, duty=Duty.SCHEME_MANAGER, award_id=award_id("another")
    )
    duties.grant(
        by_id=None, person_id=elsewhere, duty=Duty.COMMITTEE, award_id=award_id("quarterly")
    )
    other = make_person("Another auditor", duties=(Duty.INTERNAL_AUDITOR,))
    with pytest.raises(Refused, match="scheme_managers_only"):
        hand(elsewhere, number, other)


@pytest.mark.parametrize("swap", ["nominee", "day"])
def test_what_was_confirmed_of_one_colleague_is_not_handed_on_to_another(
    cast: Cast, swap: str
) -> None:
    number = make_submitted(cast)
    roads.find(cast.internal, number)
    assert verdicts(number) == [Verdict.CONFIRMED]
    decide(cast.internal, number, Action.RETURN, Reason.OTHER, SENTENCE)
    write = {"person_id": cast.nominator, "number": number}
    if swap == "nominee":
        drafts.save(**write, written=Written(), step=Step.ADD_NOMINEE, target=cast.colleague)  # type: ignore[arg-type]  # as the form sends them
        drafts.save(**write, written=Written(), step=Step.REMOVE_NOMINEE, target=cast.nominee)  # type: ignore[arg-type]  # as above
    else:
        told = Written(happened_on=date(2020, 1, 1), answered=frozenset({"happened_on"}))
        drafts.save(**write, written=told)  # type: ignore[arg-type]  # as above
    decide(cast.nominator, number, Action.RESUBMIT)
    assert case(number).stage is Stage.INTERNAL_AUDIT
    assert verdicts(number) == [None]
    with pytest.raises(Refused, match="claim_still_open"):
        decide(cast.internal, number, Action.APPROVE)


def verdicts(number: str) -> list[Verdict | None]:
    return [claim.verdict for claim in casework.snapshot(case(number)).claims]
