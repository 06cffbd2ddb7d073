"""A call log, counted: an agent's calls of one day become that day's measures.

A day keeps sums and counts, so that a period's mean is over its calls and not over its days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from workflow.metrics import METRICS, Kind, Measure

MEANS = ("speed_of_answer_s", "talk_time_s", "satisfaction")
CALL_METRICS = (
    "calls_offered",
    "calls_answered",
    "answer_rate",
    "calls_resolved",
    "resolution_rate",
    *MEANS,
)


@dataclass(frozen=True)
class Call:
    """One call; what the log left blank is None. `figures` holds the metrics named in MEANS."""

    answered: bool
    resolved: bool | None
    figures: Mapping[str, Decimal | None]

    def __post_init__(self) -> None:
        if self.resolved and not self.answered:
            raise ValueError("a call that nobody answered is not resolved")


@dataclass
class CallDay:
    """One agent's calls of one day."""

    offered: int = 0
    answered: int = 0
    resolved: int = 0
    resolution_known: int = 0  # of all calls
    resolution_known_answered: int = 0
    sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, call: Call) -> None:
        self.offered += 1
        self.answered += call.answered
        if call.resolved is not None:
            self.resolution_known += 1
            self.resolution_known_answered += call.answered
            self.resolved += call.resolved
        for metric, figure in call.figures.items():
            if figure is not None:
                self.sums[metric] += figure
                self.counts[metric] += 1

    def measures(self) -> dict[str, Measure | None]:
        """Every call metric of the day; None where the log says nothing of it."""
        known = self.resolution_known
        return {
            "calls_offered": _measure("calls_offered", self.offered),
            "calls_answered": _measure("calls_answered", self.answered),
            "answer_rate": _measure("answer_rate", self.answered, self.offered),
            "calls_resolved": _measure("calls_resolved", self.resolved) if known else None,
            "resolution_rate": _measure(
                "resolution_rate", self.resolved, self.resolution_known_answered
            ),
            **{
                metric: _measure(metric, self.sums[metric], self.counts[metric]) for metric in MEANS
            },
        }


def _measure(metric: str, part: Decimal | int, whole: int | None = None) -> Measure | None:
    """The measure; None for a share or a mean of nothing."""
    kind = METRICS[metric].kind
    if kind is Kind.SUM:
        return Measure(Decimal(part), None, kind)
    return Measure(Decimal(part), Decimal(whole), kind) if whole else None
