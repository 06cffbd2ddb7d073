"""Who was nominated because of results or earlier wins, by which rules, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, db
from models.ledger import Recorded
from models.nominations import Nomination
from models.scheme import Cycle


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


def reasons_of(nomination: Nomination) -> list[dict[str, Any]]:
    """Why the rules put this case forward, as messages; empty where a colleague nominated."""
    if nomination.nominator_id is not None:
        return []
    evaluation = db.session.scalar(
        select(Evaluation).where(Evaluation.cycle_id == nomination.cycle_id)
    )
    lines = evaluation.found if evaluation else []
    return next((line["reasons"] for line in lines if line["case"] == nomination.number), [])
