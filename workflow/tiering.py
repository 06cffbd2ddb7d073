"""Ranking a cycle's confirmed nominations into tiers, with an explanation of every place.

Candidates are ranked by the points of the award's formula, which are the performance score unless
it says otherwise (without any: behind all others), then by the tie-breaks in their declared order.
Down the ranking, each gets the best tier that still has a place, whose threshold
the points reach and whose cost the budget still bears. A nominee who holds a place already, in
this list or in an earlier one of the cycle, is passed over: one tier per person and cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from workflow.formula import NEUTRAL_MARK, PLAIN, Figures, Formula
from workflow.message import Message, message, plain

# Unless an award declares another order: customer's marks, then the share of confirmed claims, then
# who was submitted first; case numbers cannot tie.
TIE_BREAKS = ("perception", "strength", "submitted_at", "key")
CRITERIA = ("score", *TIE_BREAKS)  # what an award can break its ties by
ALGORITHM_VERSION = "2"


@dataclass(frozen=True)
class Candidate:
    """A confirmed nomination: `key` its case number, `nominees` the people it stands for.

    `perception` is the mean of the customer's marks, `strength` the share of confirmed claims.
    """

    key: str
    nominees: frozenset[str]
    score: Decimal | None
    perception: Decimal | None
    strength: Decimal
    submitted_at: datetime

    @property
    def figures(self) -> Figures:
        return Figures(self.score, self.perception, self.strength)


@dataclass(frozen=True)
class TierSpec:
    """A level of the award: how many places, from how many points on, what one place costs."""

    key: str
    quota: int
    threshold: Decimal | None = None
    cost: Decimal = Decimal(0)


@dataclass(frozen=True)
class Place:
    """Where a candidate stands: rank from 1, tier or None, why, and the points that rank it."""

    key: str
    rank: int
    tier: str | None
    explanation: tuple[Message, ...]
    points: Decimal | None = None


@dataclass(frozen=True)
class Ranking:
    """Every candidate's place, best first, and what the placed ones cost."""

    places: tuple[Place, ...]
    spent: Decimal


def allocate(
    candidates: Iterable[Candidate],
    tiers: Sequence[TierSpec],
    budget: Decimal | None = None,
    tie_breaks: Sequence[str] = TIE_BREAKS,
    holders: Collection[str] = (),
    formula: Formula = PLAIN,
) -> Ranking:
    """Rank the candidates into the tiers, which come best first.

    `holders` are nominees who hold a place from an earlier list of the cycle.

    Raises ValueError for doubled keys, or tie-breaks that are unknown or could leave a tie.
    """
    given = list(candidates)
    _require_distinct([candidate.key for candidate in given])
    _require_distinct([tier.key for tier in tiers])
    _require_tie_breaks(tie_breaks)
    criteria = ("score" if formula.is_plain else "points", *tie_breaks)
    entrants = [_Entrant.of(candidate, formula, tie_breaks) for candidate in given]
    ordered = sorted(entrants, key=lambda entrant: entrant.merits)
    table = _Table(tiers, budget, criteria, frozenset(holders))
    places = []
    for rank, entrant in enumerate(ordered, start=1):
        tier, reasons = table.place(entrant, rank)
        following = ordered[rank] if rank < len(ordered) else None
        explanation = (
            message("rank_of", rank=rank, count=len(ordered)),
            *formula.explain(entrant.candidate.figures),
            *reasons,
            *_ahead(entrant, following, rank + 1, criteria),
        )
        key = entrant.candidate.key
        places.append(Place(key, rank, tier, explanation, entrant.points))
    return Ranking(tuple(places), table.spent)


def sealed_input(
    candidates: Iterable[Candidate],
    tiers: Sequence[TierSpec],
    budget: Decimal | None = None,
    tie_breaks: Sequence[str] = TIE_BREAKS,
    holders: Collection[str] = (),
    formula: Formula = PLAIN,
) -> dict[str, Any]:
    """All that a ranking was computed from, ready for canonical bytes, in an order of its own."""
    return {
        "v": 2,
        "algorithm": ALGORITHM_VERSION,
        "formula": formula.record(),
        "budget": _plain(budget),
        "tie_breaks": list(tie_breaks),
        "holders": sorted(holders),
        "tiers": [
            {
                "key": tier.key,
                "quota": tier.quota,
                "threshold": _plain(tier.threshold),
                "cost": plain(tier.cost),
            }
            for tier in tiers
        ],
        "candidates": [
            {
                "key": candidate.key,
                "nominees": sorted(candidate.nominees),
                "score": _plain(candidate.score),
                "perception": _plain(candidate.perception),
                "strength": plain(candidate.strength),
                "submitted_at": candidate.submitted_at.astimezone(UTC).isoformat(),
            }
            for candidate in sorted(candidates, key=lambda candidate: candidate.key)
        ],
    }


