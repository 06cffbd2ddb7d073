"""What the performance review's page shows: scores as they are now, or as they were frozen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from adapters import clock
from models import frozen, performance, scores, teams
from models.decisions import FrozenScore, latest_scores
from models.nominations import Nomination
from models.performance import Performance
from models.reviews import days_of
from models.scores import ScoreSheet
from views import scorecard
from views.scorecard import ScoreCard


def under_review(nomination: Nomination) -> dict[str, Any]:
    """What is judged: the scores frozen at the close; before it, or where nothing was frozen for
    somebody, what the results come to by now.
    """
    days, contested = days_of(nomination.cycle), frozen.is_contested(nomination)
    rows = {row.person_id: row for row in latest_scores(nomination)}
    are_frozen = not contested and all(person.id in rows for person in nomination.nominees)
    fresh = {
        one.person.id: one
        for one in (() if are_frozen else _fresh(nomination))
        if contested or one.person.id not in rows
    }
    sheet = scores.sheet_of(nomination.cycle)
    kept = _cards([row for person, row in rows.items() if person not in fresh])
    return {
        "judged": days,
        "cycle_is_open": clock.now() < nomination.cycle.closes_at,
        "sheet": sheet,
        "contested": contested,
        "cards": [
            scorecard.fresh(fresh[person.id]) if person.id in fresh else kept[person.id]
            for person in nomination.nominees
        ],
        **_team(
            nomination,
            {
                **{key: row.score for key, row in rows.items()},
                **{key: one.score.value for key, one in fresh.items()},
            },
            sheet,
        ),
    }


def reviewed(nomination: Nomination) -> dict[str, Any] | None:
    """What the review rested on; None where nothing was frozen."""
    rows = latest_scores(nomination)
    if not rows:
        return None
    scored = {row.person_id: row.score for row in rows}
    sheet = scores.sheet_of(nomination.cycle)
    return {"cards": [*_cards(rows).values()], **_team(nomination, scored, sheet)}


def _team(
    nomination: Nomination, scored: Mapping[int, Decimal | None], sheet: ScoreSheet | None
) -> dict[str, Any]:
    """The mean, how each member counts in it, and this team among all once they are frozen."""
    own = [scored.get(person.id) for person in nomination.nominees]
    known = sum(score is not None for score in own)
    return {
        "mean": performance.mean_score(own),
        "members": [
            (person, score, None if score is None else score / known)
            for person, score in zip(nomination.nominees, own, strict=True)
        ],
        "counted": known,
        "comparison": teams.compare(nomination, sheet, own) if sheet else None,
    }


def _cards(rows: Collection[FrozenScore]) -> dict[int, ScoreCard]:
    """Each person's frozen score, with what later results would make of it."""
    later = frozen.with_later_data(rows)
    return {row.person_id: scorecard.frozen(row, later.get(row.id)) for row in rows}


def _fresh(nomination: Nomination) -> Iterator[Performance]:
    """Each nominee's score as it is by now, beside their colleagues."""
    roles = {person.job_role for person in nomination.nominees}
    days, metric = days_of(nomination.cycle), nomination.award.metric
    groups = scores.groups(roles, days.since)
    for one in performance.scores_of(nomination):
        group = groups.get((one.person.job_role, days, metric))
        yield replace(one, standing=group.standing(one.score.value)) if group else one
