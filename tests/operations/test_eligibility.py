"""Wins in a row, having led all the time, and figures nominate when a cycle has closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from adapters import clock
from models.base import db
from models.eligibility import Evaluation, reasons_of, unsettled
from models.nominations import Nomination
from models.people import Person
from models.results import Result
from models.scheme import Award, Cycle, KpiScheme, KpiTarget, scheme
from operations import clockwork
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_award, make_cast, make_person, make_scheme
from workflow.eligibility import Bar, Led, Most, Part, Rule, Wins, row
from workflow.vocabulary import Cadence, JobRole, Stage

pytestmark = pytest.mark.usefixtures("context")
BEIJING = timedelta(hours=8)
Agents = list[int]


def instant(year: int, month: int) -> datetime:
    """Midnight in Shanghai on the first of the month."""
    return datetime(year, month, 1, tzinfo=UTC) - BEIJING


def be_at(at: datetime) -> None:
    clock.set_offset(at - datetime.now(UTC))


@operation
def make_quarter(tx: Transaction, rules: list[Rule], road: str) -> None:
    """The quarterly award of 2026-Q3, and the monthly one with its three cycles."""
    quarterly, monthly = (
        tx.session.scalars(select(Award).where(Award.key == key)).one()
        for key in ("quarterly", "monthly")
    )
    scheme().results_days = 7
    quarterly.cadence, quarterly.road = Cadence.QUARTERLY, road
    quarterly.job_role = JobRole.INBOUND
    quarterly.eligibility = [row(rule) for rule in rules]
    (cycle,) = quarterly.cycles
    cycle.key, cycle.opens_at, cycle.closes_at = "2026-Q3", instant(2026, 7), instant(2026, 10)
    monthly.cadence = Cadence.MONTHLY
    (first,) = monthly.cycles
    first.key, first.opens_at, first.closes_at = "2026-07", instant(2026, 7), instant(2026, 8)
    for month in (8, 9):
        opens_at, closes_at = instant(2026, month), instant(2026, month + 1)
        cycle = Cycle(key=f"2026-{month:02}", opens_at=opens_at, closes_at=closes_at)
        monthly.cycles.append(cycle)


@operation
def give(tx: Transaction, cycle_key: str, *people: int, stage: Stage = Stage.PUBLIC_NOTICE) -> str:
    """A case of the monthly award that waits for the end of its notice."""
    cycle = tx.session.scalars(
        select(Cycle).join(Cycle.award).where(Award.key == "monthly", Cycle.key == cycle_key)
    ).one()
    number = f"2026-{8000 + len(tx.session.scalars(select(Nomination.id)).all())}"
    tx.add(
        Nomination(
            number=number,
            award=cycle.award,
            cycle=cycle,
            road="standard",
            stage=stage,
            tier=cycle.award.tiers[0],
            created_at=cycle.opens_at,
            submitted_at=cycle.opens_at,
            stage_entered_at=cycle.closes_at,
            notice_began_at=cycle.closes_at,
            notice_ends_at=cycle.closes_at + timedelta(days=1),
            nominees=[tx.session.get_one(Person, person) for person in people],
        )
    )
    return number


@operation
def record(tx: Transaction, person: int, metric: str, day: date, *figure: object) -> None:
    parts = [Decimal(str(part)) for part in figure]
    tx.add(Result(person_id=person, metric=metric, day=day, numerator=parts[0],
                  denominator=parts[1] if parts[1:] else None))  # fmt: skip


@operation
def target(tx: Transaction) -> None:
    tx.add(
        KpiScheme(
            job_role=JobRole.INBOUND,
            version=1,
            starts_on=date(2026, 1, 1),
            targets=[KpiTarget(metric="calls_answered", target=100, weight=1, cap=10)],
        )
    )


@pytest.fixture
def organised(context: object) -> Callable[..., Cast]:
    def organise(*rules: Rule, road: str = "standard") -> Cast:
        be_at(instant(2026, 7) + timedelta(days=3))
        make_scheme()
        make_award("quarterly")
        make_award("monthly")
        make_quarter(list(rules), road)
        return make_cast()

    return organise


def found() -> dict[int, list[dict[str, Any]]]:
    """Whom the rules of the quarter nominated, and why."""
    cases = db.session.scalars(
        select(Nomination).join(Nomination.award).where(Award.key == "quarterly")
    )
    return {case.nominees[0].id: reasons_of(case) for case in cases}


def test_two_monthly_awards_in_a_row_nominate_for_the_quarter(organised: Any) -> None:
    organised(Wins("monthly", 2, in_a_row=True))
    steady, now_and_then, late = (make_person(f"Agent {n}") for n in range(3))
    cases = [
        give("2026-07", steady, now_and_then), give("2026-08", steady, late),
        give("2026-09", now_and_then, late),
    ]  # fmt: skip
    be_at(instant(2026, 10) + timedelta(hours=1))
    assert clockwork.tick().nominated == 0  # September is in its notice still
    (waited,) = db.session.scalars(select(Cycle).where(Cycle.key == "2026-Q3"))
    assert [cycle.key for cycle in unsettled("monthly", waited)] == ["2026-09"]
    be_at(instant(2026, 10) + timedelta(days=2))
    assert clockwork.tick().nominated == 0
    assert clockwork.tick().nominated == 2
    assert len(cases) == 3
    told = {"award": "monthly", "count": 2}
    assert found() == {
        steady: [{"id": "won_in_a_row", "values": told | {"cycles": "2026-07, 2026-08"}}],
        late: [{"id": "won_in_a_row", "values": told | {"cycles": "2026-08, 2026-09"}}],
    }
    roads = db.session.scalars(select(Nomination.road).where(Nomination.nominator_id.is_(None)))
    assert {*roads} >= {"by_numbers"}
    assert clockwork.tick().nominated == 0


def test_wins_here_and_there_count_where_no_row_is_asked_for(organised: Any) -> None:
    organised(Wins("monthly", 2, in_a_row=False))
    now_and_then, once = make_person("Agent"), make_person("Another")
    for month, people in (("07", (now_and_then,)), ("08", (once,)), ("09", (now_and_then,))):
        give(f"2026-{month}", *people)
    be_at(instant(2026, 10) + timedelta(days=2))
    clockwork.tick()
    clockwork.tick()
    assert list(found()) == [now_and_then]


def test_whoever_led_in_every_month_is_nominated_and_nobody_who_led_in_two(organised: Any) -> None:
    organised(Led(1, Part.MONTH))
    target()
    leader, second, third = (make_person(f"Agent {n}") for n in range(3))
    for month in (7, 8, 9):
        for place, person in enumerate((leader, second, third)):
            record(person, "calls_answered", date(2026, month, 15), 90 - 10 * place)
    clerk = make_person("Clerk", job_role=JobRole.SUPPORT)
    record(clerk, "calls_answered", date(2026, 9, 15), 500)
    be_at(instant(2026, 10) + timedelta(hours=1))
    assert clockwork.tick().nominated == 0  # the last day's results are missing
    record(third, "calls_answered", date(2026, 9, 30), 1)
    assert clockwork.tick().nominated == 1
    told = {"top": 1, "parts": 3, "lowest": 1}
    assert found() == {leader: [{"id": "led_every_month", "values": told}]}


def test_results_are_not_awaited_longer_than_those_of_the_scores(organised: Any) -> None:
    organised(Most(1, "forms_inspected"))
    person = make_person("Monitor")
    record(person, "forms_inspected", date(2026, 9, 15), 800)
    be_at(instant(2026, 10) + timedelta(days=6))
    assert clockwork.tick().nominated == 0
    be_at(instant(2026, 10) + timedelta(days=7))
    assert clockwork.tick().nominated == 1


def test_the_most_inspections_win_among_those_at_or_above_the_bar(organised: Any) -> None:
    bar = Bar("inspection_pass_rate", Decimal("0.98"))
    organised(Most(1, "forms_inspected"), bar)
    hasty, careful, slow = (make_person(f"Monitor {n}") for n in range(3))
    for person, forms, passed in ((hasty, 900, 97), (careful, 800, 98), (slow, 700, 100)):
        record(person, "forms_inspected", date(2026, 9, 30), forms)
        record(person, "inspection_pass_rate", date(2026, 9, 30), passed, 100)
    be_at(instant(2026, 10) + timedelta(hours=1))
    assert clockwork.tick().nominated == 1
    first = {"rank": 1, "count": 2, "total": "800", "metric": "forms_inspected"}
    bar_told = {"metric": "inspection_pass_rate", "reached": "0.98", "asked": "0.98"}
    assert found() == {
        careful: [
            {"id": "first_by_figure", "values": first},
            {"id": "bar_reached", "values": bar_told},
        ]
    }


def test_the_first_three_by_score_are_put_forward_on_the_road_by_numbers(organised: Any) -> None:
    organised(Most(3), road="by_numbers")
    target()
    people = [make_person(f"Agent {n}") for n in range(5)]
    for place, person in enumerate(people):
        record(person, "calls_answered", date(2026, 9, 30), 90 - place)
    be_at(instant(2026, 10) + timedelta(hours=1))
    assert clockwork.tick().nominated == 3
    assert list(found()) == people[:3]


def test_the_evaluation_is_one_entry_that_says_whom_it_found(organised: Any) -> None:
    organised(Wins("monthly", 1, in_a_row=False))
    person = make_person("Agent")
    number = give("2026-07", person)
    be_at(instant(2026, 10) + timedelta(days=2))
    clockwork.tick()
    clockwork.tick()
    (evaluation,) = db.session.scalars(select(Evaluation))
    body = evaluation.ledger_body()
    assert (body["award"], body["cycle"]) == ("quarterly", "2026-Q3")
    assert body["rules"] == [row(Wins("monthly", 1, in_a_row=False))]
    (line,) = evaluation.found
    assert line["person"] == db.session.get_one(Person, person).key
    assert line["case"] != number
