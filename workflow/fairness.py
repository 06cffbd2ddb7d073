"""What a cycle's fairness report says: rates with intervals, time per stage, overturned acts."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import NormalDist
from typing import Any

from workflow.vocabulary import AUDITS, Action, Stage
from workflow.withholding import DIMENSIONS, EVERYBODY, Cell, Count, groups, withheld

CONFIDENCE = 0.95
YEARS = (1, 3, 6)  # where a tenure band ends
UNRECORDED = ""
# Which acts question a decision, and which of them overturn it.
OVERTURNING = {
    Action.OBJECT: Action.UPHOLD_OBJECTION,
    Action.APPEAL: Action.UPHOLD_APPEAL,
    Action.AWARD: Action.REVOKE,
}

TIMED = (
    *AUDITS,
    Stage.TIERING,
    Stage.PUBLIC_NOTICE,
    Stage.RETURNED,
    Stage.OBJECTION,
    Stage.APPEAL,
)  # in the order of the road; then what lies beside it


@dataclass(frozen=True)
class Interval:
    """Between which shares the true one lies, with the confidence asked for."""

    low: float
    high: float


@dataclass(frozen=True)
class Move:
    """One decision on a case, in the order of the ledger."""

    case: int
    stage: Stage
    action: Action
    at: datetime


@dataclass(frozen=True)
class Group:
    """One group of a dimension; its count is None where it is withheld."""

    key: str
    count: Count | None

    @property
    def nominated(self) -> Interval | None:
        return wilson(self.count.nominated, self.count.people) if self.count else None

    @property
    def won(self) -> Interval | None:
        return wilson(self.count.won, self.count.people) if self.count else None


@dataclass(frozen=True)
class Span:
    """How long cases stood at a stage, in seconds."""

    stage: Stage
    cases: int
    median: int
    ninth_tenth: int


@dataclass(frozen=True)
class Report:
    """A cycle's figures as they are published: nothing of a person, no small group."""

    least: int
    everybody: Count | None
    groups: Mapping[str, tuple[Group, ...]]  # dimension -> its groups; only where recorded
    spans: tuple[Span, ...]
    overturned: Mapping[str, tuple[int, int]]  # how often questioned, how often overturned

    @property
    def silent(self) -> tuple[str, ...]:
        """Teams that are told of and of whom nobody was nominated."""
        teams = self.groups.get("team", ())
        return tuple(
            each.key
            for each in teams
            if each.key != UNRECORDED and each.count and each.count.nominated == 0
        )

    def departing(self, dimension: str) -> tuple[str, ...]:
        """Groups nominated more or less often than all others, by more than chance would give.

        Chance makes one of twenty groups stand out at 95 %: the confidence is divided by their
        number (Bonferroni), so that it makes one stand out in one of twenty reports.
        """
        told = [group for group in self.groups[dimension] if group.count]
        confidence = 1 - (1 - CONFIDENCE) / max(len(told), 1)
        return tuple(group.key for group in told if self._departs(group.count, confidence))

    def _departs(self, count: Count | None, confidence: float) -> bool:
        if count is None or self.everybody is None:
            return False
        one = (count.nominated, count.people)
        others = (self.everybody.nominated - one[0], self.everybody.people - one[1])
        apart = difference(one, others, confidence)
        return apart is not None and not apart.low <= 0 <= apart.high

    def record(self) -> dict[str, Any]:
        """As the ledger keeps it: whole numbers and words."""
        return {
            "v": 1,
            "least": self.least,
            "everybody": _numbers(self.everybody),
            "groups": {
                dimension: [[group.key, _numbers(group.count)] for group in found]
                for dimension, found in self.groups.items()
            },
            "stages": [[s.stage.value, s.cases, s.median, s.ninth_tenth] for s in self.spans],
            "overturned": {name: list(counts) for name, counts in self.overturned.items()},
        }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Report:
        """What `record` wrote."""
        told, overturned = record["groups"], record["overturned"]
        return cls(
            least=record["least"],
            everybody=_count(record["everybody"]),
            groups={
                dimension: tuple(Group(key, _count(numbers)) for key, numbers in told[dimension])
                for dimension in DIMENSIONS
                if dimension in told
            },
            spans=tuple(Span(Stage(stage), *numbers) for stage, *numbers in record["stages"]),
            overturned={name: (asked, done) for name, (asked, done) in overturned.items()},
        )


