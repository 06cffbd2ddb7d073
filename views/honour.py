"""The honour roll: by cycle, by award, by team, and for one colleague."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from models import honour as stored
from models.honour import Honour
from models.paging import Page
from views.addresses import address, key
from views.filters import local
from views.guards import colleague
from words.periods import period

bp = Blueprint("honour", __name__, url_prefix="/honour-roll")

ENOUGH = 6  # honours on the first page
CHOICES_SHOWN = 12
Choice = tuple[str, str, bool]  # a word, its address, whether it is the one chosen
Section = tuple[str, list[Honour]]


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
    """The cycle asked for, else the latest ones: as many as make a page worth reading."""
    keys = stored.cycles()
    chosen = wanted if wanted in keys else None
    sections: list[Section] = []
    for each in [chosen] if chosen else keys:
        sections.append((period(each), stored.of_cycle(each)))
        if sum(len(honours) for _heading, honours in sections) >= ENOUGH:
            break
    choices = [(_("The latest"), _address(), chosen is None)]
    choices += [(period(each), _address(cycle=each), each == chosen) for each in keys]
    return _page("cycle", sections, choices)


def _by_award(wanted: str) -> str:
    awards = stored.awards()
    chosen = next((each for each in awards if wanted in ("", each.key)), None)
    choices = [(local(each.names), _address(award=each.key), each is chosen) for each in awards]
    if chosen is None:
        return _page("award", [], choices)
    found = stored.of_award(chosen.key, newer=key("newer"), older=key("older"))
    return _page("award", [(local(chosen.names), found.rows)], choices, found, award=chosen.key)


def _by_team(wanted: int | None) -> str:
    teams = stored.teams()
    chosen = next((each for each in teams if wanted in (None, each.id)), None)
    choices = [(each.name, _address(team=each.id), each is chosen) for each in teams]
    if chosen is None:
        return _page("team", [], choices)
    found = stored.of_team(chosen.id, newer=key("newer"), older=key("older"))
    return _page("team", [(chosen.name, found.rows)], choices, found, team=chosen.id)


def _page(
    by: str,
    sections: list[Section],
    choices: list[Choice],
    page: Page[Honour] | None = None,
    **asked: Any,
) -> str:
    here = url_for("honour.index")
    tabs = [
        (_("By cycle"), here, by == "cycle", None),
        (_("By award"), here + "?award=", by == "award", None),
        (_("By team"), here + "?team=", by == "team", None),
    ]
    return render_template(
        "honour/index.html",
        by=by,
        sections=sections,
        somebody=bool(sections or (by != "cycle" and choices)),
        tab_items=tabs,
        choices=choices[:CHOICES_SHOWN],
        more_choices=choices[CHOICES_SHOWN:],
        page=page,
        address=lambda **places: _address(**asked, **places),
    )


def _address(**asked: Any) -> str:
    return address("honour.index", asked)
