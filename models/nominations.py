"""Nominations with their claims and evidence, and who may see which."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    Numeric,
    false,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from models.people import DutyGrant, DutyRevocation, Person, Team, in_force
from models.scheme import Award, Cycle, Tier
from workflow.pathway import Pathway
from workflow.pathways import PATHWAYS
from workflow.vocabulary import CLOSED, PUBLIC, Channel, Duty, EvidenceKind, Method, Stage, Verdict


class Nomination(Base):
    """One case on its road. Its stage changes through operations.casework alone."""

    __tablename__ = "nomination"
    __table_args__ = (Index("ix_nomination_stage_award", "stage", "award_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(Text, unique=True)  # 2026-0042
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    nominator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))  # for a team award
    road: Mapped[str] = mapped_column(Text)

    title: Mapped[str] = mapped_column(Text, default="")
    story: Mapped[str] = mapped_column(Text, default="")
    happened_on: Mapped[date | None]
    channel: Mapped[Channel | None] = mapped_column(word(Channel))

    stage: Mapped[Stage] = mapped_column(word(Stage), default=Stage.DRAFT)
    round: Mapped[int] = mapped_column(default=1)  # how often the case has entered this stage
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    stage_entered_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    came_from: Mapped[Stage | None] = mapped_column(word(Stage))  # the stage that returned it
    rejected_at: Mapped[Stage | None] = mapped_column(word(Stage))  # the stage that rejected it
    appeal_until: Mapped[datetime | None] = mapped_column(Instant)
    notice_began_at: Mapped[datetime | None] = mapped_column(Instant)
    notice_ends_at: Mapped[datetime | None] = mapped_column(Instant)
    tier_id: Mapped[int | None] = mapped_column(ForeignKey("tier.id"))
    score: Mapped[Decimal | None] = mapped_column(Numeric(9, 4))

    __mapper_args__ = {"version_id_col": version}

    award: Mapped[Award] = relationship()
    cycle: Mapped[Cycle] = relationship()
    tier: Mapped[Tier | None] = relationship()
    team: Mapped[Team | None] = relationship()
    nominator: Mapped[Person | None] = relationship()
    nominees: Mapped[list[Person]] = relationship(secondary="nominee", order_by=Person.id)
    claims: Mapped[list[Claim]] = (
        relationship(  # those that stand: a withdrawn one is not among them
            primaryjoin="and_(Claim.nomination_id == Nomination.id, Claim.withdrawn.is_(False))",
            back_populates="nomination",
            order_by="Claim.position",
            cascade="all, delete-orphan",
        )
    )

    @property
    def pathway(self) -> Pathway:
        return PATHWAYS[self.road]

    @property
    def is_closed(self) -> bool:
        return self.stage in CLOSED


class Nominee(Base):
    """Who is nominated; for a team, every member at the time of submission."""

    __tablename__ = "nominee"

    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Claim(Base):
    """One statement of a nomination."""

    __tablename__ = "claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    withdrawn: Mapped[bool] = mapped_column(default=False)  # taken back after it had been judged
    outdated_finding: Mapped[int | None]  # findings up to this id judged an earlier wording

    nomination: Mapped[Nomination] = relationship(back_populates="claims")
    evidence: Mapped[list[Evidence]] = relationship(
        back_populates="claim", order_by="Evidence.id", cascade="all, delete-orphan"
    )
    findings: Mapped[list[Finding]] = relationship(order_by="Finding.id")

    @property
    def finding(self) -> Finding | None:
        """The auditor's latest verdict on the claim as it is worded now."""
        last = self.findings[-1] if self.findings else None
        return last if last and last.id > (self.outdated_finding or 0) else None

    @property
    def is_blank(self) -> bool:
        """Whether nothing has been written or attached yet."""
        return not self.text.strip() and all(piece.is_blank for piece in self.evidence)


