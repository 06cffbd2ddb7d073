"""Public notices: what stands in them, objecting, and settling an objection."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.voices import ObjectionForm, ResolutionForm
from models import archive, voices
from models.nominations import Nomination, by_number
from models.public_case import public_case
from operations import objections
from views import loading
from views.addresses import sent_key
from views.casefile import day_counter
from views.guards import colleague, holds
from words.labels import label
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, ObjectionState, Stage

bp = Blueprint("objections", __name__)


@bp.get("/notices/")
@colleague
def notices() -> str:
    """The awards that any colleague can object to now, the one that ends first above."""
    return render_template(
        "objections/notices.html", noticed=archive.notices(), days=day_counter(clock.now())
    )


@bp.route("/cases/<number>/objection", methods=["GET", "POST"])
@colleague
def new(number: str) -> ResponseReturnValue:
    """Object to an award that stands in its public notice."""
    case, nomination = public_case(number), by_number(number)
    if case is None or nomination is None:
        abort(404)
    if case.record.stage not in (Stage.PUBLIC_NOTICE, Stage.OBJECTION):
        flash(_("The notice of this award is over, so no objection can be raised."), "info")
        return redirect(url_for("archive.case", number=number), code=303)
    form, refused = ObjectionForm(), None
    if form.validate_on_submit():
        try:
            objections.lodge(
                person_id=current_user.id,
                number=number,
                grounds=form.grounds.data,
                confidential=not form.named.data,
                request=loading.sent_request(),
            )
        except Refused as error:
            refused = error
        else:
            flash(_("Your objection is on record. The answer comes to your inbox."), "success")
            return redirect(url_for("archive.case", number=number), code=303)
    page = render_template(
        "objections/new.html",
        case=case,
        record=case.record,
        form=form,
        refused=refused,
        version=nomination.version,
        request_key=loading.new_request_key(),
    )
    return page, 422 if request.method == "POST" else 200


@bp.route("/cases/<number>/objections", methods=["GET", "POST"])
@holds(Duty.ARBITER)
def resolve(number: str) -> ResponseReturnValue:
    """Settle the open objections of a case, one after the other, the oldest first."""
    nomination = loading.nomination_or_404(number)
    form = ResolutionForm.asking(Action.UPHOLD_OBJECTION, Action.DISMISS_OBJECTION)
    refused = _refusal(nomination)
    if form.validate_on_submit():
        try:
            return _settle(nomination, form)
        except Refused as error:
            refused = error
            nomination = loading.nomination_or_404(number)
    waiting = voices.open_objections(nomination)
    if not waiting and refused is None:
        flash(_("No objection to this case is open."), "info")
        return redirect(url_for("cases.show", number=number), code=303)
    page = render_template(
        "objections/resolve.html",
        nomination=nomination,
        waiting=waiting,
        settled=[one for one in voices.objections_to(nomination) if one not in waiting],
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
    )
    return page, 422 if request.method == "POST" else 200


def _settle(nomination: Nomination, form: ResolutionForm) -> ResponseReturnValue:
    objection_id = sent_key("objection")
    if objection_id is None:
        abort(400)
    number = nomination.number
    stage = objections.resolve(
        person_id=current_user.id,
        number=number,
        objection_id=objection_id,
        uphold=form.upheld,
        sentence=form.sentence.data,
        request=loading.sent_request(),
    )
    state = ObjectionState.UPHELD if form.upheld else ObjectionState.DISMISSED
    if stage is Stage.OBJECTION:
        flash(_("Objection: %(state)s. Here is the next one.", state=label(state)), "success")
        return redirect(url_for("objections.resolve", number=number), code=303)
    flash(_("Objection: %(state)s.", state=label(state)), "success")
    return redirect(url_for("cases.show", number=number), code=303)


def _refusal(nomination: Nomination) -> Refused | None:
    """Why the reader may not settle objections to this case; None when they may."""
    for offer in loading.offers(nomination):
        if offer.move.action in (Action.UPHOLD_OBJECTION, Action.DISMISS_OBJECTION):
            return offer.refused
    if nomination.stage is Stage.OBJECTION:
        return Refused("not_your_part", stage=nomination.stage.value)
    return None
