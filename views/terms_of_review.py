"""What the reviews go by, as scheme managers keep it: policy rules, targets, holidays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from adapters import clock
from forms.scheme import ChangeForm, HolidayForm, NewRuleForm, RuleForm, TargetsForm
from models import scheme as stored
from models.base import db
from models.scheme import Award, Holiday, KpiScheme, PolicyRule
from models.scheme_state import state, targets_state
from operations import terms_of_review as operations
from views.editing import Page, edit, trail
from views.filters import local
from views.guards import holds
from words.days import day as written_day
from words.labels import label
from words.metrics import METRIC_NAMES
from words.scheme import RULE_KINDS, WINS_OF
from workflow.message import plain
from workflow.policy import PARAMS, RuleKind
from workflow.vocabulary import Duty, JobRole

bp = Blueprint("terms_of_review", __name__, url_prefix="/manage/scheme")

manager = holds(Duty.SCHEME_MANAGER)
BLANK_ROWS = 3


@bp.route("/rules/<key>", methods=["GET", "POST"])
@manager
def rule(key: str) -> ResponseReturnValue:
    """A policy rule and its parameters."""
    found = db.session.scalar(select(PolicyRule).where(PolicyRule.key == key)) or abort(404)
    form = RuleForm(
        found.params,
        WINS_OF.items(),
        data={"names": found.names, "active": found.active, **found.params},
    )
    award = db.session.get(Award, found.award_id) if found.award_id else None
    lead = f"{RULE_KINDS[found.kind]} · {local(award.names) if award else _('For all awards')}"
    page = _page(local(found.names), lead=lead)
    return edit(
        form,
        page,
        state(found),
        lambda asked: operations.change_rule(edit=asked, key=key, values=_rule_values(form)),
    )


@bp.route("/rules/new/<kind>", methods=["GET", "POST"])
@manager
def new_rule(kind: str) -> ResponseReturnValue:
    """A further rule of a kind that the product knows."""
    known = next((each for each in RuleKind if each == kind), None) or abort(404)
    awards = [(each.key, local(each.names)) for each in db.session.scalars(stored.catalogue())]
    form = NewRuleForm(PARAMS[known], WINS_OF.items(), [("", _("For all awards")), *awards])
    taken = set(db.session.scalars(select(PolicyRule.key)))
    key = next(key for n in range(2, 1000) if (key := f"{known.value}-{n}") not in taken)
    page = _page(_("Add a rule"), lead=str(RULE_KINDS[kind]), button=_("Add the rule"))
    return edit(
        form,
        page,
        {},
        lambda asked: operations.add_rule(
            edit=asked,
            key=key,
            values={"kind": known.value, **_rule_values(form)},
            award_key=form.award.data or None,
        ),
    )


@bp.route("/targets/<role>", methods=["GET", "POST"])
@manager
def targets(role: str) -> ResponseReturnValue:
    """The targets of a job role; a change is a new version from its day on."""
    job_role = next((each for each in JobRole if each == role), None) or abort(404)
    found = stored.newest_targets(job_role)
    form = TargetsForm(
        [("", _("No metric")), *METRIC_NAMES.items()],
        data={"starts_on": stored.day_at(clock.now()), "targets": list(_rows(found))},
    )
    page = _page(
        _("Targets: %(role)s", role=label(job_role)),
        lead=_since(found),
        template="scheme/targets.html",
    )
    return edit(
        form,
        page,
        targets_state(found),
        lambda asked: operations.change_targets(
            edit=asked,
            role=job_role,
            starts_on=form.starts_on.data,
            targets=list(_figures(form)),
        ),
    )


@bp.route("/holidays/new", methods=["GET", "POST"])
@manager
def new_holiday() -> ResponseReturnValue:
    """A further day on which no deadline runs."""
    form = HolidayForm()
    page = _page(
        _("Add a holiday"),
        lead=_("No deadline runs on that day. Due dates that were given already stay."),
        button=_("Add the holiday"),
    )
    return edit(
        form,
        page,
        {},
        lambda asked: operations.add_holiday(edit=asked, day=form.day.data, names=form.names.data),
    )


@bp.route("/holidays/<day>", methods=["GET", "POST"])
@manager
def holiday(day: str) -> ResponseReturnValue:
    """Make a holiday a working day again."""
    found = db.session.get(Holiday, _day(day)) or abort(404)
    page = _page(
        _("Make it a working day again"),
        lead=f"{written_day(found.day)} · {local(found.names)}",
        button=_("Remove the holiday"),
    )
    return edit(
        ChangeForm(),
        page,
        state(found),
        lambda asked: operations.remove_holiday(edit=asked, day=found.day),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        abort(404)


def _page(title: str, lead: str = "", button: str = "", template: str = "") -> Page:
    back = url_for("scheme.index")
    return Page(title, back, lead, trail(), button, template or Page.template)


def _rule_values(form: RuleForm) -> dict[str, Any]:
    plainly = ("limit", "months", "cycles", "of")
    params: dict[str, Any] = {name: form[name].data for name in plainly if name in form}
    if "share" in form:
        params["share"] = plain(form.share.data or Decimal(0))
    return {"names": form.names.data, "params": params, "active": form.active.data}


def _since(found: KpiScheme | None) -> str:
    """When the present targets began; the first version has always been there."""
    if found is None or found.version == 1:
        return ""
    return _("In force since %(day)s.", day=written_day(found.starts_on))


def _rows(found: KpiScheme | None) -> Iterator[dict[str, Any]]:
    """The targets in force, then some empty rows for further metrics."""
    for each in found.targets if found else ():
        yield {
            "metric": each.metric,
            "target": Decimal(plain(each.target)),
            "weight": Decimal(plain(each.weight)),
            "cap": Decimal(plain(each.cap)),
        }
    if request.method == "GET":
        yield from ({} for _row in range(BLANK_ROWS))


def _figures(form: TargetsForm) -> Iterator[operations.Figures]:
    for row in form.targets:
        told = row.form
        if told.metric.data:
            yield told.metric.data, told.target.data, told.weight.data, told.cap.data
