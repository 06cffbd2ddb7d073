"""What a monitor is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import Settings
from models import outbox
from models.base import db
from operations.outbox import beat, note_failure
from operations.transaction import Transaction, operation
from tests.builders import make_person
from tests.fixtures.pages import Client


@operation
def tell(tx: Transaction, person_id: int) -> None:
    tx.tell(person_id, "feedback_waits")


@pytest.mark.both_databases
def test_database_worker_and_mail_are_told(
    app: Flask, client: Client, pass_time: Callable[[timedelta], None]
) -> None:
    assert client.get("/healthz").json == {"database": "ok", "worker": "silent", "undelivered": 0}
    with app.app_context():
        beat("a worker")
        tell(make_person())
        (message,) = db.session.query(outbox.Message)
        note_failure(message.id, "refused (550)", for_good=True)
    assert client.get("/healthz").json == {"database": "ok", "worker": "alive", "undelivered": 1}
    settings: Settings = app.config["SETTINGS"]
    pass_time(settings.worker_lease + timedelta(seconds=1))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (
        200,
        {"database": "ok", "worker": "silent", "undelivered": 1},
    )


@pytest.fixture
def without_database(tmp_path: Path) -> Iterator[Flask]:
    """The application whose database server is away."""
    nobody = "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2"
    app = create_app(Settings(data_dir=tmp_path, database_url=nobody))
    yield app
    with app.app_context():
        db.engine.dispose()


def test_an_unreachable_database_is_a_503_and_a_page_says_so_plainly(
    without_database: Flask,
) -> None:
    client = without_database.test_client()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (
        503,
        {"database": "unreachable", "worker": "unknown"},
    )
    page = client.get("/sign-in")
    assert page.status_code == 500
    assert "<h1>500" in page.text
    assert "nobody" not in page.text
