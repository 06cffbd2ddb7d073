"""What was decided on a nomination, and what each audit found on the way."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Numeric, UniqueConstraint, select
from sqlalchemy.orm import Mapped, aliased, foreign, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from models.scheme import Names, PolicyRule
from workflow.vocabulary import (
    Action,
    Channel,
    ContactOutcome,
    Occasion,
    Reason,
    RuleResult,
    Stage,
)

if TYPE_CHECKING:
    from models.customers import Customer
    from models.surveys import CustomerWords, SurveyLink


class Decision(Recorded, Base):
    """One move of a nomination, unique at its stage and round: nothing is decided twice."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("nomination_id", "stage", "round"),)
    ledger_kind = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    stage: Mapped[Stage] = mapped_column(word(Stage))  # the stage it was taken at
    round: Mapped[int]
    action: Mapped[Action] = mapped_column(word(Action))
    dest: Mapped[Stage] = mapped_column(word(Stage))
    by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), index=True
    )  # None: the clock
    role: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[Reason | None] = mapped_column(word(Reason))
    sentence_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)  # what the guards saw, frozen

    nomination: Mapped[Nomination] = relationship()
    by: Mapped[Person | None] = relationship()
    sentence: Mapped[Wording | None] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "stage": self.stage.value,
            "round": self.round,
            "action": self.action.value,
            "dest": self.dest.value,
            "by": self.by.key if self.by else None,
            "role": self.role,
            "reason": self.reason.value if self.reason else None,
            "sentence": self.sentence.commitment if self.sentence else None,
            "facts": self.facts,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


class Submission(Recorded, Base):
    """What was submitted, word for word: the story as the auditors were given it."""

    __tablename__ = "submission"
    ledger_kind = "submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    story_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))  # canonical JSON
    files: Mapped[list[str]] = mapped_column(JSON)  # SHA-256 of each file of evidence

    nomination: Mapped[Nomination] = relationship()
    story: Mapped[Wording] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "story": self.story.commitment,
            "files": self.files,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


class ContactAttempt(Recorded, Base):
    """One attempt to ask the customer; the note may speak of them, so only auditors read it.

    `answers` holds what was coded, question by question; of an answer in the customer's own words
    it holds the commitment (models.surveys.CustomerWords has the sealed text).
    """

    __tablename__ = "contact_attempt"
    ledger_kind = "customer_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    round: Mapped[int]
    occasion: Mapped[Occasion] = mapped_column(word(Occasion), default=Occasion.FIRST)
    channel: Mapped[Channel] = mapped_column(word(Channel))
    outcome: Mapped[ContactOutcome] = mapped_column(word(ContactOutcome))
    marks: Mapped[int | None]  # 1 to 5, when the customer answered
    answers: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    note_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("survey_link.id"), unique=True)
    customer_id: Mapped[int | None] = mapped_column(
        ForeignKey("customer.id"), index=True
    )  # None: nobody in the directory
    by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id")
    )  # None: the customer, by the link; or the clock, when it ended unanswered
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    note: Mapped[Wording] = relationship()
    link: Mapped[SurveyLink | None] = relationship("SurveyLink", back_populates="attempt")
    customer: Mapped[Customer | None] = relationship("Customer")
    by: Mapped[Person | None] = relationship()
    words: Mapped[list[CustomerWords]] = relationship(
        "CustomerWords", back_populates="attempt", order_by="CustomerWords.id"
    )

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "round": self.round,
            "channel": self.channel.value,
            "outcome": self.outcome.value,
            "marks": self.marks,
            "note": self.note.commitment,
            "by": self.by.key if self.by else None,
            **self._survey(),
        }

    @property
    def is_answer(self) -> bool:
        """Whether the customer said something."""
        return self.outcome in (ContactOutcome.CONFIRMED, ContactOutcome.DISAGREED)

    def _survey(self) -> dict[str, object]:
        """What entries of a plain first call never had, so that those of old still agree."""
        found: dict[str, object] = {}
        if self.occasion is Occasion.SECOND:
            found["occasion"] = self.occasion.value
        if self.answers:
            found["answers"] = self.answers
        if self.link:
            found["survey"] = self.link.ledger_seq
        return found

    def ledger_subject(self) -> str:
        return self.nomination.number


