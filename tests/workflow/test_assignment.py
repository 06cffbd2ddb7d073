"""Cases are shared out evenly, to nobody whom a relation bars; an exact solver is asked as well."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from tests.fixtures.figures import Tell
from tests.workflow.cases import a_case, an_act, an_actor
from workflow.assignment import Judge, balance, can_do_nothing, choose, fit, held_by_others
from workflow.opinions import Weighed
from workflow.vocabulary import Action

CASES, AUDITORS = 200, 12
Eligible = dict[int, list[int]]


@dataclass(frozen=True)
class Office:
    """Cases with those who may judge them, and the auditors who are there."""

    eligible: Eligible
    present: list[int]


def an_office(draw: random.Random) -> Office:
    """Some auditors are on leave, some are bound to most of the cases, each to a few."""
    away = set(draw.sample(range(AUDITORS), draw.randrange(4)))
    present = [who for who in range(AUDITORS) if who not in away]
    often = draw.choice(((0.05, 0.1, 0.3, 0.6), (0.05, 0.2, 0.5, 0.95)))
    bound = {who: draw.choice(often) for who in present}
    eligible = {
        case: [who for who in present if draw.random() >= bound[who]] for case in range(CASES)
    }
    return Office({case: people for case, people in eligible.items() if people}, present)


def spread(holders: dict[int, int], present: list[int]) -> int:
    loads = Counter(dict.fromkeys(present, 0))
    loads.update(holders.values())
    return max(loads.values()) - min(loads.values())


def least_spread(office: Office) -> int:
    """The optimum, from an exact solver: minimise (most - least) over all ways of sharing out."""
    pairs = [(case, who) for case, people in office.eligible.items() for who in people]
    most, least = len(pairs), len(pairs) + 1
    cases, people = list(office.eligible), office.present
    rows = lil_matrix((len(cases) + 2 * len(people), len(pairs) + 2))
    lower = np.full(rows.shape[0], -np.inf)
    upper = np.full(rows.shape[0], np.inf)
    for column, (case, who) in enumerate(pairs):
        rows[cases.index(case), column] = 1
        place = len(cases) + 2 * people.index(who)
        rows[place, column] = 1  # load - most <= 0
        rows[place + 1, column] = 1  # load - least >= 0
    lower[: len(cases)] = upper[: len(cases)] = 1  # each case to one judge
    for nth in range(len(people)):
        place = len(cases) + 2 * nth
        rows[place, most], upper[place] = -1, 0
        rows[place + 1, least], lower[place + 1] = -1, 0
    cost = np.zeros(len(pairs) + 2)
    cost[most], cost[least] = 1, -1
    bounds = Bounds(0, np.concatenate([np.ones(len(pairs)), [len(cases), len(cases)]]))
    solved = milp(
        cost,
        constraints=LinearConstraint(rows.tocsr(), lower, upper),
        integrality=np.ones(len(cost)),
        bounds=bounds,
    )
    assert solved.success, solved.message
    return round(solved.fun)


def test_200_cases_go_to_12_auditors_as_evenly_as_the_exact_solver_finds(tell: Tell) -> None:
    found = []
    for seed in range(6):
        office = an_office(random.Random(seed))
        holders = balance(office.eligible, {}, office.present)
        assert holders.keys() == office.eligible.keys()
        assert all(who in office.eligible[case] for case, who in holders.items())
        found.append((spread(holders, office.present), least_spread(office)))
    tell(f"spread of {CASES} cases among up to {AUDITORS} auditors, with the optimum: {found}")
    assert all(ours <= optimum + 1 for ours, optimum in found)


def test_given_one_by_one_as_they_come_they_are_evened_out_to_the_same_spread(tell: Tell) -> None:
    office = an_office(random.Random(7))
    held, loads = {}, Counter(dict.fromkeys(office.present, 0))
    for case, people in office.eligible.items():
        [who] = choose(Judge(person, loads[person]) for person in people)
        assert who in people
        held[case] = who
        loads[who] += 1
    evened = balance(office.eligible, held, office.present)
    moved = sum(held[case] != who for case, who in evened.items())
    before, after = spread(held, office.present), spread(evened, office.present)
    optimum = least_spread(office)
    tell(f"one by one: spread {before}; evened out: {after}, {moved} moved; optimum {optimum}")
    assert after == optimum


@given(
    st.dictionaries(
        st.integers(0, 30), st.sets(st.integers(0, 5), min_size=1), min_size=1, max_size=12
    ),
    st.randoms(use_true_random=False),
)
def test_no_sharing_has_a_lighter_heaviest_or_a_heavier_lightest_desk(
    eligible: dict[int, set[int]], draw: random.Random
) -> None:
    held = {case: draw.choice(sorted(people)) for case, people in eligible.items()}
    people = sorted({who for may in eligible.values() for who in may})
    office = Office({case: sorted(may) for case, may in eligible.items()}, people)
    holders = balance(eligible, held, people)
    assert all(who in eligible[case] for case, who in holders.items())
    assert spread(holders, people) == least_spread(office)
    assert balance(eligible, holders, people) == holders, "what is even already stays"


def test_a_case_that_nobody_may_judge_is_left_out() -> None:
    assert balance({1: [], 2: [7]}, {1: 7}) == {2: 7}


def test_of_several_cases_the_one_that_suits_the_other_better_changes_hands() -> None:
    suits = {(3, 2): 1}
    even = balance(
        {1: [1, 2], 2: [1], 3: [1, 2]},
        {1: 1, 2: 1, 3: 1},
        fits=lambda case, who: suits.get((case, who), 0),
    )
    assert even == {1: 1, 2: 1, 3: 2}


def test_the_least_loaded_gets_the_case_then_whom_it_suits_then_whoever_had_fewer_lately() -> None:
    assert choose([Judge(1, 2), Judge(2, 1), Judge(3, 2, fit=3)]) == [2]
    assert choose([Judge(1, 1), Judge(2, 1, fit=1)]) == [2]
    assert choose([Judge(1, 1, lately=5), Judge(2, 1, lately=4)]) == [2]
    assert choose([Judge(2, 1), Judge(1, 1)]) == [1]
    assert choose([]) == []


def test_a_substitute_goes_first_unless_they_may_not_judge_it() -> None:
    judges = [Judge(1, 0), Judge(2, 9)]
    assert choose(judges, first={2}) == [2]
    assert choose(judges, first={3}) == [1]


def test_a_duty_for_the_very_award_counts_more_than_the_language() -> None:
    best = [fit(for_this_award=award, speaks_it=reads) for award, reads in ORDER]
    assert best == sorted(best, reverse=True)
    assert len(set(best)) == len(best)


ORDER = ((True, True), (True, False), (False, True), (False, False))


@pytest.mark.parametrize(
    ("assigns", "assigned", "refused"),
    [(True, {9}, False), (True, {8}, True), (True, set(), False), (False, {8}, False)],
)
def test_where_an_award_assigns_only_the_holder_decides(
    assigns: bool, assigned: set[int], refused: bool
) -> None:
    case = a_case(state="internal_audit", assigns=assigns, assigned=frozenset(assigned))
    answer = held_by_others(case, an_act(Action.APPROVE, an_actor(9)))
    assert (answer is not None) is refused


@pytest.mark.parametrize(
    ("person", "assigned", "refused"),
    [(8, {5, 9}, False), (8, {9}, False), (8, {7}, False), (8, {7, 9}, True), (9, {7, 8}, True)],
)
def test_once_settled_a_holder_who_gave_no_opinion_keeps_it_from_nobody_who_did(
    person: int, assigned: set[int], refused: bool
) -> None:
    """Persons 7 and 8 gave the opinions; 5 and 9 were given the case meanwhile."""
    case = a_case(
        state="internal_audit",
        assigns=True,
        assigned=frozenset(assigned),
        opinions=Weighed(needed=2, by=frozenset({7, 8})),
    )
    answer = held_by_others(case, an_act(Action.APPROVE, an_actor(person)))
    assert (answer is not None) is refused
    assert can_do_nothing(case, person) is (person == 9)
