"""Whom a relation keeps from judging a case: workflow.conflicts, said in SQL.

A list costs one query so, however long it is; a test holds the two against each other.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from models.acts import acts, took_part_in_what_was_overturned
from models.base import Instant
from models.judges import ConflictEnd, DeclaredConflict, Recusal, still_binds
from models.nominations import Nomination, Nominee
from models.people import FormerManager, Person
from models.scheme import Award
from models.team_mates import mates_of
from workflow.conflicts import FAVOUR_LASTS, NEEDS_FRESH_EYES
from workflow.vocabulary import Stage


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
        *_once_in_line(me),
        *(_is_party(tied) for tied in _tied_to(me)),
        and_(work != Stage.TIERING.value, or_(*_favours(me))),
        exists().where(Recusal.nomination_id == Nomination.id, Recusal.person_id == me),
        and_(
            Award.team_mates_are_barred,
            or_(*(_has_nominee(Nominee.person_id.in_(mates)) for mates in mates_of(me, team_id))),
        ),
        _decided_what_was_overturned(me),
        _acted_elsewhere(me, work),
    )


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


def _once_in_line(me: int) -> list[ColumnElement[bool]]:
    """Cases that began while somebody in them was above the person, or below."""
    manager, report = FormerManager.manager_id, FormerManager.person_id
    lately = FormerManager.until > Nomination.created_at
    reports = select(report).where(manager == me, lately).correlate(Nomination)
    managers = select(manager).where(report == me, lately).correlate(Nomination)
    return [
        _is_party(reports),
        _has_nominee(Nominee.person_id.in_(managers)),
        _nominator.in_(managers.where(FormerManager.is_direct)),
    ]


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
