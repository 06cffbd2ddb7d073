"""A command without its database says so in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import create_app
from config import Settings
from models.base import db


def said(settings: Settings, *words: str) -> str:
    app = create_app(settings)
    result = app.test_cli_runner().invoke(args=words)
    with app.app_context():
        db.engine.dispose()
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    return result.output


@pytest.mark.parametrize("words", [("check",), ("results", "show"), ("scheme", "load"), ("tick",)])
def test_a_database_without_tables_is_to_be_upgraded(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    output = said(Settings(data_dir=tmp_path), *words)
    assert output.startswith("Error: The database is not prepared for this version.")
    assert "db upgrade" in output


def test_a_database_server_without_tables_is_to_be_upgraded(tmp_path: Path, postgres: str) -> None:
    output = said(Settings(data_dir=tmp_path, database_url=postgres), "results", "show")
    assert output.startswith("Error: The database is not prepared for this version.")


@pytest.mark.parametrize(
    "address",
    ["postgresql://plaudit:s3cret@127.0.0.1:1/plaudit", "sqlite:////nowhere/at/all/plaudit.db"],
)
def test_a_database_that_does_not_answer_is_named_without_its_password(
    tmp_path: Path, address: str
) -> None:
    output = said(Settings(data_dir=tmp_path, database_url=address), "check")
    assert "does not answer" in output
    assert address.partition("://")[0] in output
    assert "s3cret" not in output
