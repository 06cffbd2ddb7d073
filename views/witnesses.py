"""Witnesses: who gets every checkpoint, named and dismissed by administrators."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from forms.proof import WitnessForm
from models import proof
from operations import witnesses as operations
from operations.casework import NotVisible
from views.guards import holds
from words.labels import label
from words.refusals import sentence
from words.witnesses import why
from workflow.refusal import Refused
from workflow.vocabulary import Duty, WitnessWay

bp = Blueprint("witnesses", __name__, url_prefix="/manage/witnesses")

administrator = holds(Duty.ADMINISTRATOR)


@bp.route("", methods=["GET", "POST"])
@administrator
def index() -> ResponseReturnValue:
    """Every witness, and whether the last checkpoint reached it; name one more."""
    ways = [(way.value, label(way)) for way in WitnessWay]
    form = WitnessForm(ways, data={"way": WitnessWay.MAILBOX.value})
    refused = None
    if form.validate_on_submit():
        try:
            operations.name(
                by_id=current_user.id,
                way=WitnessWay(form.way.data),
                place=form.place.data or "",
            )
        except Refused as error:
            refused = sentence(error)
        else:
            flash(_("The witness is named. The newest checkpoint is on its way."), "success")
            return redirect(url_for("witnesses.index"), code=303)
    page = render_template(
        "witnesses/index.html",
        form=form,
        refused=refused,
        witnesses=proof.witnesses(),
        last=proof.last_deliveries(),
        why=why,
    )
    return page, 422 if request.method == "POST" else 200


@bp.post("/<int:witness_id>/dismiss")
@administrator
def dismiss(witness_id: int) -> ResponseReturnValue:
    """It gets no more checkpoints."""
    return _act(operations.dismiss, witness_id, _("The witness is dismissed."))


@bp.post("/<int:witness_id>/try-again")
@administrator
def try_again(witness_id: int) -> ResponseReturnValue:
    """Send once more what did not reach it."""
    return _act(operations.try_again, witness_id, _("It is tried again at once."))


def _act(act: Callable[..., None], witness_id: int, done: str) -> ResponseReturnValue:
    try:
        act(by_id=current_user.id, witness_id=witness_id)
    except Refused as refused:
        flash(str(sentence(refused)), "warning")
    except NotVisible:
        abort(404)
    else:
        flash(done, "success")
    return redirect(url_for("witnesses.index"), code=303)
