"""A simulation moves whom its changes move, says what that costs, and leaves its base alone."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.tiering import FORMULA, TIERS, candidates
from ledger.canonical import canonical
from tests.workflow.test_tiering import (
    BRONZE,
    GOLD,
    SILVER,
    Contest,
    candidate,
    contests,
    formulas,
    scores,
)
from workflow.reproduction import reproduce
from workflow.simulation import Movement, Outcome, Share, Terms, changed, compare, spread
from workflow.tiering import sealed_input

LEVELS = {"gold": 0, "silver": 1, "bronze": 2, None: 3}


def sealed(contest: Contest) -> dict[str, Any]:
    """As it is read back from where it was kept."""
    found: dict[str, Any] = json.loads(canonical(sealed_input(*contest)))
    return found


@st.composite
def changes(draw: Any, contest: Contest) -> dict[str, Any]:
    """Some other terms for the contest, as the changes that lead to them."""
    base = Terms.of(sealed(contest))
    keys = list(base.quotas)
    tie_breaks = draw(st.permutations(("score", "perception", "strength")))
    other = replace(
        base,
        quotas={key: draw(st.just(base.quotas[key]) | st.integers(0, 4)) for key in keys},
        thresholds={key: draw(st.just(base.thresholds[key]) | scores) for key in keys},
        budget=draw(st.just(base.budget) | st.none() | st.just(Decimal(350))),
        formula=draw(st.just(base.formula) | formulas),
        tie_breaks=draw(st.just(base.tie_breaks) | st.just((*tie_breaks, "key"))),
    )
    return other.changes_from(base)


@given(contests())
def test_without_a_change_nothing_moves(contest: Contest) -> None:
    base = sealed(contest)
    found = compare(base, Terms.of(base).changes_from(Terms.of(base)))
    assert {move.movement for move in found.moves} <= {Movement.STAYS}
    assert all(move.before == move.after for move in found.moves)
    assert found.before == found.after
    assert compare(base, {}, known=reproduce(base)) == found


@given(contests(), st.data())
def test_every_figure_and_movement_is_that_of_the_two_rankings(contest: Contest, data: Any) -> None:
    base = sealed(contest)
    untouched, wanted = deepcopy(base), data.draw(changes(contest))
    found, back = compare(base, wanted), compare(base, wanted, {})
    assert base == untouched
    assert Terms.of(changed(base, wanted)).changes_from(Terms.of(base)) == wanted
    assert [move.after for move in found.moves] == list(reproduce(changed(base, wanted)).places)
    assert (back.before, back.after) == (found.after, found.before)
    assert compare(base, wanted, known=reproduce(base)) == found
    costs = {tier["key"]: Decimal(tier["cost"]) for tier in base["tiers"]}
    _adds_up(found.before, [move.before.tier for move in found.moves], costs)
    _adds_up(found.after, [move.after.tier for move in found.moves], costs)
    for move in found.moves:
        was, now = LEVELS[move.before.tier], LEVELS[move.after.tier]
        expected = Movement.UP if now < was else Movement.DOWN if now > was else Movement.STAYS
        if was != now and 3 in (was, now):
            expected = Movement.IN if was == 3 else Movement.OUT
        assert move.movement is expected
    undone = {Movement.IN: Movement.OUT, Movement.UP: Movement.DOWN, Movement.STAYS: Movement.STAYS}
    undone |= {value: key for key, value in undone.items()}
    assert {move.key: undone[move.movement] for move in back.moves} == {
        move.key: move.movement for move in found.moves
    }


def _adds_up(side: Outcome, given_away: list[str | None], costs: dict[str, Decimal]) -> None:
    taken = Counter(tier for tier in given_away if tier)
    assert {tier.key: tier.given for tier in side.tiers if tier.given} == taken
    assert side.spent == sum((costs[tier] * n for tier, n in taken.items()), Decimal(0))
    assert side.spent == sum((tier.cost for tier in side.tiers), Decimal(0))
    assert side.left is None or side.left == (side.budget or 0) - side.spent >= 0


@given(contests(), st.data())
def test_a_further_place_takes_none_from_anybody(contest: Contest, data: Any) -> None:
    """Where no budget binds and each case stands for one person; see below for where it does."""
    alone = [replace(each, nominees=frozenset(sorted(each.nominees)[:1])) for each in contest[0]]
    base = sealed((alone, contest[1], None, *contest[3:]))
    raised = {
        key: {"quota": 9} for key in data.draw(st.sets(st.sampled_from([*LEVELS][:3]), min_size=1))
    }
    found = compare(base, {"tiers": raised})
    assert not {move.movement for move in found.moves} & {Movement.DOWN, Movement.OUT}


def test_within_a_budget_a_further_place_can_cost_one_and_says_so() -> None:
    given_ = [candidate(key, 95 - n) for n, key in enumerate("abc")]
    tiers = [GOLD, replace(SILVER, quota=2)]
    base = sealed_input(given_, tiers, Decimal(500))
    found = compare(base, {"tiers": {"gold": {"quota": 2}}})
    assert [(move.key, move.movement) for move in found.moves] == [
        ("a", Movement.STAYS), ("b", Movement.UP), ("c", Movement.OUT),
    ]  # fmt: skip
    assert "budget_does_not_reach" in {each.id for each in found.moves[-1].after.explanation}
    assert (found.before.left, found.after.left) == (Decimal(0), Decimal(100))


def test_two_variants_are_set_side_by_side() -> None:
    base = sealed_input([candidate("a", 95), candidate("b", 85)], [GOLD, SILVER])
    strict = {"tiers": {"gold": {"threshold": "96"}}}
    found = compare(base, strict, {"tiers": {"silver": {"quota": 0}}, "budget": "200"})
    assert [(move.key, move.movement) for move in found.moves] == [
        ("a", Movement.UP), ("b", Movement.STAYS),
    ]  # fmt: skip
    assert (found.before.spent, found.after.spent) == (Decimal(150), Decimal(200))
    assert found.after.budget == Decimal(200)


def test_a_case_counts_once_in_each_of_its_groups() -> None:
    base = sealed_input([candidate("a", 95), candidate("b", 85), candidate("c", 10)], [GOLD])
    moves = compare(base, {"tiers": {"gold": {"quota": 2, "threshold": None}}}).moves
    groups = {"a": ["east"], "b": ["west", "north", "west"], "c": ["west"]}
    assert spread(moves, groups.__getitem__) == [
        Share("east", 1, 1, 1), Share("north", 1, 0, 1), Share("west", 2, 0, 1),
    ]  # fmt: skip


def test_a_variant_of_a_tier_that_is_gone_changes_nothing() -> None:
    base = sealed_input([candidate("a", 95)], [BRONZE])
    assert changed(base, {"tiers": {"platinum": {"quota": 9}}}) == base


@pytest.mark.prove
def test_comparing_costs_little_more_than_ranking_twice() -> None:
    base = sealed_input(candidates(5_000), TIERS, Decimal(2_000_000), formula=FORMULA)
    changes = {"tiers": {"gold": {"threshold": "80"}}, "budget": "1500000"}

    def cost(work: Callable[[], object]) -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    twice = min(
        cost(lambda: (reproduce(base), reproduce(changed(base, changes)))) for _ in range(3)
    )
    compared = min(cost(lambda: compare(base, changes)) for _ in range(3))
    sys.stdout.write(f"5,000 candidates compared at {compared / twice:.2f} x ranking them twice\n")
    assert compare(base, changes).counts[Movement.UP] > 0
    assert compared < 3 * twice
