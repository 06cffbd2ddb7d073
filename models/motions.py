"""What it takes two people to do to feedback: open its author's seal, or remove its words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from models.base import Base, Instant, db, word
from models.feedback import Feedback, FeedbackFile, Remark, threads
from models.ledger import Recorded, Wording
from models.people import Person
from workflow.vocabulary import MotionKind


class Motion(Recorded, Base):
    """Somebody asks for it, with a reason; until another person agrees nothing happens."""

    __tablename__ = "motion"
    ledger_kind = "feedback_motion"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[MotionKind] = mapped_column(word(MotionKind))
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), index=True)
    remark_id: Mapped[int | None] = mapped_column(ForeignKey("remark.id"))  # None: all of it
    reason_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    feedback: Mapped[Feedback] = relationship(back_populates="motions")
    remark: Mapped[Remark | None] = relationship()
    reason: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship()
    answer: Mapped[MotionAnswer | None] = relationship(back_populates="motion")

    @property
    def is_carried(self) -> bool:
        """Whether another person has agreed."""
        return self.answer is not None and self.answer.agreed

    def ledger_body(self) -> dict[str, object]:
        body: dict[str, object] = {
            "kind": self.kind.value,
            "feedback": self.feedback.ledger_seq,
            "reason": self.reason.commitment,
            "by": self.by.key,
        }
        return body | ({"remark": self.remark.ledger_seq} if self.remark else {})


class MotionAnswer(Recorded, Base):
    """What the second person said, with the reason: always where they did not agree."""

    __tablename__ = "motion_answer"
    ledger_kind = "feedback_motion_answered"

    id: Mapped[int] = mapped_column(primary_key=True)
    motion_id: Mapped[int] = mapped_column(ForeignKey("motion.id"), unique=True)
    agreed: Mapped[bool]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    motion: Mapped[Motion] = relationship(back_populates="answer")
    reason: Mapped[Wording | None] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "motion": self.motion.ledger_seq,
            "agreed": self.agreed,
            "reason": self.reason.commitment if self.reason else None,
            "by": self.by.key,
        }


def whole_thread(feedback_id: int) -> Select[Feedback]:
    """One thread with all that its page shows, and what two people asked and answered."""
    return (
        threads()
        .where(Feedback.id == feedback_id)
        .options(
            joinedload(Feedback.seal),
            selectinload(Feedback.files).joinedload(FeedbackFile.name),
            selectinload(Feedback.remarks).options(joinedload(Remark.body), joinedload(Remark.by)),
            selectinload(Feedback.motions).options(
                joinedload(Motion.reason),
                joinedload(Motion.by),
                joinedload(Motion.answer).joinedload(MotionAnswer.reason),
            ),
        )
    )


def waiting() -> list[Motion]:
    """What waits for a second person, oldest first."""
    query = select(Motion).options(joinedload(Motion.feedback).joinedload(Feedback.subject))
    return list(db.session.scalars(query.where(~Motion.answer.has()).order_by(Motion.id)))
