"""The cost of one decision beside the bare driver doing the same writes, on both databases."""

from __future__ import annotations

import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import create_app
from config import Settings
from models.base import db
from models.ledger import Wording
from models.nominations import Finding, Nomination, by_number
from models.people import Person
from operations import nominations
from operations.casework import Request
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_award, make_cast, make_scheme, make_submitted, version
from workflow.vocabulary import Action, Verdict

Write = tuple[str, Any, bool]  # statement, parameters, executemany


@dataclass(frozen=True)
class Measured:
    """Seconds of each decision by the product, and of its writes alone by the bare driver."""

    product: list[float]
    bare: list[float]
    writes: int


def on_sqlite(folder: Path, cases: int) -> Measured:
    address = f"sqlite:///{folder / 'product.db'}"
    app = _prepared(folder, address, cases)
    shutil.copy(folder / "product.db", folder / "bare.db")
    product, writes = _decide(app, cases)
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        bare.execute(f"PRAGMA {pragma}")
    return Measured(product, _replay(bare.cursor(), "BEGIN IMMEDIATE", writes), len(writes[0]))


def on_postgresql(folder: Path, server: str, cases: int) -> Measured:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE bench_product")
    app = _prepared(folder, server.replace("/postgres?", "/bench_product?"), cases)
    with app.app_context():
        db.engine.dispose()
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute("CREATE DATABASE bench_bare TEMPLATE bench_product")
    product, writes = _decide(app, cases)
    bare = psycopg.connect(server.replace("/postgres?", "/bench_bare?"), autocommit=True)
    return Measured(product, _replay(bare.cursor(), "BEGIN", writes), len(writes[0]))


def _prepared(folder: Path, address: str, cases: int) -> Flask:
    """A database with that many cases whose internal audit is ready to be approved."""
    app = create_app(Settings(data_dir=folder, database_url=address))
    with app.app_context():
        upgrade()
        make_scheme()
        make_award()
        cast = make_cast()
        for _ in range(cases):
            _find(cast.internal, make_submitted(cast))
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


def _decide(app: Flask, cases: int) -> tuple[list[float], list[list[Write]]]:
    """Approve every case; returns the seconds of each and what each wrote."""
    taken: list[float] = []
    writes: list[list[Write]] = []

    def remember(
        connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            writes[-1].append((statement, parameters, many))

    cast: Cast = app.extensions["bench_cast"]
    event.listen(Engine, "before_cursor_execute", remember)
    try:
        with app.app_context():
            numbers = [n for (n,) in db.session.query(Nomination.number)]
            for number in numbers[:cases]:
                request = Request(version(number), key=f"bench-{number}")
                db.session.remove()
                writes.append([])
                began = time.perf_counter()
                nominations.decide(
                    person_id=cast.internal,
                    number=number,
                    action=Action.APPROVE,
                    request=request,
                )
                taken.append(time.perf_counter() - began)
    finally:
        event.remove(Engine, "before_cursor_execute", remember)
    return taken, writes


def _replay(cursor: Any, begin: str, writes: list[list[Write]]) -> list[float]:
    """The very same statements with the very same values, one transaction for each decision."""
    taken = []
    for decision in writes:
        began = time.perf_counter()
        cursor.execute(begin)
        for statement, parameters, many in decision:
            if many:
                cursor.executemany(statement, parameters)
            else:
                cursor.execute(statement, parameters)
        cursor.execute("COMMIT")
        taken.append(time.perf_counter() - began)
    return taken
