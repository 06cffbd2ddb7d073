"""Attainment and score: sums worked by hand, and what must hold for any results."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.kpi_catalogue import ROLE_TARGETS
from workflow.message import Message
from workflow.metrics import METRICS, Direction, Kind, Measure, documents_per_day
from workflow.scoring import FORMULA_VERSION, MetricTarget, Score, score
from workflow.vocabulary import JobRole


def measure(metric: str, numerator: object, denominator: object = 1) -> Measure:
    kind = METRICS[metric].kind
    return Measure(
        Decimal(str(numerator)), None if kind is Kind.SUM else Decimal(str(denominator)), kind
    )


def measures(**figures: object) -> dict[str, Measure]:
    """Figures as one event each, or as (numerator, denominator)."""
    return {
        metric: measure(metric, *(figure if isinstance(figure, tuple) else (figure,)))
        for metric, figure in figures.items()
    }


def targets_of(role: JobRole) -> tuple[MetricTarget, ...]:
    return next(each.targets for each in ROLE_TARGETS if each.role is role)


def points(scored: Score) -> dict[str, Decimal | None]:
    return {line.target.metric: line.points for line in scored.lines}


# Each line worked by hand: attainment x weight, the weights of a role adding up to 100.
WORKED: dict[JobRole, tuple[dict[str, object], dict[str, str], str]] = {
    JobRole.DATA_ENTRY: (
        # 77/70 = 1.1; 152 of 160 h = 0.95, /0.8 = 1.1875; 297/300 = 0.99;
        # 3 of 2000 = 1.5 per mille, 0.001/0.0015 = 0.6667; 1 complaint: 1/2.
        {
            "typing_speed": 77,
            "productivity": (152, 160),
            "documents_per_day": (5940, 20),
            "error_rate": (3, 2000),
            "complaints": 1,
        },
        {
            "typing_speed": "11.00",
            "productivity": "23.75",
            "documents_per_day": "39.60",
            "error_rate": "13.33",
            "complaints": "5.00",
        },
        "92.68",
    ),
    JobRole.EMAIL: (
        # 63/70 = 0.9; 0.72/0.8 = 0.9; 100/80 = 1.25, capped at 1.2; no error at all: the cap 1.2.
        {
            "typing_speed": 63,
            "productivity": (72, 100),
            "emails_per_day": (2000, 20),
            "error_rate": (0, 2000),
            "complaints": 0,
        },
        {
            "typing_speed": "9.00",
            "productivity": "18.00",
            "emails_per_day": "48.00",
            "error_rate": "24.00",
            "complaints": "10.00",
        },
        "109.00",
    ),
    JobRole.QUALITY_MONITOR: (
        # 70/70 = 1; 0.8/0.8 = 1; 840/800 = 1.05; 0.98/1 = 0.98; 3 errors: 1/4; none: 1.
        {
            "typing_speed": 70,
            "productivity": (80, 100),
            "forms_inspected_per_day": (16800, 20),
            "filed_correctly": (16464, 16800),
            "errors": 3,
            "complaints": 0,
        },
        {
            "typing_speed": "10.00",
            "productivity": "20.00",
            "forms_inspected_per_day": "31.50",
            "filed_correctly": "9.80",
            "errors": "5.00",
            "complaints": "10.00",
        },
        "86.30",
    ),
    JobRole.INBOUND: (
        # 50/60 = 0.8333; 0.6/0.75 = 0.8; 1 error: 1/2; 2 complaints: 1/3 = 0.3333.
        {"typing_speed": 50, "productivity": (60, 100), "errors": 1, "complaints": 2},
        {
            "typing_speed": "16.67",
            "productivity": "32.00",
            "errors": "10.00",
            "complaints": "6.67",
        },
        "65.34",
    ),
    JobRole.OUTBOUND: (
        # 60/60 = 1; 0.9/0.9 = 1; 130 of 250 = 0.52, /0.4 = 1.3, capped 1.2; 9 of 10 meetings.
        {
            "typing_speed": 60,
            "productivity": (90, 100),
            "confirmation_rate": (130, 250),
            "meeting_attendance": (9, 10),
            "errors": 0,
            "complaints": 0,
        },
        {
            "typing_speed": "10.00",
            "productivity": "20.00",
            "confirmation_rate": "36.00",
            "meeting_attendance": "9.00",
            "errors": "15.00",
            "complaints": "15.00",
        },
        "105.00",
    ),
    JobRole.TEAM_LEADER: (
        # 0.81/0.9 = 0.9; 0.3/0.4 = 0.75; 4 errors: 1/5; none: 1.
        {
            "productivity": (81, 100),
            "confirmation_rate": (30, 100),
            "errors": 4,
            "complaints": 0,
        },
        {
            "productivity": "27.00",
            "confirmation_rate": "22.50",
            "errors": "4.00",
            "complaints": "20.00",
        },
        "73.50",
    ),
}


@pytest.mark.parametrize("role", WORKED, ids=str)
def test_the_score_of_each_role_is_the_one_worked_by_hand(role: JobRole) -> None:
    figures, expected, total = WORKED[role]
    scored = score(measures(**figures), targets_of(role))
    assert {metric: str(each) for metric, each in points(scored).items()} == expected
    assert str(scored.value) == total
    assert scored.notes == ()
    assert scored.formula == FORMULA_VERSION


def test_every_role_with_targets_is_worked_by_hand() -> None:
    assert set(WORKED) == {each.role for each in ROLE_TARGETS}


@pytest.mark.parametrize("role", WORKED, ids=str)
def test_meeting_every_target_exactly_is_a_hundred(role: JobRole) -> None:
    targets = targets_of(role)
    exact = {target.metric: measure(target.metric, target.target) for target in targets}
    assert score(exact, targets).value == 100


def test_the_arithmetic_of_a_line_can_be_done_again_by_hand() -> None:
    targets = [MetricTarget("emails_per_day", Decimal(80), Decimal(40), Decimal("1.2"))]
    (line,) = score(measures(emails_per_day=(1010, 10)), targets).lines
    assert line.arithmetic == (
        Message("attainment_more", {"actual": "101", "target": "80", "attainment": "1.2625"}),
        Message("attainment_capped", {"raw": "1.2625", "cap": "1.2"}),
        Message(
            "points_earned",
            {"attainment": "1.2", "weight": "40", "measured": "40", "points": "120"},
        ),
    )
    assert line.record() == {
        "metric": "emails_per_day",
        "direction": "more",
        "target": "80",
        "weight": "40",
        "cap": "1.2",
        "actual": "101",
        "attainment": "1.2",
        "points": "120",
        "arithmetic": [each.record() for each in line.arithmetic],
    }


@pytest.mark.parametrize(
    ("metric", "target", "actual", "ids"),
    [
        ("error_rate", "0.001", "0.002", ["attainment_less"]),
        ("error_rate", "0.001", "0", ["attainment_nothing_counted"]),
        ("complaints", "0", "0", ["attainment_nought_met"]),
        ("complaints", "0", "2", ["attainment_nought_missed"]),
        ("productivity", "0.8", "0", ["attainment_more"]),
    ],
)
def test_each_way_to_an_attainment_says_which_it_is(
    metric: str, target: str, actual: str, ids: list[str]
) -> None:
    targets = [MetricTarget(metric, Decimal(target), Decimal(1), Decimal("1.2"))]
    (line,) = score({metric: measure(metric, actual)}, targets).lines
    assert [each.id for each in line.arithmetic] == [*ids, "points_earned"]


def test_a_target_of_nought_declines_with_every_one_and_never_below_nought() -> None:
    targets = [MetricTarget("complaints", Decimal(0), Decimal(1))]
    scores = [score(measures(complaints=n), targets).value for n in (0, 1, 2, 3, 9, 999)]
    assert scores == [
        Decimal(100),
        Decimal(50),
        Decimal("33.33"),
        Decimal(25),
        Decimal(10),
        Decimal("0.10"),
    ]


def test_without_a_cap_of_its_own_a_target_cannot_be_outdone() -> None:
    targets = [MetricTarget("productivity", Decimal("0.5"), Decimal(1))]
    assert score(measures(productivity=1), targets).value == 100


def test_a_period_weighs_its_calls_and_not_its_days() -> None:
    busy, quiet = measure("satisfaction", 90 * 5, 90), measure("satisfaction", 10 * 1, 10)
    assert (busy + quiet).value == Decimal("4.6")  # a mean of the two days' means would be 3


def test_days_of_a_sum_add_up() -> None:
    assert (measure("errors", 2) + measure("errors", 3)).value == 5


def test_what_had_no_events_is_absent_and_not_nought() -> None:
    assert measure("satisfaction", 0, 0).value is None
    scored = score(
        measures(satisfaction=(0, 0)), [MetricTarget("satisfaction", Decimal(4), Decimal(1))]
    )
    assert scored.value is None
    assert scored.lines[0].actual is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "kind"),
    [
        (Decimal(-1), None, Kind.SUM),
        (Decimal(1), Decimal(-1), Kind.MEAN),
        (Decimal(1), Decimal(1), Kind.SUM),
        (Decimal(1), None, Kind.MEAN),
        (Decimal(1), None, Kind.RATIO),
    ],
)
def test_a_measure_that_cannot_be_is_refused(
    numerator: Decimal, denominator: Decimal | None, kind: Kind
) -> None:
    with pytest.raises(ValueError, match=r"a sum|not negative"):
        Measure(numerator, denominator, kind)


def test_measures_of_two_kinds_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        _ = measure("productivity", 1) + measure("satisfaction", 1)


def test_a_mixed_day_of_data_entry_counts_in_questionnaires() -> None:
    days = [
        {"questionnaires": Decimal(300)},
        {"membership_forms": Decimal(300)},
        {"purchase_records": Decimal(600)},
        {
            "questionnaires": Decimal(100),
            "membership_forms": Decimal(50),
            "purchase_records": Decimal(300),
        },
    ]
    assert documents_per_day(days).value == 300
    assert documents_per_day([]).value is None


def test_a_missing_metric_gives_its_weight_to_the_others_and_says_so() -> None:
    targets = [
        MetricTarget("productivity", Decimal("0.8"), Decimal(60)),
        MetricTarget("typing_speed", Decimal(70), Decimal(40)),
    ]
    scored = score(measures(productivity=Decimal("0.4")), targets)
    assert scored.value == 50
    assert scored.notes == (Message("weight_redistributed", {"measured": "60", "whole": "100"}),)
    missing = scored.lines[1]
    assert (missing.actual, missing.attainment, missing.points) == (None, None, None)
    assert missing.arithmetic == (Message("metric_not_recorded", {"weight": "40"}),)


def test_half_of_the_weight_is_enough_and_less_gives_no_score() -> None:
    targets = [
        MetricTarget("productivity", Decimal("0.8"), Decimal(50)),
        MetricTarget("typing_speed", Decimal(70), Decimal(30)),
        MetricTarget("complaints", Decimal(0), Decimal(20)),
    ]
    assert score(measures(productivity=Decimal("0.8")), targets).value == 100
    scored = score(measures(typing_speed=70), targets)
    assert scored.value is None
    assert scored.notes == (Message("too_little_measured", {"measured": "30", "whole": "100"}),)
    assert set(points(scored).values()) == {None}
    assert scored.lines[1].attainment == 1


def test_without_targets_there_is_no_score() -> None:
    scored = score(measures(productivity=1), [])
    assert (scored.value, scored.lines) == (None, ())
    assert scored.notes == (Message("no_targets", {}),)


@pytest.mark.parametrize(
    ("metric", "target", "weight", "cap"),
    [
        ("beauty", 1, 1, 1),
        ("productivity", 0, 1, 1),
        ("productivity", -1, 1, 1),
        ("error_rate", -1, 1, 1),
        ("productivity", 1, 0, 1),
        ("productivity", 1, -1, 1),
        ("productivity", 1, 1, "0.99"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused(
    metric: str, target: int, weight: int, cap: Any
) -> None:
    with pytest.raises(ValueError, match=r"metric|target|weight|cap"):
        MetricTarget(metric, Decimal(target), Decimal(weight), Decimal(cap))


def test_one_metric_cannot_count_twice() -> None:
    target = MetricTarget("productivity", Decimal(1), Decimal(1))
    with pytest.raises(ValueError, match="two targets"):
        score({}, [target, target])


def test_a_measure_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no sum"):
        score(
            {"productivity": Measure(Decimal(1), None, Kind.SUM)},
            [MetricTarget("productivity", Decimal(1), Decimal(1))],
        )


figures = st.decimals(0, 2000, places=3)


@st.composite
def scored_sets(draw: Any) -> tuple[list[MetricTarget], dict[str, Measure]]:
    chosen = draw(st.lists(st.sampled_from(sorted(METRICS)), min_size=1, max_size=6, unique=True))
    targets = []
    for metric in chosen:
        least = 0 if METRICS[metric].direction is Direction.LESS else Decimal("0.001")
        targets.append(
            MetricTarget(
                metric,
                draw(st.decimals(least, 900, places=3)),
                draw(st.decimals(Decimal("0.01"), 100, places=2)),
                draw(st.decimals(1, 2, places=2)),
            )
        )
    recorded = draw(st.sets(st.sampled_from(chosen)))
    results = {
        metric: measure(metric, draw(figures), draw(st.integers(1, 50))) for metric in recorded
    }
    return targets, results


def improved(metric: str, before: Measure, by: Decimal) -> Measure:
    if METRICS[metric].direction is Direction.MORE:
        return Measure(before.numerator + by, before.denominator, before.kind)
    return Measure(max(before.numerator - by, Decimal(0)), before.denominator, before.kind)


@given(scored_sets(), st.data())
def test_a_better_result_never_scores_lower(
    drawn: tuple[list[MetricTarget], dict[str, Measure]], data: Any
) -> None:
    targets, results = drawn
    before = score(results, targets).value
    if before is None:
        return
    metric = data.draw(st.sampled_from(sorted(results)))
    better = {**results, metric: improved(metric, results[metric], data.draw(figures))}
    after = score(better, targets).value
    assert after is not None
    assert after >= before


@given(scored_sets(), st.randoms(use_true_random=False))
def test_the_order_of_results_and_targets_does_not_matter(
    drawn: tuple[list[MetricTarget], dict[str, Measure]], random: Any
) -> None:
    targets, results = drawn
    shuffled = list(targets)
    random.shuffle(shuffled)
    turned: Mapping[str, Measure] = dict(reversed(results.items()))
    assert score(turned, shuffled) == score(results, targets)


@given(scored_sets())
def test_a_score_is_the_sum_of_its_points_within_its_caps(
    drawn: tuple[list[MetricTarget], dict[str, Measure]],
) -> None:
    targets, results = drawn
    scored = score(results, targets)
    recorded = sum((target.weight for target in targets if target.metric in results), Decimal(0))
    whole = sum((target.weight for target in targets), Decimal(0))
    assert (scored.value is not None) == (recorded >= whole / 2)
    if scored.value is not None:
        assert scored.value == sum(line.points or Decimal(0) for line in scored.lines)
        most = sum(target.weight * target.cap for target in targets if target.metric in results)
        assert 0 <= scored.value <= most / recorded * 100 + Decimal("0.005") * len(targets)


@given(scored_sets(), st.decimals(Decimal("0.1"), 10, places=1))
def test_only_the_proportion_of_weights_matters(
    drawn: tuple[list[MetricTarget], dict[str, Measure]], factor: Decimal
) -> None:
    targets, results = drawn
    scaled = [
        MetricTarget(each.metric, each.target, each.weight * factor, each.cap) for each in targets
    ]
    assert score(results, scaled).value == score(results, targets).value


@given(scored_sets())
def test_a_frozen_line_holds_no_number_that_json_would_round(
    drawn: tuple[list[MetricTarget], dict[str, Measure]],
) -> None:
    targets, results = drawn
    for line in score(results, targets).lines:
        record = line.record()
        record["arithmetic"] = [
            value for step in record["arithmetic"] for value in step["values"].values()
        ]
        assert all(value is None or isinstance(value, str | list) for value in record.values())
        assert all(isinstance(value, str) and "E" not in value for value in record["arithmetic"])
