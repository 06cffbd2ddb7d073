"""Who is nominated without a nominator: rules as data, and what they find in wins and scores.

`most` takes the best by results, `wins` and `led` those who won or led; each nominates on its own.
`bar` narrows all of them down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from workflow.message import Message, message
from workflow.metrics import METRICS, Direction
from workflow.policy import add_months


class Kind(StrEnum):
    """What a rule looks at."""

    MOST = "most"  # so many of the best are put forward
    BAR = "bar"  # a figure that has to be reached beside
    WINS = "wins"  # an award won so often within the cycle, in a row or not
    LED = "led"  # among the first of the role by score in every part of the cycle


class Part(StrEnum):
    """The parts of a cycle in each of which somebody has led."""

    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True)
class Most:
    """So many of the best by this metric; None: by what the award ranks by."""

    count: int
    metric: str | None = None


@dataclass(frozen=True)
class Bar:
    """At least, or where less is better at most, this figure of this metric."""

    metric: str
    figure: Decimal

    def is_met(self, value: Decimal | None) -> bool:
        """Whether this figure is good enough; what was never measured is not."""
        if value is None:
            return False
        less = METRICS[self.metric].direction is Direction.LESS
        return value <= self.figure if less else value >= self.figure


@dataclass(frozen=True)
class Wins:
    award: str
    count: int
    in_a_row: bool

    def reason(self, won: Sequence[str], cycles: Sequence[str]) -> Message | None:
        """Why these wins make eligible; `cycles` are those of the award, in their order."""
        if not self.in_a_row:
            if len(won) < self.count:
                return None
            named = ", ".join(key for key in cycles if key in won)
            return message("won_often", award=self.award, count=len(won), cycles=named)
        row = _longest_run(won, cycles)
        if len(row) < self.count:
            return None
        return message("won_in_a_row", award=self.award, count=len(row), cycles=", ".join(row))


@dataclass(frozen=True)
class Led:
    top: int
    part: Part

    def reason(self, ranks: Sequence[int | None]) -> Message | None:
        """Why these ranks, one for each part of the cycle, make eligible; None: no score."""
        known = [rank for rank in ranks if rank is not None and rank <= self.top]
        if not ranks or len(known) < len(ranks):
            return None
        if self.part is Part.MONTH:
            return message("led_every_month", top=self.top, parts=len(ranks), lowest=max(known))
        return message("led_every_quarter", top=self.top, parts=len(ranks), lowest=max(known))


Rule = Most | Bar | Wins | Led


def rules(rows: Sequence[Mapping[str, Any]]) -> list[Rule]:
    """The rules that an award keeps as data."""
    return [_rule(Kind(row["kind"]), row) for row in rows]


def row(rule: Rule) -> dict[str, Any]:
    """A rule as data: what `rules` reads."""
    if isinstance(rule, Most):
        return {"kind": Kind.MOST.value, "count": rule.count, "metric": rule.metric}
    if isinstance(rule, Bar):
        return {"kind": Kind.BAR.value, "metric": rule.metric, "figure": str(rule.figure)}
    if isinstance(rule, Wins):
        kept = {"award": rule.award, "count": rule.count, "in_a_row": rule.in_a_row}
        return {"kind": Kind.WINS.value, **kept}
    return {"kind": Kind.LED.value, "top": rule.top, "part": rule.part.value}


def derives(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether some rule nominates, whatever road colleagues' nominations take."""
    return any(row["kind"] != Kind.BAR for row in rows)


def parts(part: Part, since: date, until: date) -> list[tuple[date, date]]:
    """The months or quarters that these days belong to, cut to them; both days included."""
    months = 1 if part is Part.MONTH else 3
    first = since.replace(day=1, month=(since.month - 1) // months * months + 1)
    found = []
    while first <= until:
        following = add_months(first, months)
        found.append((max(first, since), min(following - timedelta(days=1), until)))
        first = following
    return found


def _rule(kind: Kind, row: Mapping[str, Any]) -> Rule:
    if kind is Kind.MOST:
        return Most(row["count"], row.get("metric"))
    if kind is Kind.BAR:
        return Bar(row["metric"], Decimal(row["figure"]))
    if kind is Kind.WINS:
        return Wins(row["award"], row["count"], row["in_a_row"])
    return Led(row["top"], Part(row["part"]))


def _longest_run(won: Sequence[str], cycles: Sequence[str]) -> list[str]:
    """The longest row of cycles won without one between; of equals, the first."""
    best: list[str] = []
    run: list[str] = []
    for cycle in cycles:
        run = [*run, cycle] if cycle in won else []
        best = max(best, run, key=len)
    return best
