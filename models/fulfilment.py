"""The fulfilment list: what every award promised, and how far each reward has come."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from models.base import db
from models.decisions import Decision
from models.honour import WON, given
from models.nominations import Nomination, Nominee
from models.paging import page
from models.people import Person
from models.rewards import Handover, RewardReceipt
from models.scheme import Award, Cycle
from workflow import rewards
from workflow.rewards import COSTS, Line
from workflow.vocabulary import RewardState, Stage

OPEN = frozenset(
    {RewardState.OWED, RewardState.OVERDUE, RewardState.HANDED_OVER, RewardState.TO_RETURN}
)


AWARDS_AT_ONCE = 15


@dataclass(frozen=True)
class Owed:
    """One reward of one award for one winner, or for a team as a whole."""

    nomination: Nomination
    award_seq: int
    position: int  # among the rewards that the award promised
    line: Line
    winners: tuple[Person, ...]
    awarded_at: datetime
    due_at: datetime
    handover: Handover | None
    state: RewardState

    @property
    def cost(self) -> Decimal:
        return self.line.amount if self.line.kind in COSTS else Decimal(0)

    @property
    def is_given(self) -> bool:
        """Whether the organisation has parted with it."""
        return self.handover is not None


@dataclass(frozen=True)
class Asked:
    """Whose rewards are looked for; an empty key asks for all."""

    award: str = ""
    cycle: str = ""
    managed: frozenset[int] | None = None  # the awards that the reader manages; None: every one

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = [Nomination.stage.in_(WON)]
        if self.award:
            found.append(Nomination.award.has(Award.key == self.award))
        if self.cycle:
            found.append(Nomination.cycle.has(Cycle.key == self.cycle))
        if self.managed is not None:
            found.append(Nomination.award_id.in_(self.managed))
        return found


@dataclass(frozen=True)
class Listed:
    """One page of the list, and what it needs beside: the money of the cycles that it tells of."""

    owed: list[Owed]
    budgets: list[Budget]
    newer: int | None  # keys of the pages beside it: the entries of awards
    older: int | None

    @property
    def is_whole(self) -> bool:
        return self.newer is None and self.older is None


@dataclass(frozen=True)
class Budget:
    """The money of one cycle of one award."""

    award: Award
    cycle: Cycle
    budget: Decimal | None
    promised: Decimal
    spent: Decimal

    @property
    def left(self) -> Decimal | None:
        """Of the budget, once all that was promised is handed over."""
        return None if self.budget is None else self.budget - self.promised


def of_case(nomination: Nomination, at: datetime) -> list[Owed]:
    """The rewards of one case."""
    return _read(Nomination.id == nomination.id, at=at)


def of_cycles(award: str, cycle: str, at: datetime) -> list[Owed]:
    """The rewards of the awards and cycles with these keys, by case; empty keys ask for all."""
    return _read(*Asked(award, cycle).conditions(), at=at)


def listed(
    asked: Asked,
    states: Collection[RewardState],
    at: datetime,
    *,
    newer: int | None = None,
    older: int | None = None,
) -> Listed:
    """The rewards in these states of some awards, the latest award first, whatever came of others.

    A page looks at so many awards, so that it costs the same however many were settled before.
    """
    found = page(
        given().where(*asked.conditions()),
        Decision.ledger_seq,
        before=newer,
        after=older,
        size=AWARDS_AT_ONCE,
        descending=True,
    )
    owed = of_awards(found.rows, at)
    told = {each.nomination.cycle_id for each in owed}
    of_cycles = _read(
        *Asked(managed=asked.managed).conditions(), Nomination.cycle_id.in_(told), at=at
    )
    shown = [each for each in owed if each.state in states]
    return Listed(shown, budgets(of_cycles), found.before, found.after)


def of_person(person_id: int, at: datetime) -> list[Owed]:
    """What this colleague's awards brought."""
    own = select(Nominee.nomination_id).where(Nominee.person_id == person_id)
    found = _read(Nomination.id.in_(own), at=at)
    return [owed for owed in found if person_id in {winner.id for winner in owed.winners}]


def budgets(found: Iterable[Owed]) -> list[Budget]:
    """Promised and spent, by award and cycle."""
    by_cycle: dict[int, list[Owed]] = {}
    for owed in found:
        by_cycle.setdefault(owed.nomination.cycle_id, []).append(owed)
    return [_budget(of_one) for of_one in by_cycle.values()]


def cycles() -> list[tuple[str, str]]:
    """The keys of award and cycle in which something was won, the latest first."""
    won = (
        select(Award.key, Cycle.key)
        .select_from(Cycle)
        .join(Award, Award.id == Cycle.award_id)
        .where(Cycle.id.in_(select(Nomination.cycle_id).where(Nomination.stage.in_(WON))))
        .order_by(Cycle.closes_at.desc(), Award.position)
    )
    return [(award, cycle) for award, cycle in db.session.execute(won)]


def _budget(found: list[Owed]) -> Budget:
    case = found[0].nomination
    standing = [owed for owed in found if owed.nomination.stage is Stage.AWARDED]
    return Budget(
        award=case.award,
        cycle=case.cycle,
        budget=case.cycle.budget,
        promised=sum((owed.cost for owed in standing), Decimal(0)),
        spent=sum((owed.cost for owed in found if owed.is_given), Decimal(0)),
    )


def _read(*asked: ColumnElement[bool], at: datetime) -> list[Owed]:
    """One query for the awards, and a fixed number beside it."""
    found = given().where(*asked).order_by(Decision.ledger_seq.desc())
    return of_awards(db.session.scalars(found).all(), at)


def of_awards(awards: Collection[Decision], at: datetime) -> list[Owed]:
    """The rewards that came with these decisions."""
    handed = _handovers([each.nomination_id for each in awards])
    return [owed for each in awards for owed in _owed(each, handed, at)]


Key = tuple[int, int, int]  # the award's entry, the line, who received it


def _handovers(cases: list[int]) -> dict[Key, Handover]:
    rows = db.session.scalars(
        select(Handover)
        .where(Handover.nomination_id.in_(cases), ~Handover.undoing.has())
        .options(
            joinedload(Handover.receiver),
            joinedload(Handover.by),
            joinedload(Handover.note),
            joinedload(Handover.receipt).joinedload(RewardReceipt.by),
        )
    )
    return {(row.award_seq, row.line, row.receiver_id): row for row in rows}


def _owed(decision: Decision, handed: dict[Key, Handover], at: datetime) -> list[Owed]:
    case, found = decision.nomination, []
    people = {winner.id: winner for winner in case.nominees}
    due_at = rewards.due(decision.at)
    for position, line in enumerate(rewards.promised(decision.facts)):
        for group in rewards.receivers(line, tuple(people), is_team=case.team_id is not None):
            keys = ((decision.ledger_seq, position, winner) for winner in group)
            handover = next((handed[key] for key in keys if key in handed), None)
            found.append(
                Owed(
                    nomination=case,
                    award_seq=decision.ledger_seq,
                    position=position,
                    line=line,
                    winners=tuple(people[winner] for winner in group),
                    awarded_at=decision.at,
                    due_at=due_at,
                    handover=handover,
                    state=_state(case, handover, due_at, at),
                )
            )
    return found


def _state(
    case: Nomination, handover: Handover | None, due_at: datetime, at: datetime
) -> RewardState:
    if case.stage is Stage.REVOKED:
        return RewardState.TO_RETURN if handover else RewardState.LAPSED
    if handover is None:
        return RewardState.OVERDUE if due_at <= at else RewardState.OWED
    return RewardState.RECEIVED if handover.receipt else RewardState.HANDED_OVER
