"""Ranking a cycle's confirmed nominations into tiers, with an explanation of every place.

Candidates are ranked by score (without one: behind all others), then by the tie-breaks in their
declared order. Down the ranking, each gets the best tier that still has a place, whose threshold
the score reaches and whose cost the budget still bears. A nominee who holds a place already, in
this list or in an earlier one of the cycle, is passed over: one tier per person and cycle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from workflow.message import Message, message, plain

# Customer's marks, then the share of confirmed claims, then who was submitted first; case numbers
# cannot tie. A customer who gave no marks counts as the middle of the scale: never a failure.
TIE_BREAKS = ("perception", "strength", "submitted_at", "key")
NEUTRAL_MARK = Decimal(3)
ALGORITHM_VERSION = "1"


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


@dataclass(frozen=True)
class TierSpec:
    """A level of the award: how many places, from which score on, what one place costs."""

    key: str
    quota: int
    threshold: Decimal | None = None
    cost: Decimal = Decimal(0)


@dataclass(frozen=True)
class Place:
    """Where a candidate stands: rank from 1, tier or None, and why."""

    key: str
    rank: int
    tier: str | None
    explanation: tuple[Message, ...]


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
) -> Ranking:
    """Rank the candidates into the tiers, which come best first.

    `holders` are nominees who hold a place from an earlier list of the cycle.

    Raises ValueError for doubled keys, or tie-breaks that are unknown or could leave a tie.
    """
    given = list(candidates)
    _require_distinct([candidate.key for candidate in given])
    _require_distinct([tier.key for tier in tiers])
    _require_tie_breaks(tie_breaks)
    ordered = sorted(given, key=lambda candidate: _order(candidate, tie_breaks))
    table = _Table(tiers, budget, ("score", *tie_breaks), frozenset(holders))
    places = []
    for rank, candidate in enumerate(ordered, start=1):
        tier, reasons = table.place(candidate, rank)
        following = ordered[rank] if rank < len(ordered) else None
        explanation = (
            message("rank_of", rank=rank, count=len(ordered)),
            *reasons,
            *_ahead(candidate, following, rank + 1, table.criteria),
        )
        places.append(Place(candidate.key, rank, tier, explanation))
    return Ranking(tuple(places), table.spent)


def sealed_input(
    candidates: Iterable[Candidate],
    tiers: Sequence[TierSpec],
    budget: Decimal | None = None,
    tie_breaks: Sequence[str] = TIE_BREAKS,
    holders: Collection[str] = (),
) -> dict[str, Any]:
    """All that a ranking was computed from, ready for canonical bytes, in an order of its own."""
    return {
        "v": 1,
        "algorithm": ALGORITHM_VERSION,
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


@dataclass
class _Table:
    """What has been given away so far."""

    tiers: Sequence[TierSpec]
    budget: Decimal | None
    criteria: tuple[str, ...]
    held_before: frozenset[str] = frozenset()
    spent: Decimal = Decimal(0)
    holders: dict[str, list[Candidate]] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)  # nominee -> rank of their place

    def place(self, candidate: Candidate, rank: int) -> tuple[str | None, list[Message]]:
        """The tier given, if any, and why it is no better one."""
        if candidate.nominees & self.held_before:
            return None, [message("placed_in_earlier_list")]
        held = [self.ranks[nominee] for nominee in candidate.nominees if nominee in self.ranks]
        if held:
            return None, [message("already_placed", rank=min(held))]
        reasons: list[Message] = []
        for tier in self.tiers:
            refusal = self._refusal(tier, candidate)
            if refusal is None:
                return tier.key, [self._give(tier, candidate, rank), *reasons]
            reasons.append(refusal)
        return None, reasons

    def _give(self, tier: TierSpec, candidate: Candidate, rank: int) -> Message:
        holders = self.holders.setdefault(tier.key, [])
        holders.append(candidate)
        self.spent += tier.cost
        self.ranks |= dict.fromkeys(candidate.nominees, rank)
        return message("placed_in_tier", tier=tier.key, place=len(holders), quota=tier.quota)

    def _refusal(self, tier: TierSpec, candidate: Candidate) -> Message | None:
        threshold, score = tier.threshold, candidate.score
        if threshold is not None and score is None:
            return message("no_score_for_tier", tier=tier.key, threshold=threshold)
        if threshold is not None and score is not None and score < threshold:
            gap = threshold - score
            return message("below_threshold", tier=tier.key, threshold=threshold, gap=gap)
        if len(self.holders.get(tier.key, ())) >= tier.quota:
            return self._full(tier, candidate)
        if self.budget is not None and self.spent + tier.cost > self.budget:
            left = self.budget - self.spent
            return message("budget_does_not_reach", tier=tier.key, cost=tier.cost, left=left)
        return None

    def _full(self, tier: TierSpec, candidate: Candidate) -> Message:
        if not tier.quota:
            return message("tier_without_places", tier=tier.key)
        last = self.holders[tier.key][-1]
        criterion = _deciding(last, candidate, self.criteria)
        if criterion == "score" and last.score is not None and candidate.score is not None:
            return message("below_last_place", tier=tier.key, gap=last.score - candidate.score)
        return message(f"behind_last_place_by_{criterion}", tier=tier.key)


def _ahead(
    candidate: Candidate, following: Candidate | None, rank: int, criteria: Sequence[str]
) -> tuple[Message, ...]:
    if following is None:
        return ()
    criterion = _deciding(candidate, following, criteria)
    return (message(f"ahead_by_{criterion}", rank=rank),)


def _deciding(ahead: Candidate, behind: Candidate, criteria: Sequence[str]) -> str:
    return next(
        criterion for criterion in criteria if MERITS[criterion](ahead) != MERITS[criterion](behind)
    )


def _order(candidate: Candidate, tie_breaks: Sequence[str]) -> tuple[Any, ...]:
    return tuple(MERITS[criterion](candidate) for criterion in ("score", *tie_breaks))


def _by_score(candidate: Candidate) -> tuple[bool, Decimal]:
    return (True, Decimal(0)) if candidate.score is None else (False, -candidate.score)


def _by_perception(candidate: Candidate) -> Decimal:
    return -(NEUTRAL_MARK if candidate.perception is None else candidate.perception)


# What each criterion looks at, the lesser value ahead.
MERITS: Mapping[str, Any] = {
    "score": _by_score,
    "perception": _by_perception,
    "strength": lambda candidate: -candidate.strength,
    "submitted_at": lambda candidate: candidate.submitted_at,
    "key": lambda candidate: candidate.key,
}


def _require_distinct(keys: Sequence[str]) -> None:
    if len(set(keys)) != len(keys):
        raise ValueError("a key occurs twice")


def _require_tie_breaks(tie_breaks: Sequence[str]) -> None:
    if not set(tie_breaks) <= set(TIE_BREAKS) or tie_breaks[-1:] != TIE_BREAKS[-1:]:
        raise ValueError(f"tie-breaks are of {TIE_BREAKS}, the case number last")


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
