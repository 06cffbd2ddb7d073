"""Named variants: what somebody tried in the simulator and kept to show to others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db
from models.people import Person
from models.scheme import Cycle


class TierVariant(Base):
    """Changes of a cycle's terms under a name: no decision, so nothing in the ledger.

    `changes` is what `workflow.simulation` lays over a sealed input.
    """

    __tablename__ = "tier_variant"
    __table_args__ = (UniqueConstraint("cycle_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    cycle: Mapped[Cycle] = relationship()
    by: Mapped[Person] = relationship()


def variants_of(cycle: Cycle) -> list[TierVariant]:
    """The cycle's variants, the newest first."""
    return list(
        db.session.scalars(
            select(TierVariant)
            .where(TierVariant.cycle_id == cycle.id)
            .order_by(TierVariant.at.desc(), TierVariant.id.desc())
            .options(joinedload(TierVariant.by))
        )
    )
