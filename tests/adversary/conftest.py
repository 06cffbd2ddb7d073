"""What the tests of bad input share."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from adapters import clock
from app import create_app
from config import Settings
from models.base import db
from models.nominations import Nomination
from tests.adversary.desk import Desk
from workflow.vocabulary import Stage


def _let_appeal(app: Flask) -> None:
    """The time to appeal is over for whom the demo rejected: they get some more."""
    later = clock.now() + timedelta(days=7)
    with app.app_context():
        rejected = update(Nomination).where(Nomination.stage == Stage.REJECTED)
        db.session.execute(rejected.values(appeal_until=later))
        db.session.commit()
        db.session.remove()


@pytest.fixture(scope="module")
def desk(demo: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    settings: Settings = demo.config["SETTINGS"]
    with demo.app_context():
        db.engine.dispose()
    shutil.copytree(settings.data_dir, folder, dirs_exist_ok=True)
    same: dict[str, Any] = {
        "secret_key": settings.secret_key,
        "customer_keys": settings.customer_keys,
    }
    home = "http://localhost"  # where the test client is; links to it lead nowhere else
    app = create_app(Settings(data_dir=folder, demo=True, base_url=home, **same))
    app.testing = True
    _let_appeal(app)
    yield Desk(app)
    with app.app_context():
        db.engine.dispose()
