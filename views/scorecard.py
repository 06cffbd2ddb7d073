"""A score as its pages show it: one row for each metric, and the arithmetic in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from models.decisions import FrozenScore
from models.people import Person
from models.performance import FIGURE, Performance, Standing
from views.filters import number
from words.explanations import explain, figure
from words.metrics import METRIC_NAMES
from workflow.scoring import Score
from workflow.vocabulary import FreezeCause


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
    rank: int | None = None
    worked: int | None = None  # days
    cause: FreezeCause | None = None
    frozen_at: datetime | None = None
    formula: str = ""
    has_later: bool = False  # results came in since it was frozen ...
    later: str | None = None  # ... and would make it this; None: no score
    later_by: str | None = None  # the difference with its sign; None: either is no score


def fresh(performance: Performance) -> ScoreCard:
    """The score as the results give it now."""
    score = performance.score
    card = _card(
        performance.person,
        score.value,
        score.formula,
        [line.record() for line in score.lines],
        [note.record() for note in score.notes],
        performance.standing,
    )
    version = performance.kpi.version if performance.kpi else None
    return replace(card, kpi_version=version, worked=performance.worked)


def frozen(row: FrozenScore, later: Score | None = None) -> ScoreCard:
    """The score as it was frozen; `later`: what results that came in since would make of it."""
    standing = Standing.of(row.sealed["standing"]) if row.sealed else Standing()
    card = _card(row.person, row.score, row.formula, row.lines, row.notes, standing)
    worked = row.sealed["worked"] if row.sealed else None
    counted = row.lines[0]["metric"] if row.formula == FIGURE and row.lines else None
    return replace(
        card,
        kpi_version=row.kpi_version,
        worked=worked,
        cause=FreezeCause(row.sealed["cause"]) if row.sealed else None,
        frozen_at=row.at,
        formula=row.formula,
        has_later=later is not None,
        later=points(later.value, counted) if later else None,
        later_by=_difference(row.score, later.value, counted) if later else None,
    )


def _difference(before: Decimal | None, after: Decimal | None, counted: str | None) -> str | None:
    if before is None or after is None:
        return None
    sign = {1: "+", 0: "±", -1: "\u2212"}[(after > before) - (after < before)]
    return f"{sign}{points(abs(after - before), counted)}"


def _card(
    person: Person,
    score: Decimal | None,
    formula: str,
    lines: Sequence[Mapping[str, Any]],
    notes: Iterable[Mapping[str, Any]],
    standing: Standing,
) -> ScoreCard:
    counted = lines[0]["metric"] if formula == FIGURE else None
    return ScoreCard(
        person,
        points(score, counted),
        tuple(_row(line, standing.medians.get(line["metric"])) for line in lines),
        _sentences(notes) or (_sentences(lines[0]["arithmetic"]) if counted else ()),
        None,
        METRIC_NAMES[counted] if counted else None,
        points(standing.median, counted),
        standing.peers,
        standing.rank,
    )


def _row(line: Mapping[str, Any], median: Decimal | None) -> Row:
    metric = line["metric"]
    return Row(
        METRIC_NAMES[metric],
        _figure(metric, line["actual"]),
        _figure(metric, line["target"]),
        _figure(metric, median),
        points(line["points"]),
        _sentences(line["arithmetic"], metric),
    )


def points(value: Decimal | str | None, counted: str | None = None) -> str | None:
    """Points to two decimals; the figure itself where an award counts one alone."""
    if value is None:
        return None
    return figure(counted, value) if counted else number(Decimal(value), 2)


def _figure(metric: str, value: Decimal | str | None) -> str | None:
    return None if value is None else figure(metric, value)


def _sentences(messages: Iterable[Mapping[str, Any]], metric: str | None = None) -> tuple[str, ...]:
    return tuple(explain(message, metric=metric) for message in messages)
