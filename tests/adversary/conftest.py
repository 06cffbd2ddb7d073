"""What the tests of bad input share."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from adapters import clock
from app import create_app
from models.base import db
from models.nominations import Nomination
from tests.adversary.desk import Desk, look_at_everything
from tests.fixtures.demo import demo_settings, load_demo
from tests.fixtures.run import once, thrifty
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
def desk(demo_day: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(once("desk", _look), folder, dirs_exist_ok=True)
    app = _served_at_home(folder)
    yield Desk(app, pickle.loads((folder / "seen").read_bytes()))
    with app.app_context():
        db.engine.dispose()


def _look(folder: Path) -> None:
    shutil.copytree(once("demo", load_demo), folder, dirs_exist_ok=True)
    app = _served_at_home(folder)
    _let_appeal(app)
    seen = look_at_everything(app)
    with app.app_context():
        db.engine.dispose()
    (folder / "seen").write_bytes(pickle.dumps(seen))


def _served_at_home(folder: Path) -> Flask:
    home = "http://localhost"  # where the test client is; links to it lead nowhere else
    app = create_app(demo_settings(folder).model_copy(update={"base_url": home}))
    thrifty(app)
    app.testing = True
    return app
