"""A million results from one file: the product's command beside the bare driver, both databases.

The driver parses the same file and inserts the same rows into the same empty table, in one
transaction, with what it is quickest with: `executemany` of sqlite3, COPY of psycopg. It checks
nothing. The product reads, checks every cell, compares with what is there, and writes the ledger.
They take turns, and the best of each counts: the rest is what else the machine had to do.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import psycopg
from flask_migrate import upgrade

from app import create_app
from config import Settings
from models.base import db
from models.people import Person
from operations.imports import receive
from operations.transaction import Transaction, operation
from workflow.metrics import METRICS, Kind, Unit
from workflow.vocabulary import JobRole

ROWS = 1_000_000
PEOPLE = 500
TURNS = 3
COLUMNS = "person_id, metric, day, numerator, denominator, import_id"
PEOPLE_BY_NUMBER = "SELECT employee_number, id FROM person"
SUMS = {metric.key for metric in METRICS.values() if metric.kind is Kind.SUM}

Values = tuple[int, str, str, str, int | None, int]


@dataclass(frozen=True)
class Cost:
    """What one import took; the memory is the most that its process ever held."""

    ours: float  # seconds
    bare: float
    megabytes: int

    @property
    def ratio(self) -> float:
        """Our rate as a part of the bare driver's."""
        return self.bare / self.ours


def write_file(path: Path, rows: int, wrong: int | None = None) -> None:
    """A file as a switch exports it, day by day; the value in row `wrong` is none."""
    chance = random.Random(5)
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(("employee", "date", "metric", "value"))
        for number, key in zip(range(2, rows + 2), _keys(), strict=False):
            share = METRICS[key[2]].unit is Unit.SHARE
            value = f"{chance.random():.4f}" if share else str(chance.randint(0, 900))
            lines.writerow((*key, "many" if number == wrong else value))


def _keys() -> Iterator[tuple[str, str, str]]:
    for days in count():
        day = (date(2025, 1, 1) + timedelta(days)).isoformat()
        for number in range(PEOPLE):
            for metric in METRICS:
                yield f"E{number:05}", day, metric


def prepare(folder: Path, address: str) -> None:
    """A database whose employees are those of the file."""
    with create_app(Settings(data_dir=folder, database_url=address)).app_context():
        upgrade()
        hire()
        receive(kind="results", filename="bare", sha256="0" * 64, by_id=None, options={})
        db.session.remove()
        db.engine.dispose()


@operation
def hire(tx: Transaction) -> None:
    """The employees of the file."""
    for number in range(PEOPLE):
        name = f"E{number:05}"
        tx.add(Person(employee_number=name, name=name, job_role=JobRole.INBOUND))


def run(folder: Path, address: str, file: Path) -> tuple[subprocess.CompletedProcess[str], int]:
    """The command in a process of its own; returns with it the most memory that it held, in MB."""
    settings = {"PLAUDIT_DATA_DIR": str(folder), "DATABASE_URL": address}
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.imports", str(file)],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        assert process.stderr
        out, err = process.stdout.read(), process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    done = subprocess.CompletedProcess(process.args, process.returncode, out, err)
    return done, used.ru_maxrss // 1024


def on_sqlite(folder: Path, file: Path) -> Cost:
    """Both, each over a copy of the same database."""
    product, bare, empty = (folder / f"{name}.db" for name in ("product", "bare", "empty"))
    prepare(folder, f"sqlite:///{empty}")

    def turn() -> Cost:
        shutil.copy(empty, bare)
        shutil.copy(empty, product)
        seconds = _bare_sqlite(bare, file)
        return _cost(seconds, *run(folder, f"sqlite:///{product}", file))

    return _best(turn)


def on_postgresql(folder: Path, server: str, file: Path) -> Cost:
    """The same on a running server."""
    _execute(server, "CREATE DATABASE import_empty")
    prepare(folder, server.replace("/postgres?", "/import_empty?"))

    def turn() -> Cost:
        for name in ("import_bare", "import_product"):
            _execute(server, f"DROP DATABASE IF EXISTS {name}")
            _execute(server, f"CREATE DATABASE {name} TEMPLATE import_empty")
        seconds = _bare_postgresql(server.replace("/postgres?", "/import_bare?"), file)
        return _cost(seconds, *run(folder, server.replace("/postgres?", "/import_product?"), file))

    return _best(turn)


def _best(turn: Callable[[], Cost]) -> Cost:
    turns = [turn() for _ in range(TURNS)]
    return Cost(
        min(one.ours for one in turns),
        min(one.bare for one in turns),
        max(one.megabytes for one in turns),
    )


def _cost(bare: float, done: subprocess.CompletedProcess[str], megabytes: int) -> Cost:
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Cost(float(done.stdout.splitlines()[-1]), bare, megabytes)


def _bare_sqlite(path: Path, file: Path) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as bare:
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            bare.execute(f"PRAGMA {pragma}")
        ids = dict(bare.execute(PEOPLE_BY_NUMBER))
        began = time.perf_counter()
        bare.execute("BEGIN IMMEDIATE")
        insert = f"INSERT INTO result ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
        bare.executemany(insert, _parsed(file, ids))
        bare.execute("COMMIT")
        return time.perf_counter() - began


def _bare_postgresql(address: str, file: Path) -> float:
    with psycopg.connect(address) as bare, bare.cursor() as cursor:
        ids: dict[str, int] = dict(cursor.execute(PEOPLE_BY_NUMBER).fetchall())
        bare.commit()
        began = time.perf_counter()
        with cursor.copy(f"COPY result ({COLUMNS}) FROM STDIN") as copy:
            for values in _parsed(file, ids):
                copy.write_row(values)
        bare.commit()
        return time.perf_counter() - began


def _parsed(file: Path, ids: dict[str, int]) -> Iterator[Values]:
    with file.open(newline="", encoding="utf-8") as lines:
        rows = csv.reader(lines)
        next(rows)
        for employee, day, metric, value in rows:
            yield ids[employee], metric, day, value, None if metric in SUMS else 1, 1


def _execute(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(statement)


def main() -> None:
    """Run the command on the file; the last line is its seconds, the start of Python left out."""
    app = create_app(Settings())
    began = time.perf_counter()
    command = ["results", "import", sys.argv[1], "--mapping", "rows"]
    with app.app_context():
        app.cli.main(command, standalone_mode=False)
    print(time.perf_counter() - began)


if __name__ == "__main__":
    main()
