"""Duties: who holds which, granting one, ending one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.duties import DutyForm, EndDutyForm
from forms.fields import add_error, choices
from models import people, scheme
from models.base import db
from models.paging import page
from models.people import DutyGrant
from models.scheme import Award
from operations import duties as operations
from views.addresses import key
from views.filters import local
from views.guards import holds
from words.labels import label
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty

bp = Blueprint("duties", __name__, url_prefix="/manage/duties")

FIELDS = {
    "no_such_person": "person",
    "own_duty": "person",
    "administrator_of_one_award": "award",
    "has_left": "person",
    "duty_held_already": "duty",
    "duty_ends_early": "ends",
    "administrators_only": "duty",
}


@bp.get("")
@holds(Duty.ADMINISTRATOR, Duty.SCHEME_MANAGER)
def index() -> str:
    """Every duty ever granted, the newest first; each is an entry of the ledger."""
    duty = next((each for each in Duty if each == request.args.get("duty")), None)
    return render_template(
        "duties/index.html",
        page=page(
            people.duty_grants(duty),
            DutyGrant.id,
            before=key("before"),
            after=key("after"),
            descending=True,
        ),
        duty=duty,
        duties=[(each.value, label(each)) for each in Duty],
        may_grant=current_user.holds(Duty.ADMINISTRATOR, clock.now()),
        now=clock.now(),
    )


@bp.route("/new", methods=["GET", "POST"])
@holds(Duty.ADMINISTRATOR)
def grant() -> ResponseReturnValue:
    """Entrust a colleague with a duty."""
    form = DutyForm(data={"person": request.args.get("person", "")})
    awards = db.session.scalars(scheme.catalogue()).all()
    form.duty.choices = choices([("", _("Choose a duty")), *((d.value, label(d)) for d in Duty)])
    form.award.choices = choices(
        [("", _("For all awards")), *((str(award.id), local(award.names)) for award in awards)]
    )
    if form.validate_on_submit():
        try:
            return _granted(form)
        except Refused as refused:
            add_error(form[FIELDS[refused.message]], sentence(refused))
    return render_template("duties/grant.html", form=form), 422 if form.errors else 200


@bp.route("/<int:grant_id>/end", methods=["GET", "POST"])
@holds(Duty.ADMINISTRATOR)
def end(grant_id: int) -> ResponseReturnValue:
    """End a duty before its time, with the reason."""
    held = db.session.get(DutyGrant, grant_id) or abort(404)
    form = EndDutyForm()
    if form.validate_on_submit():
        name = held.person.name
        try:
            operations.revoke(by_id=current_user.id, grant_id=grant_id, reason=form.reason.data)
        except Refused as refused:
            add_error(form.reason, sentence(refused))
        else:
            flash(_("The duty of %(name)s has ended.", name=name), "success")
            return redirect(url_for("duties.index"), code=303)
    page = render_template("duties/end.html", form=form, held=held)
    return page, 422 if form.errors else 200


def _granted(form: DutyForm) -> ResponseReturnValue:
    person = people.by_number(form.person.data)
    if person is None:
        raise Refused("no_such_person", number=form.person.data)
    name, duty = person.name, Duty(form.duty.data)
    operations.grant(
        by_id=current_user.id,
        person_id=person.id,
        duty=duty,
        award_id=_award_id(form.award.data),
        starts_at=_start_of(form.starts.data),
        ends_at=_start_of(form.ends.data and form.ends.data + timedelta(days=1)),
    )
    said = _("%(name)s holds the duty: %(duty)s.", name=name, duty=label(duty))
    flash(said, "success")
    return redirect(url_for("duties.index"), code=303)


def _award_id(chosen: str) -> int | None:
    if not chosen:
        return None
    return db.get_or_404(Award, int(chosen)).id


def _start_of(day: date | None) -> datetime | None:
    """Midnight of the day where the scheme is."""
    return datetime.combine(day, time(), scheme.scheme().zone) if day else None
