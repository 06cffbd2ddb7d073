"""The register of events: which case names which call, ticket or order, and whose words it uses.

Both tables are indexes over what stands elsewhere: they can be thrown away and built again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from models.base import Base, Text, db
from models.nominations import Claim, Nomination
from workflow.copies import fingerprints, shared
from workflow.likeness import identifiers
from workflow.vocabulary import EvidenceKind, Stage, Verdict

PRINT_SHARED_BY = 50  # a fingerprint of more cases than this is a common phrase
LOOKED_INTO = 8  # the cases with the most fingerprints in common are compared word for word
SHARE_AT_LEAST = 0.25
SHOWN = 3
SEALING = (Stage.INTERNAL_AUDIT, Stage.RETURNED)


class Mention(Base):
    """One id that a submitted case or its auditor names, as ids compare."""

    __tablename__ = "mention"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier: Mapped[str] = mapped_column(Text, index=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id", ondelete="CASCADE"), index=True)
    by_auditor: Mapped[bool]

    nomination: Mapped[Nomination] = relationship()
    claim: Mapped[Claim] = relationship()


class TextPrint(Base):
    """One fingerprint of a submitted case's title, story and claims."""

    __tablename__ = "text_print"

    print: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    nomination_id: Mapped[int] = mapped_column(
        ForeignKey("nomination.id"), primary_key=True, index=True
    )


@dataclass(frozen=True)
class NamedBefore:
    """Another case that names the same event: where, and what an auditor found of that claim."""

    reference: str  # as it is written here
    case: Nomination
    claim: Claim
    verdict: Verdict | None  # None: not judged, or sealed until a second auditor has judged


@dataclass(frozen=True)
class Copy:
    """Another case in which part of this one's text stands: how much of it, and a passage."""

    case: Nomination
    percent: int
    passage: str


def text_of(nomination: Nomination) -> str:
    """What is compared with other cases: title, story and claims."""
    return "\n".join((nomination.title, nomination.story, *(c.text for c in nomination.claims)))


def references_of(claim: Claim) -> list[str]:
    """The references that the nominator gave for a claim."""
    return [e.text for e in claim.evidence if e.kind is EvidenceKind.REFERENCE and e.text.strip()]


def named_before(
    nomination: Nomination, references: Mapping[int, Collection[str]], shown: int = SHOWN
) -> dict[int, list[NamedBefore]]:
    """By claim: other submitted cases that name one of its references, the latest first."""
    written = {
        claim: {each: reference for reference in named for each in identifiers(reference)}
        for claim, named in references.items()
    }
    every = {each for ids in written.values() for each in ids}
    if not every:
        return {claim: [] for claim in written}
    latest_first = Mention.nomination_id.desc(), Mention.id
    place = func.row_number().over(partition_by=Mention.identifier, order_by=latest_first)
    elsewhere = (
        select(Mention.id, place.label("place"))
        .where(Mention.identifier.in_(every), Mention.nomination_id != nomination.id)
        .subquery()
    )
    found = db.session.scalars(
        select(Mention)
        .join(elsewhere, elsewhere.c.id == Mention.id)
        .where(elsewhere.c.place <= shown * 4)  # several claims of a case name it, and its auditor
        .options(
            joinedload(Mention.nomination).joinedload(Nomination.award),
            joinedload(Mention.claim).selectinload(Claim.findings),
        )
        .order_by(*latest_first)
    ).all()
    return {claim: _latest(found, ids)[:shown] for claim, ids in written.items()}


def _latest(found: Iterable[Mention], written: Mapping[str, str]) -> list[NamedBefore]:
    """Each case once, with the reference as it is written here."""
    first: dict[int, NamedBefore] = {}
    for mention in found:
        if mention.identifier in written:
            case, claim = mention.nomination, mention.claim
            verdict = None if may_be_sealed(case) or not claim.finding else claim.finding.verdict
            named = NamedBefore(written[mention.identifier], case, claim, verdict)
            first.setdefault(case.id, named)
    return list(first.values())


def named_elsewhere(nomination: Nomination) -> set[int]:
    """The references of this nomination, as rows of evidence, that another case names already."""
    ids = {
        piece.id: identifiers(piece.text)
        for claim in nomination.claims
        for piece in claim.evidence
        if piece.kind is EvidenceKind.REFERENCE
    }
    every = {identifier for named in ids.values() for identifier in named}
    known = set(
        db.session.scalars(
            select(Mention.identifier).where(
                Mention.identifier.in_(every), Mention.nomination_id != nomination.id
            )
        )
        if every
        else ()
    )
    return {piece for piece, named in ids.items() if named & known}


def may_be_sealed(nomination: Nomination) -> bool:
    """Whether the case is at a stage at which one opinion may have to be kept from another."""
    return nomination.award.auditors_needed > 1 and nomination.stage in SEALING


def copies_in(nomination: Nomination) -> list[Copy]:
    """Other submitted cases that use a good part of this one's words, the most alike first."""
    text = text_of(nomination)
    compared = ((case, shared(text, text_of(case))) for case in _akin(nomination, text))
    copies = [
        Copy(case, round(found.share * 100), found.passage)
        for case, found in compared
        if found is not None and found.share >= SHARE_AT_LEAST
    ]
    return sorted(copies, key=lambda copy: copy.percent, reverse=True)[:SHOWN]


def _akin(nomination: Nomination, text: str) -> Iterable[Nomination]:
    """The cases with the most fingerprints in common, phrases that many use left aside."""
    mine = fingerprints(text)
    telling = (
        select(TextPrint.print)
        .where(TextPrint.print.in_(mine))
        .group_by(TextPrint.print)
        .having(func.count() <= PRINT_SHARED_BY)
    )
    best = db.session.scalars(
        select(TextPrint.nomination_id)
        .where(TextPrint.print.in_(telling), TextPrint.nomination_id != nomination.id)
        .group_by(TextPrint.nomination_id)
        .order_by(func.count().desc(), TextPrint.nomination_id)
        .limit(LOOKED_INTO)
    ).all()
    return db.session.scalars(
        select(Nomination)
        .where(Nomination.id.in_(best))
        .options(joinedload(Nomination.award), selectinload(Nomination.claims))
    )
