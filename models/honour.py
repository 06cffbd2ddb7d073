"""The honour roll: who won what, in which cycle, and for what; a revoked award stays, with why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from models.archive import Named, gist, people_of
from models.base import db
from models.decisions import Decision
from models.nominations import Claim, Nomination, Nominee
from models.paging import Page, page
from models.people import Person, Team
from models.scheme import Award, Cycle, Names, Tier
from workflow.pathways.by_numbers import BY_NUMBERS
from workflow.vocabulary import Action, Reason, Stage

WON = (Stage.AWARDED, Stage.REVOKED)


@dataclass(frozen=True)
class Honour:
    """One award that was won; where it was taken back, why."""

    number: str
    award: Names
    cycle: str
    tier: Names | None
    metal: str
    people: tuple[Named, ...]
    team: str | None
    title: str
    gist: str | None
    at: datetime
    stage: Stage
    reason: Reason | None
    sentence: str | None
    metric: str | None  # of an award by numbers: what was counted, and how much it was
    score: Decimal | None

    @property
    def revoked(self) -> bool:
        return self.stage is Stage.REVOKED


def of_cycle(key: str) -> list[Honour]:
    """Everything won in the cycles of this key, by award, the best tier first."""
    query = _won().join(Nomination.award).join(Nomination.cycle).outerjoin(Nomination.tier)
    query = query.where(Cycle.key == key).order_by(
        Nomination.stage == Stage.REVOKED,
        Award.position,
        Award.id,
        Tier.position,
        Decision.ledger_seq,
    )
    return _honours(list(db.session.scalars(query)))


def of_award(key: str, *, newer: int | None = None, older: int | None = None) -> Page[Honour]:
    """Everything won of one award, the latest first."""
    return _page(Nomination.award.has(Award.key == key), newer, older)


def of_team(team_id: int, *, newer: int | None = None, older: int | None = None) -> Page[Honour]:
    """Everything won by a team or by one of its present members, the latest first."""
    member = exists().where(
        Nominee.nomination_id == Nomination.id,
        Nominee.person_id == Person.id,
        Person.team_id == team_id,
    )
    return _page(or_(Nomination.team_id == team_id, member), newer, older)


def of_person(person_id: int) -> list[Honour]:
    """Everything that this colleague has won, the latest first."""
    own = exists().where(Nominee.nomination_id == Nomination.id, Nominee.person_id == person_id)
    query = _won().where(own).order_by(Decision.ledger_seq.desc())
    return _honours(list(db.session.scalars(query)))


def cycles() -> list[str]:
    """The cycles in which something was won, the latest first."""
    won = (
        select(Cycle.key)
        .join(Nomination, Nomination.cycle_id == Cycle.id)
        .where(Nomination.stage.in_(WON))
        .group_by(Cycle.key)
        .order_by(func.max(Cycle.closes_at).desc(), func.max(Cycle.opens_at).desc(), Cycle.key)
    )
    return list(db.session.scalars(won))


def awards() -> list[Award]:
    """The awards that somebody has won, in the catalogue's order."""
    won = exists().where(Nomination.award_id == Award.id, Nomination.stage.in_(WON))
    return list(db.session.scalars(select(Award).where(won).order_by(Award.position, Award.id)))


def teams() -> list[Team]:
    """The teams that have won something, or whose members have."""
    won = (
        select(Nominee.nomination_id)
        .join(Nomination, Nomination.id == Nominee.nomination_id)
        .join(Person, Person.id == Nominee.person_id)
        .where(Nomination.stage.in_(WON), Person.team_id == Team.id)
    )
    return list(db.session.scalars(select(Team).where(won.exists()).order_by(Team.name)))


def _won() -> Select[Decision]:
    """The decision by which each award was given, with what the roll shows of the case."""
    later = aliased(Decision)
    last = (
        select(func.max(later.ledger_seq))
        .where(later.nomination_id == Decision.nomination_id, later.action == Action.AWARD)
        .scalar_subquery()
    )
    return (
        select(Decision)
        .join(Decision.nomination)
        .where(
            Nomination.stage.in_(WON), Decision.action == Action.AWARD, Decision.ledger_seq == last
        )
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


def _page(of: ColumnElement[bool], newer: int | None, older: int | None) -> Page[Honour]:
    found = page(
        _won().where(of),
        Decision.ledger_seq,
        before=newer,
        after=older,
        size=24,
        descending=True,
    )
    return Page(_honours(found.rows), found.before, found.after)


def _honours(won: list[Decision]) -> list[Honour]:
    taken_back = _revocations([decision.nomination_id for decision in won])
    return [_honour(decision, taken_back.get(decision.nomination_id)) for decision in won]


def _revocations(case_ids: list[int]) -> dict[int, Decision]:
    query = (
        select(Decision)
        .where(Decision.nomination_id.in_(case_ids), Decision.action == Action.REVOKE)
        .options(joinedload(Decision.sentence))
    )
    return {decision.nomination_id: decision for decision in db.session.scalars(query)}


def _honour(decision: Decision, revocation: Decision | None) -> Honour:
    case = decision.nomination
    by_numbers = case.road == BY_NUMBERS.key
    return Honour(
        number=case.number,
        award=case.award.names,
        cycle=case.cycle.key,
        tier=case.tier.names if case.tier else None,
        metal=case.tier.metal if case.tier else "plain",
        people=people_of(case),
        team=case.team.name if case.team else None,
        title=case.title,
        gist=gist(case),
        at=decision.at,
        stage=case.stage,
        reason=revocation.reason if revocation else None,
        sentence=revocation.sentence.text if revocation and revocation.sentence else None,
        metric=case.award.metric if by_numbers else None,
        score=case.score if by_numbers else None,
    )
