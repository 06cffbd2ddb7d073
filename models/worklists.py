"""What waits for a person by duty: without the cases that a relation bars them from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from models.approvals import TierApproval
from models.bars import is_barred
from models.base import db
from models.judges import Assignment
from models.nominations import Nomination
from models.opinions import are_settled, gave_one, is_split, rests_with_others
from models.people import Person
from models.quorum import Quorum, quorum_of
from models.scheme import Award, Cycle
from models.shortlist import holds_the_reserve, may_move_up
from models.surveys import FOLLOWED, SecondContact
from models.tierlists import TierList, TierPlace, propose
from models.waivers import Waiver, WaiverProposal, WaiverRefusal
from workflow.vocabulary import JUDGING, Duty, Stage
from workflow.waiving import ANSWERERS

SINGLY = tuple(stage for stage in JUDGING if stage is not Stage.TIERING)  # judged case by case


@dataclass(frozen=True)
class Place:
    """Where in the order a page begins: after this due date and id, in the same hands."""

    due_at: datetime
    id: int
    is_mine: bool = True


@dataclass(frozen=True)
class Ranking:
    """A closed cycle whose confirmed cases wait for the committee."""

    cycle: Cycle
    cases: int
    due_at: datetime | None
    quorum: Quorum | None = None  # once somebody has approved, and more are needed


def waiting(person: Person, at: datetime, stages: tuple[Stage, ...] = SINGLY) -> Select[Nomination]:
    """Cases at these stages that the person may judge now: those in their hands, then the others.

    Each the nearest due first. Where an award assigns its cases, the others are others' alone.
    """
    return (
        select(Nomination)
        .join(Nomination.award)
        .where(*_waits(person, at, stages))
        .options(*_SHOWN)
        .order_by(*_order(person))
    )


def first_at_each_stage(
    person: Person, at: datetime, most: int
) -> dict[Stage, tuple[list[Nomination], int]]:
    """The first cases of each stage's list, and how long the list is; empty ones are left out."""
    stage = Nomination.stage
    listed = (
        select(Nomination.id, func.count().over(partition_by=stage).label("total"))
        .add_columns(
            func.row_number().over(partition_by=stage, order_by=_order(person)).label("nth")
        )
        .join(Nomination.award)
        .where(*_waits(person, at, SINGLY))
        .subquery()
    )
    rows = db.session.execute(
        select(Nomination, listed.c.total)
        .join(listed, listed.c.id == Nomination.id)
        .where(listed.c.nth <= most)
        .options(*_SHOWN)
        .order_by(listed.c.nth)
    )
    found: dict[Stage, tuple[list[Nomination], int]] = {}
    for nomination, total in rows:
        found.setdefault(nomination.stage, ([], total))[0].append(nomination)
    return {stage: found[stage] for stage in SINGLY if stage in found}


def after(query: Select[Nomination], person: Person, place: Place) -> Select[Nomination]:
    """The rest of the person's list behind this place."""
    here = (int(not place.is_mine), place.due_at, place.id)
    return query.where(tuple_(*_order(person)) > here)


def counts(person: Person, at: datetime, stages: tuple[Stage, ...] = SINGLY) -> dict[Stage, int]:
    """How many cases wait at each of these stages that the person judges, empty ones included."""
    found = db.session.execute(
        select(Nomination.stage, func.count())
        .join(Nomination.award)
        .where(*_waits(person, at, stages))
        .group_by(Nomination.stage)
    )
    numbers = {row[0]: row[1] for row in found}
    return {stage: numbers.get(stage, 0) for stage in stages if person.holds(JUDGING[stage], at)}


def rankings(person: Person, at: datetime) -> list[Ranking]:
    """Closed cycles to tier, without those in which a case bars the person."""
    barred = func.sum(case((is_barred(person, Stage.TIERING), 1), else_=0))
    listed = exists().where(TierPlace.nomination_id == Nomination.id)
    found = db.session.execute(
        select(Nomination.cycle_id, func.count(), func.min(Nomination.due_at))
        .join(Nomination.award)
        .join(Nomination.cycle)
        .where(
            or_(
                entrusted(person, at, (Stage.TIERING,)) & ~and_(listed, holds_the_reserve(at)),
                _of_award(person, at) & may_move_up(at),
            ),
            Cycle.closes_at <= at,
        )
        .group_by(Nomination.cycle_id)
        .having(barred == 0)
    )
    rows = {cycle_id: (number, due_at) for cycle_id, number, due_at in found}
    if not rows:
        return []
    cycles = db.session.execute(
        select(Cycle, _is_begun()).where(Cycle.id.in_(rows)).options(joinedload(Cycle.award))
    ).all()
    ranked = []
    for cycle, is_begun in cycles:
        number, due_at = rows[cycle.id]
        quorum = quorum_of(propose(cycle, at), at) if is_begun and cycle.award.quorum > 1 else None
        if due_at is None and not propose(cycle, at).cases:
            continue  # a place is free, and nobody who could have it
        if quorum is None or not quorum.given:
            ranked.append(Ranking(cycle, number, due_at))
        elif not quorum.has(person):
            ranked.append(Ranking(cycle, number, due_at, quorum))
    return sorted(ranked, key=lambda ranking: (ranking.due_at or at, ranking.cycle.id))


