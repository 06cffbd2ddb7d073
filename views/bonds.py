"""What is declared to bind two people, so that neither judges the other's cases."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.fields import add_error
from forms.judging import ConflictForm
from models import assignments, people
from operations import judging
from views.guards import colleague
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Bond, Duty

bp = Blueprint("bonds", __name__, url_prefix="/declarations")

FIELDS = {
    "no_such_person": "other",
    "bound_to_oneself": "other",
    "declared_already": "other",
    "scheme_managers_only": "person",
    "own_case_to_hand_over": "person",
}


@bp.route("", methods=["GET", "POST"])
@colleague
def index() -> ResponseReturnValue:
    """What is declared between the reader and others, and a new declaration."""
    form, manages = ConflictForm(), current_user.holds(Duty.SCHEME_MANAGER, clock.now())
    if form.validate_on_submit():
        try:
            return _declared(form)
        except Refused as refused:
            add_error(form[FIELDS[refused.message]], sentence(refused))
    page = render_template(
        "bonds/index.html",
        form=form,
        manages=manages,
        declared=assignments.conflicts_of(None if manages else current_user.id),
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/<int:conflict_id>/end")
@colleague
def end(conflict_id: int) -> ResponseReturnValue:
    """It holds no longer."""
    try:
        judging.end_conflict(by_id=current_user.id, conflict_id=conflict_id)
    except Refused as refused:
        flash(sentence(refused), "error")
    else:
        flash(_("The declaration has ended."), "success")
    return redirect(url_for("bonds.index"), code=303)


def _declared(form: ConflictForm) -> ResponseReturnValue:
    judging.declare(
        by_id=current_user.id,
        one_id=_named(form.person.data) if form.person.data else current_user.id,
        other_id=_named(form.other.data),
        bond=Bond(form.bond.data),
    )
    flash(_("Declared. Neither of the two judges a case of the other."), "success")
    return redirect(url_for("bonds.index"), code=303)


def _named(number: str) -> int:
    person = people.by_number(number)
    if person is None:
        raise Refused("no_such_person", number=number)
    return person.id
