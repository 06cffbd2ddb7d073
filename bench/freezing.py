"""A cycle's close at 5,000 seats: how long freezing takes, and how long others wait meanwhile.

Everybody of one role has six metrics on each of 92 days, and some hundreds are nominated. While
the clock freezes their scores, another connection writes again and again; what counts is the
longest that one of its writes took.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from adapters import clock
from app import create_app
from config import Settings
from jobs.worker import BREATH
from models.base import db
from models.bulk import NewResult, insert_results, room
from models.decisions import FrozenScore
from models.nominations import Nomination
from models.people import Person
from models.results import Import
from models.reviews import days_of
from models.scheme import Cycle
from operations import clockwork
from operations.slices import slices
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_cast, make_draft, make_scheme
from tests.reviewing import make_targets
from workflow.vocabulary import JobRole, Stage

PEOPLE, DAYS, NOMINEES = 5_000, 92, 500
PAUSE = 0.005  # seconds between two writes of the others
TARGETS = {
    "typing_speed": ("60", 10),
    "productivity": ("0.75", 30),
    "calls_answered": ("40", 20),
    "satisfaction": ("4", 20),
    "errors": ("0", 10),
    "complaints": ("0", 10),
}
SUMS = ("calls_answered", "errors", "complaints")


@dataclass(frozen=True)
class Cost:
    """Of one freezing, in seconds; `alone`: the longest write of the others without it."""

    whole: float
    waited: float
    alone: float
    results: int
    scores: int


class Others:
    """Somebody else who writes all the time; `longest` is what one write took at most."""

    def __init__(self, app: Flask) -> None:
        self.app, self.longest = app, 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> Others:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _write(self) -> None:
        with self.app.app_context():
            while not self._over.wait(PAUSE):
                began = time.perf_counter()
                _note()
                self.longest = max(self.longest, time.perf_counter() - began)
            db.session.remove()


@operation
def _note(tx: Transaction) -> None:
    tx.note("bench", {})


def on_sqlite(folder: Path) -> Cost:
    """In a database of its own."""
    return cost(folder, f"sqlite:///{folder / 'close.db'}")


def on_postgresql(folder: Path, server: str) -> Cost:
    """The same on a running server."""
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE closing")
    return cost(folder, server.replace("/postgres?", "/closing?"))


def cost(folder: Path, address: str, people: int = PEOPLE, nominees: int = NOMINEES) -> Cost:
    """Of freezing one cycle in a database made for it."""
    app = create_app(Settings(data_dir=folder, database_url=address))
    with app.app_context():
        upgrade()
        results = prepare(people, nominees)
        clock.set_offset(timedelta(days=DAYS))
        with Others(app) as before:
            time.sleep(1)
        with Others(app) as others:
            began = time.perf_counter()
            clockwork.tick(BREATH)
            whole = time.perf_counter() - began
        clock.set_offset(timedelta())
        scores = db.session.scalar(select(func.count(FrozenScore.id))) or 0
        db.session.remove()
        db.engine.dispose()
    return Cost(whole, others.longest, before.longest, results, scores)


def prepare(people: int, nominees: int) -> int:
    """The people with their results, and the nominations; returns how many results."""
    make_scheme()
    make_award(closes_in=timedelta(days=62))
    make_targets(**TARGETS)
    cast = make_cast()
    ids = _hire(people)
    days = days_of(db.session.scalars(select(Cycle)).one())
    count = sum(_record(list(some), days.since) for some in slices(ids, 250))
    for person_id in ids[:nominees]:
        make_draft(cast.nominator, [person_id])
    _reach_the_audit()
    return count


@operation
def _hire(tx: Transaction, people: int) -> list[int]:
    made = [
        Person(employee_number=f"B{number:05}", name=f"B{number:05}", job_role=JobRole.INBOUND)
        for number in range(people)
    ]
    tx.session.add_all(made)
    tx.session.flush()
    return [person.id for person in made]


@operation
def _record(tx: Transaction, people: list[int], first: date) -> int:
    rows: list[NewResult] = []
    for nth, person in enumerate(people):
        for metric in TARGETS:
            for day in range(DAYS):
                part = (nth * 7 + day * 3) % 50 * 1_000_000
                whole = None if metric in SUMS else 60_000_000
                rows.append((person, metric, (first + timedelta(day)).isoformat(), part, whole))
    row = Import(kind="results", filename="", sha256="", created_at=tx.now, state="applied")
    tx.add(row)
    tx.session.flush()
    with room(tx.connection):
        insert_results(tx.connection, row.id, rows)
    return len(rows)


@operation
def _reach_the_audit(tx: Transaction) -> None:
    """As if all had been submitted: what they went through is nothing to freezing."""
    for nomination in tx.session.scalars(select(Nomination)):
        nomination.stage = Stage.INTERNAL_AUDIT
