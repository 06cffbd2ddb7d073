"""What people do about who judges: hand a case over, step aside, declare what binds them."""

from __future__ import annotations

from models import assignments, nominations
from models import casework as facts
from models.judges import ConflictEnd, DeclaredConflict, HandOver, Recusal
from models.ledger import Wording
from models.people import Person
from models.worklists import SINGLY
from operations import casework, routing
from operations.casework import NotVisible, Request
from operations.transaction import Transaction, operation
from workflow import conflicts
from workflow.conflicts import is_bound
from workflow.refusal import Refused
from workflow.vocabulary import JUDGING, Bond, Duty, Ending


@operation
def hand_over(
    tx: Transaction,
    *,
    by_id: int,
    number: str,
    person_id: int,
    request: Request,
    instead_of: int | None = None,
) -> None:
    """Give the case to this judge by hand, instead of the one who has it.

    Raises NotVisible, KeyReused, Stale or Refused.
    """
    by, nomination = casework.load(tx, by_id, number)
    if Duty.SCHEME_MANAGER not in by.duties(tx.now, nomination.award_id):
        raise Refused("scheme_managers_only")
    body: dict[str, object] = {"act": "hand_over", "case": number, "person": person_id}
    body["instead_of"] = instead_of
    if casework.already_done(tx, by_id, request, body):
        return
    casework.check_version(nomination, request.version)
    if nomination.stage not in SINGLY:
        raise Refused("not_at_this_stage", stage=nomination.stage.value)
    if is_bound(facts.snapshot(nomination), by_id):
        raise Refused("own_case_to_hand_over")
    routing.give(tx, nomination, person_id, by_id, instead_of)
    tx.record(
        HandOver(
            nomination=nomination,
            stage=nomination.stage,
            round=nomination.round,
            person=tx.session.get_one(Person, person_id),
            by=by,
            at=tx.now,
        )
    )


@operation
def step_aside(
    tx: Transaction, *, person_id: int, number: str, request: Request, reason: str = ""
) -> None:
    """Step aside from judging the case, for good; it goes to somebody else at once.

    Raises NotVisible, KeyReused or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {"act": "step_aside", "case": number, "reason": reason}
    if casework.already_done(tx, person_id, request, body):
        return
    duty, case = JUDGING.get(nomination.stage), facts.snapshot(nomination)
    if duty not in person.duties(tx.now, nomination.award_id):
        raise Refused("not_your_part", stage=nomination.stage.value)
    if person_id in case.recused:
        return
    bar = conflicts.relation(case, person_id)
    if bar is not None:
        raise Refused(f"barred_as_{bar}")
    tx.record(
        Recusal(
            nomination=nomination,
            person=person,
            stage=nomination.stage,
            reason=Wording.of(reason.strip()) if reason.strip() else None,
            at=tx.now,
        )
    )
    for held in assignments.on(nomination):
        if held.person_id == person_id:
            routing.reroute(tx, held, Ending.RECUSED)


@operation
def declare(tx: Transaction, *, by_id: int, one_id: int, other_id: int, bond: Bond) -> int:
    """Declare that two people do not judge each other's cases; returns the declaration's number.

    By one of the two, or for them by a scheme manager. Whoever is named learns of it, and of a
    case that it takes from its judge the scheme managers. Raises Refused.
    """
    by, one, other = (tx.session.get_one(Person, each) for each in (by_id, one_id, other_id))
    if one is other:
        raise Refused("bound_to_oneself")
    _needs_part(tx, by, one_id, other_id)
    _check_chooses_no_judge(by_id, one_id, other_id)
    if any({each.one_id, each.other_id} == {one_id, other_id} for each in _declared(one_id)):
        raise Refused("declared_already", name=other.name if by is not other else one.name)
    declared = DeclaredConflict(one=one, other=other, bond=bond, by=by, at=tx.now)
    tx.record(declared)
    tx.session.flush()
    for named in {one_id, other_id} - {by_id}:
        tx.tell(named, "bond_declared")
    _route_anew(tx, (one, other), by_id)
    return declared.id


@operation
def end_conflict(tx: Transaction, *, by_id: int, conflict_id: int) -> None:
    """Say that a declared conflict holds no longer; raises NotVisible or Refused."""
    by = tx.session.get_one(Person, by_id)
    declared = tx.session.get(DeclaredConflict, conflict_id)
    if declared is None:
        raise NotVisible(str(conflict_id))
    is_own = by_id in (declared.one_id, declared.other_id)
    if not is_own and not by.holds(Duty.SCHEME_MANAGER, tx.now):
        raise NotVisible(str(conflict_id))
    if by_id != declared.by_id and is_own and not by.holds(Duty.SCHEME_MANAGER, tx.now):
        raise Refused("declared_by_another")
    _check_chooses_no_judge(by_id, declared.one_id, declared.other_id)
    if declared.end is None:
        tx.record(ConflictEnd(conflict=declared, by=by, at=tx.now))


def _needs_part(tx: Transaction, by: Person, *people: int) -> None:
    if by.id not in people and not by.holds(Duty.SCHEME_MANAGER, tx.now):
        raise Refused("scheme_managers_only")


def _check_chooses_no_judge(by_id: int, one_id: int, other_id: int) -> None:
    """Raise Refused for words about two others on which the judge of a case of one's own hangs."""
    if by_id in (one_id, other_id):
        return
    for nomination in nominations.under_way_with((one_id, other_id)):
        if is_bound(facts.snapshot(nomination), by_id):
            raise Refused("own_case_to_hand_over")


def _declared(person_id: int) -> list[DeclaredConflict]:
    return assignments.conflicts_of(person_id)


def _route_anew(tx: Transaction, people: tuple[Person, ...], by_id: int) -> None:
    """Take from these people the cases that they may not judge any more."""
    for held in assignments.of_people(person.id for person in people):
        if conflicts.relation(facts.snapshot(held.nomination), held.person_id) is not None:
            routing.reroute(tx, held, Ending.BARRED)
            for manager in routing.scheme_managers(tx) - {by_id}:
                tx.tell(manager, "judge_barred", held.nomination, stage=held.stage.value)
