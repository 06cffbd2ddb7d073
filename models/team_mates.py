"""Who has been in a nominee's team since the case began, for the rules and, in SQL, for the lists.

A file that moves somebody into another team frees nobody to judge a case under way.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    or_,
    select,
    union,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement

from models.base import db
from models.nominations import Nomination, Nominee
from models.people import FormerTeam, Person
from models.prepared import Prepared

# A move is known by its day alone. One on the day on which the case began counts, in whichever
# zone that day was read: the day is taken as it is where it begins last.
LAST_ZONE = timedelta(hours=12)  # behind UTC


def team_mates(nomination: Nomination) -> frozenset[int]:
    """Everybody who has been in a team that a nominee has been in, since the case began."""
    asked = {"case": nomination.id, "day": _day(nomination.created_at)}
    return frozenset(row.id for row in _FOUND.find(db.session.connection(), asked))


def mates_of(me: int, team_id: int | None) -> list[Select[int]]:
    """The same seen from one person, who is in this team now: their mates in each nomination."""
    mine, theirs = aliased(FormerTeam), aliased(FormerTeam)
    began = _day_of(Nomination.created_at)
    was_mine = select(mine.team_id).where(mine.person_id == me, mine.until >= began)
    was_mine = was_mine.correlate(Nomination)

    def is_mine(team: Any) -> ColumnElement[bool]:
        return or_(and_(team == team_id, team.is_not(None)), team.in_(was_mine))

    were_there = select(theirs.person_id).where(theirs.until >= began, is_mine(theirs.team_id))
    return [
        # The team of today is asked apart: that is one list for all cases.
        select(Person.id).where(Person.team_id == team_id, Person.team_id.is_not(None)),
        select(Person.id).where(Person.team_id.in_(was_mine)).correlate(Nomination),
        were_there.correlate(Nomination),
    ]


def _day(at: datetime) -> date:
    return (at - LAST_ZONE).date()


class _day_of(FunctionElement[date]):  # noqa: N801 — reads as a function of SQL
    """`_day` of an instant, in SQL."""

    inherit_cache = True
    type = Date()


@compiles(_day_of, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **kwargs: Any) -> str:
    column = compiler.process(element.clauses, **kwargs)
    return f"date({column}, '-{LAST_ZONE.seconds} seconds')"


@compiles(_day_of, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **kwargs: Any) -> str:
    column = compiler.process(element.clauses, **kwargs)
    return f"CAST({column} AT TIME ZONE 'UTC' - interval '{LAST_ZONE.seconds} seconds' AS date)"


def _found() -> CompoundSelect[Any]:
    nominated = Nominee.nomination_id == bindparam("case", type_=Integer)
    lately = FormerTeam.until >= bindparam("day", type_=Date)
    teams = union(
        select(Person.team_id.label("id"))
        .join(Nominee, Nominee.person_id == Person.id)
        .where(nominated),
        select(FormerTeam.team_id)
        .join(Nominee, Nominee.person_id == FormerTeam.person_id)
        .where(nominated, lately),
    ).cte("teams")
    return union(
        select(Person.id.label("id")).join(teams, teams.c.id == Person.team_id),
        select(FormerTeam.person_id).join(teams, teams.c.id == FormerTeam.team_id).where(lately),
    )


_FOUND = Prepared(_found())
