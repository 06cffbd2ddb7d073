"""What colleagues say: objections, appeals, and feedback on the scheme with its replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Select, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, db, word
from models.decisions import Decision
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from models.scheme import Award
from workflow.vocabulary import FeedbackState, ObjectionState


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


class Feedback(Recorded, Base):
    """An opinion on the scheme, kept where anybody can look it up."""

    __tablename__ = "feedback"
    ledger_kind = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"))  # None: the whole scheme
    subject_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    body_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[FeedbackState] = mapped_column(word(FeedbackState), default=FeedbackState.OPEN)

    by: Mapped[Person] = relationship()
    award: Mapped[Award | None] = relationship()
    subject: Mapped[Wording] = relationship(foreign_keys=[subject_id])
    body: Mapped[Wording] = relationship(foreign_keys=[body_id])
    replies: Mapped[list[Reply]] = relationship(back_populates="feedback", order_by="Reply.id")

    def is_overdue(self, at: datetime) -> bool:
        """Whether the reply should have come by now."""
        return self.state is FeedbackState.OPEN and at >= self.due_at

    def ledger_body(self) -> dict[str, object]:
        return {
            "by": self.by.key,
            "award": self.award.key if self.award else None,
            "subject": self.subject.commitment,
            "body": self.body.commitment,
        }


class Reply(Recorded, Base):
    """The official answer."""

    __tablename__ = "reply"
    ledger_kind = "reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    state: Mapped[FeedbackState] = mapped_column(word(FeedbackState))
    body_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    feedback: Mapped[Feedback] = relationship(back_populates="replies")
    by: Mapped[Person] = relationship()
    body: Mapped[Wording] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "feedback": self.feedback.ledger_seq,
            "by": self.by.key,
            "state": self.state.value,
            "body": self.body.commitment,
        }


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


def waiting_feedback(at: datetime) -> list[Feedback]:
    """What colleagues have said up to now without a reply, the nearest due first."""
    return list(
        db.session.scalars(
            feedback_threads()
            .where(Feedback.state == FeedbackState.OPEN, Feedback.at <= at)
            .order_by(Feedback.due_at, Feedback.id)
        )
    )


def feedback_threads() -> Select[Feedback]:
    """Feedback with what its list shows of each, in one query."""
    return select(Feedback).options(
        joinedload(Feedback.subject), joinedload(Feedback.body), joinedload(Feedback.award)
    )


def feedback_counts() -> dict[FeedbackState, int]:
    """How much feedback there is in each state."""
    counts = db.session.execute(select(Feedback.state, func.count()).group_by(Feedback.state))
    return {row[0]: row[1] for row in counts}
