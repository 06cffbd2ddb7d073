"""Colleagues: the list, and one of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from config import Settings
from models import people, scheme
from models.base import db
from models.paging import page
from models.people import DutyGrant, Person, Team
from operations import signing_in
from views.addresses import key
from views.guards import holds
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty

bp = Blueprint("people", __name__, url_prefix="/manage/people")


@bp.get("")
@holds(Duty.ADMINISTRATOR, Duty.SCHEME_MANAGER)
def index() -> str:
    """Find colleagues by name, number, address or team."""
    asked = {name: request.args.get(name, "") for name in ("q", "team", "everybody")}
    team = db.session.get(Team, key("team") or 0)
    day = None if asked["everybody"] else scheme.day_at(clock.now())
    found = people.directory(asked["q"], team.id if team else None, day)
    return render_template(
        "people/index.html",
        page=page(
            found,
            Person.employee_number,
            before=request.args.get("before"),
            after=request.args.get("after"),
        ),
        count=people.counted(found),
        teams=[(each.id, each.name) for each in people.teams()],
        team=team,
        asked=asked,
        filters=_filters(asked, team),
        address=lambda **changed: _address(asked | changed),
        may_import=current_user.holds(Duty.ADMINISTRATOR, clock.now()),
    )


@bp.get("/<int:person_id>")
@holds(Duty.ADMINISTRATOR, Duty.SCHEME_MANAGER)
def show(person_id: int) -> str:
    """One colleague, with their duties."""
    return _shown(person_id)


@bp.post("/<int:person_id>/invitation")
@holds(Duty.ADMINISTRATOR)
def invite(person_id: int) -> ResponseReturnValue:
    """Send the link that sets a password; show it once, if it is the first."""
    has_password = db.get_or_404(Person, person_id).password_hash is not None
    try:
        token = signing_in.invite(by_id=current_user.id, person_id=person_id)
    except Refused as refused:
        flash(sentence(refused), "error")
        return redirect(url_for("people.show", person_id=person_id), code=303)
    if has_password:  # the way back to an account that is in use is for its owner's eyes alone
        flash(_("The link is on its way by mail."), "success")
        return redirect(url_for("people.show", person_id=person_id), code=303)
    settings: Settings = current_app.config["SETTINGS"]
    return _shown(person_id, settings.base_url + url_for("auth.invitation", token=token))


def _shown(person_id: int, link: str | None = None) -> str:
    person = db.get_or_404(Person, person_id)
    now = clock.now()
    works = person.works_on(scheme.day_at(now))
    administers = current_user.holds(Duty.ADMINISTRATOR, now)
    return render_template(
        "people/show.html",
        person=person,
        now=now,
        grants=sorted(
            db.session.scalars(people.duty_grants().where(DutyGrant.person_id == person_id)),
            key=lambda grant: -grant.id,
        ),
        may_invite=administers and works and person.id != current_user.id,
        may_grant=administers,
        link=link,
        link_days=signing_in.INVITATION_LASTS // timedelta(days=1),
    )


def _filters(asked: dict[str, str], team: Team | None) -> list[tuple[str, str]]:
    """The filters in force, each with the address without it."""
    words = {
        "q": asked["q"].strip(),
        "team": team.name if team else "",
        "everybody": _("with those who have left") if asked["everybody"] else "",
    }
    return [(word, _address(asked | {name: ""})) for name, word in words.items() if word]


def _address(asked: dict[str, Any]) -> str:
    return url_for("people.index", **{name: value for name, value in asked.items() if value})
