"""Whatever comes in and in whatever order: the same results give the same frozen scores."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from models import frozen, reviews
from models.base import db
from models.decisions import FrozenScore
from models.nominations import by_number
from models.people import Person
from models.recomputation import Recomputation
from models.results import measures_of
from models.scheme import Cycle
from operations import imports, results
from tests.builders import Cast, make_award, make_cast, make_person, make_scheme
from tests.reviewing import make_targets
from tests.roads import let_the_cycle_close, make_waiting
from tests.tampering import tamper
from workflow import scoring
from workflow.scoring import MetricTarget

pytestmark = pytest.mark.usefixtures("context")

TARGETS = {"productivity": ("0.75", 60), "errors": ("0", 20), "calls_answered": ("40", 20)}
SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.prove) for seed in range(2, 26))]


@pytest.fixture
def cast(context: object) -> Cast:
    make_scheme()
    make_award()
    make_targets(**TARGETS)
    return make_cast()


def figures(person_id: int, first: date, chance: random.Random) -> list[str]:
    """Some days of somebody: not every day, and not every figure on each."""
    number = db.session.get_one(Person, person_id).employee_number
    lines = []
    for nth in range(25):
        day = first + timedelta(days=nth)
        if chance.random() < 0.3:
            continue
        lines.append(f"{number},{day},calls_answered,{chance.randrange(20, 60)},")
        lines.append(f"{number},{day},productivity,{chance.uniform(0.5, 1):.4f},8")
        if chance.random() < 0.8:
            lines.append(f"{number},{day},errors,{chance.randrange(3)},")
    return lines


def bring_in(lines: list[str]) -> dict[str, int]:
    data = "\n".join(("employee,date,metric,value,events", *lines)).encode()
    import_id = imports.receive(
        kind="results", filename="r.csv", sha256="0", by_id=None, options={"mapping": "rows"}
    )
    return results.apply(import_id=import_id, reading=results.read(data, "r.csv", "rows"))


@pytest.mark.parametrize("seed", SEEDS)
def test_order_and_repetition_of_imports_do_not_matter_and_scores_recompute(
    cast: Cast, seed: int
) -> None:
    chance = random.Random(seed)
    number = make_waiting(cast)
    nomination = by_number(number)
    assert nomination is not None
    days = reviews.days_of(nomination.cycle)
    people = [cast.nominee, *(make_person(f"Peer {n}") for n in range(5))]
    lines = [line for person in people for line in figures(person, days.since, chance)]
    whole = list(lines)
    chance.shuffle(lines)
    cut = chance.randrange(len(lines))
    for part in (lines[cut:], lines[:cut]):
        bring_in(part)
    before = measures_of(people, days.since, days.until)
    again = bring_in(whole)
    assert (again["added"], again["corrected"], again["unchanged"]) == (0, 0, len(whole))
    assert measures_of(people, days.since, days.until) == before

    let_the_cycle_close(number)
    row = db.session.scalars(select(FrozenScore)).one()
    worked = len({line.split(",")[1] for line in figures_of(cast.nominee, whole)})
    targets = [
        MetricTarget(metric, Decimal(target), Decimal(weight), Decimal("1.2"))
        for metric, (target, weight) in TARGETS.items()
    ]
    assert row.score == scoring.score(before[cast.nominee], targets, worked).value
    assert row.sealed is not None
    assert (row.sealed["worked"], row.sealed["standing"]["peers"]) == (worked, 6)
    recomputed = frozen.recompute(row)
    assert recomputed is not None
    assert recomputed.value == row.score
    assert list(Recomputation(db.session.scalars(select(Cycle)).one()).differences()) == []


def figures_of(person_id: int, lines: list[str]) -> list[str]:
    number = db.session.get_one(Person, person_id).employee_number
    return [line for line in lines if line.startswith(f"{number},")]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE frozen_score SET score = 99", {"score_differs", "not_in_the_ledger"}),
        (
            "UPDATE frozen_score SET kpi_version = 7",
            {"not_in_the_ledger"},
        ),
        (
            "UPDATE score_sheet SET sealed_hash = 'x'",
            {"sheet_changed", "not_in_the_ledger"},
        ),
        ("UPDATE frozen_score SET formula = '9'", {"cannot_be_computed", "not_in_the_ledger"}),
    ],
)
def test_a_frozen_figure_changed_by_hand_is_reported(
    cast: Cast, statement: str, expected: set[str]
) -> None:
    number = make_waiting(cast)
    nomination = by_number(number)
    assert nomination is not None
    since = reviews.days_of(nomination.cycle).since
    bring_in(figures(cast.nominee, since, random.Random(0)))
    let_the_cycle_close(number)
    cycle = db.session.scalars(select(Cycle)).one()
    assert list(Recomputation(cycle).differences()) == []
    tamper(statement)
    db.session.expire_all()
    found = {
        one.what for one in Recomputation(db.session.scalars(select(Cycle)).one()).differences()
    }
    assert expected <= found
