"""Taking words out of a questionnaire's results: asked for by one, agreed to by another."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.feedback import MotionAnswerForm, MotionForm
from models.base import db
from models.questionnaires import Judgement
from models.removals import Removal
from operations import removals
from operations.motions import TRUSTED
from views import loading
from views.guards import holds
from workflow.refusal import Refused

bp = Blueprint("removals", __name__, url_prefix="/questionnaires")

trusted = holds(*TRUSTED)


@bp.route("/words/<int:judgement_id>/remove", methods=["GET", "POST"])
@trusted
def ask(judgement_id: int) -> ResponseReturnValue:
    """Ask a second person to agree that these words are removed."""
    judgement = db.get_or_404(Judgement, judgement_id)
    form = MotionForm()
    refused = removals.refusal(judgement, current_user, clock.now())
    if refused is None and form.validate_on_submit():
        refused = _tried(
            lambda: removals.ask(
                person_id=current_user.id,
                judgement_id=judgement_id,
                reason=form.reason.data,
                request_key=loading.sent_request().key,
            )
        )
        if refused is None:
            flash(_("It waits for a second person now."), "success")
            return _back(judgement)
    return _page(judgement, None, form, refused)


@bp.route("/removals/<int:removal_id>", methods=["GET", "POST"])
@trusted
def answer(removal_id: int) -> ResponseReturnValue:
    """Agree as the second person, or leave the words as they are."""
    removal = db.get_or_404(Removal, removal_id)
    judgement, form = removal.judgement, MotionAnswerForm()
    refused = removals.answer_refusal(removal, current_user, clock.now())
    if refused is None and form.validate_on_submit():
        agreed = "agree" in request.form
        act = removals.agree if agreed else removals.decline
        refused = _tried(
            lambda: act(
                person_id=current_user.id,
                removal_id=removal_id,
                reason=form.reason.data or "",
                request_key=loading.sent_request().key,
            )
        )
        if refused is None:
            flash(_("It is done.") if agreed else _("It stays as it is."), "success")
            return _back(judgement)
    return _page(judgement, removal, form, refused)


def _tried(act: Callable[[], None]) -> Refused | None:
    try:
        act()
    except Refused as refused:
        return refused
    return None


def _back(judgement: Judgement) -> ResponseReturnValue:
    round_id, question = judgement.result.round_id, judgement.question
    shown = url_for("questionnaires.show", round_id=round_id, _anchor=question)
    return redirect(shown, code=303)


def _page(
    judgement: Judgement,
    removal: Removal | None,
    form: MotionForm | MotionAnswerForm,
    refused: Refused | None,
) -> ResponseReturnValue:
    shown = render_template(
        "questionnaires/remove.html",
        judgement=judgement,
        round=judgement.result.round,
        removal=removal,
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
    )
    return shown, 422 if request.method == "POST" else 200
