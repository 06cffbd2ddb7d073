"""The honour roll: by cycle, by award, by team, and for one colleague."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext as _

from models import honour as stored
from models.honour import Honour
from models.paging import Page
from views.addresses import address, key
from views.filters import local
from views.guards import colleague
from words.periods import period

bp = Blueprint("honour", __name__, url_prefix="/honour-roll")

CYCLES_SHOWN = 12
Choice = tuple[str, str, bool]  # a word, its address, whether it is the one chosen


@bp.get("/")
@colleague
def index() -> str:
    """Who won: of the latest cycle, or of the cycle, award or team asked for."""
    if "award" in request.args:
        return _by_award(request.args["award"])
    if "team" in request.args:
        return _by_team(key("team"))
    return _by_cycle(request.args.get("cycle"))


@bp.get("/people/<int(max=2147483647):person_id>")
@colleague
def person(person_id: int) -> str:
    """What one colleague has won; nothing else of them."""
    honours = stored.of_person(person_id)
    if not honours:
        abort(404)
    named = next(one for one in honours[0].people if one.id == person_id)
    return render_template("honour/person.html", person=named, honours=honours)


def _by_cycle(wanted: str | None) -> str:
    keys = stored.cycles()
    chosen = wanted if wanted in keys else next(iter(keys), None)
    choices = [(period(each), _address(cycle=each), each == chosen) for each in keys]
    honours = stored.of_cycle(chosen) if chosen else []
    heading = period(chosen) if chosen else ""
    return _page("cycle", heading, choices, Page(honours, None, None), cycle=chosen)


def _by_award(wanted: str) -> str:
    awards = stored.awards()
    chosen = next((each for each in awards if each.key == wanted), next(iter(awards), None))
    choices = [(local(each.names), _address(award=each.key), each is chosen) for each in awards]
    if chosen is None:
        return _page("award", "", choices, Page([], None, None), award="")
    found = stored.of_award(chosen.key, newer=key("newer"), older=key("older"))
    return _page("award", local(chosen.names), choices, found, award=chosen.key)


def _by_team(wanted: int | None) -> str:
    teams = stored.teams()
    chosen = next((each for each in teams if each.id == wanted), next(iter(teams), None))
    choices = [(each.name, _address(team=each.id), each is chosen) for each in teams]
    if chosen is None:
        return _page("team", "", choices, Page([], None, None), team="")
    found = stored.of_team(chosen.id, newer=key("newer"), older=key("older"))
    return _page("team", chosen.name, choices, found, team=chosen.id)


def _page(by: str, heading: str, choices: list[Choice], page: Page[Honour], **asked: Any) -> str:
    tabs = [
        (_("By cycle"), _address(), by == "cycle", None),
        (_("By award"), address("honour.index", {}) + "?award=", by == "award", None),
        (_("By team"), address("honour.index", {}) + "?team=", by == "team", None),
    ]
    return render_template(
        "honour/index.html",
        by=by,
        heading=heading,
        tabs=tabs,
        choices=choices[:CYCLES_SHOWN] if by == "cycle" else choices,
        older_choices=choices[CYCLES_SHOWN:] if by == "cycle" else [],
        page=page,
        address=lambda **places: _address(**asked, **places),
    )


def _address(**asked: Any) -> str:
    return address("honour.index", asked)
