"""Rules are read with their figures, waived with a reason, and frozen; scores recompute."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import casework, reviews
from models.base import db
from models.decisions import Decision, PolicyOutcome
from models.nominations import Nomination, by_number
from models.results import ConductRecord
from models.scheme import PolicyRule, scheme
from operations.transaction import Transaction, operation
from tests.builders import (
    Cast,
    decide,
    make_award,
    make_cast,
    make_scheme,
    names,
)
from tests.reviewing import complain, confirm, make_rule, propose
from tests.roads import make_audited
from workflow.refusal import Refused
from workflow.vocabulary import Action, ConductKind, RuleResult

pytestmark = pytest.mark.usefixtures("context")

REASON = "The complaints were about a fault of the telephone system."


@pytest.fixture
def cast(context: object) -> Cast:
    make_scheme()
    make_award()
    make_rule("complaints", "complaints_in_month", limit=3)
    make_rule("service", "service_at_least", months=6)
    return make_cast()


def case_of(number: str) -> Nomination:
    nomination = by_number(number)
    assert nomination is not None
    return nomination


def results(number: str) -> dict[str, RuleResult]:
    return {r.rule.key: r.result for r in reviews.rule_readings(case_of(number))}


def waive(cast: Cast, number: str) -> None:
    """Proposed by the reviewer, confirmed by a scheme manager."""
    confirm(cast.scheme_manager, number, propose(cast.policy, number, cast.nominee))


def test_each_rule_is_read_for_each_nominee_with_its_figures(cast: Cast) -> None:
    complain(cast.nominee, 3)
    number = make_audited(cast)
    first, second = reviews.rule_readings(case_of(number))
    assert (first.person.id, first.result) == (cast.nominee, RuleResult.FAIL)
    assert first.outcome.message.id == "complaints_in_month_failed"
    assert (first.outcome.message.values["count"], first.outcome.message.values["limit"]) == (3, 3)
    assert (second.rule.key, second.outcome.message.id) == ("service", "joining_day_unknown")


def test_complaints_that_were_not_upheld_do_not_count(cast: Cast) -> None:
    complain(cast.nominee, 5, upheld=False)
    number = make_audited(cast)
    assert results(number)["complaints"] is RuleResult.PASS


def test_rules_are_asked_at_the_policy_review_alone(cast: Cast) -> None:
    complain(cast.nominee, 3)
    number = make_audited(cast)
    assert RuleResult.FAIL in casework.snapshot(case_of(number)).policy
    waive(cast, number)
    decide(cast.policy, number, Action.APPROVE)
    assert casework.snapshot(case_of(number)).policy == ()


def test_a_rule_of_another_award_does_not_apply(cast: Cast) -> None:
    @operation
    def add(tx: Transaction) -> None:
        make_other = PolicyRule(
            key="other", kind="retraining_failed", params={"months": 3}, names=names("Other")
        )
        make_other.award_id = 2
        tx.add(make_other)

    make_award(key="second")
    add()
    number = make_audited(cast)
    assert set(results(number)) == {"complaints", "service"}


def test_an_approval_freezes_each_outcome_with_its_figures(cast: Cast) -> None:
    complain(cast.nominee, 3)
    number = make_audited(cast)
    waive(cast, number)
    decide(cast.policy, number, Action.APPROVE)
    frozen = db.session.scalars(select(PolicyOutcome).order_by(PolicyOutcome.id)).all()
    assert [(o.rule_key, o.result, o.code) for o in frozen] == [
        ("complaints", RuleResult.WAIVED, "complaints_in_month_failed"),
        ("service", RuleResult.PASS, "joining_day_unknown"),
    ]
    assert frozen[0].figures["count"] == 3
    decision = db.session.scalars(select(Decision).order_by(Decision.id.desc())).first()
    assert decision is not None
    assert decision.facts["rules"] == {"pass": 1, "fail": 0, "waived": 1}


def test_a_rejected_approval_freezes_nothing(cast: Cast) -> None:
    complain(cast.nominee, 3)
    number = make_audited(cast)
    with pytest.raises(Refused):
        decide(cast.policy, number, Action.APPROVE)
    assert db.session.scalars(select(PolicyOutcome)).all() == []


def test_conduct_after_the_case_came_to_the_review_changes_nothing(cast: Cast) -> None:
    number = make_audited(cast)
    days = reviews.days_of_policy(case_of(number))
    assert days.until == case_of(number).stage_entered_at.astimezone(scheme().zone).date()

    @operation
    def later(tx: Transaction) -> None:
        for reference in "abc":
            tx.add(
                ConductRecord(
                    person_id=cast.nominee,
                    kind=ConductKind.COMPLAINT,
                    day=days.until + timedelta(days=1),
                    reference=reference,
                )
            )

    later()
    assert results(number)["complaints"] is RuleResult.PASS
