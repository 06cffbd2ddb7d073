"""Days on which somebody is away: their cases go to the substitute, or to whoever is free."""

from __future__ import annotations

from datetime import date

from models import assignments, casework
from models.judges import Absence
from models.people import Person
from operations import routing
from operations.casework import NotVisible
from operations.signing_in import works_today
from operations.transaction import Transaction, operation
from workflow.conflicts import is_bound
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Ending


@operation
def enter(
    tx: Transaction,
    *,
    by_id: int,
    person_id: int,
    first_day: date,
    last_day: date,
    substitute_id: int | None = None,
) -> int:
    """Enter an absence of one's own, or of anybody as a scheme manager; raises Refused.

    Returns how many cases went to others at once; of a later absence they go when it begins.
    """
    by, person = (tx.session.get_one(Person, each) for each in (by_id, person_id))
    if by is not person and not by.holds(Duty.SCHEME_MANAGER, tx.now):
        raise Refused("scheme_managers_only")
    if last_day < first_day:
        raise Refused("away_ends_early")
    if last_day < tx.today:
        raise Refused("away_is_over")
    if substitute_id == person_id:
        raise Refused("own_substitute")
    substitute = None if substitute_id is None else tx.session.get_one(Person, substitute_id)
    if substitute is not None and not works_today(substitute, tx.now):
        raise Refused("no_such_substitute")
    if by is not person and _holds_a_case_of(tx, person_id, by_id):
        raise Refused("own_case_to_hand_over")
    tx.add(
        Absence(
            person=person,
            first_day=first_day,
            last_day=last_day,
            substitute=substitute,
            by=by,
            at=tx.now,
        )
    )
    tx.session.flush()
    return _pass_on(tx, person_id, substitute_id) if first_day <= tx.today else 0


@operation
def cancel(tx: Transaction, *, by_id: int, absence_id: int) -> None:
    """The person is there after all; raises NotVisible or Refused.

    Cases that went to others and that nobody has begun come back: a moment away chooses no judge.
    """
    by = tx.session.get_one(Person, by_id)
    absence = tx.session.get(Absence, absence_id)
    may = absence is not None and (
        absence.person_id == by_id or by.holds(Duty.SCHEME_MANAGER, tx.now)
    )
    if absence is None or not may:
        raise NotVisible(str(absence_id))
    if absence.cancelled_at is not None:
        return
    if absence.person_id != by_id and _passed_on_a_case_of(absence, by_id):
        raise Refused("own_case_to_hand_over")
    absence.cancelled_at = tx.now
    tx.session.flush()
    for held in assignments.in_the_stead_of(absence):
        routing.give_back(tx, held, absence.person_id)


def _holds_a_case_of(tx: Transaction, judge_id: int, person_id: int) -> bool:
    """Whether a case in the judge's hands is one that the person is bound to."""
    held = assignments.of_people([judge_id])
    return any(is_bound(casework.snapshot(each.nomination), person_id) for each in held)


def _passed_on_a_case_of(absence: Absence, person_id: int) -> bool:
    held = assignments.in_the_stead_of(absence)
    return any(is_bound(casework.snapshot(each.nomination), person_id) for each in held)


def _pass_on(tx: Transaction, person_id: int, substitute_id: int | None) -> int:
    first = () if substitute_id is None else (substitute_id,)
    held = assignments.of_people([person_id])
    for each in held:
        routing.reroute(tx, each, Ending.AWAY, first)
    return len(held)