def _is_begun() -> ColumnElement[bool]:
    """Cycles whose next list somebody has approved already."""
    lists = select(func.count(TierList.id)).where(TierList.cycle_id == TierApproval.cycle_id)
    return exists().where(
        TierApproval.cycle_id == Cycle.id, TierApproval.round > lists.scalar_subquery()
    )


def waivers_waiting(person: Person, at: datetime) -> Select[WaiverProposal]:
    """Proposed waivers that this person may confirm or refuse, the oldest first."""
    awards = {
        grant.award_id
        for grant in person.grants
        if grant.duty in ANSWERERS and grant.is_in_force(at)
    }
    of_award = true() if None in awards else Nomination.award_id.in_(awards)
    return (
        select(WaiverProposal)
        .join(WaiverProposal.nomination)
        .join(Nomination.award)
        .outerjoin(WaiverProposal.waiver)
        .outerjoin(WaiverProposal.refusal)
        .where(
            Nomination.stage == Stage.POLICY_REVIEW,
            Waiver.id.is_(None),
            WaiverRefusal.id.is_(None),
            WaiverProposal.by_id != person.id,
            of_award,
            ~is_barred(person),
        )
        .options(
            contains_eager(WaiverProposal.nomination).options(
                contains_eager(Nomination.award),
                joinedload(Nomination.cycle),
                joinedload(Nomination.team),
                selectinload(Nomination.nominees),
            )
        )
        .order_by(WaiverProposal.id)
    )


def seats() -> ColumnElement[int]:
    """How many judges a case's stage asks for, as workflow.assignment has it; the award joined."""
    several = and_(Nomination.stage == Stage.INTERNAL_AUDIT, Award.auditors_needed > 1)
    return case(
        (and_(several, is_split()), Award.auditors_needed + 1),
        (several, Award.auditors_needed),
        else_=1,
    )


def is_vacant() -> ColumnElement[bool]:
    """Cases that lack a judge, as workflow.assignment.vacant has it; the award joined."""
    can_decide = exists().where(_held(), gave_one(Assignment.person_id))
    return case((are_settled(), ~can_decide), else_=_has_a_free_seat())


def _has_a_free_seat() -> ColumnElement[bool]:
    hands = select(func.count()).select_from(Assignment).where(_held()).scalar_subquery()
    return hands < seats()


def _held() -> ColumnElement[bool]:
    return Assignment.ended_at.is_(None) & (Assignment.nomination_id == Nomination.id)


def _is_mine(person: Person) -> ColumnElement[bool]:
    return exists().where(
        Assignment.nomination_id == Nomination.id,
        Assignment.person_id == person.id,
        Assignment.ended_at.is_(None),
    )


def _others(person: Person) -> ColumnElement[int]:
    return case((_is_mine(person), 0), else_=1)


def _order(person: Person) -> tuple[Any, ...]:
    return _others(person), Nomination.due_at, Nomination.id


def _waits(
    person: Person, at: datetime, stages: tuple[Stage, ...]
) -> tuple[ColumnElement[bool], ...]:
    return (
        entrusted(person, at, stages),
        ~is_barred(person),
        ~_in_other_hands(person),
        ~rests_with_others(person),
    )


# What a row of a list shows of its case.
_SHOWN = (
    joinedload(Nomination.award),
    joinedload(Nomination.cycle),
    joinedload(Nomination.team),
    selectinload(Nomination.nominees),
)


def _in_other_hands(person: Person) -> ColumnElement[bool]:
    return and_(Award.assigns, ~_is_mine(person), ~is_vacant(), ~_has_a_free_seat())


def second_contacts(person: Person, at: datetime) -> Select[Nomination]:
    """Cases that have gone on, and whose second contact is due: for their external auditors."""
    grants = [grant for grant in person.grants if grant.duty is Duty.EXTERNAL_AUDITOR]
    awards = {grant.award_id for grant in grants if grant.is_in_force(at)}
    of_award = true() if None in awards else Nomination.award_id.in_(awards)
    return (
        select(Nomination)
        .join(Nomination.award)
        .join(SecondContact, SecondContact.nomination_id == Nomination.id)
        .where(
            SecondContact.due_at <= at,
            SecondContact.done_at.is_(None),
            Nomination.stage.in_(FOLLOWED),
            of_award,
            ~is_barred(person, Stage.EXTERNAL_AUDIT),
        )
        .options(
            contains_eager(Nomination.award),
            joinedload(Nomination.cycle),
            joinedload(Nomination.team),
            selectinload(Nomination.nominees),
        )
        .order_by(SecondContact.due_at, Nomination.id)
    )


def _of_award(person: Person, at: datetime) -> ColumnElement[bool]:
    """Cases of the awards in whose committee the person is."""
    awards = {g.award_id for g in person.grants if g.duty is Duty.COMMITTEE and g.is_in_force(at)}
    return true() if None in awards else Nomination.award_id.in_(awards)


def entrusted(person: Person, at: datetime, stages: tuple[Stage, ...]) -> ColumnElement[bool]:
    """Cases at those of the stages that a duty of the person opens, for all awards or for one."""
    wanted = []
    for stage in stages:
        duty = JUDGING[stage]
        awards = {g.award_id for g in person.grants if g.duty is duty and g.is_in_force(at)}
        if None in awards:
            wanted.append(Nomination.stage == stage)
        elif awards:
            wanted.append((Nomination.stage == stage) & Nomination.award_id.in_(awards))
    return or_(false(), *wanted)
