"""100,000 candidates tiered in one run beside a bare sort of the same rows; and what the best of
a month cost to find among ten thousand to a million results.

The bare sort knows the rank and nothing else: no tiers, no budget, no sentence for each place.
The memory of the run is the most that Python held beyond the candidates themselves.
"""

from __future__ import annotations

import random
import time
import tracemalloc
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask_migrate import upgrade

from app import create_app
from bench.imports import hire
from config import Settings
from models.base import db, table
from models.leaders import Field, figures
from models.people import Person
from models.results import Result
from models.reviews import Days
from workflow.formula import Formula
from workflow.tiering import Candidate, TierSpec, allocate

CANDIDATES = 100_000
TURNS = 3
ROWS = (10_000, 100_000, 1_000_000)
MONTH = Days(date(2026, 10, 1), date(2026, 10, 31))
START = datetime(2026, 10, 1, tzinfo=UTC)
TIERS = [
    TierSpec("gold", 1_000, Decimal(90), Decimal(200)),
    TierSpec("silver", 5_000, Decimal(80), Decimal(150)),
    TierSpec("bronze", 20_000, None, Decimal(100)),
]
FORMULA = Formula(Decimal(6), Decimal(3), Decimal(1))


@dataclass(frozen=True)
class Run:
    """One run of the tiering, and the bare sort of the same rows; the best of several turns."""

    ours: float  # seconds
    bare: float
    megabytes: float

    @property
    def ratio(self) -> float:
        return self.ours / self.bare


def candidates(count: int) -> list[Candidate]:
    chance = random.Random(7)
    return [
        Candidate(
            key=f"2026-{number:06}",
            nominees=frozenset({f"person-{number}"}),
            score=Decimal(chance.randint(0, 120_0000)) / 10_000,
            perception=Decimal(chance.randint(10, 50)) / 10,
            strength=Decimal(chance.choice(("0.5", "0.75", "1"))),
            submitted_at=START + timedelta(seconds=chance.randint(0, 2_000_000)),
        )
        for number in range(count)
    ]


def tiering(formula: Formula, count: int = CANDIDATES) -> Run:
    given = candidates(count)
    ours, bare = [], []
    for _turn in range(TURNS):
        began = time.perf_counter()
        allocate(given, TIERS, Decimal(2_000_000), formula=formula)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        sorted(given, key=_bare)
        bare.append(time.perf_counter() - began)
    tracemalloc.start()
    allocate(given, TIERS, Decimal(2_000_000), formula=formula)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Run(min(ours), min(bare), peak / 2**20)


def _bare(candidate: Candidate) -> tuple[Any, ...]:
    score, marks = candidate.score or Decimal(0), candidate.perception or Decimal(0)
    return (-score, -marks, -candidate.strength, candidate.submitted_at, candidate.key)


def aggregation(folder: Path, address: str = "") -> dict[int, float]:
    """Seconds to add up a month by person, by how many results there are of it."""
    with create_app(Settings(data_dir=folder, database_url=address)).app_context():
        upgrade()
        hire()
        people = list(db.session.scalars(db.select(Person.id)))
        found, there = {}, 0
        for rows in ROWS:
            _fill(people, there, rows)
            there = rows
            found[rows] = min(_seconds() for _turn in range(TURNS))
        db.session.remove()
        db.engine.dispose()
    return found


def _fill(people: list[int], first: int, until: int) -> None:
    """Results of one month: a million of them are of many people, each with all its days."""
    chance, days = random.Random(first), 31
    missing = (until - 1) // days + 1 - len(people)
    if missing > 0:
        begun = len(people)
        db.session.execute(
            table(Person).insert(),
            [
                {"key": f"b{n}", "employee_number": f"B{n:06}", "name": "B", "job_role": "inbound",
                 "language": "en"}
                for n in range(begun, begun + missing)
            ],
        )  # fmt: skip
        people[:] = db.session.scalars(db.select(Person.id).order_by(Person.id))
    for at in range(first, until, 10_000):
        db.session.execute(
            table(Result).insert(),
            [
                {
                    "person_id": people[nth // days],
                    "metric": "calls_answered",
                    "day": MONTH.since + timedelta(nth % days),
                    "numerator": chance.randint(0, 90),
                }
                for nth in range(at, min(at + 10_000, until))
            ],
        )
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(db.text("ANALYZE result"))
        db.session.commit()


def _seconds() -> float:
    began = time.perf_counter()
    figures(Field(MONTH, None), "calls_answered")
    seconds = time.perf_counter() - began
    db.session.rollback()
    return seconds


def told(name: str, run: Run) -> str:
    return (
        f"  {name:<28} {run.ours:5.2f} s  {run.ratio:5.1f} x a bare sort of the same rows"
        f"  {run.megabytes:5.0f} MB at most"
    )


def grown(name: str, seconds: dict[int, float]) -> str:
    """Seconds for each size, and how much faster than the rows they grew from first to last."""
    first, last = min(seconds), max(seconds)
    growth = (seconds[last] / seconds[first]) / (last / first)
    each = "  ".join(f"{rows:,}: {taken * 1e3:.0f} ms" for rows, taken in seconds.items())
    return f"  {name:<12} {each}  growth {growth:.2f} x linear"
