"""Feedback on the scheme: what colleagues say, what they are answered, and what waits."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.voices import FeedbackForm, ReplyForm
from models import feedback as stored
from models import scheme
from models.base import db
from models.feedback import Feedback, Reply
from models.paging import page
from operations import feedback as operations
from operations.feedback import Answered
from views import loading
from views.addresses import address, key
from views.casefile import day_counter, days_left
from views.filters import local
from views.guards import colleague, holds
from words.labels import label
from workflow.deadlines import last_day
from workflow.refusal import Refused
from workflow.vocabulary import Duty, FeedbackState

bp = Blueprint("feedback", __name__, url_prefix="/feedback")


@bp.get("/")
@colleague
def index() -> str:
    """Everything that colleagues have said, newest first, by what became of it."""
    state = next((state for state in FeedbackState if state == request.args.get("state")), None)
    query = stored.threads()
    if state is not None:
        query = query.where(Feedback.state == state)
    found = page(
        query,
        Feedback.id,
        before=key("newer"),
        after=key("older"),
        size=20,
        descending=True,
    )
    return render_template(
        "feedback/index.html",
        page=found,
        state=state,
        tab_items=_tabs(state),
        address=lambda **places: address("feedback.index", {"state": state, **places}),
        days=day_counter(clock.now()),
    )


@bp.route("/new", methods=["GET", "POST"])
@colleague
def new() -> ResponseReturnValue:
    """Say something on the scheme, or on one award."""
    awards = db.session.scalars(scheme.catalogue()).all()
    form = FeedbackForm.asking((award.key, local(award.names)) for award in awards)
    if request.method == "GET":
        form.award.data = request.args.get("award", "")
    if form.validate_on_submit():
        chosen = next((award.id for award in awards if award.key == form.award.data), None)
        feedback_id = operations.post(
            person_id=current_user.id,
            award_id=chosen,
            subject=form.subject.data,
            body=form.body.data,
            request_key=loading.sent_request().key,
        )
        flash(_("Thank you. Your feedback waits for its answer."), "success")
        return redirect(url_for("feedback.show", feedback_id=feedback_id), code=303)
    shown = render_template(
        "feedback/new.html",
        form=form,
        days=scheme.scheme().feedback_days,
        request_key=loading.new_request_key(),
    )
    return shown, 422 if request.method == "POST" else 200


@bp.get("/<int(max=2147483647):feedback_id>")
@colleague
def show(feedback_id: int) -> ResponseReturnValue:
    """One opinion with its answers; scheme managers answer here."""
    return _thread(feedback_id, ReplyForm.asking())


@bp.post("/<int(max=2147483647):feedback_id>")
@holds(Duty.SCHEME_MANAGER)
def answer(feedback_id: int) -> ResponseReturnValue:
    """Answer officially."""
    form = ReplyForm.asking()
    if not form.validate_on_submit():
        return _thread(feedback_id, form), 422
    try:
        operations.answer(
            person_id=current_user.id,
            feedback_id=feedback_id,
            state=FeedbackState(form.state.data),
            body=form.body.data,
            request=loading.sent_request(),
        )
    except Refused as refused:
        return _thread(feedback_id, form, refused=refused), 422
    except Answered as answered:
        meanwhile = db.session.get_one(Reply, answered.reply_id)
        return _thread(feedback_id, form, meanwhile=meanwhile), 409
    flash(_("The answer is on record."), "success")
    return redirect(url_for("feedback.show", feedback_id=feedback_id), code=303)


def _thread(
    feedback_id: int,
    form: ReplyForm,
    *,
    refused: Refused | None = None,
    meanwhile: Reply | None = None,
) -> str:
    feedback = db.first_or_404(stored.threads().where(Feedback.id == feedback_id))
    now = clock.now()
    may_answer = Duty.SCHEME_MANAGER in current_user.duties(now, feedback.award_id)
    return render_template(
        "feedback/show.html",
        feedback=feedback,
        own=feedback.by_id == current_user.id,
        may_answer=may_answer and feedback.by_id != current_user.id,
        form=form,
        refused=refused,
        meanwhile=meanwhile,
        now=now,
        days=days_left(feedback.due_at, now),
        last_day=last_day(feedback.due_at, scheme.scheme().zone),
        manager=Duty.SCHEME_MANAGER,
        request_key=loading.new_request_key(),
    )


def _tabs(chosen: FeedbackState | None) -> list[tuple[str, str, bool, int]]:
    counts = stored.counts()
    every = (_("All"), url_for("feedback.index"), chosen is None, sum(counts.values()))
    states = [
        (
            str(label(state)),
            url_for("feedback.index", state=state.value),
            state is chosen,
            counts.get(state, 0),
        )
        for state in FeedbackState
    ]
    return [every, *states]
