"""Days on which somebody is away: one's own, and anybody's for scheme managers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from adapters import clock
from forms.fields import add_error
from forms.judging import AbsenceForm
from models import assignments, people, scheme
from operations import absences
from views.guards import colleague
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty

bp = Blueprint("absences", __name__, url_prefix="/absences")

FIELDS = {
    "no_such_person": "person",
    "scheme_managers_only": "person",
    "away_ends_early": "last_day",
    "away_is_over": "last_day",
    "own_substitute": "substitute",
    "own_case_to_hand_over": "person",
    "no_such_substitute": "substitute",
}


@bp.route("", methods=["GET", "POST"])
@colleague
def index() -> ResponseReturnValue:
    """The reader's absences to come, and a new one."""
    form, now = AbsenceForm(), clock.now()
    manages = current_user.holds(Duty.SCHEME_MANAGER, now)
    if form.validate_on_submit():
        try:
            return _entered(form)
        except Refused as refused:
            add_error(form[FIELDS[refused.message]], sentence(refused))
    page = render_template(
        "absences/index.html",
        form=form,
        manages=manages,
        absences=assignments.absences(scheme.day_at(now), None if manages else current_user.id),
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/<int:absence_id>/cancel")
@colleague
def cancel(absence_id: int) -> ResponseReturnValue:
    """The person is there after all."""
    try:
        absences.cancel(by_id=current_user.id, absence_id=absence_id)
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("The absence is taken back. Cases that nobody has begun come back too."), "success")
    return redirect(url_for("absences.index"), code=303)


def _entered(form: AbsenceForm) -> ResponseReturnValue:
    substitute = _named(form.substitute.data, "no_such_substitute")
    moved = absences.enter(
        by_id=current_user.id,
        person_id=_named(form.person.data, "no_such_person") or current_user.id,
        first_day=form.first_day.data,
        last_day=form.last_day.data,
        substitute_id=substitute,
    )
    if moved:
        said = ngettext(
            "Entered. %(num)s case went to a colleague.",
            "Entered. %(num)s cases went to colleagues.",
            moved,
        )
    else:
        said = _("Entered. New cases go to colleagues on these days.")
    flash(said, "success")
    return redirect(url_for("absences.index"), code=303)


def _named(number: str | None, refusal: str) -> int | None:
    """Who has this employee number; None when none is given."""
    if not number:
        return None
    person = people.by_number(number)
    if person is None:
        raise Refused(refusal, number=number)
    return person.id
