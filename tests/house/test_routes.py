"""Every route says who may enter, and the list of routes changes on purpose only."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Blueprint, Flask

from views import guards
from views.guards import Unguarded, require_all
from workflow.vocabulary import Duty

GOLDEN = Path(__file__).with_name("routes.txt")


def test_every_route_declares_its_guard(app: Flask) -> None:
    require_all(app)


def test_a_route_without_a_guard_stops_the_application() -> None:
    app = Flask(__name__)
    bp = Blueprint("open", __name__)
    bp.get("/open")(lambda: "anybody")
    app.register_blueprint(bp)
    with pytest.raises(Unguarded, match="open"):
        require_all(app)


def test_a_guard_names_at_least_one_duty() -> None:
    with pytest.raises(ValueError, match="duties"):
        guards.holds()
    assert str(guards.Guard(True, (Duty.ARBITER, Duty.COMMITTEE))) == "holds arbiter or committee"


def test_the_routes_are_the_agreed_ones(app: Flask, request: pytest.FixtureRequest) -> None:
    """After a wanted change run this file with `--accept-routes`, and read the diff."""
    routes = "".join(f"{line}\n" for line in sorted(_routes(app)))
    if request.config.getoption("--accept-routes"):
        GOLDEN.write_text(routes)
    assert routes == GOLDEN.read_text()


def _routes(app: Flask) -> list[str]:
    """One line per route: its path, its methods, who may enter."""
    lines = []
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        guard = guards.guard_of(app, rule.endpoint) or "files of the installation"
        lines.append(f"{rule.rule}  {methods}  {guard}")
    return lines
