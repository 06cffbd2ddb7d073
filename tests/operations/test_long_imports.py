"""A long file comes in whole or not at all, within little memory; one wrong row is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench.imports import hire, run, write_file
from config import Settings
from models.base import db
from models.results import Import, Result
from operations import imports

pytestmark = pytest.mark.usefixtures("context")

MEGABYTES = 500


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Result)) or 0


Command = Callable[[Path], tuple[int, str]]  # exit code and what it said


def check(command: Command, folder: Path, rows: int, wrong: int) -> None:
    """One wrong row keeps the file out; without it the file comes in."""
    hire()
    write_file(folder / "wrong.csv", rows, wrong=wrong)
    code, said = command(folder / "wrong.csv")
    assert code != 0
    assert f"Row {wrong}, column D (value): “many” was found, expected was a" in said
    assert "the file has 1 mistake" in said
    assert stored() == 0
    write_file(folder / "right.csv", rows)
    code, said = command(folder / "right.csv")
    assert code == 0, said
    assert f"{rows:,} new entries" in said
    assert stored() == rows
    states = db.session.scalars(select(Import.state).order_by(Import.id)).all()
    assert states == [imports.FAILED, imports.APPLIED]


def test_row_7001_of_10000_is_named_and_nothing_is_stored(context: Flask, tmp_path: Path) -> None:
    def command(file: Path) -> tuple[int, str]:
        words = ["results", "import", str(file), "--mapping", "rows"]
        result = context.test_cli_runner().invoke(args=words)
        return result.exit_code, result.output

    check(command, tmp_path, 10_000, 7_001)


@pytest.mark.prove
def test_a_million_rows_come_in_within_the_memory_and_row_700001_is_named(
    context: Flask, tmp_path: Path
) -> None:
    settings: Settings = context.config["SETTINGS"]

    def command(file: Path) -> tuple[int, str]:
        db.session.remove()
        done, megabytes = run(settings.data_dir, settings.database_url, file)
        assert megabytes < MEGABYTES
        return done.returncode, done.stdout + done.stderr

    check(command, tmp_path, 1_000_000, 700_001)
