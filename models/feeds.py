"""The feed addresses of colleagues: what a feed reader opens without signing in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, db
from models.ledger import Recorded
from models.people import Person


class FeedRenewal(Recorded, Base):
    """A colleague has new feed addresses: those from before lead nowhere."""

    __tablename__ = "feed_renewal"
    ledger_kind = "feeds_renewed"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {"person": self.person.key}


def renewals(person_id: int) -> int:
    """How often this person has renewed them: their addresses carry this number."""
    query = select(func.count(FeedRenewal.id)).where(FeedRenewal.person_id == person_id)
    return db.session.scalar(query) or 0
