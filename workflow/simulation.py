"""What would be under other quotas, thresholds, weights, tie-breaks or another budget.

A simulation is a sealed input with changes laid over it: ranked again by the same rule, and set
beside the list that the input itself gives. Nothing but the ranking is looked at or touched.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from workflow.formula import Formula
from workflow.message import plain
from workflow.reproduction import formula_of, renewed, reproduce
from workflow.tiering import Place, Ranking


class Movement(StrEnum):
    """What a change does to a candidate's tier."""

    IN = "in"
    UP = "up"
    STAYS = "stays"
    DOWN = "down"
    OUT = "out"


@dataclass(frozen=True)
class Terms:
    """What can be turned, as an input has it; quotas and thresholds by the key of their tier."""

    quotas: Mapping[str, int]
    thresholds: Mapping[str, Decimal | None]
    budget: Decimal | None
    formula: Formula
    tie_breaks: tuple[str, ...]

    @classmethod
    def of(cls, sealed: Mapping[str, Any]) -> Terms:
        """The terms that this input ranks by."""
        tiers = sealed["tiers"]
        return cls(
            quotas={tier["key"]: tier["quota"] for tier in tiers},
            thresholds={tier["key"]: _number(tier["threshold"]) for tier in tiers},
            budget=_number(sealed["budget"]),
            formula=formula_of(sealed),
            tie_breaks=tuple(sealed["tie_breaks"]),
        )

    def changes_from(self, base: Terms) -> dict[str, Any]:
        """What `changed` has to lay over an input of the base to have these terms; plain values."""
        found: dict[str, Any] = {}
        tiers = {key: self._tier_changes(base, key) for key in base.quotas}
        if any(tiers.values()):
            found["tiers"] = {key: values for key, values in tiers.items() if values}
        if self.budget != base.budget:
            found["budget"] = _plain(self.budget)
        if self.formula != base.formula:
            found["formula"] = self.formula.record()
        if self.tie_breaks != base.tie_breaks:
            found["tie_breaks"] = list(self.tie_breaks)
        return found

    def _tier_changes(self, base: Terms, key: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.quotas[key] != base.quotas[key]:
            found["quota"] = self.quotas[key]
        if self.thresholds[key] != base.thresholds[key]:
            found["threshold"] = _plain(self.thresholds[key])
        return found


@dataclass(frozen=True)
class Move:
    """A candidate's place before and after, and what that is to them."""

    key: str
    before: Place
    after: Place
    movement: Movement

    @property
    def is_placed(self) -> bool:
        """Whether a tier is given on either side."""
        return bool(self.before.tier or self.after.tier)


@dataclass(frozen=True)
class TierCount:
    """A tier's places: how many there are, how many are given, and what those cost together."""

    key: str
    quota: int
    given: int
    cost: Decimal


@dataclass(frozen=True)
class Outcome:
    """What one side gives away and what that costs."""

    tiers: tuple[TierCount, ...]
    budget: Decimal | None
    spent: Decimal

    @property
    def left(self) -> Decimal | None:
        return None if self.budget is None else self.budget - self.spent


@dataclass(frozen=True)
class Comparison:
    """Two rankings of the same candidates, in the order of the second."""

    moves: tuple[Move, ...]
    before: Outcome
    after: Outcome

    @property
    def counts(self) -> dict[Movement, int]:
        """How many move how; every movement is named."""
        found = dict.fromkeys(Movement, 0)
        for move in self.moves:
            found[move.movement] += 1
        return found


@dataclass(frozen=True)
class Share:
    """A group's part: its candidates, and those of them with a place before and after."""

    group: str
    candidates: int
    before: int
    after: int


def changed(sealed: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The input with the changes laid over it, in today's version; tiers it lacks are left out."""
    tiers = changes.get("tiers", {})
    over = {key: value for key, value in changes.items() if key != "tiers"}
    laid = [{**tier, **tiers.get(tier["key"], {})} for tier in sealed["tiers"]]
    return {**renewed(sealed), **over, "tiers": laid}


def compare(
    sealed: Mapping[str, Any], *variants: Mapping[str, Any], known: Ranking | None = None
) -> Comparison:
    """Set the ranking under one variant's changes beside the input's own, or beside another's.

    One variant: it comes after, the input as it is before. Two: the first before the second.
    `known` is the ranking that the input gives, where somebody has computed it already.
    """
    first, second = ({}, *variants)[-2:]
    one, other = changed(sealed, first), changed(sealed, second)
    before = known if known is not None and not first else reproduce(one)
    after = before if second == first else reproduce(other)
    was = {place.key: place for place in before.places}
    levels = {tier["key"]: level for level, tier in enumerate(sealed["tiers"])}
    moves = tuple(
        Move(place.key, was[place.key], place, _movement(was[place.key], place, levels))
        for place in after.places
    )
    return Comparison(moves, _outcome(one, before), _outcome(other, after))


def spread(moves: Iterable[Move], groups_of: Callable[[str], Collection[str]]) -> list[Share]:
    """How the places spread: a case counts once in each of its groups; the most given first."""
    found: dict[str, list[int]] = {}
    for move in moves:
        for group in set(groups_of(move.key)):
            counts = found.setdefault(group, [0, 0, 0])
            counts[0] += 1
            counts[1] += move.before.tier is not None
            counts[2] += move.after.tier is not None
    shares = [Share(group, *counts) for group, counts in found.items()]
    return sorted(shares, key=lambda each: (-each.after, -each.before, each.group))


def _movement(before: Place, after: Place, levels: Mapping[str, int]) -> Movement:
    if before.tier == after.tier:
        return Movement.STAYS
    if before.tier is None:
        return Movement.IN
    if after.tier is None:
        return Movement.OUT
    return Movement.UP if levels[after.tier] < levels[before.tier] else Movement.DOWN


def _outcome(sealed: Mapping[str, Any], ranking: Ranking) -> Outcome:
    given = [place.tier for place in ranking.places]
    tiers = tuple(
        TierCount(tier["key"], tier["quota"], given.count(tier["key"]), _cost(tier, given))
        for tier in sealed["tiers"]
    )
    return Outcome(tiers, _number(sealed["budget"]), ranking.spent)


def _cost(tier: Mapping[str, Any], given: Sequence[str | None]) -> Decimal:
    return Decimal(tier["cost"]) * given.count(tier["key"])


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
