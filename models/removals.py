"""Words of a questionnaire's results that two people take away: nobody knows whose they were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from models.base import Base, Instant
from models.ledger import Recorded, Wording
from models.people import Person
from models.questionnaires import Judgement, OfficialAnswer, Round, RoundResult, rounds


class Removal(Recorded, Base):
    """Somebody asks for it, with a reason; until another person agrees the words stay."""

    __tablename__ = "judgement_removal"
    ledger_kind = "judgement_removal_asked"

    id: Mapped[int] = mapped_column(primary_key=True)
    judgement_id: Mapped[int] = mapped_column(ForeignKey("questionnaire_judgement.id"), index=True)
    reason_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    judgement: Mapped[Judgement] = relationship(back_populates="removals")
    reason: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship()
    answer: Mapped[RemovalAnswer | None] = relationship(back_populates="removal")

    @property
    def is_carried(self) -> bool:
        """Whether another person has agreed."""
        return self.answer is not None and self.answer.agreed

    def ledger_body(self) -> dict[str, object]:
        return {
            "round": self.judgement.result.round.ledger_seq,
            "words": self.judgement.wording.commitment,
            "reason": self.reason.commitment,
            "by": self.by.key,
        }


class RemovalAnswer(Recorded, Base):
    """What the second person said, with the reason where they did not agree."""

    __tablename__ = "judgement_removal_answer"
    ledger_kind = "judgement_removal_answered"

    id: Mapped[int] = mapped_column(primary_key=True)
    removal_id: Mapped[int] = mapped_column(ForeignKey("judgement_removal.id"), unique=True)
    agreed: Mapped[bool]
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    removal: Mapped[Removal] = relationship(back_populates="answer")
    reason: Mapped[Wording | None] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "removal": self.removal.ledger_seq,
            "agreed": self.agreed,
            "reason": self.reason.commitment if self.reason else None,
            "by": self.by.key,
        }


def whole_rounds() -> Select[Round]:
    """Rounds with their answers and words, and what two people asked and answered of each."""
    words = joinedload(Round.result).selectinload(RoundResult.judgements)
    return rounds().options(
        selectinload(Round.answers).joinedload(OfficialAnswer.body),
        words.joinedload(Judgement.wording),
        words.selectinload(Judgement.removals).options(
            joinedload(Removal.reason), joinedload(Removal.answer)
        ),
    )
