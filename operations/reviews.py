"""What the policy and performance reviews freeze when they are decided."""

from __future__ import annotations

from collections import Counter

from models import reviews
from models.decisions import PolicyOutcome
from models.nominations import Nomination
from operations import scores
from operations.transaction import Transaction
from workflow.vocabulary import Action, RuleResult, Stage


def freeze(tx: Transaction, nomination: Nomination, action: Action) -> dict[str, object]:
    """Freeze what the current stage found; returns figures for the decision's facts.

    What the rules said is kept with a rejection as well: a failed rule is the reason of many.
    """
    judged = action in (Action.APPROVE, Action.REJECT)
    if judged and nomination.stage is Stage.POLICY_REVIEW:
        return _freeze_policy(tx, nomination)
    if action is Action.APPROVE and nomination.stage is Stage.PERFORMANCE_REVIEW:
        return scores.settle(tx, nomination)
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
