"""What the performance review's page shows: scores as they are now, or as they were frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from adapters import clock
from models import frozen, performance, scores, teams
from models.decisions import latest_scores
from models.nominations import Nomination
from models.performance import Performance
from models.reviews import days_of
from views import scorecard
from views.scorecard import ScoreCard


def under_review(nomination: Nomination) -> dict[str, Any]:
    """What is judged: the scores frozen at the close; before it, or where nothing was frozen for
    somebody, what the results come to by now.
    """
    days, contested = days_of(nomination.cycle), frozen.is_contested(nomination)
    rows = {row.person_id: row for row in latest_scores(nomination)}
    fresh = {
        one.person.id: _beside(one, nomination.award.metric)
        for one in performance.scores_of(nomination)
        if contested or one.person.id not in rows
    }
    return {
        "judged": days,
        "cycle_is_open": clock.now() < nomination.cycle.closes_at,
        "sheet": scores.sheet_of(nomination.cycle),
        "contested": contested,
        "cards": [
            scorecard.fresh(fresh[person.id]) if person.id in fresh else _card(rows[person.id])
            for person in nomination.nominees
        ],
        **_team(
            nomination,
            {
                **{key: row.score for key, row in rows.items()},
                **{key: one.score.value for key, one in fresh.items()},
            },
        ),
    }


def reviewed(nomination: Nomination) -> dict[str, Any] | None:
    """What the review rested on; None where nothing was frozen."""
    rows = latest_scores(nomination)
    if not rows:
        return None
    scored = {row.person_id: row.score for row in rows}
    return {"cards": [_card(row) for row in rows], **_team(nomination, scored)}


def _team(nomination: Nomination, scored: Mapping[int, Decimal | None]) -> dict[str, Any]:
    """The mean, how each member counts in it, and this team among all once they are frozen."""
    own = [scored.get(person.id) for person in nomination.nominees]
    known = sum(score is not None for score in own)
    sheet = scores.sheet_of(nomination.cycle)
    return {
        "mean": performance.mean_score(own),
        "members": [
            (person, score, None if score is None else score / known)
            for person, score in zip(nomination.nominees, own, strict=True)
        ],
        "counted": known,
        "comparison": teams.compare(nomination, sheet, own) if sheet else None,
    }


def _card(row: Any) -> ScoreCard:
    """A frozen score, with what later results would make of it."""
    later = frozen.with_later_data([row]).get(row.person_id)
    return scorecard.frozen(row, later)


def _beside(one: Performance, metric: str | None) -> Performance:
    group = scores.group(one.person.job_role, one.days, metric)
    return replace(one, standing=group.standing(one.score.value)) if group else one
