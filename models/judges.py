"""Who judges: cases given to judges, absences, and what people declare about themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, LargeBinary, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ledger.commitment import commit, new_salt
from models.base import Base, Instant, word
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from workflow.vocabulary import Bond, Ending, Stage


class Assignment(Base):
    """A case in one judge's hands at one stage; it ends with the stage, or passes to another.

    No entry of the ledger: it follows from the rules and decides nothing. What people do to it
    (hand it over, step aside) is recorded, and a decision keeps how its judge came to the case.
    """

    __tablename__ = "assignment"
    __table_args__ = (Index("ix_assignment_held", "person_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    stage: Mapped[Stage] = mapped_column(word(Stage))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: by the rules
    at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_why: Mapped[Ending | None] = mapped_column(word(Ending))

    nomination: Mapped[Nomination] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class HandOver(Recorded, Base):
    """A scheme manager has given a case to a judge by hand."""

    __tablename__ = "hand_over"
    ledger_kind = "case_handed_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    stage: Mapped[Stage] = mapped_column(word(Stage))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "stage": self.stage.value,
            "round": self.round,
            "person": self.person.key,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


class Recusal(Recorded, Base):
    """A judge has stepped aside from one case, for good; they need not say why."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("nomination_id", "person_id"),)
    ledger_kind = "judge_recused"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    stage: Mapped[Stage] = mapped_column(word(Stage))
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    person: Mapped[Person] = relationship()
    reason: Mapped[Wording | None] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "stage": self.stage.value,
            "by": self.person.key,
            "reason": self.reason.commitment if self.reason else None,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


class DeclaredConflict(Recorded, Base):
    """Two people who do not judge each other's cases: declared by one of them, or for them.

    Who is whose family is nobody's business: the ledger commits to it and does not say it.
    """

    __tablename__ = "declared_conflict"
    ledger_kind = "conflict_declared"

    id: Mapped[int] = mapped_column(primary_key=True)
    one_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    bond: Mapped[Bond] = mapped_column(word(Bond))
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    one: Mapped[Person] = relationship(foreign_keys=[one_id])
    other: Mapped[Person] = relationship(foreign_keys=[other_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    end: Mapped[ConflictEnd | None] = relationship(back_populates="conflict", lazy="joined")

    def __init__(self, **values: Any) -> None:
        super().__init__(**{"salt": new_salt(), **values})

    def ledger_body(self) -> dict[str, object]:
        said = f"{self.one.key} {self.other.key} {self.bond.value}"
        return {"conflict": commit(said, self.salt), "by": self.by.key}


class ConflictEnd(Recorded, Base):
    """A declared conflict holds no longer."""

    __tablename__ = "conflict_end"
    ledger_kind = "conflict_ended"

    id: Mapped[int] = mapped_column(primary_key=True)
    conflict_id: Mapped[int] = mapped_column(ForeignKey("declared_conflict.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    conflict: Mapped[DeclaredConflict] = relationship(back_populates="end")
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {"conflict": self.conflict.ledger_seq, "by": self.by.key}


def still_binds(begun: Any) -> ColumnElement[bool]:
    """Whether a declaration counts in a case that began then; its end must be outer-joined."""
    by_one_of_them = ConflictEnd.by_id.in_((DeclaredConflict.one_id, DeclaredConflict.other_id))
    return or_(ConflictEnd.id.is_(None), and_(by_one_of_them, ConflictEnd.at > begun))


class Absence(Base):
    """Days on which somebody is away, both ends included, and who stands in."""

    __tablename__ = "absence"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    substitute: Mapped[Person | None] = relationship(foreign_keys=[substitute_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
