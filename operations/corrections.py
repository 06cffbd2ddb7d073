"""Correcting one result by hand: what was wrong stays on record, with the reason beside it."""

from __future__ import annotations

from sqlalchemy import update

from models.ledger import Wording
from models.people import Person, line_managers
from models.results import BY_HAND, Correction, Import, Result
from operations import casework, imports
from operations.casework import NotVisible, Request
from operations.transaction import Transaction, operation
from workflow.metrics import Measure
from workflow.refusal import Refused
from workflow.rules import sentence_in
from workflow.vocabulary import Duty

MAY = (Duty.SCHEME_MANAGER, Duty.ADMINISTRATOR)


@operation
def correct(
    tx: Transaction,
    *,
    by_id: int,
    result_id: int,
    after: Measure | None,
    reason: str,
    key: str | None = None,
) -> None:
    """Put another figure in the place of one (None: take it away). Raises Refused.

    `result_id` is the figure that the form showed: who comes second is told that it has changed.
    """
    by, old = tx.session.get_one(Person, by_id), tx.session.get(Result, result_id)
    if old is None or not any(by.holds(duty, tx.now) for duty in MAY):
        raise NotVisible(str(result_id))
    body: dict[str, object] = {"act": "correct", "result": result_id, "reason": reason}
    if casework.already_done(tx, by_id, Request(0, key), body | {"after": _said(after)}):
        return
    _check(by, old, after, reason)
    by_hand = Import(
        kind=BY_HAND,
        filename="",
        sha256="",
        by=by,
        created_at=tx.now,
        applied_at=tx.now,
        state=imports.APPLIED,
    )
    tx.add(by_hand)
    tx.session.flush()
    tx.execute(update(Result).where(Result.id == old.id).values(voided_by_id=by_hand.id))
    correction = Correction(
        imported=by_hand,
        at=tx.now,
        corrected=int(after is not None),
        removed=int(after is None),
        reason=Wording.of(reason.strip()),
        result=old,
        replacement=_replacement(tx, old, after, by_hand),
        of_own_reports=by_id in line_managers([old.person_id]),
    )
    tx.record(correction)
    tx.tell(old.person_id, "result_corrected", day=old.day.isoformat(), metric=old.metric)


def _check(by: Person, old: Result, after: Measure | None, reason: str) -> None:
    if by.id == old.person_id:
        raise Refused("own_result")
    if old.voided_by_id is not None:
        raise Refused("result_corrected_meanwhile")
    if after is not None and after == old.measure:
        raise Refused("nothing_changed")
    sentence_in(reason)


def _replacement(
    tx: Transaction, old: Result, after: Measure | None, by_hand: Import
) -> Result | None:
    if after is None:
        return None
    row = Result(
        person_id=old.person_id,
        metric=old.metric,
        day=old.day,
        numerator=after.numerator,
        denominator=after.denominator,
        import_id=by_hand.id,
    )
    tx.add(row)
    tx.session.flush()
    return row


def _said(after: Measure | None) -> list[str] | None:
    return None if after is None else [str(after.numerator), str(after.denominator)]
