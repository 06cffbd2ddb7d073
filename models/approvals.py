"""The committee's approvals of a ranking, each by one member, until its quorum is complete."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db
from models.ledger import Recorded
from models.people import Person
from models.scheme import Cycle


class TierApproval(Recorded, Base):
    """One member's approval of a ranking that waits for more; the first one proposes it.

    The last approval is the list itself: it names the member who completed the quorum.
    """

    __tablename__ = "tier_approval"
    __table_args__ = (UniqueConstraint("cycle_id", "round", "input_hash", "by_id"),)
    ledger_kind = "tiers_seconded"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    round: Mapped[int]
    input_hash: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    needed: Mapped[int]  # the quorum, as it was then

    cycle: Mapped[Cycle] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "award": self.cycle.award.key,
            "cycle": self.cycle.key,
            "round": self.round,
            "input": self.input_hash,
            "by": self.by.key,
            "needed": self.needed,
        }


def approvals_of(cycle: Cycle, round_: int) -> list[TierApproval]:
    """Every approval of this list of the cycle, of whatever ranking, the first one first."""
    return list(
        db.session.scalars(
            select(TierApproval)
            .where(TierApproval.cycle_id == cycle.id, TierApproval.round == round_)
            .order_by(TierApproval.id)
            .options(joinedload(TierApproval.by).selectinload(Person.grants))
        )
    )
