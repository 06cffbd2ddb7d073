"""Which judge a case goes to: when it comes to a stage, when its judge cannot go on, by balancing.

Nothing here ends in silence: where nobody can judge a case the scheme managers are told, and the
clock tries again.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update

from models import assignments, casework
from models.assignments import Holder
from models.base import table
from models.judges import Assignment
from models.nominations import Nomination
from models.people import Person, holders
from models.prepared import Prepared
from models.worklists import SINGLY
from operations.transaction import Transaction, operation
from workflow import assignment
from workflow.case import Case
from workflow.refusal import Refused
from workflow.vocabulary import JUDGING, Duty, Ending

_THERE = table(Assignment)
_END_ALL = update(_THERE).where(
    _THERE.c.nomination_id == bindparam("case"), _THERE.c.ended_at.is_(None)
)
_END = Prepared(_END_ALL)
_END_ONE = Prepared(_END_ALL.where(_THERE.c.person_id == bindparam("holder")))
_BEFORE = select(_THERE.c.person_id).where(
    _THERE.c.nomination_id == bindparam("case"),
    _THERE.c.stage == bindparam("stage"),
    or_(_THERE.c.ended_why.is_(None), _THERE.c.ended_why == Ending.DECIDED),
)
_GIVE = Prepared(insert(_THERE).inline())
_MANAGERS = holders(Duty.SCHEME_MANAGER, bindparam("at"), None).with_only_columns(Person.id)


def route(tx: Transaction, nomination: Nomination, case: Case) -> list[int]:
    """Give the case to the judges whom the stage asks for that it has come to; returns whom.

    `case` is the snapshot of the move, already at that stage, with the move counted. Whoever had
    the case here before goes on with it, if they may.
    """
    before: Container[int] = ()
    if case.stage in SINGLY and case.visits.get(case.stage):
        asked = {"case": nomination.id, "stage": case.stage}
        before = set(tx.execute(_BEFORE, asked).scalars())
    if case.assigned:
        ended = {"ended_at": tx.now, "ended_why": Ending.DECIDED}
        _END.run(tx.connection, {"case": nomination.id, **ended})
        case.assigned = frozenset()
    return _seat(tx, nomination, case, before) if case.stage in SINGLY else []


def seat(tx: Transaction, nomination: Nomination) -> None:
    """Give the case to further judges where the stage asks for more than hold it."""
    case = casework.snapshot(nomination)
    if case.stage in SINGLY:
        _tell_new(tx, nomination, _seat(tx, nomination, case, ()))


def reroute(tx: Transaction, held: Assignment, why: Ending, first: Container[int] = ()) -> None:
    """Take the case out of these hands, and give it to somebody who can go on."""
    nomination = held.nomination
    _end(tx, nomination, held.person_id, why)
    if nomination.stage in SINGLY:
        _tell_new(tx, nomination, _seat(tx, nomination, casework.snapshot(nomination), first))


def give_back(tx: Transaction, held: Assignment, person_id: int) -> None:
    """Return the case to whom it was taken from, unless it is begun or they may not have it."""
    nomination = held.nomination
    case = casework.snapshot(nomination)
    holder = next((each for each in _holders(tx, nomination) if each.person == person_id), None)
    if holder is None or holder.obstacle(case) or person_id in case.assigned:
        return
    if _has_begun(case, held.person_id):
        return
    _end(tx, nomination, held.person_id, Ending.REASSIGNED)
    _insert(tx, nomination, person_id, None)
    _tell_new(tx, nomination, [person_id])


def give(
    tx: Transaction, nomination: Nomination, person_id: int, by_id: int, instead_of: int | None
) -> None:
    """Put the case into this judge's hands, and out of another's.

    Raises Refused with what keeps it from them.
    """
    case = casework.snapshot(nomination)
    holder = next((each for each in _holders(tx, nomination) if each.person == person_id), None)
    if holder is None:
        raise Refused("not_entrusted_with_it")
    obstacle = holder.obstacle(case)
    if obstacle is not None:
        raise Refused(f"unfit_as_{obstacle}")
    if person_id in case.assigned:
        raise Refused("holds_it_already")
    if instead_of in case.assigned:
        _end(tx, nomination, instead_of, Ending.REASSIGNED)
    elif not assignment.vacant(case):
        raise Refused("hands_are_full")
    _insert(tx, nomination, person_id, by_id)
    _tell_new(tx, nomination, [person_id])


@operation
def place(tx: Transaction, nomination_id: int) -> int:
    """Give a case that waits for a judge to one, if there is one by now; returns how many."""
    nomination = tx.session.get_one(Nomination, nomination_id)
    if nomination.stage not in SINGLY:
        return 0
    chosen = _choose(tx, nomination, casework.snapshot(nomination), ())
    _tell_new(tx, nomination, chosen)
    return len(chosen)


@operation
def replace(tx: Transaction, assignment_id: int) -> int:
    """Route a case anew whose judge is away, has left, or may not judge it any more."""
    held = tx.session.get_one(Assignment, assignment_id)
    if held.ended_at is not None:
        return 0
    absence = assignments.absence_on(held.person_id, tx.today)
    first = {absence.substitute_id} if absence and absence.substitute_id else ()
    why = Ending.AWAY if absence else Ending.BARRED
    reroute(tx, held, why, first)
    return 1


@operation
def balance(tx: Transaction, *, by_id: int | None) -> int:
    """Even out who holds how many; cases that somebody has begun stay. Returns how many moved."""
    if by_id is not None:
        scheme_manager(tx, by_id)
    held = tx.session.scalars(assignments.open_assignments().order_by(Assignment.id)).all()
    holding = {each.nomination_id: each.person_id for each in held}
    cases = {each.nomination_id: each.nomination for each in held}
    eligible: dict[int, list[int]] = {}
    fits: dict[tuple[int, int], int] = {}
    known: dict[tuple[Duty, int], list[Holder]] = {}
    for case_id, nomination in cases.items():
        which = (JUDGING[nomination.stage], nomination.award_id)
        if which not in known:
            known[which] = _holders(tx, nomination)
        case, holder = casework.snapshot(nomination), holding[case_id]
        if len(case.assigned) > 1 or _has_begun(case, holder):
            eligible[case_id] = [holder]
            continue
        tongue = assignments.tongue(nomination)
        may = [each for each in known[which] if each.obstacle(case) is None]
        eligible[case_id] = [each.person for each in may]
        fits |= {(case_id, each.person): each.judge(tongue).fit for each in may}
    shared = assignment.balance(
        eligible,
        holding,
        (each.person for people in known.values() for each in people if not each.is_away),
        lambda case_id, person: fits.get((case_id, person), 0),
    )
    moved = {case_id: who for case_id, who in shared.items() if holding[case_id] != who}
    for case_id, who in moved.items():
        _end(tx, cases[case_id], holding[case_id], Ending.REASSIGNED)
        _insert(tx, cases[case_id], who, by_id)
        _tell_new(tx, cases[case_id], [who])
    if moved:
        _note_balance(tx, {cases[case_id]: who for case_id, who in moved.items()}, by_id)
    return len(moved)


def scheme_manager(tx: Transaction, person_id: int) -> Person:
    """The person, if they manage the scheme now; raises Refused."""
    person = tx.session.get_one(Person, person_id)
    if not person.holds(Duty.SCHEME_MANAGER, tx.now):
        raise Refused("scheme_managers_only")
    return person


def scheme_managers(tx: Transaction) -> set[int]:
    """Whoever manages the scheme now, by id."""
    return set(tx.execute(_MANAGERS, {"at": tx.now}).scalars())


def _has_begun(case: Case, person: int) -> bool:
    """Whether the judge has done something on the case at its present stage."""
    return case.stage in case.parts.get(person, ())


def _note_balance(tx: Transaction, moved: Mapping[Nomination, int], by_id: int | None) -> None:
    ids = {*moved.values()} | ({by_id} if by_id is not None else set())
    keys = dict(tx.session.execute(select(Person.id, Person.key).where(Person.id.in_(ids))).all())
    given = [[nomination.number, keys[who]] for nomination, who in moved.items()]
    tx.note("cases_balanced", {"given": given, "by": None if by_id is None else keys[by_id]})


def _seat(tx: Transaction, nomination: Nomination, case: Case, first: Container[int]) -> list[int]:
    """Choose as many judges as are missing; where there are too few, tell the scheme managers."""
    chosen = _choose(tx, nomination, case, first)
    if len(chosen) < assignment.vacant(case):
        for person in sorted(scheme_managers(tx)):
            tx.tell(person, "case_stuck", nomination, stage=case.stage.value)
    return chosen


def _choose(
    tx: Transaction, nomination: Nomination, case: Case, first: Container[int]
) -> list[int]:
    missing = assignment.vacant(case)
    if missing < 1:
        return []
    tongue = assignments.tongue(nomination)
    may = [
        each.judge(tongue)
        for each in _holders(tx, nomination)
        if each.person not in case.assigned and each.obstacle(case) is None
    ]
    chosen = assignment.choose(may, missing, first=first)
    for person in chosen:
        _insert(tx, nomination, person, None)
    return chosen


def _holders(tx: Transaction, nomination: Nomination) -> list[Holder]:
    duty = JUDGING[nomination.stage]
    return assignments.holders(duty, nomination.award_id, tx.now, tx.today)


def _insert(tx: Transaction, nomination: Nomination, person_id: int, by_id: int | None) -> None:
    row: dict[str, Any] = {
        "nomination_id": nomination.id,
        "stage": nomination.stage,
        "round": nomination.round,
        "person_id": person_id,
        "by_id": by_id,
        "at": tx.now,
    }
    _GIVE.run(tx.connection, row)


def _end(tx: Transaction, nomination: Nomination, person_id: int, why: Ending) -> None:
    whose = {"case": nomination.id, "holder": person_id}
    _END_ONE.run(tx.connection, {**whose, "ended_at": tx.now, "ended_why": why})


def _tell_new(tx: Transaction, nomination: Nomination, people: list[int]) -> None:
    for person in people:
        tx.tell(person, "case_assigned", nomination, stage=nomination.stage.value)
