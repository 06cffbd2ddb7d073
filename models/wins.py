"""What people have won already, as the policy rules ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from models.base import db
from models.decisions import Decision
from models.nominations import Nomination, Nominee
from models.scheme import Cycle, scheme
from workflow.policy import Win
from workflow.vocabulary import Action, Stage


def wins_of(nomination: Nomination, person_ids: Collection[int]) -> dict[int, list[Win]]:
    """The awards that these people hold, as seen from this case; a revoked one is none.

    A member of a team that won has won.
    """
    between = aliased(Cycle)
    cycles = (
        select(func.count())
        .where(
            between.award_id == nomination.award_id,
            between.opens_at > Cycle.opens_at,
            between.opens_at <= nomination.cycle.opens_at,
        )
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Nominee.person_id, Decision.at, Nomination.award_id, cycles)
        .join(Nomination, Nomination.id == Nominee.nomination_id)
        .join(Cycle, Cycle.id == Nomination.cycle_id)
        .join(Decision, Decision.nomination_id == Nomination.id)
        .where(
            Nominee.person_id.in_(person_ids),
            Nomination.stage == Stage.AWARDED,
            Decision.action == Action.AWARD,
        )
    )
    zone = scheme().zone
    found: defaultdict[int, list[Win]] = defaultdict(list)
    for person_id, at, award_id, ago in rows:
        same = award_id == nomination.award_id
        found[person_id].append(Win(at.astimezone(zone).date(), ago if same else None))
    return dict(found)
