"""The scheme as its managers keep it: terms, awards with their tiers and cycles."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from adapters import clock
from forms.scheme import (
    AwardForm,
    ChangeForm,
    CycleForm,
    NewAwardForm,
    NewTierForm,
    TermsForm,
    TierForm,
)
from models import scheme as stored
from models.base import db
from models.scheme import Award, Holiday, PolicyRule, Scheme, Tier
from models.scheme_state import FIELDS, Row, state
from operations import scheme as operations
from views.editing import Page, edit, trail
from views.filters import local
from views.guards import holds
from views.language import AUTONYMS
from words.labels import label
from words.metrics import METRIC_NAMES
from words.periods import period
from words.scheme import METALS, ROADS, RULE_KINDS
from workflow.vocabulary import Cadence, Consequence, Duty, JobRole, Subject

bp = Blueprint("scheme", __name__, url_prefix="/manage/scheme")

manager = holds(Duty.SCHEME_MANAGER)
CYCLES_SHOWN = 8


@bp.get("")
@manager
def index() -> str:
    """All that can be changed, and the way to each."""
    awards = select(Award).options(selectinload(Award.tiers)).order_by(Award.position)
    targets = stored.targets_by_role()
    return render_template(
        "scheme/index.html",
        terms=stored.scheme(),
        awards=db.session.scalars(awards).all(),
        rules=db.session.scalars(select(PolicyRule).order_by(PolicyRule.id)).all(),
        targets=[(role, targets.get(role)) for role in JobRole],
        holidays=db.session.scalars(select(Holiday).order_by(Holiday.day)).all(),
        today=stored.day_at(clock.now()),
        kinds=RULE_KINDS,
    )


@bp.route("/terms", methods=["GET", "POST"])
@manager
def terms() -> ResponseReturnValue:
    """The terms that hold for all awards."""
    found = stored.scheme()
    form = TermsForm(_zones(), obj=found)
    page = Page(_("Terms of the scheme"), url_for("scheme.index"), trail=trail())
    return edit(
        form,
        page,
        state(found),
        lambda asked: operations.change_terms(edit=asked, values=_values(form, Scheme)),
    )


@bp.route("/awards/new", methods=["GET", "POST"])
@manager
def new_award() -> ResponseReturnValue:
    """A further award on a road that is there."""
    form = NewAwardForm(_offered())
    key = form.key.data or ""
    page = Page(
        _("Add an award"),
        url_for("scheme.award", key=key) if key else url_for("scheme.index"),
        lead=_(
            "One language is enough to begin with. It can be won once its texts stand in all "
            "three, it has a tier, and you say so."
        ),
        trail=trail(),
        button=_("Add the award"),
    )
    return edit(
        form,
        page,
        {},
        lambda asked: operations.add_award(edit=asked, key=key, values=_award_values(form)),
    )


@bp.route("/awards/<key>", methods=["GET", "POST"])
@manager
def award(key: str) -> ResponseReturnValue:
    """An award: what it says and asks, its tiers, its cycles."""
    found = _award(key)
    form = AwardForm(_offered(), was_open=found.was_open, obj=found)
    page = Page(
        local(found.names),
        url_for("scheme.award", key=key),
        trail=trail(),
        template="scheme/award.html",
        context={
            "award": found,
            "cycles": found.cycles[:CYCLES_SHOWN],
            "now": clock.now(),
            "unwritten": _unwritten(found),
        },
    )
    return edit(
        form,
        page,
        state(found),
        lambda asked: operations.change_award(edit=asked, key=key, values=_award_values(form)),
    )


@bp.route("/awards/<key>/tiers/new", methods=["GET", "POST"])
@manager
def new_tier(key: str) -> ResponseReturnValue:
    """A further tier, below those that are there."""
    found = _award(key)
    usual = {"metal": "plain", "quota": 1, "cost": 0}
    form = NewTierForm(METALS.items(), was_open=found.was_open, data=usual)
    page = _page(found, _("Add a tier"), button=_("Add the tier"))
    return edit(
        form,
        page,
        {},
        lambda asked: operations.add_tier(
            edit=asked, award_key=key, tier_key=form.key.data or "", values=_values(form, Tier)
        ),
    )


@bp.route("/awards/<key>/tiers/<tier_key>", methods=["GET", "POST"])
@manager
def tier(key: str, tier_key: str) -> ResponseReturnValue:
    """A tier: its name, reward, places and cost."""
    award = _award(key)
    found = next((tier for tier in award.tiers if tier.key == tier_key), None) or abort(404)
    form = TierForm(METALS.items(), was_open=award.was_open, obj=found)
    return edit(
        form,
        _page(award, local(found.names)),
        state(found),
        lambda asked: operations.change_tier(
            edit=asked, award_key=key, tier_key=tier_key, values=_values(form, Tier)
        ),
    )


@bp.route("/awards/<key>/cycles/<cycle_key>", methods=["GET", "POST"])
@manager
def cycle(key: str, cycle_key: str) -> ResponseReturnValue:
    """A cycle: when it opens and closes on the scheme's clock, and its budget."""
    award = _award(key)
    found = next((each for each in award.cycles if each.key == cycle_key), None) or abort(404)
    zone = stored.scheme().zone
    form = CycleForm(
        zone,
        data={
            "opens": found.opens_at.astimezone(zone).replace(tzinfo=None),
            "closes": found.closes_at.astimezone(zone).replace(tzinfo=None),
            "budget": found.budget,
        },
    )
    page = _page(award, period(found.key), lead=_("Times are those of %(zone)s.", zone=zone.key))
    return edit(
        form,
        page,
        state(found),
        lambda asked: operations.change_cycle(
            edit=asked,
            award_key=key,
            cycle_key=cycle_key,
            opens_at=form.opens.instant(zone),
            closes_at=form.closes.instant(zone),
            budget=form.budget.data,
        ),
    )


