"""Rates have honest intervals; a report keeps what it says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import comb

import pytest

from ledger.canonical import canonical
from workflow.fairness import (
    Interval,
    Move,
    Report,
    Span,
    difference,
    quantile,
    report,
    tenure,
    wilson,
)
from workflow.vocabulary import Action, Stage
from workflow.withholding import Cell, Count

START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("successes", "of", "low", "high"),
    [  # Newcombe 1998 (Statistics in Medicine 17, 857-872), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_figures(
    successes: int, of: int, low: float, high: float
) -> None:
    found = wilson(successes, of)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_a_difference_gives_the_published_figures() -> None:
    found = difference((56, 70), (48, 80), 0.95)  # Newcombe 1998, 873-890, table II, method 10
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_of_nothing_there_is_no_share() -> None:
    assert wilson(0, 0) is None
    assert difference((1, 2), (0, 0), 0.95) is None


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5])
def test_an_interval_holds_the_true_share_about_as_often_as_it_says(share: float) -> None:
    def holds(found: Interval | None) -> bool:
        return found is not None and found.low <= share <= found.high

    for of in (20, 60):
        held = sum(
            comb(of, k) * share**k * (1 - share) ** (of - k)
            for k in range(of + 1)
            if holds(wilson(k, of))
        )
        assert 0.92 < held < 0.99


def test_a_median_and_a_ninth_tenth_are_values_that_occurred() -> None:
    assert quantile([5, 1, 9], 0.5) == 5
    assert quantile(list(range(1, 11)), 0.9) == 9
    assert quantile([4], 0.9) == 4


def test_a_year_of_service_is_full_on_its_day() -> None:
    joined = date(2023, 11, 22)
    assert tenure(joined, date(2024, 11, 21)) == "0-1"
    assert tenure(joined, date(2024, 11, 22)) == "1-3"
    assert tenure(joined, date(2026, 11, 22)) == "3-6"
    assert tenure(date(2010, 1, 1), date(2026, 1, 1)) == "6-"
    assert tenure(None, date(2026, 1, 1)) == ""


def _moves(case: int, *steps: tuple[int, Stage, Action]) -> list[Move]:
    return [Move(case, stage, act, START + timedelta(days=day)) for day, stage, act in steps]


MOVES = [
    *_moves(
        1,
        (0, Stage.DRAFT, Action.SUBMIT),
        (2, Stage.INTERNAL_AUDIT, Action.REJECT),
        (3, Stage.REJECTED, Action.APPEAL),
        (7, Stage.APPEAL, Action.UPHOLD_APPEAL),
        (8, Stage.INTERNAL_AUDIT, Action.APPROVE),
    ),
    *_moves(2, (0, Stage.DRAFT, Action.SUBMIT), (9, Stage.INTERNAL_AUDIT, Action.REJECT)),
]
CELLS = [
    Cell(("1", "inbound", "", "0-1", "female"), Count(12, 3, 1)),
    Cell(("2", "inbound", "", "1-3", "male"), Count(9, 0, 0)),
    Cell(("3", "email", "", "1-3", "male"), Count(3, 1, 0)),
    Cell(("3", "email", "", "1-3", "other"), Count(1, 0, 0)),
]


def test_time_at_a_stage_runs_from_the_decision_before_and_again_after_an_appeal() -> None:
    spans = {span.stage: span for span in report(CELLS, MOVES, 5).spans}
    day = 24 * 3600
    assert spans[Stage.INTERNAL_AUDIT] == Span(Stage.INTERNAL_AUDIT, 3, 2 * day, 9 * day)
    assert spans[Stage.APPEAL].median == 4 * day
    assert set(spans) == {Stage.INTERNAL_AUDIT, Stage.APPEAL}


def test_what_was_questioned_and_what_was_overturned_is_counted() -> None:
    found = report(CELLS, MOVES, 5).overturned
    assert found == {"object": (0, 0), "appeal": (1, 1), "award": (0, 0)}


def test_a_team_of_whom_nobody_was_nominated_is_silent_unless_it_is_withheld() -> None:
    sizes = {"1": (12, 3), "2": (9, 0), "3": (3, 0), "4": (8, 0), "5": (20, 1)}
    cells = [
        Cell((team, "inbound", "", "1-3", "female"), Count(people, nominated, 0))
        for team, (people, nominated) in sizes.items()
    ]
    assert report(cells, [], 5).silent == ("2",)  # 3 is small, and 4 is withheld beside it


def test_a_dimension_that_nobody_recorded_is_left_out() -> None:
    assert "shift" not in report(CELLS, [], 5).groups


def test_of_gender_a_withheld_group_is_not_even_listed() -> None:
    assert "other" not in {group.key for group in report(CELLS, [], 5).groups["gender"]}


def test_a_report_reads_again_as_it_was_written_and_fits_the_ledger() -> None:
    found = report(CELLS, MOVES, 5)
    assert Report.of(found.record()) == found
    assert canonical(found.record())
