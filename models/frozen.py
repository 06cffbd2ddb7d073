"""Frozen scores looked at again: from their own sealed figures, and with what came in later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from models import results
from models.base import db
from models.decisions import Decision, FrozenScore, latest_scores
from models.nominations import Nomination
from models.performance import FIGURE, figure_alone, sealed_measures, unsealed_measures
from models.results import Measures
from models.reviews import Days
from models.scheme import Cycle
from workflow import scoring
from workflow.scoring import MetricTarget, Score
from workflow.vocabulary import Action, Stage

STORED = Decimal("0.0001")


def stored(score: Decimal | None) -> Decimal | None:
    """A score as its column keeps it."""
    return None if score is None else score.quantize(STORED, ROUND_HALF_UP)


def days_of(row: FrozenScore) -> Days | None:
    """The days that the score is of; None where nothing was sealed."""
    if row.sealed is None:
        return None
    return Days(date.fromisoformat(row.sealed["since"]), date.fromisoformat(row.sealed["until"]))


def recompute(row: FrozenScore) -> Score | None:
    """The score anew from its sealed figures, targets and formula; None where none were sealed.

    Raises ValueError or LookupError where somebody has made them meaningless.
    """
    if row.sealed is None:
        return None
    return _score(row, unsealed_measures(row.sealed["inputs"]), row.sealed["worked"])


def with_later_data(rows: Iterable[FrozenScore]) -> dict[int, Score]:
    """What each score would be by the results of today, where their figures have changed.

    By the score's id; the frozen scores themselves stay as they are.
    """
    sealed = [
        (row, (row.person_id, days.since, days.until)) for row in rows if (days := days_of(row))
    ]
    now = results.measures_over({place for _row, place in sealed})
    changed = []
    for row, place in sealed:
        asked = [line["metric"] for line in row.lines]
        measures = {metric: now[place][metric] for metric in asked if metric in now[place]}
        if row.sealed and sealed_measures(measures) != row.sealed["inputs"]:
            changed.append((row, place, measures))
    worked = results.days_worked_over({place for _row, place, _measures in changed})
    return {row.id: _score(row, measures, worked.get(place, 0)) for row, place, measures in changed}


def resting_on(figures: Collection[tuple[int, str, date]]) -> Counter[tuple[int, str, date]]:
    """How many frozen scores rest on each of these figures: person, metric and day."""
    people = {person for person, _, _ in figures}
    rows = db.session.scalars(select(FrozenScore).where(FrozenScore.person_id.in_(people))).all()
    return Counter(figure for figure in figures for row in rows if _rests_on(row, *figure))


def _rests_on(row: FrozenScore, person_id: int, metric: str, day: date) -> bool:
    days = days_of(row)
    if row.person_id != person_id or days is None or not days.since <= day <= days.until:
        return False
    return any(line["metric"] == metric for line in row.lines)


def is_contested(nomination: Nomination) -> bool:
    """Whether an upheld appeal sent the case back to the performance review, to be judged anew.

    Scores that were frozen after the appeal's decision are new already.
    """
    if nomination.rejected_at is not Stage.PERFORMANCE_REVIEW:
        return False
    upheld = db.session.scalar(
        select(func.max(Decision.ledger_seq)).where(
            Decision.nomination_id == nomination.id, Decision.action == Action.UPHOLD_APPEAL
        )
    )
    return upheld is not None and all(row.ledger_seq < upheld for row in latest_scores(nomination))


def of_cycle(cycle: Cycle) -> list[FrozenScore]:
    """Every score that was frozen into the cycle's cases."""
    return list(
        db.session.scalars(
            select(FrozenScore)
            .join(FrozenScore.nomination)
            .where(Nomination.cycle_id == cycle.id)
            .options(joinedload(FrozenScore.nomination), joinedload(FrozenScore.person))
            .order_by(FrozenScore.nomination_id, FrozenScore.person_id, FrozenScore.round)
        )
    )


def _score(row: FrozenScore, measures: Measures, worked: int) -> Score:
    if row.formula == FIGURE:
        return figure_alone(row.lines[0]["metric"], measures)
    return scoring.score(measures, _targets(row), worked, row.formula)


def _targets(row: FrozenScore) -> list[MetricTarget]:
    return [
        MetricTarget(
            line["metric"], Decimal(line["target"]), Decimal(line["weight"]), Decimal(line["cap"])
        )
        for line in row.lines
    ]
