"""An approved ranking as all staff may read it: each place by its case, winners by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from models.archive import is_named
from models.base import db
from models.nominations import Nomination
from models.people import Person
from models.scheme import Award, Cycle, Names
from models.tierlists import TierList, TierPlace
from workflow.publication import Withheld
from workflow.vocabulary import PUBLIC


@dataclass(frozen=True)
class PublicPlace:
    """One place; title and names stand where the archive names the case."""

    rank: int
    number: str
    tier: Names | None
    metal: str
    title: str | None
    people: tuple[str, ...]
    team: str | None
    explanation: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class PublicList:
    """One approved list; `number` is its entry in the ledger."""

    number: int
    at: datetime
    award_key: str
    award: Names
    tiers: dict[str, Names]
    cycle: str
    round: int
    quorum: int
    places: tuple[PublicPlace, ...]
    withheld: tuple[Withheld, ...]


def public_list(list_id: int) -> PublicList | None:
    """The list's page; None while a case of it is still under review, and so not public."""
    case = selectinload(TierList.places).joinedload(TierPlace.nomination)
    row = db.session.scalar(
        select(TierList)
        .where(TierList.id == list_id)
        .options(
            joinedload(TierList.cycle).joinedload(Cycle.award).selectinload(Award.tiers),
            selectinload(TierList.places).joinedload(TierPlace.tier),
            case.joinedload(Nomination.team),
            case.selectinload(Nomination.nominees).joinedload(Person.team),
        )
    )
    if row is None or not all(place.nomination.stage in PUBLIC for place in row.places):
        return None
    award = row.cycle.award
    unnamed = not all(is_named(place.nomination) for place in row.places)
    return PublicList(
        number=row.ledger_seq,
        at=row.at,
        award_key=award.key,
        award=award.names,
        tiers={tier.key: tier.names for tier in award.tiers},
        cycle=row.cycle.key,
        round=row.round,
        quorum=row.quorum,
        places=tuple(_place(place) for place in row.places),
        withheld=(Withheld.UNPLACED, Withheld.DECIDERS) if unnamed else (Withheld.DECIDERS,),
    )


def _place(place: TierPlace) -> PublicPlace:
    case = place.nomination
    named = is_named(case)
    return PublicPlace(
        rank=place.rank,
        number=case.number,
        tier=place.tier.names if place.tier else None,
        metal=place.tier.metal if place.tier else "plain",
        title=case.title if named else None,
        people=tuple(person.name for person in case.nominees) if named else (),
        team=case.team.name if named and case.team else None,
        explanation=tuple(place.explanation),
    )
