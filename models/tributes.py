"""Letters and newsletter citations: every version that was written, and who approved which."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.paging import Page, page
from models.people import Person
from workflow import vocabulary
from workflow.vocabulary import Duty, Language, Stage

APPROVED_AT_ONCE = 30


class Tribute(Base):
    """A letter or a citation for one award, in one language."""

    __tablename__ = "tribute"
    __table_args__ = (UniqueConstraint("nomination_id", "kind", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"))
    kind: Mapped[vocabulary.Tribute] = mapped_column(word(vocabulary.Tribute))
    language: Mapped[Language] = mapped_column(word(Language))
    created_at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    versions: Mapped[list[TributeVersion]] = relationship(
        back_populates="tribute", order_by="TributeVersion.number"
    )
    approval: Mapped[TributeApproval | None] = relationship(back_populates="tribute")

    @property
    def said(self) -> dict[str, str]:
        """Title, body and signature: of what was approved, else of the newest version.

        Empty where the approved text was erased.
        """
        if self.approval is None:
            newest = self.newest
            return {"title": newest.title, "body": newest.body, "signed": newest.signed}
        if self.approval.text.text is None:
            return {"title": "", "body": "", "signed": ""}
        said: dict[str, str] = json.loads(self.approval.text.text)
        return said

    @property
    def newest(self) -> TributeVersion:
        return self.versions[-1]


class TributeVersion(Base):
    """The text as one person left it. Typing on within minutes goes on with the same version."""

    __tablename__ = "tribute_version"
    __table_args__ = (UniqueConstraint("tribute_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tribute_id: Mapped[int] = mapped_column(ForeignKey("tribute.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    signed: Mapped[str] = mapped_column(Text)  # of a letter: who signs, and as what
    by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id")
    )  # None: drafted from the case
    at: Mapped[datetime] = mapped_column(Instant)

    tribute: Mapped[Tribute] = relationship(back_populates="versions")
    by: Mapped[Person | None] = relationship()


class TributeApproval(Recorded, Base):
    """Another person stands by the text: from now on it is public, and stays as it is."""

    __tablename__ = "tribute_approval"
    ledger_kind = "tribute_approved"

    id: Mapped[int] = mapped_column(primary_key=True)
    tribute_id: Mapped[int] = mapped_column(ForeignKey("tribute.id"), unique=True)
    version: Mapped[int]
    text_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))  # title, body, signature as JSON
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    tribute: Mapped[Tribute] = relationship(back_populates="approval")
    text: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.tribute.nomination.number,
            "tribute": self.tribute.kind.value,
            "language": self.tribute.language.value,
            "version": self.version,
            "text": self.text.commitment,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.tribute.nomination.number


def tribute(tribute_id: int) -> Tribute | None:
    """One tribute with its versions."""
    return db.session.scalar(_whole().where(Tribute.id == tribute_id))


def tributes() -> list[Tribute]:
    """Every tribute, the latest first."""
    return list(db.session.scalars(_whole().order_by(Tribute.id.desc())))


def unapproved(limit: int) -> list[Tribute]:
    """What is being written, the latest begun first."""
    drafts = _whole().where(~Tribute.approval.has())
    return list(db.session.scalars(drafts.order_by(Tribute.id.desc()).limit(limit)))


def to_approve(person: Person, at: datetime, limit: int) -> list[Tribute]:
    """What a member of the committee may approve: of standing awards, and not of their own hand."""
    held = {g.award_id for g in person.grants if g.duty is Duty.COMMITTEE and g.is_in_force(at)}
    if not held:
        return []
    found = (
        _whole()
        .join(Tribute.nomination)
        .where(
            ~Tribute.approval.has(),
            Nomination.stage == Stage.AWARDED,
            ~Tribute.versions.any(TributeVersion.by_id == person.id),
            ~Nomination.nominees.any(Person.id == person.id),
        )
    )
    if None not in held:
        found = found.where(Nomination.award_id.in_(held))
    return list(db.session.scalars(found.order_by(Tribute.id).limit(limit)))


def approved(*, newer: int | None = None, older: int | None = None) -> Page[Tribute]:
    """Everything that was approved, whether or not its award stands, the latest begun first."""
    found = _whole().where(Tribute.approval.has())
    return page(
        found, Tribute.id, before=newer, after=older, size=APPROVED_AT_ONCE, descending=True
    )


def published(limit: int) -> list[Tribute]:
    """What was approved for awards that stand, the latest first."""
    standing = Nomination.stage == Stage.AWARDED
    found = _whole().join(Tribute.approval).join(Tribute.nomination).where(standing)
    return list(db.session.scalars(found.order_by(TributeApproval.id.desc()).limit(limit)))


def without_one(limit: int) -> list[Nomination]:
    """The latest awards for which nothing has been written."""
    written = select(Tribute.nomination_id)
    found = select(Nomination).where(
        Nomination.stage == Stage.AWARDED, Nomination.id.not_in(written)
    )
    ordered = found.order_by(Nomination.closed_at.desc(), Nomination.id.desc()).limit(limit)
    shown = (
        joinedload(Nomination.award),
        joinedload(Nomination.cycle),
        joinedload(Nomination.team),
        selectinload(Nomination.nominees),
    )
    return list(db.session.scalars(ordered.options(*shown)))


def _whole() -> Select[Tribute]:
    case = joinedload(Tribute.nomination)
    return select(Tribute).options(
        selectinload(Tribute.versions).joinedload(TributeVersion.by),
        joinedload(Tribute.approval).joinedload(TributeApproval.text),
        joinedload(Tribute.approval).joinedload(TributeApproval.by),
        case.joinedload(Nomination.award),
        case.joinedload(Nomination.cycle),
        case.joinedload(Nomination.tier),
        case.joinedload(Nomination.team),
        case.selectinload(Nomination.nominees),
    )
