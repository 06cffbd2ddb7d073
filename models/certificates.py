"""Who has won what, as their certificate says it; and what stands behind a certificate's code."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from ledger import certificate as codes
from models.base import db
from models.decisions import Decision
from models.honour import WON
from models.ledger import LedgerEntry
from models.nominations import Nomination
from models.people import Person
from models.scheme import Award, Cycle, Names, Scheme, scheme
from workflow.certificate import Certificate
from workflow.pathways.by_numbers import BY_NUMBERS
from workflow.vocabulary import Action, Language, Stage


@dataclass(frozen=True)
class Proved:
    """What a code leads to: what stands on the paper, and whether the award still stands."""

    number: str
    name: str
    organisation: Names
    award: Names
    cycle: str
    tier: Names | None
    team: str | None
    at: datetime
    ledger_seq: int
    code: str
    revoked_at: datetime | None


def of_case(number: str, person_id: int) -> Certificate | None:
    """The certificate of this winner; None unless the award was given to them and stands."""
    row = db.session.execute(_given().where(Nomination.number == number)).one_or_none()
    if row is None:
        return None
    winner = next((each for each in row.Decision.nomination.nominees if each.id == person_id), None)
    return _certificate(row.Decision, row.leaf_hash, winner, scheme()) if winner else None


def of_cycle(cycle_id: int) -> Iterator[Certificate]:
    """The certificates of every award of a cycle that stands, in the order of the cases."""
    said = scheme()
    found = _given().where(Nomination.cycle_id == cycle_id).order_by(Nomination.number)
    for row in db.session.execute(found).all():
        for winner in row.Decision.nomination.nominees:
            yield _certificate(row.Decision, row.leaf_hash, winner, said)


def cycles() -> Select[Cycle]:
    """The cycles in which an award was given and stands, the latest first."""
    given = select(Nomination.cycle_id).where(Nomination.stage == Stage.AWARDED)
    found = select(Cycle).join(Cycle.award).where(Cycle.id.in_(given))
    ordered = found.order_by(Cycle.closes_at.desc(), Award.position)
    return ordered.options(contains_eager(Cycle.award))


def counts() -> dict[int, int]:
    """How many certificates each cycle has, by the cycle's id."""
    given = select(Nomination.cycle_id, func.count(Person.id)).select_from(Nomination)
    standing = given.join(Nomination.nominees).where(Nomination.stage == Stage.AWARDED)
    rows = db.session.execute(standing.group_by(Nomination.cycle_id))
    return dict(rows.all())


def proved(text: str) -> Proved | None:
    """What this code was given for; None where no award was ever given under it."""
    asked = codes.read(text)
    if asked is None:
        return None
    seq, code = asked
    row = db.session.execute(_awards().where(Decision.ledger_seq == seq)).one_or_none()
    if row is None:
        return None
    case = row.Decision.nomination
    for winner in case.nominees:
        if secrets.compare_digest(codes.code(seq, row.leaf_hash, winner.key), code):
            return _proved(row.Decision, winner, code)
    return None


def _proved(decision: Decision, winner: Person, code: str) -> Proved:
    case = decision.nomination
    return Proved(
        number=case.number,
        name=winner.name,
        organisation=scheme().organisation or scheme().names,
        award=case.award.names,
        cycle=case.cycle.key,
        tier=case.tier.names if case.tier else None,
        team=case.team.name if case.team else None,
        at=decision.at,
        ledger_seq=decision.ledger_seq,
        code=code,
        revoked_at=case.closed_at if case.stage is Stage.REVOKED else None,
    )


def _awards() -> Select[Decision, bytes]:
    """Every decision by which an award was given, with the leaf of its ledger entry."""
    return (
        select(Decision, LedgerEntry.leaf_hash)
        .join(LedgerEntry, LedgerEntry.seq == Decision.ledger_seq)
        .join(Decision.nomination)
        .where(Decision.action == Action.AWARD, Nomination.stage.in_(WON))
        .options(
            contains_eager(Decision.nomination).options(
                joinedload(Nomination.award),
                joinedload(Nomination.cycle),
                joinedload(Nomination.tier),
                joinedload(Nomination.team),
                selectinload(Nomination.nominees),
            )
        )
    )


def _given() -> Select[Decision, bytes]:
    """Of each award that stands, the decision that gave it."""
    later = aliased(Decision)
    last = (
        select(func.max(later.ledger_seq))
        .where(later.nomination_id == Decision.nomination_id, later.action == Action.AWARD)
        .scalar_subquery()
    )
    return _awards().where(Nomination.stage == Stage.AWARDED, Decision.ledger_seq == last)


def _certificate(decision: Decision, leaf_hash: bytes, winner: Person, said: Scheme) -> Certificate:
    case, language = decision.nomination, Language(winner.language)
    by_numbers = case.road == BY_NUMBERS.key
    return Certificate(
        number=case.number,
        person_id=winner.id,
        name=winner.name,
        language=language,
        organisation=_in(language, said.organisation or said.names),
        award=_in(language, case.award.names),
        cycle=case.cycle.key,
        tier=_in(language, case.tier.names) if case.tier else None,
        metal=case.tier.metal if case.tier else "plain",
        title="" if by_numbers else case.title,
        metric=case.award.metric if by_numbers else None,
        score=case.score if by_numbers else None,
        team=case.team.name if case.team else None,
        at=decision.at.astimezone(said.zone),
        code=codes.code(decision.ledger_seq, leaf_hash, winner.key),
    )


def _in(language: Language, names: Names) -> str:
    """The text in this language; English where theirs is unwritten."""
    return names.get(language) or names.get(Language.EN) or next(iter(names.values()), "")