@dataclass(frozen=True)
class _Entrant:
    """A candidate with the points and what each criterion looks at, the lesser value ahead."""

    candidate: Candidate
    points: Decimal | None
    merits: tuple[Any, ...]

    @classmethod
    def of(cls, candidate: Candidate, formula: Formula, tie_breaks: Sequence[str]) -> _Entrant:
        points = formula.points(candidate.figures)
        merits = (_more(points), *(MERITS[criterion](candidate) for criterion in tie_breaks))
        return cls(candidate, points, merits)


@dataclass
class _Table:
    """What has been given away so far."""

    tiers: Sequence[TierSpec]
    budget: Decimal | None
    criteria: tuple[str, ...]
    held_before: frozenset[str] = frozenset()
    spent: Decimal = Decimal(0)
    holders: dict[str, list[_Entrant]] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)  # nominee -> rank of their place

    def place(self, entrant: _Entrant, rank: int) -> tuple[str | None, list[Message]]:
        """The tier given, if any, and why it is no better one."""
        nominees = entrant.candidate.nominees
        if nominees & self.held_before:
            return None, [message("placed_in_earlier_list")]
        held = [self.ranks[nominee] for nominee in nominees if nominee in self.ranks]
        if held:
            return None, [message("already_placed", rank=min(held))]
        reasons: list[Message] = []
        for tier in self.tiers:
            refusal = self._refusal(tier, entrant)
            if refusal is None:
                return tier.key, [self._give(tier, entrant, rank), *reasons]
            reasons.append(refusal)
        return None, reasons

    def _give(self, tier: TierSpec, entrant: _Entrant, rank: int) -> Message:
        holders = self.holders.setdefault(tier.key, [])
        holders.append(entrant)
        self.spent += tier.cost
        self.ranks |= dict.fromkeys(entrant.candidate.nominees, rank)
        return message("placed_in_tier", tier=tier.key, place=len(holders), quota=tier.quota)

    def _refusal(self, tier: TierSpec, entrant: _Entrant) -> Message | None:
        threshold, points = tier.threshold, entrant.points
        if threshold is not None and points is None:
            return message("no_score_for_tier", tier=tier.key, threshold=threshold)
        if threshold is not None and points is not None and points < threshold:
            gap = threshold - points
            return message("below_threshold", tier=tier.key, threshold=threshold, gap=gap)
        if len(self.holders.get(tier.key, ())) >= tier.quota:
            return self._full(tier, entrant)
        if self.budget is not None and self.spent + tier.cost > self.budget:
            left = self.budget - self.spent
            return message("budget_does_not_reach", tier=tier.key, cost=tier.cost, left=left)
        return None

    def _full(self, tier: TierSpec, entrant: _Entrant) -> Message:
        if not tier.quota:
            return message("tier_without_places", tier=tier.key)
        last = self.holders[tier.key][-1]
        criterion = _deciding(last, entrant, self.criteria)
        if criterion == self.criteria[0] and last.points is not None and entrant.points is not None:
            return message("below_last_place", tier=tier.key, gap=last.points - entrant.points)
        return message(f"behind_last_place_by_{criterion}", tier=tier.key)


def _ahead(
    entrant: _Entrant, following: _Entrant | None, rank: int, criteria: Sequence[str]
) -> tuple[Message, ...]:
    if following is None:
        return ()
    return (message(f"ahead_by_{_deciding(entrant, following, criteria)}", rank=rank),)


def _deciding(ahead: _Entrant, behind: _Entrant, criteria: Sequence[str]) -> str:
    compared = zip(criteria, ahead.merits, behind.merits, strict=True)
    return next(criterion for criterion, mine, theirs in compared if mine != theirs)


def _more(value: Decimal | None) -> tuple[bool, Decimal]:
    """The more the better; nothing is behind everything."""
    return (True, Decimal(0)) if value is None else (False, -value)


def _by_perception(candidate: Candidate) -> Decimal:
    return -(NEUTRAL_MARK if candidate.perception is None else candidate.perception)


# What each tie-break looks at, the lesser value ahead.
MERITS: Mapping[str, Callable[[Candidate], Any]] = {
    "score": lambda candidate: _more(candidate.score),
    "perception": _by_perception,
    "strength": lambda candidate: -candidate.strength,
    "submitted_at": lambda candidate: candidate.submitted_at,
    "key": lambda candidate: candidate.key,
}


def _require_distinct(keys: Sequence[str]) -> None:
    if len(set(keys)) != len(keys):
        raise ValueError("a key occurs twice")


def _require_tie_breaks(tie_breaks: Sequence[str]) -> None:
    if not set(tie_breaks) <= set(CRITERIA) or tuple(tie_breaks[-1:]) != CRITERIA[-1:]:
        raise ValueError(f"tie-breaks are of {CRITERIA}, the case number last")


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
