"""Which change of the scheme came of which feedback: read from both sides."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, db
from models.feedback import Feedback, is_kept, threads
from models.ledger import Recorded
from models.people import Person
from models.scheme import SchemeChange
from workflow.vocabulary import FeedbackState


class FeedbackChange(Recorded, Base):
    """A change of the scheme that adopted feedback led to."""

    __tablename__ = "feedback_change"
    __table_args__ = (UniqueConstraint("feedback_id", "change_id"),)
    ledger_kind = "feedback_led_to_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), index=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("scheme_change.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    feedback: Mapped[Feedback] = relationship()
    change: Mapped[SchemeChange] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "feedback": self.feedback.ledger_seq,
            "change": self.change.ledger_seq,
            "by": self.by.key,
        }


def changes_of(feedback_ids: Collection[int]) -> dict[int, list[SchemeChange]]:
    """The changes that each of these led to, the first one first; what led to none is left out."""
    found: dict[int, list[SchemeChange]] = {}
    for link in db.session.scalars(
        select(FeedbackChange)
        .where(FeedbackChange.feedback_id.in_(feedback_ids))
        .options(joinedload(FeedbackChange.change).joinedload(SchemeChange.reason))
        .order_by(FeedbackChange.id)
    ):
        found.setdefault(link.feedback_id, []).append(link.change)
    return found


def feedback_behind(change_ids: Collection[int]) -> dict[int, list[Feedback]]:
    """The feedback that each of these changes came of; a change that came of none is left out."""
    found: dict[int, list[Feedback]] = {}
    for link in db.session.scalars(
        select(FeedbackChange)
        .where(FeedbackChange.change_id.in_(change_ids))
        .options(joinedload(FeedbackChange.feedback).joinedload(Feedback.subject))
        .order_by(FeedbackChange.id)
    ):
        found.setdefault(link.change_id, []).append(link.feedback)
    return found


def waiting() -> list[Feedback]:
    """Adopted feedback that no change has come of yet, the oldest first."""
    linked = select(FeedbackChange.id).where(FeedbackChange.feedback_id == Feedback.id)
    return list(
        db.session.scalars(
            threads()
            .where(
                Feedback.state == FeedbackState.ADOPTED,
                is_kept(),
                ~linked.exists(),
            )
            .order_by(Feedback.id)
        )
    )


def latest_changes(most: int) -> list[SchemeChange]:
    """The changes that somebody may name as having come of feedback, the newest first."""
    return list(
        db.session.scalars(
            select(SchemeChange)
            .options(joinedload(SchemeChange.reason))
            .order_by(SchemeChange.id.desc())
            .limit(most)
        )
    )