def report(cells: Collection[Cell], moves: Iterable[Move], least: int) -> Report:
    """The figures to publish. Of gender, a withheld group is not even listed."""
    counts, hidden = groups(cells), withheld(cells, least)
    told: dict[str, tuple[Group, ...]] = {}
    for dimension in DIMENSIONS:
        keys = sorted(key for key in counts if key[0] == dimension)
        if all(key[1] == UNRECORDED for key in keys):
            continue
        told[dimension] = tuple(
            Group(key[1], None if key in hidden else counts[key])
            for key in keys
            if key not in hidden or dimension != "gender"
        )
    done = list(moves)
    everybody = counts.get(EVERYBODY) if EVERYBODY not in hidden else None
    return Report(least, everybody, told, _spans_of(done), _overturned(done))


def wilson(successes: int, of: int, confidence: float = CONFIDENCE) -> Interval | None:
    """The interval of a share; None where there is nothing to have a share of.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal
    of the American Statistical Association 22 (1927) 209-212: the score interval, without
    continuity correction. It stays within 0 and 1 and holds for few cases, where p ± 2s does not.
    """
    if of == 0:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / of
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    middle, scale = share + z * z / (2 * of), 1 + z * z / of
    low = 0.0 if successes == 0 else (middle - spread) / scale
    high = 1.0 if successes == of else (middle + spread) / scale
    return Interval(low, high)


def difference(one: tuple[int, int], other: tuple[int, int], confidence: float) -> Interval | None:
    """By how much the first share (successes, of) is larger than the second; None without both.

    R. G. Newcombe, "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17 (1998) 873-890, method 10: from the two Wilson intervals.
    """
    first, second = wilson(*one, confidence), wilson(*other, confidence)
    if first is None or second is None:
        return None
    p, q = one[0] / one[1], other[0] / other[1]
    return Interval(
        p - q - math.hypot(p - first.low, second.high - q),
        p - q + math.hypot(first.high - p, q - second.low),
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed: the nearest of those there are."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def tenure(joined: date | None, day: date) -> str:
    """The band of somebody's service on the day: "0-1", "1-3", "3-6" or "6-" years."""
    if joined is None:
        return UNRECORDED
    years = day.year - joined.year - ((day.month, day.day) < (joined.month, joined.day))
    starts = (0, *YEARS)
    nth = sum(years >= end for end in YEARS)
    return f"{starts[nth]}-{YEARS[nth] if nth < len(YEARS) else ''}"


def _numbers(count: Count | None) -> list[int] | None:
    return [count.people, count.nominated, count.won] if count else None


def _count(numbers: Sequence[int] | None) -> Count | None:
    return Count(*numbers) if numbers else None


def _spans_of(moves: Iterable[Move]) -> tuple[Span, ...]:
    """How long cases stood where a decision was taken: from the decision before it."""
    stood: defaultdict[Stage, list[float]] = defaultdict(list)
    before: dict[int, datetime] = {}
    for move in moves:
        if move.case in before and move.stage in TIMED:
            stood[move.stage].append((move.at - before[move.case]).total_seconds())
        before[move.case] = move.at
    return tuple(
        Span(stage, len(times), *(round(quantile(times, share)) for share in (0.5, 0.9)))
        for stage in TIMED
        if (times := stood[stage])
    )


def _overturned(moves: Iterable[Move]) -> dict[str, tuple[int, int]]:
    acts = Counter(move.action for move in moves)
    return {asked.value: (acts[asked], acts[upheld]) for asked, upheld in OVERTURNING.items()}
