"""What waits for a person by duty: without the cases that a relation bars them from.

The bars are those of workflow.conflicts, said in SQL, so that a list costs one query however long
it is; a test holds the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload
from sqlalchemy.sql.functions import FunctionElement

from models.acts import acts, took_part_in_what_was_overturned
from models.base import Instant, db
from models.judges import Assignment, ConflictEnd, DeclaredConflict, Recusal, still_binds
from models.nominations import Nomination, Nominee
from models.opinions import is_split, rests_with_others
from models.people import Person
from models.quorum import Quorum, quorum_of
from models.scheme import Award, Cycle
from models.shortlist import holds_the_reserve, may_move_up
from models.surveys import FOLLOWED, SecondContact
from models.tierlists import TierPlace, propose
from models.waivers import Waiver, WaiverProposal, WaiverRefusal
from workflow.conflicts import FAVOUR_LASTS, NEEDS_FRESH_EYES
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
    cycles = db.session.scalars(
        select(Cycle).where(Cycle.id.in_(rows)).options(joinedload(Cycle.award))
    )
    ranked = []
    for cycle in cycles:
        number, due_at = rows[cycle.id]
        quorum = _begun(cycle, at)
        if due_at is None and not propose(cycle, at).cases:
            continue  # a place is free, and nobody who could have it
        if quorum is None or not quorum.has(person):
            ranked.append(Ranking(cycle, number, due_at, quorum))
    return sorted(ranked, key=lambda ranking: (ranking.due_at or at, ranking.cycle.id))


def _begun(cycle: Cycle, at: datetime) -> Quorum | None:
    """How far the committee is with a ranking that several members approve."""
    if cycle.award.quorum == 1:
        return None
    quorum = quorum_of(propose(cycle, at), at)
    return quorum if quorum.given else None


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


def hands() -> ColumnElement[int]:
    """How many judges hold a case."""
    held = Assignment.ended_at.is_(None) & (Assignment.nomination_id == Nomination.id)
    return select(func.count()).select_from(Assignment).where(held).scalar_subquery()


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
    return and_(Award.assigns, ~_is_mine(person), hands() >= seats())


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


def is_barred(person: Person, stage: Stage | None = None) -> ColumnElement[bool]:
    """Cases that a relation bars the person from judging; the award must be joined.

    `stage` is the one that the work belongs to, where it is not that of the case.
    """
    return _barred(person.id, person.manager_id, person.team_id, stage)


@lru_cache(maxsize=64)  # to build it takes ten times as long as to ask it
def _barred(
    me: int, manager_id: int | None, team_id: int | None, stage: Stage | None
) -> ColumnElement[bool]:
    work = cast(Nomination.stage, String) if stage is None else literal(stage.value)
    reports = _reports(me)
    return or_(
        _nominator == me,
        _nominator.in_(reports),
        _nominator == func.coalesce(manager_id, -1),
        _has_nominee(Nominee.person_id == me),
        _has_nominee(Nominee.person_id.in_(reports)),
        _has_nominee(Nominee.person_id.in_(_managers(manager_id))),
        *(_is_party(tied) for tied in _tied_to(me)),
        and_(work != Stage.TIERING.value, or_(*_favours(me))),
        exists().where(Recusal.nomination_id == Nomination.id, Recusal.person_id == me),
        and_(Award.team_mates_are_barred, _has_nominee(Nominee.person_id.in_(_mates(team_id)))),
        _decided_what_was_overturned(me),
        _acted_elsewhere(me, work),
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


_nominator = func.coalesce(Nomination.nominator_id, 0)  # nobody nominates in a case by numbers


def _has_nominee(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Nominee.nomination_id == Nomination.id, condition)


def _reports(me: int) -> Select[int]:
    """Everybody below the person in the reporting line."""
    below = select(Person.id).where(Person.manager_id == me).cte("below", recursive=True)
    below = below.union(select(Person.id).join(below, Person.manager_id == below.c.id))
    return select(below.c.id)


def _managers(manager_id: int | None) -> Select[int]:
    """Everybody above the person in the reporting line."""
    above = select(Person.id).where(Person.id == manager_id).cte("over", recursive=True)
    above = above.union(
        select(Person.manager_id)
        .join(above, Person.id == above.c.id)
        .where(Person.manager_id.is_not(None))
    )
    return select(above.c.id)


def _is_party(people: Select[int]) -> ColumnElement[bool]:
    return or_(_nominator.in_(people), _has_nominee(Nominee.person_id.in_(people)))


def _tied_to(me: int) -> list[Select[int]]:
    """Whom a declaration binds to the person in the case, from either side."""
    sides = (DeclaredConflict.one_id, DeclaredConflict.other_id)
    return [
        select(there)
        .select_from(DeclaredConflict)
        .outerjoin(ConflictEnd, ConflictEnd.conflict_id == DeclaredConflict.id)
        .where(here == me, still_binds(Nomination.created_at))
        .correlate(Nomination)
        for here, there in (sides, sides[::-1])
    ]


def _favours(me: int) -> list[ColumnElement[bool]]:
    """Cases with somebody who lately was nominated beside, nominated, or was nominated by them."""
    other, beside = aliased(Nomination), aliased(Nominee)
    recent = (other.id != Nomination.id, other.submitted_at >= _favours_from(Nomination.created_at))
    is_mine = other.id.in_(select(Nominee.nomination_id).where(Nominee.person_id == me))
    nominees = select(Nominee.person_id).where(Nominee.nomination_id == Nomination.id)
    with_nominee = exists().where(
        beside.nomination_id == other.id, beside.person_id.in_(nominees.correlate(Nomination))
    )
    by_party = or_(
        other.nominator_id == Nomination.nominator_id,
        other.nominator_id.in_(nominees.correlate(Nomination)),
    )
    return [
        exists().where(is_mine, with_nominee, *recent),
        exists().where(other.nominator_id == me, with_nominee, *recent),
        exists().where(is_mine, by_party, *recent),
    ]


class _favours_from(FunctionElement[datetime]):  # noqa: N801 — reads as a function of SQL
    """The instant before this one from which a favour counts."""

    inherit_cache = True
    type = Instant()


@compiles(_favours_from, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    column = compiler.process(element.clauses, **kwargs)
    return f"strftime('%Y-%m-%d %H:%M:%f000', {column}, '-{FAVOUR_LASTS.days} days')"


@compiles(_favours_from, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    column = compiler.process(element.clauses, **kwargs)
    return f"({column} - interval '{FAVOUR_LASTS.days * 24} hours')"


def _mates(team_id: int | None) -> Select[int]:
    return select(Person.id).where(Person.team_id == team_id, Person.team_id.is_not(None))


def _decided_what_was_overturned(me: int) -> ColumnElement[bool]:
    mine = acts(by=me)
    overturned = took_part_in_what_was_overturned(mine, Nomination.id)
    return select(literal(1)).select_from(mine).where(overturned).correlate(Nomination).exists()


def _acted_elsewhere(me: int, stage: ColumnElement[str]) -> ColumnElement[bool]:
    mine = acts(by=me)
    return exists().where(
        mine.c.nomination_id == Nomination.id,
        mine.c.stage != stage,
        or_(stage.in_([each.value for each in NEEDS_FRESH_EYES]), Award.stages_are_separate),
    )
