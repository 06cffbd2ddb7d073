"""Where the random walks take place: one organisation, given back fresh for every run."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import psycopg
from flask import Flask
from flask_migrate import upgrade
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from app import create_app
from config import Settings
from models.base import db
from tests.adversary import organisation
from tests.adversary.model import World
from tests.adversary.walk import Walk
from tests.fixtures.run import thrifty

RUNS_OF = 50  # steps
AT_ONCE = 50  # runs before the steps are counted
VARIED = 10  # after so many runs Hypothesis begins to play variations on those it has had
Fresh = Callable[[], World]


@dataclass(frozen=True)
class Job:
    """One process's part of a campaign: its own folder, and its own database if on a server."""

    folder: Path
    server: str | None
    steps: int


def campaign(job: Job) -> Counter[str]:
    """Walk until there are enough steps; returns what happened."""
    job.folder.mkdir()
    name = job.folder.name.replace("-", "_")
    address = ""
    if job.server:
        with psycopg.connect(job.server, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
        address = job.server.replace("/postgres?", f"/{name}?")
    app = create_app(Settings(data_dir=job.folder, database_url=address))
    thrifty(app)
    with app.app_context():
        upgrade()
    fresh = on_postgresql(app, job.server, name) if job.server else on_sqlite(app)
    counts: Counter[str] = Counter()
    while counts["steps"] < job.steps:
        counts += _walk(app, fresh, AT_ONCE)
    return counts


def same_walks(app: Flask, runs: int) -> Counter[str]:
    """Let that many organisations live, every time alike; returns what happened."""
    fresh = on_sqlite(app)
    counts: Counter[str] = Counter()
    for nth in range(runs // VARIED):
        counts += _walk(app, fresh, VARIED, nth)
    return counts


def _walk(app: Flask, fresh: Fresh, runs: int, same: int | None = None) -> Counter[str]:
    """`same`: a number for walks that are alike every time."""

    class Here(Walk):
        counts = Counter()

    Here.app, Here.fresh = app, staticmethod(fresh)
    if same is not None:
        seed(same)(Here)
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=runs,
            stateful_step_count=RUNS_OF,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # to shrink a walk takes minutes and tells little more
        ),
    )
    return Here.counts


def on_sqlite(app: Flask) -> Fresh:
    """The organisation as a file that is copied."""
    file: Path = app.config["SETTINGS"].data_dir / "plaudit.db"
    kept = file.with_name("organisation.db")
    world = _built(app)
    shutil.copy(file, kept)

    def fresh() -> World:
        _disconnect(app)
        shutil.copy(kept, file)
        return deepcopy(world)

    return fresh


def on_postgresql(app: Flask, server: str, name: str) -> Fresh:
    """The organisation as a template database."""
    world = _built(app)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} RENAME TO {name}_kept")

    def fresh() -> World:
        _disconnect(app)
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name}")
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {name}_kept")
        return deepcopy(world)

    return fresh


def _built(app: Flask) -> World:
    with app.app_context():
        world = organisation.build()
    _disconnect(app)
    return world


def _disconnect(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
