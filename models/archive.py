"""Cases as the archive lists them: records with an allow-list of fields, and no others.

A case that was refused or passed over names nobody, unless the scheme says so in public: no title,
no claims, no nominee.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from models.base import db
from models.decisions import Decision
from models.nominations import Claim, Nomination, is_public
from models.people import Person, Team
from models.scheme import Award, Cycle, Names, scheme
from workflow.vocabulary import Action, Stage, Verdict

NOTICED = (Stage.PUBLIC_NOTICE, Stage.OBJECTION)
NAMED = (*NOTICED, Stage.AWARDED, Stage.REVOKED)
OUTCOMES = (*NAMED, Stage.NOT_PLACED, Stage.REJECTED)


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


def last_decisions(action: Action | None = None) -> Select[Decision]:
    """The last decision of every case, or its last of one action, with the case's own lines."""
    later = aliased(Decision)
    of_the_case = select(func.max(later.ledger_seq)).where(
        later.nomination_id == Decision.nomination_id
    )
    if action is not None:
        of_the_case = of_the_case.where(later.action == action)
    return (
        select(Decision)
        .join(Decision.nomination)
        .where(Decision.ledger_seq == of_the_case.scalar_subquery())
        .options(
            contains_eager(Decision.nomination).options(
                joinedload(Nomination.award),
                joinedload(Nomination.cycle),
                joinedload(Nomination.tier),
                joinedload(Nomination.team),
                selectinload(Nomination.nominees).joinedload(Person.team),
            )
        )
    )


def with_claims() -> ExecutableOption:
    """Loads what the excerpt of a record is taken from."""
    case = contains_eager(Decision.nomination)
    return case.selectinload(Nomination.claims).joinedload(Claim.findings)


def latest() -> Select[Decision]:
    """The last decision of every public case, with what a record shows."""
    return last_decisions().where(is_public()).options(with_claims())


def is_named(case: Nomination) -> bool:
    """Whether the archive names whom the case is about: winners, and by the scheme's terms all."""
    return case.stage in NAMED or scheme().refused_are_named


def record_of(decision: Decision) -> Record:
    case = decision.nomination
    named = is_named(case)
    return Record(
        number=case.number,
        award_key=case.award.key,
        award=case.award.names,
        cycle=case.cycle.key,
        stage=case.stage,
        at=coarsened(decision.at) if tells_of_customer(decision) else decision.at,
        title=case.title if named else None,
        people=people_of(case) if named else (),
        team=case.team.name if named and case.team else None,
        tier=case.tier.names if named and case.tier else None,
        metal=case.tier.metal if named and case.tier else "plain",
        excerpt=gist(case) if named else None,
        notice_ends_at=case.notice_ends_at if named else None,
    )


def tells_of_customer(decision: Decision) -> bool:
    """Whether its hour would say when a customer was spoken to."""
    return decision.stage is Stage.EXTERNAL_AUDIT


def coarsened(at: datetime) -> datetime:
    """The day alone, as an instant: its noon where the scheme is."""
    return at.astimezone(scheme().zone).replace(hour=12, minute=0, second=0, microsecond=0)


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
