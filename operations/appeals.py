"""Appeals: once, by the nominator or a nominee, judged by an arbiter who decided nothing before."""

from __future__ import annotations

from sqlalchemy import select

from models.decisions import Decision
from models.nominations import Nomination
from operations import casework
from operations.casework import Request
from operations.transaction import Transaction, operation
from workflow.vocabulary import Action, Reason, Stage


@operation
def lodge(tx: Transaction, *, person_id: int, number: str, grounds: str, request: Request) -> Stage:
    """Appeal against a rejection. Raises NotVisible, KeyReused, Stale or Refused."""
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {"act": "appeal", "case": number, "grounds": grounds}
    if casework.already_done(tx, person_id, request, body):
        return nomination.stage
    casework.check_version(nomination, request.version)
    casework.move(tx, nomination, person, Action.APPEAL, sentence=grounds)
    return nomination.stage


@operation
def resolve(
    tx: Transaction, *, person_id: int, number: str, uphold: bool, sentence: str, request: Request
) -> Stage:
    """Uphold the appeal (the contested stage judges again, by others) or dismiss it.

    Raises NotVisible, KeyReused, Stale or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "act": "resolve_appeal",
        "case": number,
        "uphold": uphold,
        "sentence": sentence,
    }
    if casework.already_done(tx, person_id, request, body):
        return nomination.stage
    casework.check_version(nomination, request.version)
    casework.move(
        tx,
        nomination,
        person,
        Action.UPHOLD_APPEAL if uphold else Action.DISMISS_APPEAL,
        reason=None if uphold else _contested_reason(tx, nomination),
        sentence=sentence,
    )
    return nomination.stage


def _contested_reason(tx: Transaction, nomination: Nomination) -> Reason | None:
    """A dismissed appeal lets the reason of the rejection stand."""
    return tx.session.scalar(
        select(Decision.reason)
        .where(Decision.nomination_id == nomination.id, Decision.dest == Stage.REJECTED)
        .order_by(Decision.id.desc())
        .limit(1)
    )
