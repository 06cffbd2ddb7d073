"""A call log is counted by its calls, and what it leaves blank stays absent."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from workflow.call_log import CALL_METRICS, MEANS, Call, CallDay
from workflow.metrics import Measure


def call(*outcome: bool | None, **figures: int) -> Call:
    answered, resolved = outcome or (True, True)
    return Call(bool(answered), resolved, {name: Decimal(n) for name, n in figures.items()})


def day(*calls: Call) -> dict[str, Measure | None]:
    counted = CallDay()
    for each in calls:
        counted.add(each)
    return counted.measures()


def test_a_day_is_counted_by_hand() -> None:
    measures = day(
        call(satisfaction=5, talk_time_s=100),
        call(True, False, satisfaction=2),
        call(False, False),
    )
    values = {name: measure.value for name, measure in measures.items() if measure}
    assert values == {
        "calls_offered": 3,
        "calls_answered": 2,
        "answer_rate": Decimal("0.666667"),
        "calls_resolved": 1,
        "resolution_rate": Decimal("0.5"),
        "talk_time_s": 100,
        "satisfaction": Decimal("3.5"),
    }


def test_what_a_day_left_blank_is_absent_and_never_zero() -> None:
    measures = day(call(False, None))
    absent = {name for name, measure in measures.items() if measure is None}
    assert absent == {"calls_resolved", "resolution_rate", *MEANS}


def test_a_mean_is_over_calls_and_not_over_days() -> None:
    busy = day(*[call(satisfaction=1)] * 9)["satisfaction"]
    quiet = day(call(satisfaction=5))["satisfaction"]
    assert busy is not None
    assert quiet is not None
    assert (busy + quiet).value == Decimal("1.4")


OUTCOMES = st.sampled_from(
    [(True, True), (True, False), (True, None), (False, False), (False, None)]
)
CALLS = st.builds(
    lambda outcome, figures: Call(outcome[0], outcome[1], figures),
    outcome=OUTCOMES,
    figures=st.fixed_dictionaries(
        {name: st.none() | st.integers(0, 900).map(Decimal) for name in MEANS}
    ),
)


@given(st.lists(CALLS, max_size=20), st.randoms())
def test_the_order_of_the_calls_does_not_matter(calls: list[Call], random: object) -> None:
    shuffled = list(calls)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis' random
    assert day(*shuffled) == day(*calls)


@given(st.lists(CALLS, min_size=1, max_size=12), st.lists(CALLS, min_size=1, max_size=12))
def test_two_days_add_up_to_one_day_of_all_their_calls(first: list[Call], then: list[Call]) -> None:
    both, one, other = day(*first, *then), day(*first), day(*then)
    for metric in CALL_METRICS:
        parts = [m for m in (one[metric], other[metric]) if m is not None]
        if len(parts) == 2:
            assert parts[0] + parts[1] == both[metric]
        else:
            assert parts == [m for m in (both[metric],) if m is not None]
