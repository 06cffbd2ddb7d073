"""The committee's ranking of a cycle, with the explanation of every place."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, Text
from models.ledger import Recorded
from models.nominations import Nomination
from models.people import Person
from models.scheme import Cycle, Tier


class TierList(Recorded, Base):
    """An approved ranking; `input_hash` seals what it was computed from."""

    __tablename__ = "tier_list"
    __table_args__ = (UniqueConstraint("cycle_id", "round"),)
    ledger_kind = "tiers_approved"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    round: Mapped[int]  # a case that comes back by appeal is ranked in a list of its own
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sealed_input: Mapped[dict[str, Any]] = mapped_column(JSON)
    input_hash: Mapped[str] = mapped_column(Text)

    cycle: Mapped[Cycle] = relationship()
    by: Mapped[Person] = relationship()
    places: Mapped[list[TierPlace]] = relationship(
        back_populates="tier_list", order_by="TierPlace.rank"
    )

    def ledger_body(self) -> dict[str, object]:
        return {
            "award": self.cycle.award.key,
            "cycle": self.cycle.key,
            "round": self.round,
            "by": self.by.key,
            "input": self.input_hash,
            "places": [
                [place.rank, place.nomination.number, place.tier.key if place.tier else None]
                for place in self.places
            ],
        }


class TierPlace(Base):
    """One place of a ranking and why it is that one."""

    __tablename__ = "tier_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    tier_list_id: Mapped[int] = mapped_column(ForeignKey("tier_list.id"), index=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    rank: Mapped[int]
    tier_id: Mapped[int | None] = mapped_column(ForeignKey("tier.id"))
    score: Mapped[Decimal | None] = mapped_column(Numeric(9, 4))
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # message ids with values

    tier_list: Mapped[TierList] = relationship(back_populates="places")
    nomination: Mapped[Nomination] = relationship()
    tier: Mapped[Tier | None] = relationship()
