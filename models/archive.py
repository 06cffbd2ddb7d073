"""The archive as all staff may search it: records with an allow-list of fields, and no others.

A case that was refused or passed over names nobody: no title, no claims, no nominee.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from models.base import db
from models.decisions import Decision
from models.nominations import Claim, Nomination, Nominee, is_public
from models.paging import Page, page
from models.people import Person, Team
from models.scheme import Award, Cycle, Names
from workflow.text import UnstorableText, normal
from workflow.vocabulary import Stage, Verdict

NOTICED = (Stage.PUBLIC_NOTICE, Stage.OBJECTION)
NAMED = (*NOTICED, Stage.AWARDED, Stage.REVOKED)
OUTCOMES = (*NAMED, Stage.NOT_PLACED, Stage.REJECTED)
WORDS_AT_MOST = 8


@dataclass(frozen=True)
class Named:
    """A colleague whom the archive names."""

    id: int
    name: str
    team: str | None


@dataclass(frozen=True)
class Record:
    """One case as the archive lists it; `at` is when it came to where it stands."""

    number: str
    award_key: str
    award: Names
    cycle: str
    stage: Stage
    at: datetime
    title: str | None
    people: tuple[Named, ...]
    team: str | None
    tier: Names | None
    metal: str
    excerpt: str | None
    notice_ends_at: datetime | None


@dataclass(frozen=True)
class Asked:
    """What somebody looks for; None and an empty text leave everything in."""

    text: str = ""
    award: str | None = None
    cycle: str | None = None
    outcome: Stage | None = None
    team: int | None = None


def find(asked: Asked, *, newer: int | None = None, older: int | None = None) -> Page[Record]:
    """The cases that fit, newest first; pages are asked for by ledger number."""
    found = page(
        latest().where(*_conditions(asked)),
        Decision.ledger_seq,
        before=newer,
        after=older,
        size=20,
        descending=True,
    )
    return replace(found, rows=[record_of(decision) for decision in found.rows])


def notices() -> list[Record]:
    """The awards that stand in the public notice now, the one that ends first above."""
    query = latest().where(Nomination.stage.in_(NOTICED))
    query = query.order_by(Nomination.notice_ends_at, Nomination.id)
    return [record_of(decision) for decision in db.session.scalars(query)]


def running() -> int:
    """How many awards stand in the public notice now, frozen ones included."""
    held = select(func.count()).select_from(Nomination).where(Nomination.stage.in_(NOTICED))
    return db.session.scalar(held) or 0


def cycles() -> list[str]:
    """The cycles that the archive has cases of, the latest first."""
    held = (
        select(Cycle.key)
        .join(Nomination, Nomination.cycle_id == Cycle.id)
        .where(is_public())
        .group_by(Cycle.key)
    )
    return list(db.session.scalars(held.order_by(func.max(Cycle.closes_at).desc(), Cycle.key)))


def latest() -> Select[Decision]:
    """The last decision of every public case, with what a record shows."""
    later = aliased(Decision)
    last = (
        select(func.max(later.ledger_seq))
        .where(later.nomination_id == Decision.nomination_id)
        .scalar_subquery()
    )
    return (
        select(Decision)
        .join(Decision.nomination)
        .where(is_public(), Decision.ledger_seq == last)
        .options(
            contains_eager(Decision.nomination).options(
                joinedload(Nomination.award),
                joinedload(Nomination.cycle),
                joinedload(Nomination.tier),
                joinedload(Nomination.team),
                selectinload(Nomination.nominees).joinedload(Person.team),
                selectinload(Nomination.claims).selectinload(Claim.findings),
            )
        )
    )


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    named = Nomination.stage.in_(NAMED)
    wanted = _text(asked.text)
    if asked.award is not None:
        wanted.append(Nomination.award.has(Award.key == asked.award))
    if asked.cycle is not None:
        wanted.append(Nomination.cycle.has(Cycle.key == asked.cycle))
    if asked.outcome is not None:
        wanted.append(Nomination.stage == asked.outcome)
    if asked.team is not None:
        wanted.append(and_(named, or_(_is_of(asked.team), Nomination.team_id == asked.team)))
    return wanted


def _text(text: str) -> list[ColumnElement[bool]]:
    """Every word of it must be there; what no text of ours can hold finds nothing."""
    try:
        return [_holds(word) for word in normal(text).split()[:WORDS_AT_MOST]]
    except UnstorableText:
        return [false()]


def _holds(word: str) -> ColumnElement[bool]:
    """A word of the number, the award's name, or, where people are named, of title or name."""
    awards = [
        award_id
        for award_id, names in db.session.execute(select(Award.id, Award.names))
        if any(word.casefold() in name.casefold() for name in names.values())
    ]
    person = exists().where(
        Nominee.nomination_id == Nomination.id,
        Nominee.person_id == Person.id,
        Person.name.icontains(word, autoescape=True),
    )
    title = Nomination.title.icontains(word, autoescape=True)
    return or_(
        Nomination.number.icontains(word, autoescape=True),
        Nomination.award_id.in_(awards),
        and_(Nomination.stage.in_(NAMED), or_(title, person)),
    )


def _is_of(team_id: int) -> ColumnElement[bool]:
    return exists().where(
        Nominee.nomination_id == Nomination.id,
        Nominee.person_id == Person.id,
        Person.team_id == team_id,
    )


def record_of(decision: Decision) -> Record:
    case = decision.nomination
    named = case.stage in NAMED
    return Record(
        number=case.number,
        award_key=case.award.key,
        award=case.award.names,
        cycle=case.cycle.key,
        stage=case.stage,
        at=decision.at,
        title=case.title if named else None,
        people=people_of(case) if named else (),
        team=case.team.name if named and case.team else None,
        tier=case.tier.names if named and case.tier else None,
        metal=case.tier.metal if named and case.tier else "plain",
        excerpt=gist(case) if named else None,
        notice_ends_at=case.notice_ends_at if named else None,
    )


def people_of(case: Nomination) -> tuple[Named, ...]:
    """The nominees as the archive names them."""
    return tuple(
        Named(person.id, person.name, person.team.name if person.team else None)
        for person in case.nominees
    )


def gist(case: Nomination) -> str | None:
    """The first claim that was confirmed: what the case was about, in the nominator's words."""
    confirmed = (claim.text for claim in case.claims if verdict_on(claim) is Verdict.CONFIRMED)
    return next(confirmed, None)


def verdict_on(claim: Claim) -> Verdict | None:
    return claim.finding.verdict if claim.finding else None


def teams() -> list[Team]:
    """Teams to look for by name."""
    return list(db.session.scalars(select(Team).order_by(Team.name)))


def awards() -> list[Award]:
    """Every award there ever was, in the catalogue's order."""
    return list(db.session.scalars(select(Award).order_by(Award.position, Award.id)))
