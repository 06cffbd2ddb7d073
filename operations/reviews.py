"""The work of the policy and performance reviews: waivers, and what an approval freezes."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from models import casework as facts
from models import reviews
from models.decisions import FrozenScore, PolicyOutcome, Waiver
from models.ledger import Wording
from models.nominations import Nomination
from models.people import Person
from operations import casework
from operations.casework import Request
from operations.transaction import Transaction, operation
from workflow import pathway
from workflow.refusal import Refused
from workflow.rules import SENTENCE_AT_LEAST
from workflow.vocabulary import Role, RuleResult, Stage

STORED = Decimal("0.0001")


@operation
def waive(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    rule_key: str,
    nominee_id: int,
    reason: str,
    request: Request,
) -> None:
    """Set one failed rule aside for one nominee of this case; raises NotVisible, Stale, Refused."""
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "case": number,
        "waive": rule_key,
        "nominee": nominee_id,
        "reason": reason,
    }
    if casework.already_done(tx, person_id, request, body):
        return
    casework.check_version(nomination, request.version)
    _need(tx, nomination, person)
    if len(reason.strip()) < SENTENCE_AT_LEAST:
        raise Refused("sentence_missing", least=SENTENCE_AT_LEAST)
    reading = next(
        (
            reading
            for reading in reviews.rule_readings(nomination)
            if (reading.rule.key, reading.person.id) == (rule_key, nominee_id)
        ),
        None,
    )
    if reading is None or reading.result is not RuleResult.FAIL:
        raise Refused("nothing_to_waive")
    tx.record(
        Waiver(
            nomination=nomination,
            rule_key=rule_key,
            person=reading.person,
            reason=Wording.of(reason.strip()),
            by=person,
            at=tx.now,
        )
    )


def _need(tx: Transaction, nomination: Nomination, person: Person) -> None:
    actor, case = person.actor(tx.now, nomination.award_id), facts.snapshot(nomination)
    stage, role = Stage.POLICY_REVIEW, Role.POLICY_REVIEWER
    refused = pathway.may_work(case, actor, tx.now, stage, role)
    if refused is not None:
        raise refused


def freeze(tx: Transaction, nomination: Nomination) -> dict[str, object]:
    """Freeze what the current stage found; returns figures for the decision's facts."""
    if nomination.stage is Stage.POLICY_REVIEW:
        return _freeze_policy(tx, nomination)
    if nomination.stage is Stage.PERFORMANCE_REVIEW:
        return _freeze_scores(tx, nomination)
    return {}


def _freeze_policy(tx: Transaction, nomination: Nomination) -> dict[str, object]:
    readings = reviews.rule_readings(nomination)
    for reading in readings:
        tx.add(
            PolicyOutcome(
                nomination_id=nomination.id,
                round=nomination.round,
                person=reading.person,
                rule_key=reading.rule.key,
                result=reading.result,
                code=reading.outcome.message.id,
                figures=dict(reading.outcome.message.values),
            )
        )
    counts = Counter(reading.result.value for reading in readings)
    return {"rules": {result.value: counts[result.value] for result in RuleResult}}


def _freeze_scores(tx: Transaction, nomination: Nomination) -> dict[str, object]:
    found = reviews.scores_of(nomination)
    for performance in found:
        score = performance.score
        tx.record(
            FrozenScore(
                nomination=nomination,
                person=performance.person,
                round=nomination.round,
                score=_stored(score.value),
                formula=score.formula,
                kpi_version=performance.kpi.version if performance.kpi else None,
                lines=[line.record() for line in score.lines],
                notes=[note.record() for note in score.notes],
                at=tx.now,
            )
        )
    nomination.score = _stored(reviews.mean_score(each.score.value for each in found))
    return {"score": None if nomination.score is None else f"{nomination.score:.4f}"}


def _stored(score: Decimal | None) -> Decimal | None:
    return None if score is None else score.quantize(STORED, ROUND_HALF_UP)
