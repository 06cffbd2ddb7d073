"""Feedback on the scheme: what colleagues say, with remarks and files, and what they are answered.

Whoever speaks under their name is in `by`. A confidential author is in no column: the ledger holds
a commitment to who it is, and `SealedAuthor` the name, encrypted (operations.authorship opens it).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, Select, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from models.scheme import Award, Cycle, PolicyRule
from workflow.vocabulary import FeedbackKind, FeedbackState

if TYPE_CHECKING:
    from models.motions import Motion


class Feedback(Recorded, Base):
    """What a colleague says of the scheme, an award, a rule, a cycle or a public case."""

    __tablename__ = "feedback"
    ledger_kind = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[FeedbackKind] = mapped_column(word(FeedbackKind), default=FeedbackKind.OPINION)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: confidential
    named: Mapped[bool] = mapped_column(default=False)  # colleagues read who it was
    author_commitment: Mapped[str | None] = mapped_column(Text, unique=True)  # where confidential
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"), index=True)  # None: all
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("policy_rule.id"))
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"))
    nomination_id: Mapped[int | None] = mapped_column(ForeignKey("nomination.id"))
    concerned_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # never shown
    marks: Mapped[int | None]  # 1 to 5: how well it works
    subject_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    body_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    due_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[FeedbackState] = mapped_column(word(FeedbackState), default=FeedbackState.OPEN)

    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    concerned: Mapped[Person | None] = relationship(foreign_keys=[concerned_id])
    award: Mapped[Award | None] = relationship()
    rule: Mapped[PolicyRule | None] = relationship()
    cycle: Mapped[Cycle | None] = relationship()
    nomination: Mapped[Nomination | None] = relationship()
    subject: Mapped[Wording] = relationship(foreign_keys=[subject_id])
    body: Mapped[Wording] = relationship(foreign_keys=[body_id])
    replies: Mapped[list[Reply]] = relationship(back_populates="feedback", order_by="Reply.id")
    remarks: Mapped[list[Remark]] = relationship(back_populates="feedback", order_by="Remark.id")
    files: Mapped[list[FeedbackFile]] = relationship(
        back_populates="feedback", order_by="FeedbackFile.id"
    )
    motions: Mapped[list[Motion]] = relationship(back_populates="feedback", order_by="Motion.id")
    seal: Mapped[SealedAuthor | None] = relationship(back_populates="feedback")

    @property
    def is_confidential(self) -> bool:
        return self.author_commitment is not None

    @property
    def is_removed(self) -> bool:
        """Whether two people have taken its words away."""
        return self.subject.erased_at is not None

    def is_overdue(self, at: datetime) -> bool:
        """Whether the reply should have come by now."""
        return self.state is FeedbackState.OPEN and not self.is_removed and at >= self.due_at

    def ledger_body(self) -> dict[str, object]:
        """What was not asked in earlier times is left out where it says nothing."""
        body: dict[str, object] = {
            "award": self.award.key if self.award else None,
            "subject": self.subject.commitment,
            "body": self.body.commitment,
        }
        beside: dict[str, object | None] = {
            "by": self.by.key if self.by else None,
            "author": self.author_commitment,
            "named": self.named or None,
            "kind": None if self.kind is FeedbackKind.OPINION else self.kind.value,
            "rule": self.rule.key if self.rule else None,
            "cycle": self.cycle.key if self.cycle else None,
            "case": self.nomination.number if self.nomination else None,
            "concerned": self.concerned.key if self.concerned else None,
            "marks": self.marks,
        }
        return body | {name: said for name, said in beside.items() if said is not None}


class SealedAuthor(Base):
    """Who gave confidential feedback, sealed; bound to the commitment that the ledger holds.

    `seen_seq` is the last entry of the thread that the author has read: news come later than that.
    """

    __tablename__ = "sealed_author"

    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    seen_seq: Mapped[int]

    feedback: Mapped[Feedback] = relationship(back_populates="seal")


class NamelessRequest(Base):
    """A confidential request carried out: it has a key and a body, and says of nobody whose."""

    __tablename__ = "nameless_request"

    key_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    body_hash: Mapped[str] = mapped_column(Text)
    feedback_id: Mapped[int | None] = mapped_column(ForeignKey("feedback.id"))


class FeedbackFile(Recorded, Base):
    """A file that came with feedback, named by its SHA-256."""

    __tablename__ = "feedback_file"
    ledger_kind = "feedback_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), index=True)
    name_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    sha256: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)

    feedback: Mapped[Feedback] = relationship(back_populates="files")
    name: Mapped[Wording] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "feedback": self.feedback.ledger_seq,
            "name": self.name.commitment,
            "file": self.sha256,
            "media_type": self.media_type,
            "size": self.size,
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


class Remark(Recorded, Base):
    """What somebody adds to the thread, under their name; None: its confidential author."""

    __tablename__ = "remark"
    ledger_kind = "feedback_remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    body_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    feedback: Mapped[Feedback] = relationship(back_populates="remarks")
    by: Mapped[Person | None] = relationship()
    body: Mapped[Wording] = relationship()

    @property
    def is_removed(self) -> bool:
        return self.body.erased_at is not None

    def ledger_body(self) -> dict[str, object]:
        return {
            "feedback": self.feedback.ledger_seq,
            "by": self.by.key if self.by else None,
            "body": self.body.commitment,
        }


def threads() -> Select[Feedback]:
    """Feedback with what its list shows of each, in one query."""
    return select(Feedback).options(
        joinedload(Feedback.subject),
        joinedload(Feedback.body),
        joinedload(Feedback.award),
        joinedload(Feedback.rule),
        joinedload(Feedback.cycle),
        joinedload(Feedback.nomination),
        joinedload(Feedback.by),
        selectinload(Feedback.replies).joinedload(Reply.body),
    )


def is_kept() -> ColumnElement[bool]:
    """What nobody has removed."""
    return Feedback.subject.has(Wording.erased_at.is_(None))


def is_late(query: Select[Feedback], at: datetime) -> Select[Feedback]:
    """Of these, what should have its reply by now."""
    return query.where(Feedback.state == FeedbackState.OPEN, Feedback.due_at <= at, is_kept())


def waiting(at: datetime) -> list[Feedback]:
    """What colleagues have said up to now without a reply, the nearest due first."""
    return list(
        db.session.scalars(
            threads()
            .where(Feedback.state == FeedbackState.OPEN, Feedback.at <= at, is_kept())
            .order_by(Feedback.due_at, Feedback.id)
        )
    )


def counts() -> dict[FeedbackState | None, int]:
    """How much feedback there is in each state; None: everything, what was removed with it."""
    by_state = select(Feedback.state, func.count()).where(is_kept()).group_by(Feedback.state)
    found: dict[FeedbackState | None, int] = {
        row[0]: row[1] for row in db.session.execute(by_state)
    }
    found[None] = db.session.scalar(select(func.count()).select_from(Feedback)) or 0
    return found


def late_count(at: datetime) -> int:
    """How much should have its reply by now."""
    late = is_late(select(Feedback), at).with_only_columns(func.count())
    return db.session.scalar(late) or 0


def file_of(feedback: Feedback, digest: str) -> FeedbackFile | None:
    """The file of this hash that came with it; none of what was removed."""
    if feedback.is_removed:
        return None
    return next((file for file in feedback.files if file.sha256 == digest), None)


def kept_files() -> dict[str, int]:
    """The entry of feedback that names it and that nobody has removed, by the hash of each file."""
    named = select(FeedbackFile.sha256, Feedback.ledger_seq).join(FeedbackFile.feedback)
    kept = named.join(FeedbackFile.name).where(Wording.erased_at.is_(None))
    return dict(db.session.execute(kept).all())
