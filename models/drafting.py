"""What the nomination page asks: the next number, one's unfinished cases, a likely duplicate."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from models.base import db
from models.nominations import Claim, Nomination, Nominee
from models.people import Person, Team
from workflow.likeness import Likeness, Telling, likeness
from workflow.vocabulary import CLOSED, EvidenceKind, Stage

UNFINISHED = (Stage.DRAFT, Stage.RETURNED)
COMPARED = 50  # open cases of one nominee in one cycle: more would be no hint any more


@dataclass(frozen=True)
class Duplicate:
    """An open case that a draft looks like, and in what."""

    nomination: Nomination
    likeness: Likeness


def next_number(year: int) -> str:
    """The number of the next nomination of this year: 2026-0042."""
    last = db.session.scalar(
        select(Nomination.number)
        .where(Nomination.number.like(f"{year}-%"))
        .order_by(func.length(Nomination.number).desc(), Nomination.number.desc())
        .limit(1)
    )
    return f"{year}-{int(last.partition('-')[2]) + 1 if last else 1:04d}"


def unfinished(person: Person) -> Select[Nomination]:
    """The person's drafts and returned cases, the nearest due first."""
    return (
        select(Nomination)
        .where(Nomination.nominator_id == person.id, Nomination.stage.in_(UNFINISHED))
        .options(
            joinedload(Nomination.award),
            joinedload(Nomination.cycle),
            joinedload(Nomination.team),
            selectinload(Nomination.nominees),
        )
        .order_by(Nomination.due_at.is_(None), Nomination.due_at, Nomination.id.desc())
    )


def unused(person_id: int, cycle_id: int) -> Select[Nomination]:
    """A draft of this person in this cycle in which nothing has been written yet."""
    named = select(Nominee.nomination_id)
    return select(Nomination).where(
        Nomination.nominator_id == person_id,
        Nomination.cycle_id == cycle_id,
        Nomination.stage == Stage.DRAFT,
        Nomination.title == "",
        Nomination.story == "",
        Nomination.id.not_in(named),
        ~Nomination.claims.any(Claim.text != ""),
    )


def involving(person: Person, before: int | None = None) -> Select[Nomination]:
    """What the person nominated and what they are nominated in, newest first."""
    nominated_in = select(Nominee.nomination_id).where(Nominee.person_id == person.id)
    mine = Nomination.nominator_id == person.id
    theirs = Nomination.id.in_(nominated_in) & Nomination.submitted_at.is_not(None)
    query = (
        select(Nomination)
        .where((mine & ~Nomination.stage.in_(UNFINISHED)) | (theirs & ~mine))
        .options(
            joinedload(Nomination.award),
            joinedload(Nomination.cycle),
            joinedload(Nomination.team),
            joinedload(Nomination.tier),
            selectinload(Nomination.nominees),
        )
        .order_by(Nomination.id.desc())
    )
    return query if before is None else query.where(Nomination.id < before)


def latest(person: Person) -> Select[Nomination]:
    """The same, whatever has come furthest last before the others."""
    moved = (Nomination.stage_entered_at.desc(), Nomination.id.desc())
    return involving(person).order_by(None).order_by(*moved)


def teams() -> list[Team]:
    return list(db.session.scalars(select(Team).order_by(Team.name)))


def last_claim_number(nomination: Nomination) -> int:
    """The highest claim number ever given in the case; withdrawn claims keep theirs."""
    return (
        db.session.scalar(
            select(func.max(Claim.position)).where(Claim.nomination_id == nomination.id)
        )
        or 0
    )


def duplicates(nomination: Nomination) -> list[Duplicate]:
    """Open cases of the same cycle and a same nominee that tell what looks like the same event."""
    nominees = [person.id for person in nomination.nominees]
    others = db.session.scalars(
        select(Nomination)
        .where(
            Nomination.id != nomination.id,
            Nomination.cycle_id == nomination.cycle_id,
            Nomination.submitted_at.is_not(None),
            Nomination.stage.not_in(CLOSED),
            Nomination.id.in_(select(Nominee.nomination_id).where(Nominee.person_id.in_(nominees))),
        )
        .options(selectinload(Nomination.claims).selectinload(Claim.evidence))
        .order_by(Nomination.id)
        .limit(COMPARED)
    )
    mine = _telling(nomination)
    compared = ((other, likeness(mine, _telling(other))) for other in others)
    return [Duplicate(other, like) for other, like in compared if like is not None]


def _telling(nomination: Nomination) -> Telling:
    return Telling(
        title=nomination.title,
        happened_on=nomination.happened_on,
        references=[
            piece.text
            for claim in nomination.claims
            for piece in claim.evidence
            if piece.kind is EvidenceKind.REFERENCE
        ],
    )
