"""Evidence that auditors found themselves: files beside a claim, for those whose duty it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, object_session, relationship

from ledger.commitment import commit
from models.base import Base, Instant, Text, db
from models.decisions import Submission
from models.evidence import CaseFile
from models.ledger import Recorded, Wording
from models.nominations import Claim, Nomination
from models.people import Person


class AuditFile(Recorded, Base):
    """A file that an internal auditor keeps beside a claim; it is never taken back."""

    __tablename__ = "audit_file"
    __table_args__ = (UniqueConstraint("claim_id", "sha256", "by_id"),)
    ledger_kind = "audit_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    claim: Mapped[Claim] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.claim.nomination.number,
            "claim": self.claim.position,
            "file": self.sha256,
            "name": self._name(),
            "type": self.media_type,
            "size": self.size,
            "by": self.by.key,
        }

    def _name(self) -> str:
        """A name may be somebody's: the ledger commits to it under the salt of the case's story."""
        first = (
            select(Wording.salt)
            .join(Submission, Submission.story_id == Wording.id)
            .where(Submission.nomination_id == self.claim.nomination_id)
            .order_by(Submission.id)
            .limit(1)
        )
        session = object_session(self.claim) or db.session()
        return commit(self.name, session.execute(first).scalar_one())

    def ledger_subject(self) -> str:
        return self.claim.nomination.number


def files_on(nomination: Nomination) -> list[AuditFile]:
    """Every auditor's file on the case, oldest first."""
    return list(
        db.session.scalars(
            select(AuditFile)
            .join(Claim, Claim.id == AuditFile.claim_id)
            .where(Claim.nomination_id == nomination.id)
            .options(joinedload(AuditFile.claim))
            .order_by(AuditFile.id)
        )
    )


def case_file(nomination: Nomination, digest: str, by: int | None) -> CaseFile | None:
    """The auditors' file of this hash, or that of one auditor alone."""
    kept = [f for f in files_on(nomination) if f.sha256 == digest and by in (None, f.by_id)]
    if not kept:
        return None
    first = kept[0]
    return CaseFile(
        name=first.name,
        sha256=first.sha256,
        media_type=first.media_type,
        size=first.size,
        added_at=first.at,
        claims=sorted({file.claim.position for file in kept}),
    )


def has_files(claim: Claim) -> bool:
    """Whether an auditor has kept a file beside this claim."""
    found = select(AuditFile.id).where(AuditFile.claim_id == claim.id)
    return db.session.scalar(found.limit(1)) is not None
