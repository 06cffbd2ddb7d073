"""A colleague's own score as it accumulates, with its arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from flask import Blueprint, render_template
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from adapters import clock
from models import corrections, frozen, performance, results, reviews, scores
from models.base import db
from models.decisions import scores_of
from models.performance import Yardstick
from models.reviews import Days
from models.scheme import Award, Cycle, in_force, kpi_schemes
from views import scorecard
from views.corrections import lines
from views.guards import colleague
from views.scorecard import ScoreCard
from workflow.vocabulary import Cadence, Stage

bp = Blueprint("scores", __name__)

DAYS_SHOWN = 10  # of a running score, the newest first
CORRECTED_SHOWN = 20


@dataclass(frozen=True)
class Running:
    """The score of one period, and the awards whose cycle it is."""

    days: Days
    cycle: str  # its key
    awards: tuple[Award, ...]
    card: ScoreCard
    course: tuple[tuple[date, str | None], ...]  # day -> the score as it stood then

    @property
    def has_results(self) -> bool:
        return any(row.actual is not None for row in self.card.rows)


@bp.get("/my-score")
@colleague
def mine() -> str:
    """The reader's score in every open cycle that asks for one, and those frozen into cases."""
    rows = scores_of(current_user)
    later = frozen.with_later_data(rows)
    kept = [(row.nomination, scorecard.frozen(row, later.get(row.id))) for row in rows]
    corrected = lines(corrections.of_person(current_user.id, CORRECTED_SHOWN))
    return render_template("scores/mine.html", running=_running(), kept=kept, corrected=corrected)


def _running() -> list[Running]:
    """The score of each period that is running, the shortest first."""
    cycles = [(reviews.days_of(cycle), cycle) for cycle in _open_cycles()]
    cycles.sort(
        key=lambda pair: (pair[0].until - pair[0].since, pair[0].since, pair[1].award.metric or "")
    )
    if not cycles:
        return []
    me, role = current_user, current_user.job_role
    first, last = min(days.since for days, _ in cycles), max(days.until for days, _ in cycles)
    recorded, schemes = results.each_day(me.id, first, last), kpi_schemes({role})
    groups = scores.groups({role}, first)
    running = []
    for (days, metric), group in groupby(cycles, lambda pair: (pair[0], pair[1].award.metric)):
        stick = Yardstick(days, in_force(schemes, role, days.since), metric)
        own, course = performance.course(me, stick, recorded, DAYS_SHOWN)
        if among := groups.get((role, days, metric)):
            own = replace(own, standing=among.standing(own.score.value))
        of = [cycle for _, cycle in group]
        awards, card = tuple(cycle.award for cycle in of), scorecard.fresh(own)
        newest_first = tuple(
            (day, scorecard.points(score.value, metric)) for day, score in reversed(course)
        )
        running.append(Running(days, of[0].key, awards, card, newest_first))
    return running


def _open_cycles() -> list[Cycle]:
    """Open cycles of the awards that the reader can win and that look at results."""
    now = clock.now()
    found = db.session.scalars(
        select(Cycle)
        .join(Cycle.award)
        .where(Award.active, Cycle.opens_at <= now, Cycle.closes_at > now)
        .options(joinedload(Cycle.award))
        .order_by(Award.position)
    )
    return [
        cycle
        for cycle in found
        if Stage.PERFORMANCE_REVIEW in cycle.award.pathway.stages
        and cycle.award.cadence is not Cadence.INSTANT
        and cycle.award.job_role in (None, current_user.job_role)
    ]