class PolicyOutcome(Base):
    """What one rule said of one nominee when the policy review was decided."""

    __tablename__ = "policy_outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rule_key: Mapped[str] = mapped_column(Text)
    result: Mapped[RuleResult] = mapped_column(word(RuleResult))
    code: Mapped[str] = mapped_column(Text)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)

    person: Mapped[Person] = relationship()
    rule: Mapped[PolicyRule | None] = relationship(
        primaryjoin=lambda: foreign(PolicyOutcome.rule_key) == PolicyRule.key, viewonly=True
    )

    @property
    def names(self) -> Names:
        """What the rule is called by now."""
        return self.rule.names if self.rule else {"en": self.rule_key}


class FrozenScore(Recorded, Base):
    """A nominee's score as it was when its cycle closed, with its figures and its arithmetic.

    `sealed` holds what it was computed from: `cause` (a FreezeCause), the days `since` and `until`,
    the `role`, the days `worked`, the `inputs` (metric -> numerator and denominator as text) and
    the `standing` among the colleagues of the role. The first scores were frozen without it.
    """

    __tablename__ = "frozen_score"
    __table_args__ = (UniqueConstraint("nomination_id", "person_id", "round"),)
    ledger_kind = "score_frozen"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    round: Mapped[int]
    score: Mapped[Decimal | None] = mapped_column(Numeric(9, 4))  # None: no results in the cycle
    formula: Mapped[str] = mapped_column(Text)
    kpi_version: Mapped[int | None]  # of the role's targets; None: the role has none
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # the arithmetic, decimals as strings
    notes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    sealed: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    person: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        sealed: dict[str, object] = {} if self.sealed is None else {"sealed": self.sealed}
        return sealed | {
            "case": self.nomination.number,
            "round": self.round,
            "person": self.person.key,
            "score": None if self.score is None else f"{self.score:.4f}",
            "formula": self.formula,
            "kpi_version": self.kpi_version,
            "lines": self.lines,
            "notes": self.notes,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


def decisions_on(nomination: Nomination) -> list[Decision]:
    """Every decision on the case, oldest first."""
    return list(
        db.session.scalars(
            select(Decision)
            .where(Decision.nomination_id == nomination.id)
            .options(joinedload(Decision.sentence), joinedload(Decision.by))
            .order_by(Decision.ledger_seq)
        )
    )


def latest_scores(nomination: Nomination) -> list[FrozenScore]:
    """The score of each nominee as it was frozen last."""
    found = db.session.scalars(
        select(FrozenScore)
        .where(FrozenScore.nomination_id == nomination.id)
        .order_by(FrozenScore.person_id, FrozenScore.round)
        .options(joinedload(FrozenScore.person))
    )
    latest = {row.person_id: row for row in found}
    return [latest[person.id] for person in nomination.nominees if person.id in latest]


def scores_of(person: Person) -> list[FrozenScore]:
    """The person's scores that were frozen into cases, one for each case, the newest first."""
    later = aliased(FrozenScore)
    again = (
        select(later.id)
        .where(
            later.nomination_id == FrozenScore.nomination_id,
            later.person_id == FrozenScore.person_id,
            later.round > FrozenScore.round,
        )
        .exists()
    )
    return list(
        db.session.scalars(
            select(FrozenScore)
            .where(FrozenScore.person_id == person.id, ~again)
            .order_by(FrozenScore.id.desc())
            .options(
                joinedload(FrozenScore.nomination).options(
                    joinedload(Nomination.award), joinedload(Nomination.cycle)
                )
            )
        )
    )