def _award(key: str) -> Award:
    return stored.award_by_key(key) or abort(404)


def _page(award: Award, title: str, lead: str = "", button: str = "") -> Page:
    """A page about a part of the award, which leads back to it."""
    back = url_for("scheme.award", key=award.key)
    return Page(title, back, lead, trail((local(award.names), back)), button)


def _values(form: ChangeForm, row: type[Row]) -> dict[str, Any]:
    """The form's answers for the fields of the row that it asks for."""
    said = {name: form[name].data for name in FIELDS[row] if name in form}
    for name in form.WORDED:
        said[name] = {language: text for language, text in said[name].items() if text}
    return said


def _unwritten(award: Award) -> list[tuple[str, list[str]]]:
    """Which texts of the award and its tiers wait for which languages."""
    said = [
        (_("Name"), award.names),
        (_("In one sentence"), award.descriptions),
        (_("Criteria"), award.criteria),
    ]
    for tier in award.tiers:
        said.append((_("Tier: %(name)s", name=local(tier.names)), tier.names))
        said.append((_("Reward: %(name)s", name=local(tier.names)), tier.rewards))
    waiting = [(what, stored.unwritten(text)) for what, text in said]
    return [(what, [AUTONYMS[each] for each in those]) for what, those in waiting if those]


def _award_values(form: AwardForm) -> dict[str, Any]:
    values = _values(form, Award)
    values["metric"] = values["metric"] or None
    values["job_role"] = JobRole(values["job_role"]) if values["job_role"] else None
    values["if_refuted"] = Consequence(values["if_refuted"])
    values["if_unverifiable"] = Consequence(values["if_unverifiable"])
    if isinstance(form, NewAwardForm):
        values["cadence"] = Cadence(values["cadence"])
        values["subject"] = Subject(values["subject"])
    return values


def _offered() -> dict[str, list[tuple[str, Any]]]:
    """The words of an award's choices."""
    return {
        "road": list(ROADS.items()),
        "metric": [("", _("No metric")), *METRIC_NAMES.items()],
        "job_role": [("", _("everybody")), *((role.value, label(role)) for role in JobRole)],
        "if_refuted": [(word.value, label(word)) for word in Consequence],
        "if_unverifiable": [(word.value, label(word)) for word in Consequence],
        "auditors_needed": [("1", _("One")), ("2", _("Two, who judge independently"))],
        "cadence": [(word.value, label(word)) for word in Cadence],
        "subject": [(word.value, label(word)) for word in Subject],
    }


@cache
def _zones() -> tuple[str, ...]:
    """The time zones that have a place in their name, in alphabetical order."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"))
