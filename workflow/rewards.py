"""What an award brings to whom, and when it should be in their hands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from workflow.vocabulary import RewardKind

HANDED_OVER_WITHIN = timedelta(days=30)  # calendar days after the award
COSTS = frozenset({RewardKind.MONEY, RewardKind.GIFT})


@dataclass(frozen=True)
class Line:
    """One reward of a tier, with its description by language."""

    kind: RewardKind
    names: Mapping[str, str]
    amount: Decimal
    each_member: bool = True

    def promise(self) -> dict[str, object]:
        """As the entry of an award holds it."""
        return {
            "kind": self.kind.value,
            "names": dict(self.names),
            "amount": f"{self.amount:.2f}",
            "each_member": self.each_member,
        }


def promised(facts: Mapping[str, Any]) -> tuple[Line, ...]:
    """The rewards that an award's entry promises."""
    return tuple(
        Line(RewardKind(each["kind"]), each["names"], Decimal(each["amount"]), each["each_member"])
        for each in facts.get("rewards", ())
    )


def cost(lines: Iterable[Line]) -> Decimal:
    """What one place costs: its money and its gifts."""
    return sum((line.amount for line in lines if line.kind in COSTS), Decimal(0))


def receivers(line: Line, winners: Sequence[int], *, is_team: bool) -> Sequence[tuple[int, ...]]:
    """Who gets the line, one group for each time that it is handed over.

    What a team gets once any member may take.
    """
    if is_team and not line.each_member:
        return (tuple(winners),)
    return tuple((winner,) for winner in winners)


def due(awarded_at: datetime) -> datetime:
    return awarded_at + HANDED_OVER_WITHIN