class Evidence(Base):
    """What shows a claim: a reference id, a note, or a file named by its SHA-256."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(word(EvidenceKind))
    text: Mapped[str] = mapped_column(Text, default="")  # the reference, the note, the file's name
    sha256: Mapped[str | None] = mapped_column(Text)
    media_type: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None]
    added_at: Mapped[datetime] = mapped_column(Instant)

    claim: Mapped[Claim] = relationship(back_populates="evidence")

    @property
    def is_blank(self) -> bool:
        return self.kind is not EvidenceKind.FILE and not self.text.strip()

    @property
    def came_later(self) -> bool:
        """Whether it was added, or worded anew, after the nomination had been submitted."""
        submitted_at = self.claim.nomination.submitted_at
        return submitted_at is not None and self.added_at > submitted_at


class Finding(Recorded, Base):
    """An internal auditor's verdict on one claim; a changed mind is a new row."""

    __tablename__ = "finding"
    ledger_kind = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    round: Mapped[int]
    verdict: Mapped[Verdict] = mapped_column(word(Verdict))
    method: Mapped[Method | None] = mapped_column(word(Method))  # None: nothing could be checked
    reference_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    note_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    claim: Mapped[Claim] = relationship(overlaps="findings")
    reference: Mapped[Wording | None] = relationship(foreign_keys=[reference_id])
    note: Mapped[Wording] = relationship(foreign_keys=[note_id])
    by: Mapped[Person] = relationship()

    def says(self, verdict: Verdict, method: Method | None, reference: str, note: str) -> bool:
        """Whether this is what was found, word for word."""
        found = self.reference.text if self.reference else ""
        return (self.verdict, self.method, found, self.note.text) == (
            verdict,
            method,
            reference,
            note,
        )

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.claim.nomination.number,
            "claim": self.claim.position,
            "round": self.round,
            "verdict": self.verdict.value,
            "method": self.method.value if self.method else None,
            "reference": self.reference.commitment if self.reference else None,
            "note": self.note.commitment,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.claim.nomination.number


OVERSEERS = (Duty.SCHEME_MANAGER, Duty.COMMITTEE, Duty.ARBITER)


def is_public() -> ColumnElement[bool]:
    """Cases that the archive shows to all staff."""
    return Nomination.stage.in_(PUBLIC)


def visible_to(person: Person, at: datetime) -> ColumnElement[bool]:
    """The only home of who sees which case whole: its parties, and those whose duty it is.

    A duty opens the submitted cases of its award; the public sees the archive's projection.
    """
    opened = {
        award_id
        for award_id in {grant.award_id for grant in person.grants if grant.is_in_force(at)}
        if person.duties(at, award_id) - {Duty.ADMINISTRATOR}
    }
    everywhere = true() if None in opened else false()
    return _visible(person.id, everywhere, list(opened - {None}))


def visible_in_sql(reader: BindParameter[int], at: BindParameter[datetime]) -> ColumnElement[bool]:
    """The same for a statement that is made once: the database looks for the duties."""
    opened = (
        select(DutyGrant.award_id)
        .outerjoin(DutyRevocation, DutyRevocation.grant_id == DutyGrant.id)
        .where(DutyGrant.person_id == reader, DutyGrant.duty != Duty.ADMINISTRATOR, *in_force(at))
    )
    return _visible(reader, opened.where(DutyGrant.award_id.is_(None)).exists(), opened)


def _visible(reader: Any, everywhere: ColumnElement[bool], opened: Any) -> ColumnElement[bool]:
    submitted = Nomination.submitted_at.is_not(None)
    nominated_in = select(Nominee.nomination_id).where(Nominee.person_id == reader)
    return or_(
        Nomination.nominator_id == reader,
        submitted & Nomination.id.in_(nominated_in),
        submitted & or_(everywhere, Nomination.award_id.in_(opened)),
    )


def by_number(number: str) -> Nomination | None:
    return db.session.scalar(select(Nomination).where(Nomination.number == number))


def under_way_with(people: Collection[int]) -> list[Nomination]:
    """Submitted cases that somebody may still judge, with one of these people as a party."""
    nominated = select(Nominee.nomination_id).where(Nominee.person_id.in_(people))
    over = {Stage.DRAFT, *CLOSED} - {Stage.REJECTED}
    return list(
        db.session.scalars(
            select(Nomination).where(
                or_(Nomination.nominator_id.in_(people), Nomination.id.in_(nominated)),
                Nomination.stage.not_in(over),
            )
        )
    )


def as_submitted(nomination: Nomination) -> dict[str, object]:
    """The story and its evidence as a submission keeps them, ready for canonical bytes."""
    happened_on, channel = nomination.happened_on, nomination.channel
    return {
        "v": 1,
        "title": nomination.title,
        "story": nomination.story,
        "happened_on": happened_on.isoformat() if happened_on else None,
        "channel": channel.value if channel else None,
        "claims": [
            {
                "text": claim.text,
                "evidence": [[piece.kind.value, piece.text] for piece in claim.evidence],
            }
            for claim in nomination.claims
        ],
    }
