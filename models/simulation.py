"""What a simulation starts from: the ranking as it stands now, or the input of an approved list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from models import tierlists
from models.base import db
from models.nominations import Nomination
from models.people import Person
from models.scheme import Cycle
from models.tierlists import Proposal, TierList, TierPlace
from workflow.reproduction import renewed
from workflow.tiering import Ranking

AS_IT_STANDS = 0  # in the place of a list's number: what no list has approved yet


@dataclass(frozen=True)
class Ground:
    """A sealed input in today's version, and the cases that it ranks by their number.

    `ranking` is what it gives, where that is known without computing it.
    """

    sealed: dict[str, Any]
    cases: dict[str, Nomination]
    ranking: Ranking | None = None

    def teams(self, number: str) -> Collection[str]:
        """The teams that a case brings a place to; an empty name where somebody has none."""
        case = self.cases[number]
        if case.team is not None:
            return {case.team.name}
        return {person.team.name if person.team else "" for person in case.nominees}

    def roles(self, number: str) -> Collection[str]:
        """The job roles of a case's nominees."""
        return {person.job_role.value for person in self.cases[number].nominees}


@dataclass(frozen=True)
class Grounds:
    """All that a cycle's simulation can start from, by number: AS_IT_STANDS, or a list's."""

    cycle: Cycle
    proposal: Proposal
    rounds: tuple[int, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The first one is what is looked at unless somebody asks for another."""
        return (AS_IT_STANDS, *self.rounds) if self.proposal.cases else self.rounds

    def ground(self, number: int) -> Ground:
        """Where this one starts; raises LookupError for no such list."""
        if number == AS_IT_STANDS:
            now = self.proposal
            return Ground(renewed(now.sealed_input), now.cases, now.ranking)
        if number not in self.rounds:
            raise LookupError(f"{self.cycle.key}, list {number}")
        this = (TierList.cycle_id == self.cycle.id, TierList.round == number)
        sealed = db.session.scalars(select(TierList.sealed_input).where(*this)).one()
        cases = db.session.scalars(
            select(Nomination)
            .join(TierPlace, TierPlace.nomination_id == Nomination.id)
            .join(TierPlace.tier_list)
            .where(*this)
            .options(
                selectinload(Nomination.nominees).joinedload(Person.team),
                joinedload(Nomination.team),
            )
        )
        return Ground(renewed(sealed), {case.number: case for case in cases})


def grounds_of(cycle: Cycle, at: datetime) -> Grounds:
    """Read what there is to start from."""
    proposal = tierlists.propose(cycle, at)
    return Grounds(cycle, proposal, tuple(range(1, proposal.round)))
