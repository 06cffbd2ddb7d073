"""The drawing of a road says everything that its table says."""

import itertools

import pytest

from views.roads import draw
from words.roads import BARS, QUESTIONS, RULES, WAYS_BACK
from workflow.conflicts import Relation
from workflow.pathway import Pathway
from workflow.pathways import PATHWAYS
from workflow.vocabulary import Action

ROADS = pytest.mark.parametrize("road", PATHWAYS.values(), ids=PATHWAYS)


@ROADS
def test_each_guard_of_each_move_has_its_sentence(road: Pathway) -> None:
    guards = {rule.__name__ for move in road.moves for rule in (*move.rules, *move.asks)}
    assert guards - RULES.keys() == set()


def test_no_sentence_speaks_of_a_guard_that_no_road_has() -> None:
    guards = {
        rule.__name__
        for road in PATHWAYS.values()
        for move in road.moves
        for rule in (*move.rules, *move.asks)
    }
    assert RULES.keys() - guards == set()


@ROADS
def test_every_stage_of_a_road_says_what_it_asks(road: Pathway) -> None:
    assert set(road.stages) - QUESTIONS.keys() == set()


def test_every_bar_is_named_to_those_it_may_meet() -> None:
    assert set(BARS) == set(Relation)


@ROADS
def test_every_move_of_the_table_is_drawn_once(road: Pathway) -> None:
    drawing = draw(road)
    drawn = [
        (station.stage, action, dest, way.by)
        for station in (*drawing.stations, *drawing.beside)
        for way in (station.onward, *station.sides)
        if way is not None
        for action, dests in way.leads
        for dest in dests
    ]
    table = [(move.source, move.action, move.dest, move.by) for move in road.moves]
    assert sorted(drawn) == sorted(set(table))
    assert len(drawn) == len(set(drawn))


@ROADS
def test_the_stations_stand_in_the_order_of_the_road_and_each_leads_to_the_next(
    road: Pathway,
) -> None:
    stations = draw(road).stations
    assert tuple(station.stage for station in stations) == road.stages
    for station, following in itertools.pairwise(stations):
        assert station.onward is not None
        assert [dest for _, dests in station.onward.leads for dest in dests] == [following.stage]


@ROADS
def test_a_way_back_to_several_stages_is_said_in_one_sentence(road: Pathway) -> None:
    for station in draw(road).beside:
        for way in station.sides:
            for action, dests in way.leads:
                assert len(dests) <= 2 or action in WAYS_BACK
    assert set(WAYS_BACK) <= set(Action)
