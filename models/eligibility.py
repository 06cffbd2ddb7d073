"""Who was nominated because of results or earlier wins, by which rules, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, cast, exists, or_, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from models.base import Base, Instant, db
from models.ledger import Recorded
from models.nominations import Nomination
from models.scheme import Award, Cycle, Names
from workflow.eligibility import derives
from workflow.pathways import PATHWAYS
from workflow.vocabulary import CLOSED


class Evaluation(Recorded, Base):
    """What the award's rules found when a cycle had closed: once for each cycle.

    `found` has one line for each person put forward: key, case number, and the reasons as messages.
    """

    __tablename__ = "evaluation"
    ledger_kind = "eligibility_evaluated"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    found: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    cycle: Mapped[Cycle] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "award": self.cycle.award.key,
            "cycle": self.cycle.key,
            "rules": self.rules,
            "found": self.found,
        }


def to_evaluate() -> list[int]:
    """Closed cycles whose results nominate and have not been looked at, the first closed first.

    On the road by numbers also where there is no rule: the award's figure decides.
    """
    roads = [road.key for road in PATHWAYS.values() if not road.takes_nominations]
    cycles = db.session.scalars(
        select(Cycle)
        .join(Cycle.award)
        .where(
            Cycle.closed_seq.is_not(None),
            ~exists().where(Evaluation.cycle_id == Cycle.id),
            or_(
                Award.road.in_(roads) & ~exists().where(Nomination.cycle_id == Cycle.id),
                cast(Award.eligibility, String) != "[]",
            ),
        )
        .options(contains_eager(Cycle.award))
        .order_by(Cycle.closes_at, Cycle.id)
    )
    return [
        cycle.id
        for cycle in cycles
        if derives(cycle.ranking_terms.eligibility) or cycle.award.road in roads
    ]


def is_evaluated(cycle: Cycle) -> bool:
    """Whether the cycle's results have been looked at, or somebody is nominated by them already."""
    return (
        db.session.scalar(
            select(
                or_(
                    exists().where(Evaluation.cycle_id == cycle.id),
                    exists().where(
                        Nomination.cycle_id == cycle.id, Nomination.nominator_id.is_(None)
                    ),
                )
            )
        )
        or False
    )


def cycles_within(award_key: str, cycle: Cycle) -> list[Cycle]:
    """The cycles of another award that close within this one, in their order."""
    return list(
        db.session.scalars(
            select(Cycle)
            .join(Cycle.award)
            .where(
                Award.key == award_key,
                Cycle.closes_at > cycle.opens_at,
                Cycle.closes_at <= cycle.closes_at,
            )
            .options(contains_eager(Cycle.award))
            .order_by(Cycle.opens_at)
        )
    )


def unsettled(award_key: str, cycle: Cycle) -> list[Cycle]:
    """Those of them in which something may still be won: not closed, or cases under way."""
    within = cycles_within(award_key, cycle)
    waiting = set(
        db.session.scalars(
            select(Nomination.cycle_id).where(
                Nomination.cycle_id.in_([each.id for each in within]),
                Nomination.stage.not_in(CLOSED),
                Nomination.submitted_at.is_not(None),
            )
        )
    )
    to_come = set(to_evaluate())
    return [
        each
        for each in within
        if each.closed_seq is None or each.id in waiting or each.id in to_come
    ]


def awards_named(reasons: Iterable[Mapping[str, Any]]) -> dict[str, Names]:
    """The names of the awards that these reasons speak of, by key."""
    keys = {reason["values"]["award"] for reason in reasons if "award" in reason["values"]}
    found = db.session.scalars(select(Award).where(Award.key.in_(keys))) if keys else ()
    return {award.key: award.names for award in found}


def reasons_of(nomination: Nomination) -> list[dict[str, Any]]:
    """Why the rules put this case forward, as messages; empty where a colleague nominated."""
    if nomination.nominator_id is not None:
        return []
    evaluation = db.session.scalar(
        select(Evaluation).where(Evaluation.cycle_id == nomination.cycle_id)
    )
    lines = evaluation.found if evaluation else []
    return next((line["reasons"] for line in lines if line["case"] == nomination.number), [])
