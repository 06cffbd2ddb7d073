"""The committee's ranking of a cycle, with the explanation of every place."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Numeric,
    UniqueConstraint,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import (
    Mapped,
    contains_eager,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
)

from ledger.canonical import canonical
from models import shortlist
from models.approvals import TierApproval
from models.base import Base, Instant, Text, db
from models.decisions import ContactAttempt
from models.ledger import Recorded
from models.nominations import Claim, Nomination
from models.people import Person
from models.scheme import Award, Cycle, Tier
from workflow import tiering
from workflow.metrics import EXACT
from workflow.tiering import Candidate, Place, Ranking, TierSpec
from workflow.vocabulary import AUDITS, Stage, Verdict

FOUR_PLACES = Decimal("0.0001")
UNDER_WAY = (*AUDITS, Stage.RETURNED, Stage.APPEAL)  # cases that may still come to the tiering


class TierList(Recorded, Base):
    """An approved ranking; `input_hash` seals what it was computed from."""

    __tablename__ = "tier_list"
    __table_args__ = (UniqueConstraint("cycle_id", "round"),)
    ledger_kind = "tiers_approved"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    round: Mapped[int]  # a case that comes back by appeal is ranked in a list of its own
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sealed_input: Mapped[dict[str, Any]] = mapped_column(JSON)
    input_hash: Mapped[str] = mapped_column(Text)
    quorum: Mapped[int] = mapped_column(default=1)  # how many members approved it

    cycle: Mapped[Cycle] = relationship()
    by: Mapped[Person] = relationship()
    places: Mapped[list[TierPlace]] = relationship(
        back_populates="tier_list", order_by="TierPlace.rank"
    )

    def ledger_body(self) -> dict[str, object]:
        several: dict[str, object] = {"quorum": self.quorum} if self.quorum != 1 else {}
        return several | {
            "award": self.cycle.award.key,
            "cycle": self.cycle.key,
            "round": self.round,
            "by": self.by.key,
            "input": self.input_hash,
            "places": [
                [place.rank, place.nomination.number, place.tier.key if place.tier else None]
                for place in self.places
            ],
        }


class TierPlace(Base):
    """One place of a ranking and why it is that one."""

    __tablename__ = "tier_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    tier_list_id: Mapped[int] = mapped_column(ForeignKey("tier_list.id"), index=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    rank: Mapped[int]
    tier_id: Mapped[int | None] = mapped_column(ForeignKey("tier.id"))
    score: Mapped[Decimal | None] = mapped_column(Numeric(9, 4))
    explanation: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # message ids with values

    tier_list: Mapped[TierList] = relationship(back_populates="places")
    nomination: Mapped[Nomination] = relationship()
    tier: Mapped[Tier | None] = relationship()


@dataclass(frozen=True)
class Proposal:
    """The ranking of the cases that wait now: what the committee approves or leaves.

    `left` is each tier with the places and the budget that earlier lists have not used;
    `input_hash` seals all that the ranking was computed from. Where policy is reviewed after the
    ranking: `shortlisted` are the cases with a place that are not through it, `freed` those that
    gave theirs up, `reserve` the ids of those that earlier lists left without one.
    """

    cycle: Cycle
    round: int
    cases: dict[str, Nomination]
    candidates: dict[str, Candidate]
    left: tuple[TierSpec, ...]
    budget: Decimal | None
    ranking: Ranking
    sealed_input: dict[str, Any]
    shortlisted: list[Nomination]
    freed: list[Nomination]
    reserve: frozenset[int]

    @property
    def input_hash(self) -> str:
        return sha256(canonical(self.sealed_input)).hexdigest()

    @property
    def is_held(self) -> bool:
        """Whether there is nothing to approve: the whole list is reserve, and no place is free."""
        fresh = [case for case in self.cases.values() if case.id not in self.reserve]
        return bool(self.cases and self.shortlisted) and not fresh and not self.freed

    def stays(self, nomination: Nomination) -> bool:
        """Whether a case without a place stays as reserve until the shortlist is settled."""
        places = any(place.tier for place in self.places)
        return nomination.pathway.vets_the_shortlist and (places or bool(self.shortlisted))

    @property
    def places(self) -> tuple[Place, ...]:
        return self.ranking.places

    @property
    def ranked(self) -> list[tuple[Place, Nomination, Candidate]]:
        return [
            (place, self.cases[place.key], self.candidates[place.key])
            for place in self.ranking.places
        ]


def of_list() -> ColumnElement[bool]:
    """Approvals that were given to the ranking of a list."""
    return and_(
        TierApproval.cycle_id == TierList.cycle_id,
        TierApproval.round == TierList.round,
        TierApproval.input_hash == TierList.input_hash,
    )


def cycle_of(award_key: str, cycle_key: str) -> Cycle | None:
    found = db.session.scalars(
        select(Cycle)
        .join(Cycle.award)
        .where(Award.key == award_key, Cycle.key == cycle_key)
        .options(contains_eager(Cycle.award).joinedload(Award.tiers))
    )
    return found.unique().one_or_none()


def propose(cycle: Cycle, at: datetime) -> Proposal:
    """Rank the cycle's cases at the tiering into the places that are left.

    Where a place has become free, those who were confirmed without a tier are ranked again, if
    one of them moves up.
    """
    found = _cases(cycle, or_(Nomination.stage == Stage.TIERING, shortlist.may_move_up(at)))
    waiting = [case for case in found if case.stage is Stage.TIERING]
    passed_over = [case for case in found if case.stage is not Stage.TIERING]
    earlier = _earlier(cycle, at)
    if passed_over:
        proposal = _rank(cycle, [*waiting, *passed_over], earlier)
        if any(
            place.tier and proposal.cases[place.key] in passed_over for place in proposal.places
        ):
            return proposal
    return _rank(cycle, waiting, earlier)


def _rank(cycle: Cycle, ranked: list[Nomination], earlier: _Earlier) -> Proposal:
    cases = {case.number: case for case in ranked}
    candidates = {
        number: _candidate(case, earlier.marks.get(case.id, [])) for number, case in cases.items()
    }
    left = tuple(_left(tier, earlier.held[tier.id]) for tier in cycle.award.tiers)
    budget = _budget_left(cycle, earlier.held)
    ranks_by = cycle.ranking_terms
    terms = (ranks_by.tie_breaks, earlier.holders, ranks_by.formula)
    given = list(candidates.values())
    return Proposal(
        cycle=cycle,
        round=1 + earlier.lists,
        cases=cases,
        candidates=candidates,
        left=left,
        budget=budget,
        ranking=tiering.allocate(given, left, budget, *terms),
        sealed_input=tiering.sealed_input(given, left, budget, *terms),
        shortlisted=earlier.shortlisted,
        freed=earlier.freed,
        reserve=earlier.listed,
    )


@dataclass(frozen=True)
class _Earlier:
    """What is known of a cycle before it is ranked: marks, and what earlier lists have given."""

    marks: dict[int, list[int]]
    lists: int
    listed: frozenset[int]  # ids of cases
    held: Counter[int]  # by tier; a place given up before the award is free again
    holders: frozenset[str]  # nominees who hold a place, or can still win it back
    shortlisted: list[Nomination]
    freed: list[Nomination]


def _earlier(cycle: Cycle, at: datetime) -> _Earlier:
    kept = TierPlace.tier_id.is_not(None) & ~shortlist.given_up(Nomination, at)
    rows = db.session.execute(
        select(TierList.id, TierPlace.id, TierPlace.nomination_id)
        .add_columns(TierPlace.tier_id, Nomination.stage, kept, Person.key)
        .outerjoin(TierList.places)
        .outerjoin(TierPlace.nomination)
        .outerjoin(Nomination.nominees)
        .where(TierList.cycle_id == cycle.id)
    ).all()
    shortlisted, freed = shortlist.of_cycle(cycle, at)
    places = {(place, tier) for _, place, _, tier, _, kept, _ in rows if kept}
    winners = {(key, stage) for *_, stage, kept, key in rows if kept}
    return _Earlier(
        marks=_marks(cycle),
        lists=len({row[0] for row in rows}),
        listed=frozenset(case for _, _, case, *_ in rows),
        held=Counter(tier for _place, tier in places),
        holders=frozenset(key for key, stage in winners if stage is not Stage.REVOKED),
        shortlisted=shortlisted,
        freed=freed,
    )


def lists_of(cycle: Cycle) -> list[TierList]:
    """The lists approved so far, the first one first, with all that a page shows of them."""
    return list(
        db.session.scalars(
            select(TierList)
            .where(TierList.cycle_id == cycle.id)
            .order_by(TierList.round)
            .options(
                joinedload(TierList.by),
                selectinload(TierList.places).options(
                    joinedload(TierPlace.tier),
                    joinedload(TierPlace.nomination).joinedload(Nomination.nominees),
                ),
            )
        )
    )


def under_way(cycle: Cycle) -> dict[Stage, int]:
    """How many submitted cases of the cycle may still come to the tiering, by their stage."""
    rows = db.session.execute(
        select(Nomination.stage, func.count())
        .where(
            Nomination.cycle_id == cycle.id,
            Nomination.stage.in_(UNDER_WAY),
            Nomination.tier_id.is_(None),  # a place leads to a review of its own on some roads
        )
        .group_by(Nomination.stage)
    )
    found = {stage: count for stage, count in rows}  # noqa: C416  # rows are no plain tuples
    return {stage: found[stage] for stage in UNDER_WAY if stage in found}


def _cases(cycle: Cycle, wanted: ColumnElement[bool]) -> list[Nomination]:
    return list(
        db.session.scalars(
            select(Nomination)
            .where(Nomination.cycle_id == cycle.id, wanted)
            .order_by(Nomination.number)
            .options(
                selectinload(Nomination.nominees).joinedload(Person.team),
                selectinload(Nomination.claims).joinedload(Claim.findings),
                joinedload(Nomination.team),
            )
        )
    )


def _marks(cycle: Cycle) -> dict[int, list[int]]:
    """The customer's marks in the cycle's cases that can be ranked."""
    rows = db.session.execute(
        select(ContactAttempt.nomination_id, ContactAttempt.marks)
        .join(ContactAttempt.nomination)
        .where(
            Nomination.cycle_id == cycle.id,
            Nomination.stage.in_((Stage.TIERING, Stage.NOT_PLACED)),
            ContactAttempt.marks.is_not(None),
        )
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for nomination_id, marks in rows:
        if marks is not None:
            found[nomination_id].append(marks)
    return found


def _candidate(case: Nomination, marks: list[int]) -> Candidate:
    verdicts = [claim.finding.verdict for claim in case.claims if claim.finding]
    confirmed = sum(verdict is Verdict.CONFIRMED for verdict in verdicts)
    return Candidate(
        key=case.number,
        nominees=frozenset(person.key for person in case.nominees),
        score=case.score,
        perception=_share(sum(marks), len(marks)) if marks else None,
        strength=_share(confirmed, len(verdicts)) if verdicts else Decimal(1),
        submitted_at=case.submitted_at or case.created_at,
    )


def _share(part: int, whole: int) -> Decimal:
    return EXACT.quantize(EXACT.divide(Decimal(part), Decimal(whole)), FOUR_PLACES)


def _left(tier: Tier, held: int) -> TierSpec:
    return TierSpec(tier.key, max(tier.quota - held, 0), tier.threshold, tier.cost)


def _budget_left(cycle: Cycle, held: Counter[int]) -> Decimal | None:
    if cycle.budget is None:
        return None
    spent = sum((tier.cost * held[tier.id] for tier in cycle.award.tiers), Decimal(0))
    return max(cycle.budget - spent, Decimal(0))
