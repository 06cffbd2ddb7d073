"""A score as its pages show it: one row for each metric, and the arithmetic in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from models.decisions import FrozenScore
from models.people import Person
from models.reviews import FIGURE, Performance
from views.filters import number
from words.explanations import explain, figure
from words.metrics import METRIC_NAMES


@dataclass(frozen=True)
class Row:
    """One metric; None where there is nothing to show."""

    name: Any
    actual: str | None
    target: str | None
    median: str | None
    points: str | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class ScoreCard:
    """One person's score, ready to be shown.

    `median` and `peers` tell how colleagues of the same role did; `counts` names the one figure
    that the award counts, if it is such a one.
    """

    person: Person
    score: str | None
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    kpi_version: int | None
    counts: Any = None
    median: str | None = None
    peers: int = 0


def fresh(performance: Performance) -> ScoreCard:
    """The score as the results give it now."""
    score = performance.score
    lines = [line.record() for line in score.lines]
    return _card(
        performance.person,
        score.value,
        score.formula,
        lines,
        [note.record() for note in score.notes],
        performance,
    )


def frozen(row: FrozenScore) -> ScoreCard:
    """The score as the performance review froze it."""
    card = _card(row.person, row.score, row.formula, row.lines, row.notes, None)
    return replace(card, kpi_version=row.kpi_version)


def _card(
    person: Person,
    score: Decimal | None,
    formula: str,
    lines: Sequence[Mapping[str, Any]],
    notes: Iterable[Mapping[str, Any]],
    beside: Performance | None,
) -> ScoreCard:
    counted = lines[0]["metric"] if formula == FIGURE else None
    medians = beside.medians if beside else {}
    return ScoreCard(
        person,
        _points(score, counted),
        tuple(_row(line, medians.get(line["metric"])) for line in lines),
        _sentences(notes) or (_sentences(lines[0]["arithmetic"]) if counted else ()),
        beside.kpi.version if beside and beside.kpi else None,
        METRIC_NAMES[counted] if counted else None,
        _points(beside.median_score, counted) if beside else None,
        beside.peers if beside else 0,
    )


def _row(line: Mapping[str, Any], median: Decimal | None) -> Row:
    metric = line["metric"]
    return Row(
        METRIC_NAMES[metric],
        _figure(metric, line["actual"]),
        _figure(metric, line["target"]),
        _figure(metric, median),
        _points(line["points"]),
        _sentences(line["arithmetic"], metric),
    )


def _points(value: Decimal | str | None, counted: str | None = None) -> str | None:
    """Points to two decimals; the figure itself where an award counts one alone."""
    if value is None:
        return None
    return figure(counted, value) if counted else number(Decimal(value), 2)


def _figure(metric: str, value: Decimal | str | None) -> str | None:
    return None if value is None else figure(metric, value)


def _sentences(messages: Iterable[Mapping[str, Any]], metric: str | None = None) -> tuple[str, ...]:
    return tuple(explain(message, metric=metric) for message in messages)
