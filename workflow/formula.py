"""By what an award ranks: performance, the customer's marks and confirmed claims, weighed.

Each part becomes points on a declared scale before it is weighed: a score of `full_score` is 100
points, marks run from 1 (no points) to 5 (100), the share of confirmed claims from none to all.
Points are neither cut off nor rounded before the sum, which has four decimals, half up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflow.message import Message, message, plain
from workflow.metrics import EXACT

HUNDRED = Decimal(100)
LOWEST_MARK, HIGHEST_MARK = Decimal(1), Decimal(5)
NEUTRAL_MARK = Decimal(3)  # a customer who gave no marks: never a failure
FOUR_PLACES = Decimal("0.0001")
SHOWN = Decimal("0.01")
PARTS = ("score", "perception", "strength")


@dataclass(frozen=True)
class Figures:
    """What is known of a candidate: the score, the mean of the marks, the share confirmed."""

    score: Decimal | None
    perception: Decimal | None
    strength: Decimal


@dataclass(frozen=True)
class Formula:
    """The weights of the three parts, and the score that counts as full marks.

    Raises ValueError for weights below nought, none at all, or a full score that is not positive.
    """

    score: Decimal = Decimal(1)
    perception: Decimal = Decimal(0)
    strength: Decimal = Decimal(0)
    full_score: Decimal = HUNDRED

    def __post_init__(self) -> None:
        if min(self.weights.values()) < 0 or not sum(self.weights.values()):
            raise ValueError("weights are not negative, and one of them counts")
        if self.full_score <= 0:
            raise ValueError("the full score is more than nought")

    @property
    def weights(self) -> Mapping[str, Decimal]:
        return {part: getattr(self, part) for part in PARTS}

    @property
    def is_plain(self) -> bool:
        """Whether the score alone ranks, as it is."""
        return not self.perception and not self.strength and self.full_score == HUNDRED

    def points(self, figures: Figures) -> Decimal | None:
        """What ranks the candidate; None where the score counts and there is none."""
        if self.is_plain:
            return figures.score
        if self.score and figures.score is None:
            return None
        of_parts = self._of_parts(figures)
        whole = sum((weight * of_parts[part] for part, weight in self.weights.items()), Decimal(0))
        return EXACT.quantize(EXACT.divide(whole, sum(self.weights.values())), FOUR_PLACES)

    def explain(self, figures: Figures) -> tuple[Message, ...]:
        """How the points come about: one sentence for each part that counts, then their sum."""
        if self.is_plain:
            return ()
        points = self.points(figures)
        if points is None:
            return (message("no_points_without_score"),)
        of_parts = self._of_parts(figures)
        counted = [(part, weight) for part, weight in self.weights.items() if weight]
        told = [
            _part(part, getattr(figures, part), EXACT.quantize(of_parts[part], SHOWN), weight)
            for part, weight in counted
        ]
        return (*told, message("points_in_all", points=points))

    def _of_parts(self, figures: Figures) -> dict[str, Decimal]:
        marks = NEUTRAL_MARK if figures.perception is None else figures.perception
        span = HIGHEST_MARK - LOWEST_MARK
        return {
            "score": EXACT.divide((figures.score or Decimal(0)) * HUNDRED, self.full_score),
            "perception": EXACT.divide((marks - LOWEST_MARK) * HUNDRED, span),
            "strength": figures.strength * HUNDRED,
        }

    def record(self) -> dict[str, Any]:
        """As it is sealed."""
        weights = {part: plain(weight) for part, weight in self.weights.items()}
        return {"weights": weights, "full_score": plain(self.full_score)}

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Formula:
        """What `record` wrote."""
        weights = {part: Decimal(record["weights"][part]) for part in PARTS}
        return cls(**weights, full_score=Decimal(record["full_score"]))


PLAIN = Formula()  # the performance score alone


def _part(part: str, value: Decimal | None, points: Decimal, weight: Decimal) -> Message:
    if value is None:
        return message("part_without_marks", value=NEUTRAL_MARK, points=points, weight=weight)
    if part == "strength":
        return message("part_strength", share=value, points=points, weight=weight)
    id_ = "part_score" if part == "score" else "part_perception"
    return message(id_, value=value, points=points, weight=weight)
