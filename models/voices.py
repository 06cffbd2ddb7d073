"""What colleagues say of a case in the public notice: objections."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, db, word
from models.decisions import Decision
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from workflow.vocabulary import ObjectionState


class Objection(Recorded, Base):
    """A colleague's objection in the notice period; the decision that settles it is its answer."""

    __tablename__ = "objection"
    ledger_kind = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    grounds_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[ObjectionState] = mapped_column(word(ObjectionState), default=ObjectionState.OPEN)
    confidential: Mapped[bool] = mapped_column(default=True)  # colleagues do not read who it was
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))

    nomination: Mapped[Nomination] = relationship()
    by: Mapped[Person] = relationship()
    grounds: Mapped[Wording] = relationship()
    decision: Mapped[Decision | None] = relationship()

    def ledger_body(self) -> dict[str, object]:
        named: dict[str, object] = {} if self.confidential else {"named": True}
        return named | {
            "case": self.nomination.number,
            "by": self.by.key,
            "grounds": self.grounds.commitment,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


def open_objections(nomination: Nomination) -> list[Objection]:
    """Objections that nobody has settled yet, oldest first."""
    return list(
        db.session.scalars(
            select(Objection)
            .where(Objection.nomination_id == nomination.id, Objection.state == ObjectionState.OPEN)
            .order_by(Objection.id)
        )
    )


def objections_to(nomination: Nomination) -> list[Objection]:
    """Every objection to the case, oldest first."""
    return list(
        db.session.scalars(
            select(Objection)
            .where(Objection.nomination_id == nomination.id)
            .options(joinedload(Objection.grounds))
            .order_by(Objection.id)
        )
    )
