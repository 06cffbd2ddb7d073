"""A road as a drawing: stations with who judges and what leads on, and the side ways from each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_babel import LazyString

from words.roads import QUESTIONS, RULES
from workflow.pathway import Move, Pathway
from workflow.vocabulary import Action, Role, Stage


@dataclass(frozen=True)
class Way:
    """What some role may do at a stage under some conditions, and where each act leads."""

    by: tuple[Role, ...]
    conditions: tuple[LazyString, ...]
    leads: tuple[tuple[Action, tuple[Stage, ...]], ...]


@dataclass(frozen=True)
class Station:
    """One stage: its question, the way on, and the ways off."""

    stage: Stage
    question: LazyString | None
    onward: Way | None
    sides: tuple[Way, ...]


@dataclass(frozen=True)
class Drawing:
    """The stations in their order, then the stages beside the road."""

    stations: tuple[Station, ...]
    beside: tuple[Station, ...]


def draw(road: Pathway, idle: frozenset[str] = frozenset()) -> Drawing:
    """The whole table of the road: every move is somewhere in the drawing.

    `idle` names the rules that an award's settings leave nothing to do.
    """
    beside = [stage for stage in Stage if stage not in road.stages and any(road.moves_from(stage))]
    return Drawing(
        stations=tuple(_station(road, stage, idle) for stage in road.stages),
        beside=tuple(_station(road, stage, idle) for stage in beside),
    )


def _station(road: Pathway, stage: Stage, idle: frozenset[str]) -> Station:
    following = _following(road, stage)
    moves = list(road.moves_from(stage))
    onward = [move for move in moves if move.dest is following]
    return Station(
        stage=stage,
        question=QUESTIONS.get(stage),
        onward=next(_ways(onward, idle), None),
        sides=tuple(_ways((move for move in moves if move.dest is not following), idle)),
    )


def _following(road: Pathway, stage: Stage) -> Stage | None:
    if stage not in road.stages:
        return None
    place = road.stages.index(stage) + 1
    return road.stages[place] if place < len(road.stages) else None


def _ways(moves: Iterable[Move], idle: frozenset[str]) -> Iterator[Way]:
    """Moves by the same people under the same conditions are one way with several ends."""
    grouped: dict[tuple[tuple[Role, ...], tuple[str, ...]], dict[Action, list[Stage]]] = {}
    for move in moves:
        rules = (rule.__name__ for rule in (*move.rules, *move.asks))
        names = tuple(name for name in rules if name not in idle)
        leads = grouped.setdefault((move.by, names), {})
        leads.setdefault(move.action, []).append(move.dest)
    for (by, names), leads in grouped.items():
        yield Way(
            by,
            tuple(RULES[name] for name in names),
            tuple((action, tuple(dests)) for action, dests in leads.items()),
        )
