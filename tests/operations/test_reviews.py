"""Rules are read with their figures, waived with a reason, and frozen; scores recompute."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from ledger.entry import read
from models import reviews
from models.base import db
from models.decisions import Decision, FrozenScore, PolicyOutcome, Waiver
from models.ledger import LedgerEntry
from models.nominations import Nomination, by_number
from models.people import Person
from models.results import ConductRecord, Result
from models.scheme import PolicyRule, scheme
from operations import reviews as operations
from operations.casework import Request, Stale
from operations.transaction import Transaction, operation
from tests.builders import (
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    names,
    stage,
    version,
)
from tests.reviewing import complain, make_rule, make_targets, record
from tests.roads import make_audited
from workflow import scoring
from workflow.metrics import METRICS, Kind, Measure
from workflow.refusal import Refused
from workflow.scoring import MetricTarget
from workflow.vocabulary import Action, ConductKind, Duty, JobRole, RuleResult, Stage

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


def waive(cast: Cast, number: str, by: int | None = None, **differently: Any) -> None:
    given: dict[str, Any] = {
        "person_id": by or cast.policy,
        "number": number,
        "rule_key": "complaints",
        "nominee_id": cast.nominee,
        "reason": REASON,
        "request": Request(version(number)),
    }
    operations.waive(**given | differently)


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
    assert RuleResult.FAIL in reviews.policy_results(case_of(number))
    waive(cast, number)
    decide(cast.policy, number, Action.APPROVE)
    assert reviews.policy_results(case_of(number)) == ()


def test_a_failed_rule_bars_approval_until_it_is_waived_with_a_reason(cast: Cast) -> None:
    complain(cast.nominee, 3)
    number = make_audited(cast)
    with pytest.raises(Refused, match="policy_rule_failed"):
        decide(cast.policy, number, Action.APPROVE)
    waive(cast, number)
    assert results(number)["complaints"] is RuleResult.WAIVED
    assert decide(cast.policy, number, Action.APPROVE) is Stage.PERFORMANCE_REVIEW
    waiver = db.session.scalars(select(Waiver)).one()
    assert waiver.reason.text == REASON
    entry = db.session.get_one(LedgerEntry, waiver.ledger_seq)
    assert read(entry.data).body == waiver.ledger_body()


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


def test_a_waiver_needs_a_sentence_and_a_failure(cast: Cast) -> None:
    complain(cast.nominee, 3)
    number = make_audited(cast)
    with pytest.raises(Refused, match="sentence_missing"):
        waive(cast, number, reason="  no ")
    for differently in (
        {"rule_key": "service"},
        {"rule_key": "none"},
        {"nominee_id": cast.manager},
    ):
        with pytest.raises(Refused, match="nothing_to_waive"):
            waive(cast, number, **differently)
    waive(cast, number)
    with pytest.raises(Refused, match="nothing_to_waive"):
        waive(cast, number)
    assert len(db.session.scalars(select(Waiver)).all()) == 1


def test_the_same_waiver_sent_twice_is_one(cast: Cast) -> None:
    complain(cast.nominee, 3)
    number = make_audited(cast)
    request = Request(version(number), "key-1")
    waive(cast, number, request=request)
    waive(cast, number, request=request)
    assert len(db.session.scalars(select(Waiver)).all()) == 1


def test_nobody_waives_who_may_not_judge_the_case(cast: Cast) -> None:
    complain(cast.nominee, 3)
    number = make_audited(cast)
    with pytest.raises(Refused, match="not_your_part"):
        waive(cast, number, by=cast.performance)
    reviewing = (Duty.POLICY_REVIEWER,)
    boss = make_person("Boss", duties=reviewing)

    @operation
    def report_to(tx: Transaction) -> None:
        tx.session.get_one(Person, cast.manager).manager_id = boss

    report_to()
    with pytest.raises(Refused, match="barred_as_line_manager"):
        waive(cast, number, by=boss)


def test_a_waiver_on_a_page_that_is_out_of_date_is_stale(cast: Cast) -> None:
    complain(cast.nominee, 3)
    number = make_audited(cast)
    seen = version(number)
    waive(cast, number)
    decide(cast.policy, number, Action.APPROVE)
    with pytest.raises(Stale):
        waive(cast, number, request=Request(seen))


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


def approve_performance(cast: Cast, number: str) -> FrozenScore:
    decide(cast.policy, number, Action.APPROVE)
    decide(cast.performance, number, Action.APPROVE)
    assert stage(number) is Stage.TIERING
    return db.session.scalars(select(FrozenScore)).one()


def test_a_frozen_score_recomputes_to_the_same_from_its_own_lines(cast: Cast) -> None:
    make_targets(productivity=("0.75", 60), errors=("0", 20), typing_speed=("60", 20))
    record(cast.nominee, "productivity", "71", "90")
    record(cast.nominee, "errors", "2", None)
    frozen = approve_performance(cast, make_audited(cast))
    again = scoring.score(
        {
            line["metric"]: measure_of(line["metric"], line["actual"])
            for line in frozen.lines
            if line["actual"] is not None
        },
        [
            MetricTarget(
                line["metric"],
                Decimal(line["target"]),
                Decimal(line["weight"]),
                Decimal(line["cap"]),
            )
            for line in frozen.lines
        ],
    )
    assert again.value == frozen.score
    assert [line.record() for line in again.lines] == frozen.lines
    assert [note.record() for note in again.notes] == frozen.notes
    assert frozen.notes[0]["id"] == "weight_redistributed"
    assert (frozen.formula, frozen.kpi_version) == (scoring.FORMULA_VERSION, 1)


def measure_of(metric: str, actual: str) -> Measure:
    kind = METRICS[metric].kind
    return Measure(Decimal(actual), None if kind is Kind.SUM else Decimal(1), kind)


def test_a_frozen_score_is_in_the_ledger_and_on_the_case(cast: Cast) -> None:
    make_targets(productivity=("0.75", 60))
    record(cast.nominee, "productivity", "75", "100")
    number = make_audited(cast)
    frozen = approve_performance(cast, number)
    assert case_of(number).score == Decimal(100)
    entry = db.session.get_one(LedgerEntry, frozen.ledger_seq)
    assert read(entry.data).body == frozen.ledger_body()
    assert frozen.ledger_body()["score"] == "100.0000"


def test_later_results_do_not_change_a_frozen_score(cast: Cast) -> None:
    make_targets(productivity=("0.75", 60))
    record(cast.nominee, "productivity", "75", "100")
    number = make_audited(cast)
    approve_performance(cast, number)

    @operation
    def correct(tx: Transaction) -> None:
        tx.session.scalars(select(Result)).one().numerator = Decimal(10)

    correct()
    assert case_of(number).score == Decimal(100)


def test_without_results_there_is_no_score_and_that_is_allowed(cast: Cast) -> None:
    make_targets(productivity=("0.75", 60))
    number = make_audited(cast)
    frozen = approve_performance(cast, number)
    assert (frozen.score, case_of(number).score) == (None, None)
    assert frozen.notes[0]["id"] == "too_little_measured"


def test_results_outside_the_cycle_do_not_count(cast: Cast) -> None:
    make_targets(errors=("0", 10))
    number = make_audited(cast)
    days = reviews.days_of(case_of(number).cycle)

    @operation
    def outside(tx: Transaction) -> None:
        for day in (days.since - timedelta(days=1), days.until + timedelta(days=1)):
            tx.add(Result(person_id=cast.nominee, metric="errors", day=day, numerator=Decimal(9)))
        for day in (days.since, days.until):
            tx.add(Result(person_id=cast.nominee, metric="errors", day=day, numerator=Decimal(1)))

    outside()
    (performance,) = reviews.scores_of(case_of(number))
    assert performance.score.lines[0].actual == Decimal(2)


def test_a_score_is_shown_beside_the_median_of_the_same_role(cast: Cast) -> None:
    make_targets(productivity=("0.5", 10))
    others = [make_person(f"Peer {n}") for n in range(2)]
    make_person("Typist", job_role=JobRole.DATA_ENTRY)
    for person_id, part in zip((cast.nominee, *others), ("50", "30", "40"), strict=True):
        record(person_id, "productivity", part, "100")
    number = make_audited(cast)
    case = case_of(number)
    (performance,) = reviews.performances(case.nominees, reviews.days_of(case.cycle))
    assert performance.score.value == Decimal(100)
    assert (performance.median_score, performance.peers) == (Decimal(80), 3)
    assert performance.medians == {"productivity": Decimal("0.4")}


def test_an_award_for_volume_counts_its_figure_alone(cast: Cast) -> None:
    @operation
    def by_volume(tx: Transaction, number: str) -> None:
        case_of(number).award.metric = "calls_answered"

    number = make_audited(cast)
    by_volume(number)
    record(cast.nominee, "calls_answered", "517", None)
    (performance,) = reviews.scores_of(case_of(number))
    assert performance.score.value == Decimal(517)
    assert performance.score.formula == reviews.FIGURE


def test_a_team_has_the_mean_of_its_members_who_have_a_score() -> None:
    assert reviews.mean_score([Decimal(90), None, Decimal(80)]) == Decimal(85)
    assert reviews.mean_score([None]) is None
