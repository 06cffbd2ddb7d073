"""Who up the reporting line was told that feedback has no reply yet."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, db
from models.feedback import Feedback, is_late
from models.ledger import Recorded
from models.people import Person


class FeedbackEscalation(Recorded, Base):
    """Somebody above the scheme managers was told of an overdue reply."""

    __tablename__ = "feedback_escalation"
    __table_args__ = (UniqueConstraint("feedback_id", "person_id"),)
    ledger_kind = "feedback_escalated"

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"))
    level: Mapped[int]  # 1: who manages a scheme manager, 2: who manages them
    is_last: Mapped[bool]  # nobody stands above
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    feedback: Mapped[Feedback] = relationship()
    person: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "feedback": self.feedback.ledger_seq,
            "level": self.level,
            "last": self.is_last,
            "person": self.person.key,
        }


def to_escalate(at: datetime) -> list[int]:
    """Overdue feedback of which somebody up the line may not know yet."""
    at_the_top = (
        select(FeedbackEscalation.id)
        .where(FeedbackEscalation.feedback_id == Feedback.id, FeedbackEscalation.is_last)
        .exists()
    )
    late = is_late(select(Feedback), at).where(~at_the_top)
    return list(db.session.scalars(late.with_only_columns(Feedback.id).order_by(Feedback.due_at)))


def escalations_of(feedback: Feedback) -> list[FeedbackEscalation]:
    """Who was told, the first told first."""
    return list(
        db.session.scalars(
            select(FeedbackEscalation)
            .where(FeedbackEscalation.feedback_id == feedback.id)
            .order_by(FeedbackEscalation.id)
        )
    )
