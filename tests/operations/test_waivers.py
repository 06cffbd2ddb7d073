"""A failed rule is set aside by two people: one proposes it, another one confirms or refuses."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from ledger.entry import read
from models import reviews
from models.base import db
from models.decisions import PolicyOutcome
from models.ledger import LedgerEntry
from models.nominations import by_number
from models.outbox import Message
from models.waivers import Waiver, WaiverProposal, WaiverRefusal
from models.worklists import waivers_waiting
from operations import waivers
from operations.casework import NotVisible, Request, Stale
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    put_above,
    version,
)
from tests.reviewing import WHY, complain, confirm, make_rule, propose
from tests.roads import make_audited
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Reason, RuleResult, Stage

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def cast(context: object) -> Cast:
    make_scheme()
    make_award()
    make_rule("complaints", "complaints_in_month", limit=3)
    make_rule("service", "service_at_least", months=6)
    return make_cast()


@pytest.fixture
def number(cast: Cast) -> str:
    """A case whose nominee fails the rule about complaints."""
    complain(cast.nominee, 3)
    return make_audited(cast)


def result(number: str) -> RuleResult:
    nomination = by_number(number)
    assert nomination is not None
    return {r.rule.key: r.result for r in reviews.rule_readings(nomination)}["complaints"]


def refuse(person_id: int, number: str, proposal_id: int, reason: str = SENTENCE) -> None:
    waivers.refuse(
        person_id=person_id,
        number=number,
        proposal_id=proposal_id,
        reason=reason,
        request=Request(version(number)),
    )


def test_until_a_second_person_confirms_the_rule_still_fails(cast: Cast, number: str) -> None:
    with pytest.raises(Refused, match="policy_rule_failed"):
        decide(cast.policy, number, Action.APPROVE)
    proposal = propose(cast.policy, number, cast.nominee)
    assert result(number) is RuleResult.FAIL
    with pytest.raises(Refused, match="policy_rule_failed"):
        decide(cast.policy, number, Action.APPROVE)
    confirm(make_person("Second", duties=(Duty.POLICY_REVIEWER,)), number, proposal)
    assert result(number) is RuleResult.WAIVED
    assert decide(cast.policy, number, Action.APPROVE) is Stage.PERFORMANCE_REVIEW


def test_each_of_the_two_acts_is_an_entry_of_its_own(cast: Cast, number: str) -> None:
    confirm(cast.scheme_manager, number, propose(cast.policy, number, cast.nominee))
    proposal, waiver = db.session.scalars(select(WaiverProposal)).one(), only_waiver()
    assert (proposal.by_id, waiver.by_id) == (cast.policy, cast.scheme_manager)
    assert waiver.reason is proposal.reason
    assert proposal.reason.text == WHY
    for row in (proposal, waiver):
        entry = db.session.get_one(LedgerEntry, row.ledger_seq)
        assert (entry.kind, entry.subject) == (row.ledger_kind, number)
        assert read(entry.data).body == row.ledger_body()
    assert waiver.ledger_body()["proposal"] == proposal.ledger_seq


def only_waiver() -> Waiver:
    return db.session.scalars(select(Waiver)).one()


def test_nobody_confirms_or_refuses_their_own_proposal(cast: Cast, number: str) -> None:
    both = make_person("Both", duties=(Duty.POLICY_REVIEWER, Duty.SCHEME_MANAGER))
    proposal = propose(both, number, cast.nominee)
    for answer in (confirm, refuse):
        with pytest.raises(Refused, match="second_person_needed"):
            answer(both, number, proposal)
    assert result(number) is RuleResult.FAIL


@pytest.mark.parametrize("who", ["performance", "committee", "internal", "arbiter"])
def test_only_policy_reviewers_and_scheme_managers_answer_a_waiver(
    cast: Cast, number: str, who: str
) -> None:
    proposal = propose(cast.policy, number, cast.nominee)
    for answer in (confirm, refuse):
        with pytest.raises(Refused, match="not_your_part"):
            answer(getattr(cast, who), number, proposal)
    with pytest.raises(NotVisible):
        confirm(cast.colleague, number, proposal)


def test_the_second_person_is_bound_to_nobody_in_the_case(cast: Cast, number: str) -> None:
    boss = make_person("Boss", duties=(Duty.SCHEME_MANAGER,))
    put_above(cast.nominee, boss)
    elsewhere = make_person("Elsewhere", duties=(Duty.POLICY_REVIEWER, Duty.INTERNAL_AUDITOR))
    proposal = propose(cast.policy, number, cast.nominee)
    with pytest.raises(Refused, match="barred_as_line_manager"):
        confirm(boss, number, proposal)
    confirm(elsewhere, number, proposal)
    other = make_audited(cast)
    with pytest.raises(Refused, match="not_at_this_stage"):
        confirm(elsewhere, make_rejected_after(cast, other), last_proposal())


def make_rejected_after(cast: Cast, number: str) -> str:
    """A case with an open proposal that was rejected all the same."""
    propose(cast.policy, number, cast.nominee)
    decide(cast.policy, number, Action.REJECT, Reason.POLICY_NOT_MET, SENTENCE)
    return number


def last_proposal() -> int:
    return max(db.session.scalars(select(WaiverProposal.id)))


def test_a_refused_waiver_leaves_the_rule_in_force_and_says_why(cast: Cast, number: str) -> None:
    first = propose(cast.policy, number, cast.nominee)
    with pytest.raises(Refused, match="sentence_missing"):
        refuse(cast.scheme_manager, number, first, reason="no")
    refuse(cast.scheme_manager, number, first)
    assert result(number) is RuleResult.FAIL
    refusal = db.session.scalars(select(WaiverRefusal)).one()
    assert refusal.reason.text == SENTENCE
    entry = db.session.get_one(LedgerEntry, refusal.ledger_seq)
    assert read(entry.data).body == refusal.ledger_body()
    again = propose(cast.policy, number, cast.nominee)
    confirm(cast.scheme_manager, number, again)
    assert result(number) is RuleResult.WAIVED


def test_a_waiver_is_answered_once(cast: Cast, number: str) -> None:
    proposal = propose(cast.policy, number, cast.nominee)
    confirm(cast.scheme_manager, number, proposal)
    second = make_person("Second", duties=(Duty.POLICY_REVIEWER,))
    for answer in (confirm, refuse):
        with pytest.raises(Refused, match="waiver_answered_already"):
            answer(second, number, proposal)
    assert only_waiver().by_id == cast.scheme_manager


def test_a_rule_is_proposed_for_waiving_once_at_a_time(cast: Cast, number: str) -> None:
    propose(cast.policy, number, cast.nominee)
    with pytest.raises(Refused, match="waiver_proposed_already"):
        propose(cast.policy, number, cast.nominee)


def test_a_proposal_needs_a_sentence_and_a_failure(cast: Cast, number: str) -> None:
    given: dict[str, Any] = {
        "person_id": cast.policy,
        "number": number,
        "rule_key": "complaints",
        "nominee_id": cast.nominee,
        "reason": WHY,
        "request": Request(version(number)),
    }
    with pytest.raises(Refused, match="sentence_missing"):
        waivers.propose(**given | {"reason": "  no "})
    for differently in (
        {"rule_key": "service"},
        {"rule_key": "none"},
        {"nominee_id": cast.manager},
    ):
        with pytest.raises(Refused, match="nothing_to_waive"):
            waivers.propose(**given | differently)
    assert db.session.scalars(select(WaiverProposal)).all() == []


def test_the_same_form_sent_twice_is_one_act(cast: Cast, number: str) -> None:
    request = Request(version(number), "key-1")
    for _ in range(2):
        waivers.propose(
            person_id=cast.policy,
            number=number,
            rule_key="complaints",
            nominee_id=cast.nominee,
            reason=WHY,
            request=request,
        )
    answer = Request(version(number), "key-2")
    for _ in range(2):
        waivers.confirm(
            person_id=cast.scheme_manager,
            number=number,
            proposal_id=last_proposal(),
            request=answer,
        )
    assert len(db.session.scalars(select(WaiverProposal)).all()) == 1
    assert only_waiver().by_id == cast.scheme_manager


def test_nobody_proposes_who_may_not_judge_the_case(cast: Cast, number: str) -> None:
    with pytest.raises(Refused, match="not_your_part"):
        propose(cast.performance, number, cast.nominee)
    boss = make_person("Boss", duties=(Duty.POLICY_REVIEWER,))
    put_above(cast.manager, boss)
    with pytest.raises(Refused, match="barred_as_line_manager"):
        propose(boss, number, cast.nominee)


def test_a_form_that_is_out_of_date_is_stale(cast: Cast, number: str) -> None:
    seen = version(number)
    proposal = propose(cast.policy, number, cast.nominee)
    decide(cast.policy, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    with pytest.raises(Stale):
        waivers.confirm(
            person_id=cast.scheme_manager,
            number=number,
            proposal_id=proposal,
            request=Request(seen),
        )


def test_a_rejection_keeps_what_the_rules_had_said(cast: Cast, number: str) -> None:
    decide(cast.policy, number, Action.REJECT, Reason.POLICY_NOT_MET, SENTENCE)
    frozen = db.session.scalars(select(PolicyOutcome).order_by(PolicyOutcome.id)).all()
    assert [(one.rule_key, one.result) for one in frozen] == [
        ("complaints", RuleResult.FAIL),
        ("service", RuleResult.PASS),
    ]


def told(kind: str) -> list[int]:
    return sorted(db.session.scalars(select(Message.person_id).where(Message.kind == kind)))


def test_other_reviewers_are_told_and_where_there_is_none_the_scheme_manager(
    cast: Cast, number: str
) -> None:
    refuse(cast.scheme_manager, number, propose(cast.policy, number, cast.nominee))
    assert told("waiver_waits") == [cast.scheme_manager]
    assert told("waiver_refused") == [cast.policy]
    second = make_person("Second", duties=(Duty.POLICY_REVIEWER,))
    confirm(second, number, propose(cast.policy, number, cast.nominee))
    assert told("waiver_waits") == [cast.scheme_manager, second]
    assert told("waiver_confirmed") == [cast.policy]


def test_a_waiver_stands_on_the_work_list_of_those_who_may_answer_it(
    cast: Cast, number: str
) -> None:
    from adapters import clock
    from models.people import Person

    boss = make_person("Boss", duties=(Duty.POLICY_REVIEWER, Duty.SCHEME_MANAGER))
    put_above(cast.nominee, boss)
    second = make_person("Second", duties=(Duty.POLICY_REVIEWER,))
    proposal = propose(cast.policy, number, cast.nominee)

    def waits_for(person_id: int) -> list[int]:
        person = db.session.get_one(Person, person_id)
        return [one.id for one in db.session.scalars(waivers_waiting(person, clock.now()))]

    for person_id in (cast.policy, boss, cast.committee, cast.colleague, cast.performance):
        assert waits_for(person_id) == []
    for person_id in (second, cast.scheme_manager):
        assert waits_for(person_id) == [proposal]
    confirm(second, number, proposal)
    assert waits_for(cast.scheme_manager) == []
