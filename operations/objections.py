"""Objections in the public notice: raised by any colleague, settled by an arbiter."""

from __future__ import annotations

from models.decisions import Decision
from models.nominations import Nomination
from models.people import Person
from models.voices import Objection, open_objections
from operations import casework
from operations.casework import Request, Stale
from operations.transaction import Transaction, operation
from workflow.vocabulary import Action, ObjectionState, Reason, Stage


@operation
def lodge(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    grounds: str,
    request: Request,
    confidential: bool = True,
) -> Stage:
    """Object to an award in its notice period: it freezes until an arbiter has settled it.

    `confidential`: colleagues do not read who it was; the arbiter always does.

    The request's version is not compared: grounds hold whatever happened to the case meanwhile,
    and the rules say whether the notice still runs. Raises NotVisible, KeyReused or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {"act": "object", "case": number, "grounds": grounds}
    if not confidential:
        body["named"] = True
    if casework.already_done(tx, person_id, request, body):
        return nomination.stage
    decision = casework.move(tx, nomination, person, Action.OBJECT, sentence=grounds)
    tx.record(
        Objection(
            nomination=nomination,
            by=person,
            grounds=decision.sentence,
            at=tx.now,
            state=ObjectionState.OPEN,
            confidential=confidential,
        )
    )
    return nomination.stage


@operation
def resolve(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    objection_id: int,
    uphold: bool,
    sentence: str,
    request: Request,
) -> Stage:
    """Settle one open objection; upheld, it ends the case and makes the other objections moot.

    Raises NotVisible, KeyReused, Stale (also when it is settled already) or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "act": "resolve_objection",
        "case": number,
        "objection": objection_id,
        "uphold": uphold,
        "sentence": sentence,
    }
    if casework.already_done(tx, person_id, request, body):
        return nomination.stage
    casework.check_version(nomination, request.version)
    waiting = open_objections(nomination)
    objection = next((each for each in waiting if each.id == objection_id), None)
    if objection is None:
        raise Stale(number, casework.last_decision(nomination))
    decision = _decide(tx, nomination, person, objection, uphold=uphold, sentence=sentence)
    _settle(tx, objection, ObjectionState.UPHELD if uphold else ObjectionState.DISMISSED, decision)
    if uphold:
        for other in waiting:
            if other is not objection:
                _settle(tx, other, ObjectionState.MOOT, decision)
    return nomination.stage


def _decide(
    tx: Transaction,
    nomination: Nomination,
    arbiter: Person,
    objection: Objection,
    *,
    uphold: bool,
    sentence: str,
) -> Decision:
    return casework.move(
        tx,
        nomination,
        arbiter,
        Action.UPHOLD_OBJECTION if uphold else Action.DISMISS_OBJECTION,
        reason=Reason.OBJECTION_UPHELD if uphold else None,
        sentence=sentence,
        facts={"objection": objection.ledger_seq},
    )


def _settle(
    tx: Transaction, objection: Objection, state: ObjectionState, decision: Decision
) -> None:
    """Close the objection with its answer, and tell the colleague who raised it."""
    objection.state = state
    tx.session.flush()  # the decision has its id now
    objection.decision_id = decision.id
    tx.tell(objection.by_id, "objection_settled", objection.nomination, state=state.value)
