"""What is withheld cannot be computed back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from workflow.withholding import DIMENSIONS, EVERYBODY, Cell, Count, Key, groups, withheld

Colleague = tuple[str, str, str, str, str, int]  # five groups; 0 no, 1 nominated, 2 won


def _cells(people: Iterable[Colleague]) -> list[Cell]:
    found: defaultdict[tuple[str, ...], Count] = defaultdict(lambda: Count(0, 0, 0))
    for *mine, luck in people:
        found[tuple(map(str, mine))] += Count(1, int(luck > 0), int(luck > 1))
    return [Cell(group, count) for group, count in found.items()]


def _team(name: str, size: int, nominated: int = 0) -> list[Colleague]:
    return [(name, "r", "s", "t", "g", int(nth < nominated)) for nth in range(size)]


def test_one_small_team_takes_the_next_smallest_with_it() -> None:
    people = [*_team("small", 2), *_team("next", 7, 1), *_team("large", 20, 3)]
    assert withheld(_cells(people), 5) == {("team", "small"), ("team", "next")}


def test_two_small_teams_that_are_together_too_few_take_a_third() -> None:
    people = [*_team("a", 2), *_team("b", 2, 1), *_team("c", 9, 1), *_team("d", 9, 3)]
    assert withheld(_cells(people), 5) == {("team", name) for name in "abc"}


def test_a_group_all_of_whom_were_nominated_in_vain_is_withheld() -> None:
    people = [*_team("all", 6, 6), *_team("b", 9, 1), *_team("c", 12, 3)]
    assert withheld(_cells(people), 5) == {("team", "all"), ("team", "b")}


def test_a_shift_that_is_a_team_and_one_more_is_not_told_beside_it() -> None:
    night = [("A", "r", "night", "t", "g", 0)] * 8 + [("B", "r", "night", "t", "g", 1)]
    day = [("B", "r", "day", "t", "g", 0)] * 11
    hidden = withheld(_cells(night + day), 5)
    assert {("team", "A"), ("shift", "night")} & hidden


def test_a_small_role_is_not_computable_from_two_teams_and_a_shift() -> None:
    leaders = [(team, "leader", "day", "t", "g", 0) for team in "AABB"]
    night = [(team, "agent", "night", "t", "g", 0) for team in "AB" for _ in range(8)]
    day = [(team, "agent", "day", "t", "g", 0) for team in "CD" for _ in range(10)]
    hidden = withheld(_cells(leaders + night + day), 5)
    assert {key for key in hidden if key[0] in ("team", "shift")}  # A + B - night: the leaders


def test_of_fewer_people_than_the_least_nothing_is_told() -> None:
    cells = _cells(_team("a", 4, 1))
    assert withheld(cells, 5) == set(groups(cells))
    assert withheld([], 5) == set()


def test_where_nothing_is_small_all_is_told() -> None:
    assert withheld(_cells([*_team("a", 9, 2), *_team("b", 9, 1)]), 5) == set()


people = st.lists(
    st.tuples(
        st.sampled_from("ABCD"),
        st.sampled_from("rs"),
        st.sampled_from("dn"),
        st.sampled_from("xy"),
        st.sampled_from("fm"),
        st.sampled_from([0, 0, 0, 1, 2]),
    ),
    min_size=6,
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(people, st.integers(2, 5))
def test_no_small_group_and_no_person_can_be_computed_from_what_is_told(
    people: list[Colleague], least: int
) -> None:
    """By exact linear algebra over people, in another way than the rule does it."""
    cells = _cells(people)
    told = set(groups(cells)) - withheld(cells, least)
    event(f"{len(told)} told")
    assume(told)
    known = [_indicator(people, key) for key in sorted(told)]
    rank = _rank(known)
    singles = [[Fraction(n == nth) for n in range(len(people))] for nth in range(len(people))]
    small = [_indicator(people, key) for key, c in groups(cells).items() if c.people < least]
    for secret in [*singles, *small]:
        assert _rank([*known, secret]) > rank


@settings(max_examples=60, deadline=None)
@given(people, st.integers(2, 5))
def test_no_told_group_and_no_difference_of_two_is_small(
    people: list[Colleague], least: int
) -> None:
    cells = _cells(people)
    counts = groups(cells)
    told = set(counts) - withheld(cells, least)
    members = {key: {n for n, each in enumerate(_indicator(people, key)) if each} for key in told}
    for key, mine in members.items():
        assert len(mine) >= least
        assert not counts[key].won < counts[key].nominated == counts[key].people
        assert all(
            not 0 < len(theirs - mine) < least for theirs in members.values() if mine < theirs
        )
    for dimension in DIMENSIONS:
        left = set(range(len(people)))
        for key in told - {EVERYBODY}:
            left -= members[key] if key[0] == dimension else set()
        assert not told or len(left) >= least or not left


def _indicator(people: list[Colleague], key: Key) -> list[Fraction]:
    if key == EVERYBODY:
        return [Fraction(1)] * len(people)
    at = DIMENSIONS.index(key[0])
    return [Fraction(str(each[at]) == key[1]) for each in people]


def _rank(rows: list[list[Fraction]]) -> int:
    rows, rank = [list(row) for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((n for n in range(rank, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for row in rows[rank + 1 :]:
            times = row[column] / rows[rank][column]
            if times:
                row[:] = [a - times * b for a, b in zip(row, rows[rank], strict=True)]
        rank += 1
    return rank
