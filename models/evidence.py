"""The files of a case, and who opened them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db, word
from models.nominations import Nomination
from models.people import Person
from workflow.vocabulary import Opening


class EvidenceOpening(Base):
    """Somebody saw a file of evidence. The file is named by its hash: claims may share it."""

    __tablename__ = "evidence_opening"
    __table_args__ = (Index("ix_evidence_opening_file", "nomination_id", "sha256", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"))
    sha256: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    how: Mapped[Opening] = mapped_column(word(Opening))
    at: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person] = relationship()


class EvidenceUpload(Base):
    """A file on its way into the store: until it is named, nobody takes it for unused."""

    __tablename__ = "evidence_upload"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


@dataclass
class CaseFile:
    """One file of a case, with the numbers of the claims that it is named for."""

    name: str
    sha256: str
    media_type: str
    size: int
    added_at: datetime
    came_later: bool = False
    claims: list[int] = field(default_factory=list)


def files_of(nomination: Nomination) -> dict[str, CaseFile]:
    """Each file of the case by its hash, under the first name that it was given."""
    found: dict[str, CaseFile] = {}
    for claim in nomination.claims:
        for piece in claim.evidence:
            if piece.sha256 is None:
                continue
            file = found.setdefault(
                piece.sha256,
                CaseFile(
                    name=piece.text,
                    sha256=piece.sha256,
                    media_type=piece.media_type or "application/octet-stream",
                    size=piece.size or 0,
                    added_at=piece.added_at,
                    came_later=piece.came_later,
                ),
            )
            file.claims.append(claim.position)
    return found


def was_opened(
    nomination_id: int, digest: str, person_id: int, how: Opening, since: datetime
) -> bool:
    """Whether this person has opened the file in this way since then."""
    opening = select(EvidenceOpening.id).where(
        EvidenceOpening.nomination_id == nomination_id,
        EvidenceOpening.sha256 == digest,
        EvidenceOpening.person_id == person_id,
        EvidenceOpening.how == how,
        EvidenceOpening.at >= since,
    )
    return db.session.scalar(opening.limit(1)) is not None


def openings_on(nomination: Nomination) -> list[EvidenceOpening]:
    """Every opening of the case's files, the newest first."""
    return list(
        db.session.scalars(
            select(EvidenceOpening)
            .where(EvidenceOpening.nomination_id == nomination.id)
            .options(joinedload(EvidenceOpening.person))
            .order_by(EvidenceOpening.id.desc())
        )
    )
