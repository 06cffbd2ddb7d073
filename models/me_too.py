"""Colleagues who say "me too" to feedback: how many is for all to read, who is for nobody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.commitment import commit, new_salt
from models.base import Base, Instant, db
from models.feedback import Feedback
from models.ledger import Recorded
from models.people import Person


class MeToo(Recorded, Base):
    """One colleague's; the ledger holds a salted commitment to who it is."""

    __tablename__ = "me_too"
    ledger_kind = "feedback_me_too"

    id: Mapped[int] = mapped_column(primary_key=True)
    feedback_id: Mapped[int] = mapped_column(ForeignKey("feedback.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    salt: Mapped[bytes] = mapped_column(LargeBinary, default=new_salt)
    at: Mapped[datetime] = mapped_column(Instant)

    feedback: Mapped[Feedback] = relationship()
    person: Mapped[Person] = relationship()
    withdrawal: Mapped[MeTooWithdrawal | None] = relationship(back_populates="me_too")

    def ledger_body(self) -> dict[str, object]:
        return {
            "feedback": self.feedback.ledger_seq,
            "person": commit(self.person.key, self.salt),
        }


class MeTooWithdrawal(Recorded, Base):
    """It was taken back."""

    __tablename__ = "me_too_withdrawal"
    ledger_kind = "feedback_me_too_withdrawn"

    id: Mapped[int] = mapped_column(primary_key=True)
    me_too_id: Mapped[int] = mapped_column(ForeignKey("me_too.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)

    me_too: Mapped[MeToo] = relationship(back_populates="withdrawal")

    def ledger_body(self) -> dict[str, object]:
        return {"me_too": self.me_too.ledger_seq}


def stands() -> ColumnElement[bool]:
    """Those that nobody has taken back."""
    return ~MeToo.withdrawal.has()


def of_person(feedback_id: int, person_id: int) -> MeToo | None:
    """The "me too" of this person that stands."""
    return db.session.scalar(
        select(MeToo).where(
            MeToo.feedback_id == feedback_id, MeToo.person_id == person_id, stands()
        )
    )


def counts(feedback_ids: Collection[int]) -> dict[int, int]:
    """How many say "me too" to each of these; what nobody joined is left out."""
    rows = db.session.execute(
        select(MeToo.feedback_id, func.count())
        .where(MeToo.feedback_id.in_(feedback_ids), stands())
        .group_by(MeToo.feedback_id)
    )
    return {feedback_id: number for feedback_id, number in rows}  # noqa: C416  # no plain tuples
