"""Acts on a nomination that need nothing but a decision: approve, return, reject, withdraw ..."""

from __future__ import annotations

from operations import casework, reviews, submissions
from operations.casework import Request
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Action, Reason, Stage

# What moves the case and does nothing else; an objection, an appeal or a list writes more.
ALONE = frozenset(
    {
        Action.SUBMIT,
        Action.RESUBMIT,
        Action.APPROVE,
        Action.RETURN,
        Action.REJECT,
        Action.WITHDRAW,
        Action.REVOKE,
    }
)


@operation
def decide(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    action: Action,
    request: Request,
    reason: Reason | None = None,
    sentence: str = "",
) -> Stage:
    """Move the case by this person's act; returns the stage it is at now.

    Raises NotVisible, KeyReused, Stale or Refused; then nothing has happened.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "case": number,
        "action": action.value,
        "reason": reason.value if reason else None,
        "sentence": sentence,
    }
    if casework.already_done(tx, person_id, request, body):
        return nomination.stage
    casework.check_version(nomination, request.version)
    if action not in ALONE:
        raise Refused("not_at_this_stage", stage=nomination.stage.value, action=action)
    if action in (Action.SUBMIT, Action.RESUBMIT):
        submissions.keep(tx, nomination)
    facts = reviews.freeze(tx, nomination, action)
    casework.move(tx, nomination, person, action, reason=reason, sentence=sentence, facts=facts)
    return nomination.stage
