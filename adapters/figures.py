"""The figures of a file, however long it is: a few words of memory for each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache

from workflow.metrics import METRICS, Measure

MILLIONTHS = 1_000_000  # figures are kept to six decimals, as whole numbers of millionths

# Numerator and denominator in millionths; a sum has no denominator.
Parts = tuple[int, int | None]

NAMES = tuple(METRICS)
PLACE = {name: place for place, name in enumerate(NAMES)}
DAY_BITS, METRIC_BITS = 22, 8  # every day to the year 9999; 256 metrics
OF_A_PERSON = DAY_BITS + METRIC_BITS


def parts(measure: Measure) -> Parts:
    """The measure in millionths."""
    denominator = measure.denominator
    return millionths(measure.numerator), None if denominator is None else millionths(denominator)


def measure(metric: str, of: Parts) -> Measure:
    """The same back again."""
    numerator, denominator = of
    whole = None if denominator is None else Decimal(denominator) / MILLIONTHS
    return Measure(Decimal(numerator) / MILLIONTHS, whole, METRICS[metric].kind)


def millionths(value: Decimal) -> int:
    """Of a number with six decimals at most."""
    return int(value.scaleb(6))


def packed(metric: str, day: date) -> int:
    """Metric and day as one number, which sorts by metric and then by day."""
    return PLACE[metric] << DAY_BITS | day.toordinal()


def unpacked(number: int) -> tuple[str, date]:
    return NAMES[number >> DAY_BITS], date.fromordinal(number & (1 << DAY_BITS) - 1)


@lru_cache(50_000)  # of a file's employees, most have the same metrics and days
def written(number: int) -> tuple[str, str]:
    """The same with the day as databases write it: 2026-01-05."""
    metric, day = unpacked(number)
    return metric, day.isoformat()


def span(numbers: Iterable[int]) -> tuple[date, date]:
    """The first and the last day of these."""
    days = {number & (1 << DAY_BITS) - 1 for number in numbers}
    return date.fromordinal(min(days)), date.fromordinal(max(days))


@dataclass
class Figures:
    """One figure at most for each employee, metric and day; None where there is to be none."""

    places: dict[str, int] = field(default_factory=dict)  # employees as the file names them
    parts: dict[int, Parts | None] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.parts)

    def add(self, employee: str, metric: str, day: date, given: Parts | None) -> bool:
        """Keep a figure; False when there is one already."""
        place = self.places.setdefault(employee, len(self.places))
        key = place << OF_A_PERSON | PLACE[metric] << DAY_BITS | day.toordinal()
        if key in self.parts:
            return False
        self.parts[key] = given
        return True

    def by_employee(self) -> Iterator[tuple[str, dict[int, Parts | None]]]:
        """Each employee's figures by their packed metric and day, in that order."""
        names, mask = list(self.places), (1 << OF_A_PERSON) - 1
        place = -1
        own: dict[int, Parts | None] = {}
        for key in sorted(self.parts):
            if key >> OF_A_PERSON != place:
                if own:
                    yield names[place], own
                place, own = key >> OF_A_PERSON, {}
            own[key & mask] = self.parts[key]
        if own:
            yield names[place], own
