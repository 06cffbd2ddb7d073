"""Ranking into tiers: fair whatever the candidates, and explained place by place."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from math import floor
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.canonical import canonical
from workflow.formula import PLAIN, Formula
from workflow.message import Message
from workflow.tiering import (
    TIE_BREAKS,
    Candidate,
    Place,
    Ranking,
    TierSpec,
    allocate,
    sealed_input,
)

START = datetime(2026, 9, 1, 8, tzinfo=UTC)
GOLD = TierSpec("gold", 1, Decimal(90), Decimal(200))
SILVER = TierSpec("silver", 1, Decimal(80), Decimal(150))
BRONZE = TierSpec("bronze", 2, None, Decimal(100))
TIERS = (GOLD, SILVER, BRONZE)


def candidate(key: str, score: object, **differently: Any) -> Candidate:
    base = Candidate(
        key=key,
        nominees=frozenset({f"person-{key}"}),
        score=None if score is None else Decimal(str(score)),
        perception=Decimal(4),
        strength=Decimal("0.5"),
        submitted_at=START,
    )
    return replace(base, **differently)


def tiers_of(ranking: Ranking) -> dict[str, str | None]:
    return {place.key: place.tier for place in ranking.places}


def place_of(ranking: Ranking, key: str) -> Place:
    return next(place for place in ranking.places if place.key == key)


def said(ranking: Ranking, key: str) -> list[str]:
    return [each.id for each in place_of(ranking, key).explanation]


def test_the_best_get_the_best_tiers_until_the_places_are_gone() -> None:
    ranking = allocate([candidate(key, 100 - n) for n, key in enumerate("abcde")], TIERS)
    assert list(tiers_of(ranking).items()) == [
        ("a", "gold"),
        ("b", "silver"),
        ("c", "bronze"),
        ("d", "bronze"),
        ("e", None),
    ]
    assert [place.rank for place in ranking.places] == [1, 2, 3, 4, 5]
    assert ranking.spent == 550


def test_every_place_is_explained_with_its_figures() -> None:
    ranking = allocate(
        [candidate("a", 95), candidate("b", "94.65"), candidate("c", 70, perception=Decimal(5))],
        TIERS,
    )
    assert place_of(ranking, "a").explanation == (
        Message("rank_of", {"rank": 1, "count": 3}),
        Message("placed_in_tier", {"tier": "gold", "place": 1, "quota": 1}),
        Message("ahead_by_score", {"rank": 2}),
    )
    assert place_of(ranking, "b").explanation == (
        Message("rank_of", {"rank": 2, "count": 3}),
        Message("placed_in_tier", {"tier": "silver", "place": 1, "quota": 1}),
        Message("below_last_place", {"tier": "gold", "gap": "0.35"}),
        Message("ahead_by_score", {"rank": 3}),
    )
    assert place_of(ranking, "c").explanation == (
        Message("rank_of", {"rank": 3, "count": 3}),
        Message("placed_in_tier", {"tier": "bronze", "place": 1, "quota": 2}),
        Message("below_threshold", {"tier": "gold", "threshold": "90", "gap": "20"}),
        Message("below_threshold", {"tier": "silver", "threshold": "80", "gap": "10"}),
    )


def test_the_threshold_itself_is_enough() -> None:
    assert tiers_of(allocate([candidate("a", 90)], TIERS)) == {"a": "gold"}
    assert tiers_of(allocate([candidate("a", "89.99")], TIERS)) == {"a": "silver"}


TIES: dict[str, dict[str, Any]] = {
    "perception": {"perception": Decimal("4.5")},
    "strength": {"strength": Decimal(1)},
    "submitted_at": {"submitted_at": START - timedelta(seconds=1)},
    "key": {},
}


@pytest.mark.parametrize("criterion", TIES)
def test_a_tie_is_broken_by_each_criterion_in_turn_and_says_which(criterion: str) -> None:
    # "a" is behind "z" in key alone, so whatever breaks the tie earlier must put "z" ahead.
    ahead, behind = ("a", "z") if criterion == "key" else ("z", "a")
    ranking = allocate(
        [candidate(behind, 95), candidate(ahead, 95, **TIES[criterion])], [replace(GOLD, quota=1)]
    )
    assert [place.key for place in ranking.places] == [ahead, behind]
    assert said(ranking, ahead)[-1] == f"ahead_by_{criterion}"
    assert said(ranking, behind)[-1] == f"behind_last_place_by_{criterion}"


def test_the_declared_order_of_tie_breaks_decides() -> None:
    liked = candidate("a", 95, perception=Decimal(5), strength=Decimal("0.5"))
    proven = candidate("b", 95, perception=Decimal(3), strength=Decimal(1))
    assert allocate([liked, proven], TIERS).places[0].key == "a"
    turned = ("strength", "perception", "key")
    assert allocate([liked, proven], TIERS, tie_breaks=turned).places[0].key == "b"


def test_a_customer_who_gave_no_marks_is_no_failure() -> None:
    silent = candidate("b", 95, perception=None)
    displeased = candidate("a", 95, perception=Decimal(2))
    pleased = candidate("c", 95, perception=Decimal(4))
    ranking = allocate([silent, displeased, pleased], TIERS)
    assert [place.key for place in ranking.places] == ["c", "b", "a"]


def test_without_a_score_one_ranks_last_and_meets_no_threshold() -> None:
    ranking = allocate([candidate("a", None), candidate("b", 1)], TIERS)
    assert [place.key for place in ranking.places] == ["b", "a"]
    assert tiers_of(ranking) == {"b": "bronze", "a": "bronze"}
    assert said(ranking, "a") == [
        "rank_of",
        "placed_in_tier",
        "no_score_for_tier",
        "no_score_for_tier",
    ]


def test_a_score_of_nought_is_a_score() -> None:
    liked = candidate("a", None, perception=Decimal(5))
    ranking = allocate([liked, candidate("b", 0)], TIERS)
    assert [place.key for place in ranking.places] == ["b", "a"]


def test_a_tier_costs_nothing_unless_it_says_so() -> None:
    assert allocate([candidate("a", 1)], [TierSpec("plain", 1)]).spent == 0


def test_without_any_scores_the_tie_breaks_rank() -> None:
    ranking = allocate(
        [candidate("a", None), candidate("b", None, perception=Decimal(5))],
        [replace(BRONZE, quota=1)],
    )
    assert tiers_of(ranking) == {"b": "bronze", "a": None}
    assert said(ranking, "a")[-1] == "behind_last_place_by_perception"


def test_behind_a_scored_last_place_one_without_a_score_is_told_so() -> None:
    ranking = allocate([candidate("a", 1), candidate("b", None)], [replace(BRONZE, quota=1)])
    assert said(ranking, "b") == ["rank_of", "behind_last_place_by_score"]


def test_a_person_nominated_twice_holds_one_place() -> None:
    both = frozenset({"ana"})
    ranking = allocate(
        [candidate("a", 99, nominees=both), candidate("b", 98, nominees=both), candidate("c", 97)],
        TIERS,
    )
    assert tiers_of(ranking) == {"a": "gold", "b": None, "c": "silver"}
    assert Message("already_placed", {"rank": 1}) in place_of(ranking, "b").explanation


def test_who_holds_a_place_from_an_earlier_list_gets_no_second_one() -> None:
    given = [candidate("a", 99), candidate("b", 95)]
    ranking = allocate(given, TIERS, holders={"person-a"})
    assert tiers_of(ranking) == {"a": None, "b": "gold"}
    assert said(ranking, "a") == ["rank_of", "placed_in_earlier_list", "ahead_by_score"]
    assert ranking.spent == GOLD.cost


def test_the_budget_is_never_overspent_and_what_it_cannot_bear_is_said() -> None:
    ranking = allocate([candidate(key, 95) for key in "abc"], TIERS, budget=Decimal(300))
    assert tiers_of(ranking) == {"a": "gold", "b": "bronze", "c": None}
    assert ranking.spent == 300
    assert Message("budget_does_not_reach", {"tier": "silver", "cost": "150", "left": "100"}) in (
        place_of(ranking, "b").explanation
    )


def test_a_tier_without_places_is_said_to_have_none() -> None:
    ranking = allocate([candidate("a", 95)], [replace(GOLD, quota=0)])
    assert said(ranking, "a") == ["rank_of", "tier_without_places"]


def test_the_parts_that_an_award_weighs_become_points_and_are_told() -> None:
    weighed = Formula(Decimal(6), Decimal(3), Decimal(1))
    scored = candidate("a", 90, perception=None, strength=Decimal(1))
    liked = candidate("b", 80, perception=Decimal(5))
    ranking = allocate([scored, liked], [replace(GOLD, threshold=Decimal(75))], formula=weighed)
    assert [(place.key, place.points) for place in ranking.places] == [
        ("b", Decimal(83)),
        ("a", Decimal(79)),
    ]
    assert place_of(ranking, "a").explanation == (
        Message("rank_of", {"rank": 2, "count": 2}),
        Message("part_score", {"value": "90", "points": "90", "weight": "6"}),
        Message("part_without_marks", {"value": "3", "points": "50", "weight": "3"}),
        Message("part_strength", {"share": "1", "points": "100", "weight": "1"}),
        Message("points_in_all", {"points": "79"}),
        Message("below_last_place", {"tier": "gold", "gap": "4"}),
    )
    assert said(ranking, "b")[-1] == "ahead_by_points"


def test_a_figure_is_weighed_on_the_scale_that_the_award_declares() -> None:
    calls = Formula(Decimal(1), Decimal(1), full_score=Decimal(2000))
    (place,) = allocate([candidate("a", 1500)], [BRONZE], formula=calls).places
    assert place.points == (Decimal(75) + Decimal(75)) / 2


def test_a_part_that_weighs_nothing_need_not_be_known() -> None:
    marks = Formula(Decimal(0), Decimal(1))
    given = [candidate("a", None), candidate("b", None, perception=Decimal(5))]
    assert [place.points for place in allocate(given, TIERS, formula=marks).places] == [100, 75]
    ranked = allocate(given, TIERS, formula=Formula(Decimal(1), Decimal(1)))
    assert [place.points for place in ranked.places] == [None, None]
    assert said(ranked, "a")[1] == "no_points_without_score"


@pytest.mark.parametrize("weights", [(0, 0, 0, 100), (-1, 2, 0, 100), (1, 0, 0, 0)])
def test_a_formula_that_weighs_nothing_or_less_is_refused(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="nought|counts"):
        Formula(*(Decimal(weight) for weight in weights))


def test_nobody_to_rank_is_an_empty_ranking() -> None:
    assert allocate([], TIERS) == Ranking((), Decimal(0))


@pytest.mark.parametrize(
    "tie_breaks", [(), ("perception",), ("key", "perception"), ("beauty", "key")]
)
def test_tie_breaks_that_could_leave_a_tie_are_refused(tie_breaks: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="case number last"):
        allocate([], TIERS, tie_breaks=tie_breaks)


def test_a_key_that_occurs_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        allocate([candidate("a", 1), candidate("a", 2)], TIERS)
    with pytest.raises(ValueError, match="twice"):
        allocate([], [GOLD, GOLD])


# Few distinct values, so that ties, shared nominees and exhausted budgets are common.
scores = st.none() | st.integers(0, 12).map(lambda tens: Decimal(tens * 10))
people = st.frozensets(st.sampled_from(["ana", "bo", "chen", "dee", "eve"]), min_size=1, max_size=2)


weights = st.sampled_from([Decimal(0), Decimal("0.3"), Decimal(1), Decimal(2)])
formulas = st.just(PLAIN) | st.builds(
    Formula,
    st.sampled_from([Decimal("0.5"), Decimal(1)]),
    weights,
    weights,
    st.sampled_from([Decimal(100), Decimal(60)]),
)
Contest = tuple[
    list[Candidate],
    list[TierSpec],
    Decimal | None,
    tuple[str, ...],
    frozenset[str],
    Formula,
]


@st.composite
def contests(draw: Any) -> Contest:
    candidates = [
        Candidate(
            key=f"2026-{number:04}",
            nominees=draw(people),
            score=draw(scores),
            perception=draw(st.none() | st.integers(1, 5).map(Decimal)),
            strength=draw(st.sampled_from([Decimal("0.5"), Decimal(1)])),
            submitted_at=START + timedelta(hours=draw(st.integers(0, 2))),
        )
        for number in range(draw(st.integers(0, 10)))
    ]
    tiers = [
        TierSpec(key, draw(st.integers(0, 3)), draw(scores), Decimal(draw(st.integers(0, 3)) * 100))
        for key in ("gold", "silver", "bronze")[: draw(st.integers(1, 3))]
    ]
    budget = draw(st.none() | st.integers(0, 6).map(lambda hundreds: Decimal(hundreds * 100)))
    order = draw(st.permutations(("score", "perception", "strength", "submitted_at")))
    tie_breaks = (*order[: draw(st.integers(0, 4))], "key")
    holders = draw(st.frozensets(st.sampled_from(["ana", "fay"]), max_size=1))
    return candidates, tiers, budget, tie_breaks, holders, draw(formulas)


@given(contests())
def test_quotas_and_budget_are_kept_and_nobody_holds_two_places(contest: Contest) -> None:
    (candidates, tiers, budget), terms = contest[:3], contest[3:]
    ranking = allocate(candidates, tiers, budget, *terms)
    given_away = [place.tier for place in ranking.places if place.tier]
    costs = {tier.key: tier.cost for tier in tiers}
    assert all(given_away.count(tier.key) <= tier.quota for tier in tiers)
    assert ranking.spent == sum((costs[key] for key in given_away), Decimal(0))
    assert budget is None or ranking.spent <= budget
    by_key = {each.key: each for each in candidates}
    holders = [name for p in ranking.places if p.tier for name in by_key[p.key].nominees]
    assert len(holders) == len(set(holders))


@given(contests())
def test_every_candidate_has_one_rank_and_a_complete_explanation(contest: Contest) -> None:
    (candidates, tiers, budget), terms = contest[:3], contest[3:]
    ranking = allocate(candidates, tiers, budget, *terms)
    assert sorted(place.key for place in ranking.places) == [each.key for each in candidates]
    assert [place.rank for place in ranking.places] == list(range(1, len(candidates) + 1))
    order = [tier.key for tier in tiers]
    for place in ranking.places:
        reasons = [each for each in place.explanation if "tier" in each.values]
        if {"already_placed", "placed_in_earlier_list"} & {each.id for each in place.explanation}:
            assert place.tier is None
        else:  # one sentence for each tier: the one given, and each better one
            better = order[: order.index(place.tier)] if place.tier else order
            expected = [place.tier, *better] if place.tier else better
            assert [each.values["tier"] for each in reasons] == expected
        is_last = place.rank == len(candidates)
        assert place.explanation[-1].id.startswith("ahead_by_") is not is_last


def by_hand(candidate: Candidate, formula: Formula) -> Decimal | None:
    """What ranks the candidate, in exact fractions."""
    if candidate.score is None and formula.score:
        return None
    marks = 3 if candidate.perception is None else candidate.perception
    parts = (
        (formula.score, Fraction(candidate.score or 0) * 100 / Fraction(formula.full_score)),
        (formula.perception, (Fraction(marks) - 1) * 25),
        (formula.strength, Fraction(candidate.strength) * 100),
    )
    points = sum(Fraction(weight) * part for weight, part in parts) / sum(
        Fraction(weight) for weight, _part in parts
    )
    return Decimal(floor(points * 10_000 + Fraction(1, 2))) / 10_000


@given(contests())
def test_the_figures_of_an_explanation_are_the_figures_used(contest: Contest) -> None:
    """Told from the places alone, by somebody who never saw how they were given."""
    (candidates, tiers, budget), terms, formula = contest[:3], contest[3:5], contest[5]
    ranking = allocate(candidates, tiers, budget, *terms, formula)
    specs = {tier.key: tier for tier in tiers}
    scored = {each.key: by_hand(each, formula) for each in candidates}
    spent, holders = Decimal(0), defaultdict[str, list[str]](list)
    for place in ranking.places:
        for told in place.explanation:
            values, tier = told.values, specs.get(str(told.values.get("tier")))
            own, threshold = scored[place.key], tier.threshold if tier else None
            taken = holders[tier.key] if tier else []
            if told.id == "rank_of":
                assert values == {"rank": place.rank, "count": len(candidates)}
            elif told.id == "placed_in_tier" and tier:
                expected = {"tier": tier.key, "place": len(taken) + 1, "quota": tier.quota}
                assert values == expected
            elif told.id == "below_threshold" and threshold is not None and own is not None:
                assert Decimal(values["threshold"]) == threshold
                assert Decimal(values["gap"]) == threshold - own > 0
            elif told.id == "below_last_place" and own is not None:
                last = scored[taken[-1]]
                assert last is not None
                assert Decimal(values["gap"]) == last - own > 0
            elif told.id == "budget_does_not_reach" and tier and budget is not None:
                assert Decimal(values["cost"]) == tier.cost > budget - spent
                assert Decimal(values["left"]) == budget - spent
            elif told.id == "already_placed":
                assert int(values["rank"]) < place.rank
            elif told.id.startswith("ahead_by_"):
                assert values == {"rank": place.rank + 1}
        if place.tier:
            holders[place.tier].append(place.key)
            spent += specs[place.tier].cost


@given(contests())
def test_the_points_told_are_those_that_rank(contest: Contest) -> None:
    candidates, *_rest, formula = contest
    by_key = {each.key: each for each in candidates}
    for place in allocate(*contest).places:
        candidate = by_key[place.key]
        assert place.points == by_hand(candidate, formula)
        told = {each.id: each.values for each in place.explanation}
        if "points_in_all" in told:
            assert Decimal(told["points_in_all"]["points"]) == place.points
            assert Decimal(told["part_score"]["value"]) == candidate.score
            weights = [
                each.values["weight"] for each in place.explanation if "weight" in each.values
            ]
            assert [Decimal(w) for w in weights] == [w for w in formula.weights.values() if w]


@given(contests(), st.randoms(use_true_random=False))
def test_the_order_in_which_candidates_come_does_not_matter(contest: Contest, random: Any) -> None:
    (candidates, tiers, budget), terms = contest[:3], contest[3:]
    shuffled = [*candidates]
    random.shuffle(shuffled)
    assert allocate(shuffled, tiers, budget, *terms) == allocate(candidates, tiers, budget, *terms)
    assert sealed_input(shuffled, tiers, budget, *terms) == sealed_input(
        candidates, tiers, budget, *terms
    )


def level(tier: str | None, tiers: list[TierSpec]) -> int:
    order = [each.key for each in tiers]
    return order.index(tier) if tier else len(order)


@given(contests(), st.data())
def test_a_higher_score_never_lowers_a_tier(contest: Contest, data: Any) -> None:
    (candidates, tiers, budget), terms = contest[:3], contest[3:]
    assume(candidates)
    at = data.draw(st.integers(0, len(candidates) - 1))
    old = candidates[at]
    raised = replace(old, score=(old.score or Decimal(0)) + data.draw(st.integers(0, 200)))
    before = place_of(allocate(candidates, tiers, budget, *terms), old.key)
    after = place_of(
        allocate([*candidates[:at], raised, *candidates[at + 1 :]], tiers, budget, *terms), old.key
    )
    assert after.rank <= before.rank
    assert level(after.tier, tiers) <= level(before.tier, tiers)


@given(contests(), st.data())
def test_without_a_non_winner_every_other_tier_is_the_same(contest: Contest, data: Any) -> None:
    (candidates, tiers, budget), terms = contest[:3], contest[3:]
    ranking = allocate(candidates, tiers, budget, *terms)
    losers = [place for place in ranking.places if place.tier is None]
    assume(losers)
    gone = data.draw(st.sampled_from(losers))
    rest = allocate([each for each in candidates if each.key != gone.key], tiers, budget, *terms)
    assert [(place.key, place.tier) for place in rest.places] == [
        (place.key, place.tier) for place in ranking.places if place.key != gone.key
    ]
    above = gone.rank - 1
    assert [p.rank for p in rest.places[:above]] == [p.rank for p in ranking.places[:above]]


@given(contests())
def test_nobody_is_placed_above_somebody_who_ranks_higher(contest: Contest) -> None:
    (candidates, tiers, budget), terms = contest[:3], contest[3:]
    rising = sorted(tiers, key=lambda tier: tier.threshold or Decimal(0), reverse=True)
    placed = [p.tier for p in allocate(candidates, rising, budget, *terms).places if p.tier]
    levels = [level(tier, rising) for tier in placed]
    assert levels == sorted(levels)


@given(contests())
def test_the_sealed_input_has_canonical_bytes(contest: Contest) -> None:
    assert canonical(sealed_input(*contest))


def test_the_sealed_input_is_exactly_this() -> None:
    east = timezone(timedelta(hours=8))
    same = candidate("b", "95.50", submitted_at=START.astimezone(east), perception=None)
    sealed = sealed_input([same, candidate("a", 1)], [BRONZE], Decimal("500.00"), holders={"z"})
    assert sealed == {
        "v": 2,
        "algorithm": "2",
        "formula": {
            "weights": {"score": "1", "perception": "0", "strength": "0"},
            "full_score": "100",
        },
        "budget": "500",
        "tie_breaks": list(TIE_BREAKS),
        "holders": ["z"],
        "tiers": [{"key": "bronze", "quota": 2, "threshold": None, "cost": "100"}],
        "candidates": [
            {
                "key": "a",
                "nominees": ["person-a"],
                "score": "1",
                "perception": "4",
                "strength": "0.5",
                "submitted_at": "2026-09-01T08:00:00+00:00",
            },
            {
                "key": "b",
                "nominees": ["person-b"],
                "score": "95.5",
                "perception": None,
                "strength": "0.5",
                "submitted_at": "2026-09-01T08:00:00+00:00",
            },
        ],
    }
    assert len(sha256(canonical(sealed)).hexdigest()) == 64


@given(contests(), st.data())
def test_whatever_changes_the_ranking_changes_its_seal(contest: Contest, data: Any) -> None:
    (candidates, tiers, budget), terms = contest[:3], contest[3:]
    assume(candidates)
    at = data.draw(st.integers(0, len(candidates) - 1))
    change = data.draw(
        st.sampled_from(
            [
                {"score": Decimal("55.5")},
                {"perception": Decimal("3.25")},
                {"strength": Decimal("0.25")},
                {"submitted_at": START - timedelta(days=1)},
                {"nominees": frozenset({"zoe"})},
            ]
        )
    )
    changed = [*candidates[:at], replace(candidates[at], **change), *candidates[at + 1 :]]
    assert sealed_input(changed, tiers, budget, *terms) != sealed_input(
        candidates, tiers, budget, *terms
    )
