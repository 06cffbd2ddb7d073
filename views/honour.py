"""The honour roll: by cycle, by year, by award, by team, and for one colleague."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from models import honour as stored
from models import portraits, scheme
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
    """Who won: of the latest cycles, or of the cycle, year, award or team asked for."""
    if "year" in request.args:
        return _by_year(key("year"))
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
    years = {one.year: [each for each in honours if each.year == one.year] for one in honours}
    return render_template(
        "honour/person.html",
        person=named,
        years=[(period(str(year)), won) for year, won in sorted(years.items(), reverse=True)],
        faces=faces(honours),
        own=person_id == current_user.id,
    )


def faces(honours: Iterable[Honour], *, on_wall: bool = False) -> dict[int, str]:
    """The picture of each winner who shows one; of a team's award its members'."""
    people = [person.id for one in honours for person in one.people]
    return portraits.shown(people, scheme.day_at(clock.now()), on_wall=on_wall)


def _by_cycle(wanted: str | None) -> str:
    """The cycle asked for, else the latest ones: as many as make a page worth reading."""
    counts = stored.cycles()
    chosen = wanted if wanted in counts else None
    shown = [chosen] if chosen else _enough(counts)
    found: dict[str, list[Honour]] = {each: [] for each in shown}
    for honour in stored.of_cycles(shown):
        found[honour.cycle].append(honour)
    choices = [(_("The latest"), _address(), chosen is None)]
    choices += [(period(each), _address(cycle=each), each == chosen) for each in counts]
    return _page("cycle", [(period(each), found[each]) for each in shown], choices)


def _enough(counts: dict[str, int]) -> list[str]:
    """The latest cycles, until there is something to read."""
    shown: list[str] = []
    for each in counts:
        shown.append(each)
        if sum(counts[one] for one in shown) >= ENOUGH:
            break
    return shown


def _by_year(wanted: int | None) -> str:
    years = stored.years()
    chosen = next((each for each in years if wanted in (None, each)), None)
    choices = [(period(str(each)), _address(year=each), each == chosen) for each in years]
    if chosen is None:
        return _page("year", [], choices)
    found = stored.of_year(chosen, newer=key("newer"), older=key("older"))
    return _page("year", [(period(str(chosen)), found.rows)], choices, found, year=chosen)


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
        (_("By year"), here + "?year=", by == "year", None),
        (_("By award"), here + "?award=", by == "award", None),
        (_("By team"), here + "?team=", by == "team", None),
    ]
    return render_template(
        "honour/index.html",
        by=by,
        sections=sections,
        faces=faces(one for _heading, honours in sections for one in honours),
        somebody=bool(sections or (by != "cycle" and choices)),
        tab_items=tabs,
        choices=choices[:CHOICES_SHOWN],
        more_choices=choices[CHOICES_SHOWN:],
        page=page,
        address=lambda **places: _address(**asked, **places),
    )


def _address(**asked: Any) -> str:
    return address("honour.index", asked)
