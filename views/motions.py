"""What two people do to feedback together: open its author's seal, or remove words."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.feedback import MotionAnswerForm, MotionForm
from models.base import db
from models.feedback import Feedback, Remark
from models.motions import Motion
from operations import motions
from views import loading
from views.addresses import key
from views.feedback_threads import thread_or_404
from views.guards import holds
from views.sealing import sealer
from workflow.refusal import Refused
from workflow.vocabulary import MotionKind

bp = Blueprint("motions", __name__, url_prefix="/feedback")

trusted = holds(*motions.TRUSTED)


@bp.route("/<int:feedback_id>/ask/<kind>", methods=["GET", "POST"])
@trusted
def ask(feedback_id: int, kind: str) -> ResponseReturnValue:
    """Ask a second person to agree that the seal is opened, or words removed."""
    found = thread_or_404(feedback_id)
    wanted = next((each for each in MotionKind if each == kind), None) or abort(404)
    remark = _remark(found)
    form, refused = MotionForm(), _refusal(found, wanted, remark)
    if refused is None and form.validate_on_submit():
        try:
            motions.ask(
                person_id=current_user.id,
                feedback_id=feedback_id,
                kind=wanted,
                reason=form.reason.data,
                sealer=sealer(),
                remark_id=remark.id if remark else None,
                request_key=loading.sent_request().key,
            )
        except Refused as error:
            refused = error
        else:
            flash(_("It waits for a second person now."), "success")
            return redirect(url_for("feedback.show", feedback_id=feedback_id), code=303)
    shown = render_template(
        "feedback/ask.html",
        feedback=found,
        kind=wanted,
        remark=remark,
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
    )
    return shown, 422 if request.method == "POST" else 200


@bp.route("/motions/<int:motion_id>", methods=["GET", "POST"])
@trusted
def answer(motion_id: int) -> ResponseReturnValue:
    """Agree as the second person, or leave it as it is."""
    motion = db.get_or_404(Motion, motion_id)
    if not motions.is_let_in(motion.feedback, current_user, clock.now()):
        abort(403)
    form, refused = MotionAnswerForm(), _answer_refusal(motion)
    if refused is None and form.validate_on_submit():
        agreed = "agree" in request.form
        asked = {
            "person_id": current_user.id,
            "motion_id": motion_id,
            "sealer": sealer(),
            "reason": form.reason.data or "",
            "request_key": loading.sent_request().key,
        }
        feedback_id = motion.feedback_id
        try:
            (motions.agree if agreed else motions.decline)(**asked)
        except Refused as error:
            refused = error
            motion = db.get_or_404(Motion, motion_id)
        else:
            flash(_("It is done.") if agreed else _("It stays as it is."), "success")
            return redirect(url_for("feedback.show", feedback_id=feedback_id), code=303)
    shown = render_template(
        "feedback/answer.html",
        motion=motion,
        feedback=motion.feedback,
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
    )
    return shown, 422 if request.method == "POST" else 200


def _remark(found: Feedback) -> Remark | None:
    """The one remark that it is about, where the address names one."""
    remark_id = key("remark")
    if remark_id is None:
        return None
    return next((each for each in found.remarks if each.id == remark_id), None) or abort(404)


def _refusal(found: Feedback, kind: MotionKind, remark: Remark | None) -> Refused | None:
    try:
        return motions.refusal(found, current_user, clock.now(), kind, remark, sealer())
    except Refused as refused:
        return refused


def _answer_refusal(motion: Motion) -> Refused | None:
    if motion.answer is not None:
        return Refused("motion_answered_already")
    if motion.by_id == current_user.id:
        return Refused("own_motion")
    return _refusal(motion.feedback, motion.kind, motion.remark)
