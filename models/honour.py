"""The honour roll: who won what, in which cycle, and for what; a revoked award stays, with why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from models import praise
from models.archive import Named, gist, last_decisions, people_of, with_claims
from models.base import db
from models.decisions import Decision
from models.nominations import Nomination, Nominee
from models.paging import Page, page
from models.people import Person, Team
from models.scheme import Award, Cycle, Names, Tier, scheme
from workflow.pathways.by_numbers import BY_NUMBERS
from workflow.vocabulary import Action, Reason, Stage

WON = (Stage.AWARDED, Stage.REVOKED)


def given() -> Select[Decision]:
    """The last decision by which each award was given; it may have been taken back since."""
    return last_decisions(Action.AWARD).where(Nomination.stage.in_(WON))


@dataclass(frozen=True)
class Honour:
    """One award that was won; where it was taken back, why."""

    number: str
    award: Names
    cycle: str
    year: int  # in which the cycle opened
    tier: Names | None
    metal: str
    people: tuple[Named, ...]
    team: str | None
    title: str
    citation: Names | None  # for the newsletter, once approved; in the languages it was written in
    voice: str | None  # what the customer said, as it was released
    gist: str | None  # else the first claim that was confirmed
    at: datetime
    stage: Stage
    reason: Reason | None
    sentence: str | None
    metric: str | None  # of an award by numbers: what was counted, and how much it was
    score: Decimal | None

    @property
    def revoked(self) -> bool:
        return self.stage is Stage.REVOKED


def of_cycles(keys: list[str]) -> list[Honour]:
    """Everything won in the cycles of these keys, by award, the best tier first."""
    query = _won().join(Nomination.award).join(Nomination.cycle).outerjoin(Nomination.tier)
    query = query.where(Cycle.key.in_(keys)).order_by(
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


def of_year(year: int, *, newer: int | None = None, older: int | None = None) -> Page[Honour]:
    """Everything won in the cycles that opened in this year, the latest first."""
    zone = scheme().zone
    begins, ends = (datetime(each, 1, 1, tzinfo=zone).astimezone(UTC) for each in (year, year + 1))
    opened = Nomination.cycle.has((Cycle.opens_at >= begins) & (Cycle.opens_at < ends))
    return _page(opened, newer, older)


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


def of_case(number: str) -> Honour | None:
    """What was won with this case, while it stands."""
    given = (Nomination.number == number, Nomination.stage == Stage.AWARDED)
    return next(iter(_honours(list(db.session.scalars(_won().where(*given))))), None)


def latest(limit: int) -> list[Honour]:
    """The awards that were given last and stand, the latest first."""
    query = _won().where(Nomination.stage == Stage.AWARDED)
    query = query.order_by(Decision.ledger_seq.desc()).limit(limit)
    return _honours(list(db.session.scalars(query)))


def cycles() -> dict[str, int]:
    """The cycles in which something was won, the latest first, and how much it was."""
    won = (
        select(Cycle.key, func.count(Nomination.id))
        .join(Nomination, Nomination.cycle_id == Cycle.id)
        .where(Nomination.stage.in_(WON))
        .group_by(Cycle.key)
        .order_by(func.max(Cycle.closes_at).desc(), func.max(Cycle.opens_at).desc(), Cycle.key)
    )
    return dict(db.session.execute(won).all())


def years() -> list[int]:
    """The years in whose cycles something was won, the latest first."""
    held = exists().where(Nomination.cycle_id == Cycle.id, Nomination.stage.in_(WON))
    opened = db.session.scalars(select(Cycle.opens_at).where(held).distinct()).all()
    zone = scheme().zone if opened else UTC
    return sorted({at.astimezone(zone).year for at in opened}, reverse=True)


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
    return given().options(with_claims())


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
    if not won:
        return []
    cases, zone = [decision.nomination_id for decision in won], scheme().zone
    revocations, citations = _revocations(cases), praise.citations(cases)
    voices = praise.voices(cases)
    figures = praise.figures([decision.nomination for decision in won])
    return [
        Honour(
            number=case.number,
            award=case.award.names,
            cycle=case.cycle.key,
            year=case.cycle.opens_at.astimezone(zone).year,
            tier=case.tier.names if case.tier else None,
            metal=case.tier.metal if case.tier else "plain",
            people=people_of(case),
            team=case.team.name if case.team else None,
            title=case.title,
            citation=citations.get(case.id),
            voice=voices.get(case.id),
            gist=gist(case),
            at=decision.at,
            stage=case.stage,
            **_revoked(revocations.get(case.id)),
            **_counted(case, figures.get(case.number)),
        )
        for decision in won
        for case in (decision.nomination,)
    ]


def _revoked(decision: Decision | None) -> dict[str, Any]:
    """Why it was taken back, where it was."""
    sentence = decision.sentence.text if decision and decision.sentence else None
    return {"reason": decision.reason if decision else None, "sentence": sentence}


def _counted(case: Nomination, figure: praise.Figure | None) -> dict[str, Any]:
    """The figure of an award by numbers; else the one that put the case forward, if one did."""
    if case.road == BY_NUMBERS.key and case.award.metric:
        return {"metric": case.award.metric, "score": case.score}
    return {"metric": figure.metric if figure else None, "score": figure.total if figure else None}


def _revocations(case_ids: list[int]) -> dict[int, Decision]:
    query = (
        select(Decision)
        .where(Decision.nomination_id.in_(case_ids), Decision.action == Action.REVOKE)
        .options(joinedload(Decision.sentence))
    )
    return {decision.nomination_id: decision for decision in db.session.scalars(query)}
