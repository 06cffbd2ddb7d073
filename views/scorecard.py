"""A score as its pages show it: one row for each metric, and the arithmetic in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from models.decisions import FrozenScore
from models.people import Person
from models.reviews import FIGURE, Performance
from words.explanations import explain, figure
from words.metrics import METRIC_NAMES


@dataclass(frozen=True)
class Row:
    """One metric; None where there is nothing to show."""

    name: Any
    actual: str | None
    target: str | None
    median: str | None
    points: Decimal | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class ScoreCard:
    """One person's score. `median` and `peers` tell how colleagues of the same role did."""

    person: Person
    score: Decimal | None
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    kpi_version: int | None
    median: Decimal | None = None
    peers: int = 0


def fresh(performance: Performance) -> ScoreCard:
    """The score as the results give it now."""
    score = performance.score
    return ScoreCard(
        performance.person,
        score.value,
        _rows([line.record() for line in score.lines], performance.medians, score.formula),
        _sentences(note.record() for note in score.notes),
        performance.kpi.version if performance.kpi else None,
        performance.median_score,
        performance.peers,
    )


def frozen(row: FrozenScore) -> ScoreCard:
    """The score as the performance review froze it."""
    return ScoreCard(
        row.person, row.score, _rows(row.lines, {}, row.formula), _sentences(row.notes),
        row.kpi_version,
    )  # fmt: skip


def _rows(
    lines: Iterable[Mapping[str, Any]], medians: Mapping[str, Decimal], formula: str
) -> tuple[Row, ...]:
    return tuple(_row(line, medians.get(line["metric"]), formula) for line in lines)


def _row(line: Mapping[str, Any], median: Decimal | None, formula: str) -> Row:
    metric = line["metric"]
    return Row(
        METRIC_NAMES[metric],
        _figure(metric, line["actual"]),
        None if formula == FIGURE else _figure(metric, line["target"]),
        _figure(metric, median),
        None if line["points"] is None else Decimal(line["points"]),
        _sentences(line["arithmetic"], metric),
    )


def _figure(metric: str, value: Decimal | str | None) -> str | None:
    return None if value is None else figure(metric, value)


def _sentences(messages: Iterable[Mapping[str, Any]], metric: str | None = None) -> tuple[str, ...]:
    return tuple(explain(message, metric=metric) for message in messages)
