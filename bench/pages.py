"""The cost of the most used pages beside a bare Flask page that reads and lists fifty rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask import Flask, render_template_string
from flask_migrate import upgrade
from sqlalchemy import event, select

from app import create_app
from config import Settings
from demo import loading
from models.base import db
from models.nominations import Nomination
from tests.fixtures.pages import Client
from tests.journeys.places import Places, Visit, bring_files

PAGES = (
    "work.home", "work.queue", "cases.show", "audits.internal", "nominations.edit",
    "nominations.mine", "archive.index", "archive.case", "honour.index", "inbox.index",
)  # fmt: skip
ROWS = 50
ROW = "<li>{{ row.number }} {{ row.title }}</li>"
LIST = f"<!doctype html><ul>{{% for row in rows %}}{ROW}{{% endfor %}}</ul>"


@dataclass(frozen=True)
class Cost:
    """Seconds of a page, of the bare one at the same time, and how many queries the page asks."""

    page: float
    bare: float
    queries: int


def costs(folder: Path, turns: int) -> dict[str, Cost]:
    """Each page over the demo, in turn with the bare page."""
    app = create_app(Settings(data_dir=folder, secret_key="for the benchmark only", demo=True))
    with app.app_context():
        upgrade()
        loading.load()
    bring_files(app)
    with app.test_request_context():
        visits = {endpoint: found[0] for endpoint, found in Places(app).all().items()}
    bare = _bare(app).test_client()
    found = {}
    for endpoint in PAGES:
        ask = _asks(app, visits[endpoint])
        ask()
        times = [(_timed(ask), _timed(lambda: bare.get("/"))) for _ in range(turns)]
        page, yardstick = (median(column) for column in zip(*times, strict=True))
        found[endpoint] = Cost(page, yardstick, _queries(app, ask))
    return found


def _asks(app: Flask, visit: Visit) -> Callable[[], object]:
    client = Client(app)
    if visit.who is not None:
        client.sign_in(visit.who)
    asking = super(Client, client)  # Flask's own client: it does not read the page again
    return lambda: asking.open(visit.path, buffered=True)


def _bare(app: Flask) -> Flask:
    """Flask, SQLAlchemy and a template over the same database, and nothing else."""
    page = Flask("bare")
    page.config["SQLALCHEMY_DATABASE_URI"] = app.config["SQLALCHEMY_DATABASE_URI"]
    db.init_app(page)

    @page.get("/")
    def rows() -> str:
        found = db.session.scalars(select(Nomination).limit(ROWS)).all()
        return render_template_string(LIST, rows=found)

    return page


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return time.perf_counter() - began


def _queries(app: Flask, ask: Callable[[], object]) -> int:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        ask()
        event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)
