"""Failed policy rules set aside for one case: proposed by one person, confirmed by another."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, foreign, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from models.scheme import Names, PolicyRule


class WaiverProposal(Recorded, Base):
    """Somebody asks that a failed rule be set aside; until another person agrees it still fails."""

    __tablename__ = "waiver_proposal"
    ledger_kind = "waiver_proposed"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    rule_key: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # the nominee it is about
    reason_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    reason: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    waiver: Mapped[Waiver | None] = relationship(back_populates="proposal")
    refusal: Mapped[WaiverRefusal | None] = relationship(back_populates="proposal")
    rule: Mapped[PolicyRule | None] = relationship(
        primaryjoin=lambda: foreign(WaiverProposal.rule_key) == PolicyRule.key, viewonly=True
    )

    @property
    def names(self) -> Names:
        """What the rule is called by now."""
        return self.rule.names if self.rule else {"en": self.rule_key}

    @property
    def is_open(self) -> bool:
        """Whether nobody has answered it yet."""
        return self.waiver is None and self.refusal is None

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "rule": self.rule_key,
            "person": self.person.key,
            "reason": self.reason.commitment,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


class Waiver(Recorded, Base):
    """A failed policy rule set aside for one case, by whoever confirmed the proposal."""

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("nomination_id", "rule_key", "person_id"),)
    ledger_kind = "rule_waived"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    rule_key: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # the nominee it is about
    reason_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    proposal_id: Mapped[int | None] = mapped_column(  # None: from when one person was enough
        ForeignKey("waiver_proposal.id"), unique=True
    )

    nomination: Mapped[Nomination] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    reason: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    proposal: Mapped[WaiverProposal | None] = relationship(back_populates="waiver")

    def ledger_body(self) -> dict[str, object]:
        body: dict[str, object] = {
            "case": self.nomination.number,
            "rule": self.rule_key,
            "person": self.person.key,
            "reason": self.reason.commitment,
            "by": self.by.key,
        }
        return body | ({"proposal": self.proposal.ledger_seq} if self.proposal else {})

    def ledger_subject(self) -> str:
        return self.nomination.number


class WaiverRefusal(Recorded, Base):
    """A proposed waiver that another person did not agree to, with the reason: the rule stands."""

    __tablename__ = "waiver_refusal"
    ledger_kind = "waiver_refused"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("waiver_proposal.id"), unique=True)
    reason_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    proposal: Mapped[WaiverProposal] = relationship(back_populates="refusal")
    reason: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.proposal.nomination.number,
            "proposal": self.proposal.ledger_seq,
            "reason": self.reason.commitment,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.proposal.nomination.number


def waivers_of(nomination: Nomination) -> list[Waiver]:
    """The waivers of the case that two people agreed on, oldest first."""
    return list(
        db.session.scalars(
            select(Waiver)
            .where(Waiver.nomination_id == nomination.id)
            .order_by(Waiver.id)
            .options(joinedload(Waiver.reason))
        )
    )


def proposals_of(nomination: Nomination) -> list[WaiverProposal]:
    """Every waiver that was asked for in the case, oldest first, with its answer."""
    return list(
        db.session.scalars(
            select(WaiverProposal)
            .where(WaiverProposal.nomination_id == nomination.id)
            .order_by(WaiverProposal.id)
            .options(
                joinedload(WaiverProposal.reason),
                joinedload(WaiverProposal.by),
                joinedload(WaiverProposal.rule),
                joinedload(WaiverProposal.waiver).joinedload(Waiver.by),
                joinedload(WaiverProposal.refusal).joinedload(WaiverRefusal.reason),
                joinedload(WaiverProposal.refusal).joinedload(WaiverRefusal.by),
            )
        )
    )
