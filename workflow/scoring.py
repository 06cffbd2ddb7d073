"""Results and KPI targets -> attainment -> score, with the arithmetic of every line.

The formula, version 2. 100 points mean that every target is met exactly.

- What is asked: the target; of a plain count, the target times the days worked, so that whoever
  was on leave or came in the middle is judged on the days they worked. (In version 1 the target of
  a count was for the whole period.)
- Attainment, to 4 decimals and at most the target's cap: actual / asked where more is better,
  asked / actual where less is better (the cap where nothing was counted).
- A target of nought ("complaints 0"): 1 where it is met, else 1 / (1 + actual).
- Points, to 2 decimals: attainment x weight / measured weight x 100. The score is their sum.
- A metric without results is left out and its weight goes to the others in proportion; where less
  than half of the weight is measured there is no score.

All rounding is half up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflow.message import Message, message, plain
from workflow.metrics import EXACT, METRICS, Direction, Kind, Measure

FORMULA_VERSION = "2"
FORMULAS = ("1", FORMULA_VERSION)  # those that a frozen score can be recomputed by
ATTAINMENT = Decimal("0.0001")
POINTS = Decimal("0.01")
FULL = Decimal(100)
LEAST_MEASURED = Decimal("0.5")


@dataclass(frozen=True)
class MetricTarget:
    """What a role is asked to reach in one metric, how much it weighs and where credit ends."""

    metric: str
    target: Decimal
    weight: Decimal
    cap: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if self.metric not in METRICS:
            raise ValueError(f"unknown metric {self.metric!r}")
        if self.target < 0 or (self.target == 0 and self.direction is Direction.MORE):
            raise ValueError("a target is above nought, or nought where less is better")
        if self.weight <= 0:
            raise ValueError("a weight is above nought")
        if self.cap < 1:
            raise ValueError("a cap below 1 would hide a met target")

    @property
    def direction(self) -> Direction:
        return METRICS[self.metric].direction

    @property
    def is_for_each_day(self) -> bool:
        """Whether the target is of a count: so many for each day worked."""
        return METRICS[self.metric].kind is Kind.SUM and self.target > 0


@dataclass(frozen=True)
class ScoreLine:
    """One metric of a score; `actual` to `points` are None where nothing was recorded."""

    target: MetricTarget
    actual: Decimal | None
    attainment: Decimal | None
    points: Decimal | None
    arithmetic: tuple[Message, ...]

    def record(self) -> dict[str, Any]:
        """The line as it is frozen: decimals as text, the arithmetic as messages."""
        return {
            "metric": self.target.metric,
            "direction": self.target.direction.value,
            "target": plain(self.target.target),
            "weight": plain(self.target.weight),
            "cap": plain(self.target.cap),
            "actual": _plain(self.actual),
            "attainment": _plain(self.attainment),
            "points": _plain(self.points),
            "arithmetic": [each.record() for each in self.arithmetic],
        }


@dataclass(frozen=True)
class Score:
    """A score with its lines, heaviest first; `value` is None where too little was measured."""

    value: Decimal | None
    lines: tuple[ScoreLine, ...]
    notes: tuple[Message, ...]
    formula: str = FORMULA_VERSION


def score(
    results: Mapping[str, Measure],
    targets: Iterable[MetricTarget],
    days: int = 1,
    formula: str = FORMULA_VERSION,
) -> Score:
    """The score of a period's measures, in which so many days were worked.

    Raises ValueError when a metric has two targets, or for a formula that never was.
    """
    if formula not in FORMULAS:
        raise ValueError(f"there is no formula {formula!r}")
    days = 1 if formula == "1" else max(days, 1)
    ordered = sorted(targets, key=lambda target: (-target.weight, target.metric))
    if len({target.metric for target in ordered}) != len(ordered):
        raise ValueError("a metric has two targets")
    actuals = {target.metric: _actual(results, target) for target in ordered}
    whole = _sum(target.weight for target in ordered)
    measured = _sum(target.weight for target in ordered if actuals[target.metric] is not None)
    enough = whole > 0 and measured >= whole * LEAST_MEASURED
    lines = tuple(
        _line(target, actuals[target.metric], days, measured if enough else None)
        for target in ordered
    )
    value = _sum(line.points for line in lines if line.points is not None) if enough else None
    return Score(value, lines, _notes(measured, whole, enough), formula)


def _actual(results: Mapping[str, Measure], target: MetricTarget) -> Decimal | None:
    measure = results.get(target.metric)
    if measure is not None and measure.kind is not METRICS[target.metric].kind:
        raise ValueError(f"{target.metric} is no {measure.kind}")
    return measure.value if measure is not None else None


def _notes(measured: Decimal, whole: Decimal, enough: bool) -> tuple[Message, ...]:
    if whole == 0:
        return (message("no_targets"),)
    if not enough:
        return (message("too_little_measured", measured=measured, whole=whole),)
    if measured < whole:
        return (message("weight_redistributed", measured=measured, whole=whole),)
    return ()


def _line(
    target: MetricTarget, actual: Decimal | None, days: int, measured: Decimal | None
) -> ScoreLine:
    """`measured`: the weight of all that was recorded; None where it is too little for points."""
    if actual is None:
        missing = message("metric_not_recorded", weight=target.weight)
        return ScoreLine(target, None, None, None, (missing,))
    attainment, steps = _attainment(target, actual, days)
    if measured is None:
        return ScoreLine(target, actual, attainment, None, steps)
    share = EXACT.divide(EXACT.multiply(attainment, target.weight), measured)
    points = EXACT.quantize(share * FULL, POINTS)
    earned = message(
        "points_earned",
        attainment=attainment,
        weight=target.weight,
        measured=measured,
        points=points,
    )
    return ScoreLine(target, actual, attainment, points, (*steps, earned))


def _attainment(
    target: MetricTarget, actual: Decimal, days: int
) -> tuple[Decimal, tuple[Message, ...]]:
    steps: tuple[Message, ...] = ()
    asked = target.target
    if target.is_for_each_day and days > 1:
        asked = EXACT.multiply(asked, Decimal(days))
        steps = (message("asked_of_the_days", target=target.target, days=days, asked=asked),)
    raw, step = _raw_attainment(target, asked, actual)
    if raw <= target.cap:
        return raw, (*steps, step)
    return target.cap, (*steps, step, message("attainment_capped", raw=raw, cap=target.cap))


def _raw_attainment(
    target: MetricTarget, asked: Decimal, actual: Decimal
) -> tuple[Decimal, Message]:
    if target.target == 0 and actual == 0:
        return Decimal(1), message("attainment_nought_met")
    if target.target == 0:
        raw = _ratio(Decimal(1), 1 + actual)
        return raw, message("attainment_nought_missed", actual=actual, attainment=raw)
    if target.direction is Direction.MORE:
        raw, id_ = _ratio(actual, asked), "attainment_more"
    elif actual == 0:
        return target.cap, message("attainment_nothing_counted", cap=target.cap)
    else:
        raw, id_ = _ratio(asked, actual), "attainment_less"
    return raw, message(id_, actual=actual, target=asked, attainment=raw)


def _ratio(part: Decimal, whole: Decimal) -> Decimal:
    return EXACT.quantize(EXACT.divide(part, whole), ATTAINMENT)


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


def _plain(number: Decimal | None) -> str | None:
    return None if number is None else plain(number)
