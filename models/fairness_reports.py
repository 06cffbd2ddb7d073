"""What was published of a finished cycle: counts of groups, frozen with their ledger entry."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Select, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, db
from models.decisions import Decision
from models.ledger import Recorded
from models.nominations import Nomination
from models.scheme import Award, Cycle
from workflow.vocabulary import Action


class FairnessReport(Recorded, Base):
    """The public fairness report of one cycle, as it was on the day it was published.

    People change team, shift and role, so it cannot be counted again later: `figures`
    (workflow.fairness.Report.record) is whole in the ledger. It holds counts of groups alone.
    """

    __tablename__ = "fairness_report"
    ledger_kind = "fairness_published"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)

    cycle: Mapped[Cycle] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "award": self.cycle.award.key,
            "cycle": self.cycle.key,
            "figures": self.figures,
        }


def revoked_since(report: FairnessReport) -> list[str]:
    """The cases of its cycle whose awards were taken back after it was published."""
    query = (
        select(Nomination.number)
        .join(Decision, Decision.nomination_id == Nomination.id)
        .where(
            Nomination.cycle_id == report.cycle_id,
            Decision.action == Action.REVOKE,
            Decision.ledger_seq > report.ledger_seq,
        )
    )
    return list(db.session.scalars(query.order_by(Nomination.number)))


def of_cycle(award: str, cycle: str) -> FairnessReport | None:
    return db.session.scalar(published().where(Award.key == award, Cycle.key == cycle))


def published() -> Select[FairnessReport]:
    """Every report, the latest cycle first."""
    return (
        select(FairnessReport)
        .join(FairnessReport.cycle)
        .join(Cycle.award)
        .options(joinedload(FairnessReport.cycle).joinedload(Cycle.award))
        .order_by(Cycle.closes_at.desc(), Award.position)
    )
