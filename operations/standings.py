"""How the roles stand in open and contested cycles, added up for the pages by the worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select

from adapters import clock
from models import performance
from models.base import db
from models.nominations import Nomination
from models.people import Person
from models.performance import Group
from models.results import last_change
from models.reviews import Days, days_of
from models.scheme import Award, Cycle
from models.scores import RoleStanding, known_group, standing
from operations.transaction import Transaction, operation
from workflow.message import plain
from workflow.vocabulary import Cadence, JobRole, Stage


@dataclass(frozen=True)
class Asked:
    """A role over the days of an open cycle, by its score or by one figure."""

    role: JobRole
    days: Days
    metric: str | None


def refresh() -> int:
    """Add up anew what results have changed since; returns how many standings were made.

    It reads outside of any writing transaction: adding up a year takes seconds.
    """
    seen, made = last_change(), 0
    for asked in _asked():
        stick = performance.yardstick(asked.role, asked.days, asked.metric)
        if not stick.metrics or known_group(asked.role, stick, seen):
            continue
        kpi = stick.kpi.id if stick.kpi else None
        _, group = performance.role_scores(asked.role, stick, pause=db.session.rollback)
        db.session.rollback()
        _keep(asked=asked, kpi_scheme_id=kpi, group=group, seen=seen)
        made += 1
    return made


def _asked() -> Iterator[Asked]:
    now = clock.now()
    cycles = db.session.scalars(
        select(Cycle)
        .join(Cycle.award)
        .where(
            Award.active,
            Award.cadence != Cadence.INSTANT,
            Cycle.opens_at <= now,
            or_(Cycle.closes_at > now, _is_contested()),
        )
    ).all()
    roles = sorted(set(db.session.scalars(select(Person.job_role).distinct())))
    asked = {
        Asked(role, days_of(cycle), cycle.award.metric)
        for cycle in cycles
        if Stage.PERFORMANCE_REVIEW in cycle.award.pathway.stages
        for role in roles
        if cycle.award.job_role in (None, role)
    }
    return iter(sorted(asked, key=lambda one: (one.role, one.days.since, one.metric or "")))


def _is_contested() -> ColumnElement[bool]:
    """Whether a score of the cycle may be frozen anew, after an appeal."""
    return exists().where(
        Nomination.cycle_id == Cycle.id,
        Nomination.stage == Stage.PERFORMANCE_REVIEW,
        Nomination.rejected_at == Stage.PERFORMANCE_REVIEW,
    )


@operation
def _keep(
    tx: Transaction, *, asked: Asked, kpi_scheme_id: int | None, group: Group, seen: int
) -> None:
    row = standing(asked.role, asked.days, asked.metric)
    if row is None:
        row = RoleStanding(
            job_role=asked.role,
            since=asked.days.since,
            until=asked.days.until,
            metric=asked.metric or "",
        )
        tx.add(row)
    row.kpi_scheme_id, row.results_seen, row.at = kpi_scheme_id, seen, tx.now
    row.scores = [plain(score) for score in group.scores]
    row.medians = {metric: plain(value) for metric, value in group.medians.items()}
