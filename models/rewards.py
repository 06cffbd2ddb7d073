"""Rewards: what each tier brings, what was handed over to whom, and who signed for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, Numeric, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, db, word
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from models.scheme import Names, Tier
from models.scheme_state import State, texts
from workflow.rewards import Line
from workflow.vocabulary import RewardKind


class Reward(Base):
    """One reward of a tier, as future awards will promise it."""

    __tablename__ = "reward"
    __table_args__ = (UniqueConstraint("tier_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tier_id: Mapped[int] = mapped_column(ForeignKey("tier.id"))
    position: Mapped[int]
    kind: Mapped[RewardKind] = mapped_column(word(RewardKind))
    names: Mapped[Names] = mapped_column(JSON)
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    each_member: Mapped[bool]  # of a team that wins; else it is given to the team once

    tier: Mapped[Tier] = relationship()

    @property
    def line(self) -> Line:
        return Line(self.kind, self.names, self.amount, self.each_member)


class Handover(Recorded, Base):
    """A reward put into somebody's hands: which line of which award, by whom, and when."""

    __tablename__ = "handover"
    ledger_kind = "reward_handed_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    award_seq: Mapped[int] = mapped_column(ForeignKey("ledger_entry.seq"))  # what promised it
    line: Mapped[int]  # which of the rewards promised, from 0
    receiver_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    receiver: Mapped[Person] = relationship(foreign_keys=[receiver_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    note: Mapped[Wording | None] = relationship()
    receipt: Mapped[RewardReceipt | None] = relationship(back_populates="handover")
    undoing: Mapped[HandoverUndoing | None] = relationship(back_populates="handover")

    @property
    def is_signed_by_receiver(self) -> bool:
        """What the receiver signed for themselves is no mistake of ours: it stays."""
        return self.receipt is not None and self.receipt.by_id == self.receiver_id

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "award": self.award_seq,
            "line": self.line,
            "receiver": self.receiver.key,
            "note": self.note.commitment if self.note else None,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


class HandoverUndoing(Recorded, Base):
    """A hand-over recorded by mistake: it counts no more, and the reward is owed again."""

    __tablename__ = "handover_undoing"
    ledger_kind = "reward_handover_undone"

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    handover: Mapped[Handover] = relationship(back_populates="undoing")
    by: Mapped[Person] = relationship()
    reason: Mapped[Wording] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.handover.nomination.number,
            "handover": self.handover.ledger_seq,
            "reason": self.reason.commitment,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.handover.nomination.number


class RewardReceipt(Recorded, Base):
    """The signature: the receiver says that they have it, or a manager records who signed where."""

    __tablename__ = "reward_receipt"
    ledger_kind = "reward_received"

    id: Mapped[int] = mapped_column(primary_key=True)
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note_id: Mapped[int | None] = mapped_column(
        ForeignKey("wording.id")
    )  # on whose word, if not theirs
    at: Mapped[datetime] = mapped_column(Instant)

    handover: Mapped[Handover] = relationship(back_populates="receipt")
    by: Mapped[Person] = relationship()
    note: Mapped[Wording | None] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.handover.nomination.number,
            "handover": self.handover.ledger_seq,
            "note": self.note.commitment if self.note else None,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.handover.nomination.number


def promise(tier_id: int | None) -> dict[str, object]:
    """What the entry of an award says of its rewards; nothing where the tier has none."""
    lines = [] if tier_id is None else [reward.line.promise() for reward in rewards_of(tier_id)]
    return {"rewards": lines} if lines else {}


def rewards_state(lines: Iterable[Line]) -> State:
    """The lines as texts, field by field: what forms show and changes record."""
    return texts(
        {
            f"reward_{number}": {
                "kind": line.kind,
                "amount": line.amount,
                "each_member": line.each_member,
                **line.names,
            }
            for number, line in enumerate(lines, start=1)
        }
    )


def rewards_of(tier_id: int) -> list[Reward]:
    """The rewards of a tier, in their order."""
    return list(
        db.session.scalars(
            select(Reward).where(Reward.tier_id == tier_id).order_by(Reward.position)
        )
    )
