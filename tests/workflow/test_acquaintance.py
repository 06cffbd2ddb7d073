"""Rings and pairs are found, and judged against what chance would make of them."""

from __future__ import annotations

from itertools import product

from workflow.acquaintance import Nominated, repeated, rings

EAST = "east"


def _named(*pairs: tuple[int, int], team: str = EAST) -> list[Nominated]:
    return [Nominated(by, who, team) for by, who in pairs]


def test_two_who_name_each_other_are_a_pair_once_and_three_in_a_circle_a_three() -> None:
    found = rings(_named((1, 2), (2, 1), (1, 2), (5, 6), (6, 7), (7, 5)))
    assert found.pairs == ((1, 2),)
    assert found.threes == ((5, 6, 7),)


def test_a_circle_the_other_way_round_is_another_one() -> None:
    assert len(rings(_named((1, 2), (2, 3), (3, 1), (2, 1), (3, 2), (1, 3))).threes) == 2


def test_in_a_team_where_all_name_all_pairs_are_what_chance_gives() -> None:
    everybody = [(a, b) for a, b in product(range(5), range(5)) if a != b] * 2
    found = rings(_named(*everybody))
    assert len(found.pairs) == 10
    assert found.as_many > 0 or found.expected > 5


def test_ten_pairs_among_twenty_who_name_one_each_are_no_chance() -> None:
    swaps = [(a, a + 1 if a % 2 == 0 else a - 1) for a in range(20)]
    found = rings(_named(*swaps))
    assert len(found.pairs) == 10
    assert found.expected < 2
    assert found.as_many == 0


def test_the_same_lots_are_drawn_each_time() -> None:
    swaps = _named(*[(a, (a * 7 + 3) % 20) for a in range(20)])
    assert rings(swaps) == rings(swaps)


def test_nobody_is_in_a_ring_alone() -> None:
    assert rings(_named((1, 1), (1, 1))).pairs == ()
    assert rings([]).as_many == 1


def test_three_of_three_to_one_of_nine_is_rare_and_to_the_only_colleague_is_certain() -> None:
    same = _named((1, 2), (1, 2), (1, 2))
    (rare,) = repeated(same, {EAST: 10})
    (certain,) = repeated(same, {EAST: 2})
    assert abs(rare.chance - 9 * (1 / 9) ** 3) < 1e-12
    assert certain.chance == 1
    assert repeated(same[:2], {EAST: 10}) == []


def test_the_least_likely_pair_stands_first() -> None:
    often = _named(*[(1, 2)] * 5, *[(3, 4)] * 3, *[(3, 5)] * 9)
    found = repeated(often, {EAST: 10})
    assert [(pair.by, pair.who) for pair in found][-1] == (3, 4)
    assert [pair.chance for pair in found] == sorted(pair.chance for pair in found)
