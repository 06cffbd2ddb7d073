"""What performance is measured by, and how a period's figure comes from its days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

EXACT = Context(prec=40, rounding=ROUND_HALF_UP)
ACTUAL = Decimal("0.000001")  # a per-mille rate keeps three significant digits


class Kind(StrEnum):
    """How days add up: SUM adds values; MEAN and RATIO divide summed parts by summed wholes."""

    SUM = "sum"
    MEAN = "mean"
    RATIO = "ratio"


class Direction(StrEnum):
    """Which way is better."""

    MORE = "more"
    LESS = "less"


class Unit(StrEnum):
    """What a figure counts; a share is shown in percent or per mille."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    MARKS = "marks"
    CHARACTERS_PER_MINUTE = "characters_per_minute"
    PER_DAY = "per_day"


@dataclass(frozen=True)
class Metric:
    """One word of the metric vocabulary."""

    key: str
    kind: Kind
    unit: Unit
    direction: Direction


def _metrics(kind: Kind, unit: Unit, direction: Direction, *keys: str) -> list[Metric]:
    return [Metric(key, kind, unit, direction) for key in keys]


METRICS: Mapping[str, Metric] = {
    metric.key: metric
    for metric in [
        *_metrics(
            Kind.SUM,
            Unit.COUNT,
            Direction.MORE,
            "calls_offered",
            "calls_answered",
            "calls_resolved",
            "forms_inspected",
        ),
        *_metrics(Kind.RATIO, Unit.SHARE, Direction.MORE, "answer_rate", "resolution_rate"),
        *_metrics(Kind.MEAN, Unit.SECONDS, Direction.LESS, "speed_of_answer_s", "talk_time_s"),
        *_metrics(Kind.MEAN, Unit.MARKS, Direction.MORE, "satisfaction"),
        *_metrics(Kind.MEAN, Unit.CHARACTERS_PER_MINUTE, Direction.MORE, "typing_speed"),
        *_metrics(
            Kind.MEAN,
            Unit.PER_DAY,
            Direction.MORE,
            "documents_per_day",
            "emails_per_day",
            "forms_inspected_per_day",
        ),
        *_metrics(
            Kind.RATIO,
            Unit.SHARE,
            Direction.MORE,
            "productivity",
            "filed_correctly",
            "confirmation_rate",
            "meeting_attendance",
            "first_contact_resolution",
            "inspection_pass_rate",
            "attendance",
            "schedule_adherence",
        ),
        *_metrics(Kind.RATIO, Unit.SHARE, Direction.LESS, "error_rate"),
        *_metrics(Kind.SUM, Unit.COUNT, Direction.LESS, "errors", "complaints"),
    ]
}


@dataclass(frozen=True)
class Measure:
    """What was recorded of one metric: parts over wholes, so that events weigh, not days.

    A SUM has no denominator. What was left blank has no measure; it is never a zero.
    """

    numerator: Decimal
    denominator: Decimal | None
    kind: Kind

    def __post_init__(self) -> None:
        if (self.denominator is None) is not (self.kind is Kind.SUM):
            raise ValueError("a sum has no denominator; a mean and a ratio have one")
        if self.numerator < 0 or (self.denominator is not None and self.denominator < 0):
            raise ValueError("a measure is not negative")

    def __add__(self, other: Measure) -> Measure:
        """Both periods together; raises ValueError for two kinds."""
        if other.kind is not self.kind:
            raise ValueError(f"a {self.kind} and a {other.kind} do not add up")
        numerator = EXACT.add(self.numerator, other.numerator)
        if self.denominator is None or other.denominator is None:
            return Measure(numerator, None, self.kind)
        return Measure(numerator, EXACT.add(self.denominator, other.denominator), self.kind)

    @property
    def value(self) -> Decimal | None:
        """The period's figure to six decimals, half up; None where there were no events."""
        if self.denominator is None:
            return EXACT.quantize(self.numerator, ACTUAL)
        if self.denominator == 0:
            return None
        return EXACT.quantize(EXACT.divide(self.numerator, self.denominator), ACTUAL)


# A day's target is 300 questionnaires, 300 membership forms or 600 purchase records.
DOCUMENT_UNITS: Mapping[str, Decimal] = {
    "questionnaires": Decimal(1),
    "membership_forms": Decimal(1),
    "purchase_records": Decimal("0.5"),
}


def documents_per_day(days: Iterable[Mapping[str, Decimal]]) -> Measure:
    """Mixed data entry as one metric, in questionnaires: one mapping of counts for each day."""
    totals = [
        sum((DOCUMENT_UNITS[kind] * count for kind, count in day.items()), Decimal(0))
        for day in days
    ]
    return Measure(sum(totals, Decimal(0)), Decimal(len(totals)), Kind.MEAN)
