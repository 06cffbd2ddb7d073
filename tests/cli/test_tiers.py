"""The commands for rankings: the input in hand, anybody computes the same list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from config import Settings
from ledger.canonical import canonical
from models.base import db
from models.people import Person
from models.scheme import Cycle
from models.tierlists import TierList, TierPlace
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_person, make_scheme
from tests.histories import make_history
from tests.house.sources import ROOT
from tests.workflow.test_reproduction import drawn
from workflow import reproduction
from workflow.tiering import sealed_input

CYCLE = "quarterly/2026-Q4"


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["tiers", *words])


@pytest.mark.both_databases
def test_a_ranking_is_reproduced_and_every_change_reported(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        make_history()
        db.session.remove()
    given = json.loads(run(app, "input", CYCLE).stdout)
    computed = reproduction.rows(given)
    reproduced = run(app, "reproduce", CYCLE)
    assert reproduced.exit_code == 0, reproduced.output
    assert reproduced.stdout.encode().strip() == canonical(reproduction.as_list(computed))
    assert len(computed) == 2

    given["candidates"][0]["strength"] = "0.25"
    file = tmp_path / "input.json"
    file.write_text(json.dumps(given))
    reproduced = run(app, "reproduce", CYCLE, "--input", str(file))
    assert reproduced.exit_code == 1
    assert "the ledger sealed another input" in reproduced.stderr
    assert f"computed rank 1: {given['candidates'][1]['key']}" in reproduced.stderr

    with app.app_context():
        db.session.execute(update(TierPlace).where(TierPlace.rank == 2).values(rank=3))
        db.session.commit()
    reproduced = run(app, "reproduce", CYCLE)
    assert (reproduced.exit_code, reproduced.stderr.count("WRONG")) == (1, 1)


@operation
def keep(tx: Transaction, inputs: list[dict[str, Any]]) -> None:
    """Lists of one cycle with these inputs, whatever places they had."""
    cycle = tx.session.scalars(select(Cycle)).one()
    by = tx.session.scalars(select(Person)).one()
    for number, sealed in enumerate(inputs, start=1):
        digest = sha256(canonical(sealed)).hexdigest()
        kept = {"sealed_input": sealed, "input_hash": digest, "quorum": 1}
        tx.record(TierList(cycle=cycle, round=number, at=tx.now, by=by, **kept))


@pytest.mark.prove
@pytest.mark.both_databases
def test_what_a_database_keeps_gives_the_same_bytes_in_another_process(
    app: Flask, demo: Flask, settings: Settings
) -> None:
    with demo.app_context():
        inputs = [each.sealed_input for each in db.session.scalars(select(TierList))]
        db.session.remove()
    inputs += [sealed_input(*contest) for contest in drawn(500)]
    with app.app_context():
        make_scheme()
        make_award()
        make_person()
        keep(inputs)
        db.session.remove()
        db.engine.dispose()
    answer = subprocess.run(  # our own interpreter and code
        [sys.executable, "-m", "flask", "--app", "wsgi", "tiers", "reproduce", CYCLE],
        env={
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "PLAUDIT_DATA_DIR": str(settings.data_dir),
        },
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert b"the ledger sealed another input" not in answer.stderr
    lists = [canonical(reproduction.as_list(reproduction.rows(each))) for each in inputs]
    assert answer.stdout.splitlines() == lists


def test_every_ranking_of_the_demo_is_reproduced(demo: Flask, ranked: list[str]) -> None:
    for cycle in ranked:
        reproduced = run(demo, "reproduce", cycle)
        assert reproduced.exit_code == 0, reproduced.stderr


def test_what_is_not_there_is_said(demo: Flask, ranked: list[str]) -> None:
    never = f"{ranked[0].partition('/')[0]}/1999-01"
    for words, sentence in (
        (("reproduce", "nonsense"), "There is no cycle nonsense."),
        (("reproduce", never), f"There is no cycle {never}."),
        (("input", ranked[0], "--list", "7"), f"{ranked[0]} has no list 7."),
    ):
        answer = run(demo, *words)
        assert (answer.exit_code, sentence in _unboxed(answer.stderr)) == (1, True)


def test_a_file_that_is_no_input_is_refused(demo: Flask, ranked: list[str], tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    file.write_text("[1, 2]")
    answer = run(demo, "reproduce", ranked[0], "--input", str(file))
    assert (answer.exit_code, "is no sealed input" in _unboxed(answer.stderr)) == (1, True)


@pytest.fixture
def ranked(demo: Flask) -> list[str]:
    """The demo's cycles that have an approved ranking."""
    with demo.app_context():
        lists = db.session.scalars(select(TierList)).all()
        cycles = sorted({f"{each.cycle.award.key}/{each.cycle.key}" for each in lists})
        db.session.remove()
    assert cycles
    return cycles


def _unboxed(text: str) -> str:
    """What the terminal's frame breaks into lines, as one."""
    return " ".join(text.replace("│", " ").split())
