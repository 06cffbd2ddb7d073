"""Places of a ranking that may still be lost before the award, and what becomes of those given up.

Where policy is reviewed after the tiering they wait for that; on all roads for the notice.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from models.base import db
from models.decisions import Decision
from models.nominations import Nomination
from models.scheme import Cycle
from workflow.vocabulary import Action, Stage


def given_up(case: Any, at: datetime) -> ColumnElement[bool]:
    """Cases that left before the award for good: whoever is rejected can appeal, but once."""
    appealed = exists().where(Decision.nomination_id == case.id, Decision.action == Action.APPEAL)
    final = and_(case.stage == Stage.REJECTED, or_(case.appeal_until <= at, appealed))
    ended = case.stage.in_((Stage.WITHDRAWN, Stage.EXPIRED))
    return or_(ended, final)


def on_review(case: Any, at: datetime) -> ColumnElement[bool]:
    """Cases with a place that may still lose it before the notice."""
    return and_(case.tier_id.is_not(None), case.notice_began_at.is_(None), ~given_up(case, at))


def freed(case: Any, at: datetime) -> ColumnElement[bool]:
    """Cases whose place is free, until a further list has given it to the next."""
    return and_(case.tier_id.is_not(None), given_up(case, at))


def may_move_up(at: datetime) -> ColumnElement[bool]:
    """Cases without a tier of cycles in which a place has become free."""
    lost = aliased(Nomination)
    return and_(
        Nomination.stage == Stage.NOT_PLACED,
        exists().where(lost.cycle_id == Nomination.cycle_id, freed(lost, at)),
    )


def of_cycle(cycle: Cycle, at: datetime) -> tuple[list[Nomination], list[Nomination]]:
    """Its cases with a place that may still lose it, and those whose place is free."""
    conditions = on_review(Nomination, at), freed(Nomination, at)
    rows = db.session.execute(
        select(Nomination, *conditions)
        .where(Nomination.cycle_id == cycle.id, or_(*conditions))
        .order_by(Nomination.number)
    ).all()
    return [case for case, on, _ in rows if on], [case for case, _, is_free in rows if is_free]


def holds_the_reserve(at: datetime) -> ColumnElement[bool]:
    """Cycles whose shortlist is on review, with no place free: their reserve has to wait.

    For a statement over nominations; each row asks for its own cycle.
    """
    reviewed, lost = aliased(Nomination), aliased(Nomination)
    return and_(
        exists().where(reviewed.cycle_id == Nomination.cycle_id, on_review(reviewed, at)),
        ~exists().where(lost.cycle_id == Nomination.cycle_id, freed(lost, at)),
    )
