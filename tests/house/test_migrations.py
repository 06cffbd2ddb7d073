"""Migrations build exactly what the models say, and can be taken back."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect

from app import create_app
from config import Settings
from models.base import db

pytestmark = pytest.mark.both_databases


@pytest.fixture
def bare(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application over a database without any table."""
    address = ""
    if database == "postgresql":
        server: str = request.getfixturevalue("postgres")
        name = f"bare_{secrets.token_hex(4)}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        address = server.replace("/postgres?", f"/{name}?")
    app = create_app(Settings(data_dir=tmp_path, database_url=address))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_migrations_build_what_the_models_say(bare: Flask) -> None:
    upgrade()
    check()  # exits with an error when autogenerate would still change something


def test_the_migrations_can_be_taken_back_and_made_again(bare: Flask) -> None:
    upgrade()
    built = _tables()
    downgrade(revision="base")
    assert _tables() == {"alembic_version"}
    upgrade()
    assert _tables() == built


def _tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())
