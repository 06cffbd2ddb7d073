"""Questions about cycles that need the nominations made in them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select

from models.base import db
from models.nominations import Nomination
from models.scheme import Cycle
from workflow.vocabulary import Stage


def winners(cycles: Iterable[Cycle]) -> dict[int, int]:
    """How many cases were awarded in each of the cycles, by the cycle's id."""
    rows = db.session.execute(
        select(Nomination.cycle_id, func.count())
        .where(
            Nomination.cycle_id.in_([cycle.id for cycle in cycles]),
            Nomination.stage == Stage.AWARDED,
        )
        .group_by(Nomination.cycle_id)
    )
    return {cycle_id: count for cycle_id, count in rows}  # noqa: C416  # rows are no plain tuples


def has_submissions(cycle: Cycle) -> bool:
    """Whether somebody relies on the cycle's dates already."""
    return (
        db.session.scalar(
            select(Nomination.id)
            .where(Nomination.cycle_id == cycle.id, Nomination.submitted_at.is_not(None))
            .limit(1)
        )
        is not None
    )
