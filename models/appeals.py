"""Appeals: what they show, and what was decided before and after, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db, word
from models.decisions import Decision
from models.evidence import CaseFile
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from workflow.vocabulary import Action, EvidenceKind, Stage

# What settles a case once more after an upheld appeal.
SETTLING = frozenset({Action.APPROVE, Action.REJECT, Action.AWARD, Action.UPHOLD_OBJECTION})
ANSWERS = frozenset({Action.UPHOLD_APPEAL, Action.DISMISS_APPEAL})


class AppealEvidence(Recorded, Base):
    """What an appeal shows that the case did not: a reference or a file named by its SHA-256."""

    __tablename__ = "appeal_evidence"
    ledger_kind = "appeal_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(word(EvidenceKind))
    text_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))  # reference, or file's name
    sha256: Mapped[str | None] = mapped_column(Text)
    media_type: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    text: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "kind": self.kind.value,
            "text": self.text.commitment,
            "file": self.sha256,
            "media_type": self.media_type,
            "size": self.size,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


@dataclass(frozen=True)
class Appealed:
    """The contested decision, the appeal, its answer, and what was decided after it."""

    first: Decision
    appeal: Decision
    answer: Decision | None
    again: Decision | None


def appealed(decisions: Iterable[Decision]) -> Appealed | None:
    """The one appeal among the decisions on a case, oldest first; None without one."""
    taken = list(decisions)
    place = next((n for n, one in enumerate(taken) if one.action is Action.APPEAL), None)
    if place is None:
        return None
    first = next(one for one in reversed(taken[:place]) if one.dest is Stage.REJECTED)
    later = taken[place + 1 :]
    answer = next((one for one in later if one.action in ANSWERS), None)
    upheld = answer is not None and answer.action is Action.UPHOLD_APPEAL
    again = next((one for one in later if one.action in SETTLING), None) if upheld else None
    return Appealed(first, taken[place], answer, again)


def evidence_of(nomination: Nomination) -> list[AppealEvidence]:
    """What the appeal shows, in the order in which it was given."""
    return list(
        db.session.scalars(
            select(AppealEvidence)
            .where(AppealEvidence.nomination_id == nomination.id)
            .options(joinedload(AppealEvidence.text))
            .order_by(AppealEvidence.id)
        )
    )


def file_of(nomination: Nomination, digest: str) -> CaseFile | None:
    """The appeal's file of this hash."""
    for piece in evidence_of(nomination):
        if piece.sha256 == digest:
            return CaseFile(
                name=piece.text.text or "",
                sha256=digest,
                media_type=piece.media_type or "application/octet-stream",
                size=piece.size or 0,
                added_at=piece.at,
                came_later=True,
            )
    return None
