"""The archive: every closed case and every public notice, and each case as a page of it."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_login import current_user
from sqlalchemy import select

from adapters import clock
from models import archive as stored
from models.archive import OUTCOMES, Asked
from models.base import db
from models.nominations import Nomination, visible_to
from models.people import Team
from models.public_case import Line, public_case
from models.scheme import Award
from views.addresses import address, key
from views.casefile import DECIDED
from views.filters import local
from views.guards import colleague
from words import register
from words.explanations import explain
from words.labels import label
from words.periods import period
from workflow.vocabulary import Role

bp = Blueprint("archive", __name__, url_prefix="/archive")


@bp.get("/")
@colleague
def index() -> str:
    """Search and leaf through what was decided, newest first."""
    asked = _asked()
    found = stored.find(asked, newer=key("newer"), older=key("older"))
    awards = stored.awards()
    return render_template(
        "archive/index.html",
        page=found,
        asked=asked,
        filters=_filters(asked, awards),
        address=lambda **places: _address(asked, **places),
        awards=[(award.key, local(award.names)) for award in awards],
        cycles=[(cycle, period(cycle)) for cycle in stored.cycles()],
        outcomes=[(stage.value, label(stage)) for stage in OUTCOMES],
        teams=[(team.id, team.name) for team in stored.teams()],
        notices=stored.running(),
    )


@bp.get("/<number>")
@colleague
def case(number: str) -> str:
    """One case as all staff may read it."""
    found = public_case(number)
    if found is None:
        abort(404)
    return render_template(
        "archive/case.html",
        case=found,
        record=found.record,
        act=_act,
        roles={role.value: role for role in Role},
        decided=DECIDED,
        reasons=_reasons_of_place(found.place),
        whole=_may_see_whole(number),
    )


def _asked() -> Asked:
    outcome = next((stage for stage in OUTCOMES if stage == request.args.get("outcome")), None)
    return Asked(
        text=request.args.get("q", "").strip(),
        award=request.args.get("award") or None,
        cycle=request.args.get("cycle") or None,
        outcome=outcome,
        team=key("team"),
    )


def _address(asked: Asked, **places: int) -> str:
    wanted = asdict(asked)
    return address("archive.index", {"q": wanted.pop("text"), **wanted, **places})


def _filters(asked: Asked, awards: list[Award]) -> list[tuple[str, str]]:
    """Each filter in force as a word, with the address of the list without it."""
    names = {award.key: local(award.names) for award in awards}
    team = db.session.get(Team, asked.team) if asked.team else None
    words: list[tuple[str, dict[str, Any]]] = []
    if asked.text:
        words.append((asked.text, {"text": ""}))
    if asked.award:
        words.append((names.get(asked.award, asked.award), {"award": None}))
    if asked.cycle:
        words.append((period(asked.cycle), {"cycle": None}))
    if asked.outcome:
        words.append((str(label(asked.outcome)), {"outcome": None}))
    if asked.team:
        words.append((team.name if team else str(asked.team), {"team": None}))
    return [(word, _address(replace(asked, **without))) for word, without in words]


def _act(line: Line) -> str | None:
    return register.act("decision", {"action": line.action, "stage": line.stage})


def _reasons_of_place(place: Any) -> list[str]:
    """Why the case came to its place in the ranking, sentence by sentence."""
    if place is None:
        return []
    tiers = {tier: local(names) for tier, names in place.tiers.items()}
    return [explain(message, tiers=tiers) for message in place.explanation]


def _may_see_whole(number: str) -> bool:
    seen = select(Nomination.id).where(
        Nomination.number == number, visible_to(current_user, clock.now())
    )
    return db.session.scalar(seen) is not None
