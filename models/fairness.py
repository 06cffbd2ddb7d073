"""What a cycle's fairness report counts: its people by group, and the moves of its cases."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import Select, Subquery, case, exists, func, or_, select

from models.base import db
from models.decisions import Decision
from models.fairness_reports import FairnessReport
from models.nominations import Nomination, Nominee
from models.people import FormerTeam, Person
from models.scheme import Cycle, day_at
from workflow.fairness import UNRECORDED, Move, tenure
from workflow.vocabulary import CLOSED, Stage
from workflow.withholding import Cell, Count


def finished(at: datetime) -> Select[int]:
    """Closed cycles of which every case has ended, no appeal is open, and nothing is published."""
    mine = (Nomination.cycle_id == Cycle.id, Nomination.submitted_at.is_not(None))
    appealable = (Nomination.stage == Stage.REJECTED) & (Nomination.appeal_until > at)
    return (
        select(Cycle.id)
        .where(
            Cycle.closed_seq.is_not(None),
            Cycle.closes_at <= at,
            exists().where(*mine),
            ~exists().where(*mine, or_(Nomination.stage.not_in(CLOSED), appealable)),
            ~exists().where(FairnessReport.cycle_id == Cycle.id),
        )
        .order_by(Cycle.closes_at, Cycle.id)
    )


def cells(cycle: Cycle) -> list[Cell]:
    """Everybody who could have been nominated in the cycle, by what they have in common.

    Who worked here at some time of it, in a role that can win; their team as at its close, role,
    shift and gender as they stand now. Two statements, however many people there are.
    """
    luck = _luck(cycle)
    opens, closes = day_at(cycle.opens_at), day_at(cycle.last_moment)
    query = (
        select(
            Person.id,
            Person.team_id,
            Person.job_role,
            Person.shift,
            Person.gender,
            Person.joined_on,
            luck.c.won,
        )
        .outerjoin(luck, luck.c.person_id == Person.id)
        .where(
            or_(Person.joined_on.is_(None), Person.joined_on <= closes),
            or_(Person.left_on.is_(None), Person.left_on > opens),
        )
    )
    if cycle.award.job_role is not None:
        query = query.where(Person.job_role == cycle.award.job_role)
    teams = _teams_at(closes)
    found: defaultdict[tuple[str, ...], Count] = defaultdict(lambda: Count(0, 0, 0))
    for row in db.session.execute(query):
        team = teams.get(row.id, row.team_id)
        mine = (
            str(team) if team else UNRECORDED,
            row.job_role.value,
            row.shift.value if row.shift else UNRECORDED,
            tenure(row.joined_on, closes),
            row.gender.value if row.gender else UNRECORDED,
        )
        found[mine] += Count(1, int(row.won is not None), row.won or 0)
    return [Cell(groups, count) for groups, count in found.items()]


def _luck(cycle: Cycle) -> Subquery:
    """Who was nominated in the cycle, and whether they won; a revoked award is none."""
    won = func.max(case((Nomination.stage == Stage.AWARDED, 1), else_=0))
    return (
        select(Nominee.person_id, won.label("won"))
        .join(Nomination, Nomination.id == Nominee.nomination_id)
        .where(Nomination.cycle_id == cycle.id, Nomination.submitted_at.is_not(None))
        .group_by(Nominee.person_id)
        .subquery("luck")
    )


def _teams_at(day: date) -> dict[int, int | None]:
    """The team on that day of everybody who has changed it since."""
    later = (
        select(FormerTeam.person_id, FormerTeam.team_id)
        .where(FormerTeam.until > day)
        .order_by(FormerTeam.until.desc(), FormerTeam.id.desc())
    )
    return {row.person_id: row.team_id for row in db.session.execute(later)}  # the first one wins


def moves(cycle: Cycle) -> list[Move]:
    """Every decision on the cycle's cases, in the order of the ledger."""
    rows = db.session.execute(
        select(Decision.nomination_id, Decision.stage, Decision.action, Decision.at)
        .join(Nomination, Nomination.id == Decision.nomination_id)
        .where(Nomination.cycle_id == cycle.id)
        .order_by(Decision.ledger_seq)
    )
    return [Move(*row) for row in rows]
