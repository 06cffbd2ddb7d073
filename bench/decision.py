"""The cost of one decision beside the bare driver doing the same writes, on both databases."""

from __future__ import annotations

import shutil
import sqlite3
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event

from app import create_app
from config import Settings
from models.base import db, make_durable
from models.ledger import Wording
from models.nominations import Finding, Nomination, as_submitted, by_number
from models.people import Person
from operations import nominations
from operations.casework import Request
from operations.transaction import Transaction, operation
from tests.builders import (
    Cast,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    version,
)
from workflow.vocabulary import Action, Verdict

PAIRS = 50  # of a nominator and a nominee, who have the same few cases each
Write = tuple[str, Any, bool]  # statement, parameters, executemany


class Product:
    """The application over a database of its own, with cases whose internal audit is ready."""

    def __init__(self, folder: Path, address: str, cases: int) -> None:
        self.app = _prepared(folder, address, cases)
        self.cast: Cast = self.app.extensions["bench_cast"]
        self._writes: list[Write] = []
        with self.app.app_context():
            self.numbers = [number for (number,) in db.session.query(Nomination.number)]
            db.session.remove()
            db.engine.dispose()  # a database in use cannot be copied

    def decide(self, nth: int) -> float:
        """Approve one case; returns the seconds."""
        with self.app.app_context():
            number = self.numbers[nth]
            request = Request(version(number), key=f"bench-{number}")
            db.session.remove()
            began = time.perf_counter()
            nominations.decide(
                person_id=self.cast.internal,
                number=number,
                action=Action.APPROVE,
                request=request,
            )
            return time.perf_counter() - began

    def writes(self, nth: int) -> list[Write]:
        """Approve one case; returns what was written. Listening takes time: this has no seconds."""
        with self.app.app_context():
            engine = db.engine
        self._writes = []
        event.listen(engine, "before_cursor_execute", self._remember)
        self.decide(nth)
        event.remove(engine, "before_cursor_execute", self._remember)
        return self._writes

    def case(self, nth: int) -> dict[str, Any]:
        """What is told and found of one case, as plain data."""
        with self.app.app_context():
            nomination = by_number(self.numbers[nth])
            assert nomination is not None
            findings = [finding for claim in nomination.claims for finding in claim.findings]
            return {
                "number": nomination.number,
                "award": nomination.award.key,
                "nominator": nomination.nominator_id,
                "nominees": [person.id for person in nomination.nominees],
                **as_submitted(nomination),
                "findings": [[each.claim_id, each.verdict.value, each.by_id] for each in findings],
            }

    def _remember(
        self,
        connection: Any,
        cursor: Any,
        statement: str,
        parameters: Any,
        context: Any,
        many: bool,
    ) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            self._writes.append((statement, parameters, many))


class Bare:
    """The driver alone, with the very same statements and values."""

    def __init__(self, cursor: Any, begin: str) -> None:
        self.cursor, self.begin = cursor, begin

    def replay(self, writes: list[Write]) -> tuple[float, float]:
        """Seconds of the same transaction, and of its commit alone: the disk's share."""
        began = time.perf_counter()
        self.cursor.execute(self.begin)
        for statement, parameters, many in writes:
            if many:
                self.cursor.executemany(statement, parameters)
            else:
                self.cursor.execute(statement, parameters)
        written = time.perf_counter()
        self.cursor.execute("COMMIT")
        done = time.perf_counter()
        return done - began, done - written


def on_sqlite(folder: Path, cases: int) -> tuple[Product, Bare]:
    product = Product(folder, f"sqlite:///{folder / 'product.db'}", cases)
    shutil.copy(folder / "product.db", folder / "bare.db")
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    make_durable(bare)
    return product, Bare(bare.cursor(), "BEGIN IMMEDIATE")


def on_postgresql(folder: Path, server: str, cases: int) -> tuple[Product, Bare]:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE bench_product")
    product = Product(folder, server.replace("/postgres?", "/bench_product?"), cases)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE bench_bare TEMPLATE bench_product")
    bare = psycopg.connect(server.replace("/postgres?", "/bench_bare?"), autocommit=True)
    return product, Bare(bare.cursor(), "BEGIN")


def _prepared(folder: Path, address: str, cases: int) -> Flask:
    """A database with that many cases whose internal audit is ready to be approved."""
    app = create_app(Settings(data_dir=folder, database_url=address))
    with app.app_context():
        upgrade()
        make_scheme()
        make_award()
        cast = make_cast()
        pairs = [(make_person(), make_person(manager_id=cast.manager)) for _ in range(PAIRS)]
        for nth in range(cases):
            nominator, nominee = pairs[nth % PAIRS]
            number = make_submitted(replace(cast, nominator=nominator, nominee=nominee))
            _find(cast.internal, number)
        app.extensions["bench_cast"] = cast
    return app


@operation
def _find(tx: Transaction, auditor_id: int, number: str) -> None:
    nomination = by_number(number)
    assert nomination is not None
    for claim in nomination.claims:
        tx.record(
            Finding(
                claim=claim,
                round=nomination.round,
                verdict=Verdict.CONFIRMED,
                note=Wording.of("Heard the recording."),
                by=tx.session.get_one(Person, auditor_id),
                at=tx.now,
            )
        )
