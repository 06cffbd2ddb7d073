"""Feedback on the scheme: what colleagues say, what they are answered, and what waits."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from adapters import clock
from config import Settings
from forms.feedback import CONFIDENTIAL, FeedbackForm, RemarkForm, ReplyForm
from forms.fields import add_error
from models import feedback as stored
from models import me_too, motions, scheme
from models.base import db
from models.feedback import Feedback, Reply
from models.feedback_changes import changes_of
from models.paging import page
from models.public_feedback import aim_of
from models.scheme import Award
from operations import authorship, feedback_changes
from operations import feedback as operations
from operations.feedback import Answered, Particulars
from operations.motions import is_let_in
from views import loading, staged
from views.addresses import address, key
from views.casefile import day_counter
from views.evidence import read_or_404, send
from views.feedback_aims import called, chosen, offered
from views.feedback_threads import link_form, thread_or_404
from views.feedback_threads import page as thread_page
from views.filters import local
from views.guards import colleague, holds
from views.sealing import sealer
from views.staged import Staged
from views.unsent import nameless
from words.labels import label
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty, FeedbackKind, FeedbackState

bp = Blueprint("feedback", __name__, url_prefix="/feedback")

OVERDUE = "overdue"


@bp.get("/")
@colleague
def index() -> str:
    """Everything that colleagues have said, newest first, by what became of it."""
    now = clock.now()
    asked = _asked()
    query = _fitting(asked)
    found = page(
        query,
        Feedback.id,
        before=key("newer"),
        after=key("older"),
        size=20,
        descending=True,
    )
    ids = [one.id for one in found.rows]
    awards = db.session.scalars(select(Award).order_by(Award.position, Award.id)).all()
    return render_template(
        "feedback/index.html",
        page=found,
        asked=asked,
        filtered=any(asked.values()),
        tab_items=_tabs(asked),
        kinds=[(kind.value, label(kind)) for kind in FeedbackKind],
        awards=[(award.key, local(award.names)) for award in awards],
        aim=lambda one: called(aim_of(one)),
        joined=me_too.counts(ids),
        changed=changes_of(ids),
        address=lambda **places: address("feedback.index", {**asked, **places}),
        days=day_counter(now),
        now=now,
        news=_news(),
        waits=[one for one in motions.waiting() if is_let_in(one.feedback, current_user, now)],
    )


@bp.route("/new", methods=["GET", "POST"])
@colleague
@nameless
def new() -> ResponseReturnValue:
    """Say something on the scheme, an award, a rule, a cycle or a public case."""
    form = FeedbackForm.asking(offered())
    if request.method == "GET":
        form.about.data = _asked_about()
        form.case.data = request.args.get("case", "")[:40]
        form.kind.data = request.args.get("kind", "")
    valid, refused = form.validate_on_submit(), None
    files: list[Staged] = []
    if form.is_submitted():
        files = _staged(form)
    if valid and not form.errors:
        try:
            feedback_id = operations.post(**_given(form, files))
        except Refused as error:
            refused = error
        else:
            flash(_("Thank you. Your feedback waits for its answer."), "success")
            return redirect(url_for("feedback.show", feedback_id=feedback_id), code=303)
    settings: Settings = current_app.config["SETTINGS"]
    shown = render_template(
        "feedback/new.html",
        form=form,
        refused=refused,
        kept=files,
        max_file_mb=settings.max_file_mb,
        days=scheme.scheme().feedback_days,
        request_key=loading.new_request_key(),
    )
    return shown, 422 if request.method == "POST" else 200


@bp.post("/files")
@colleague
def attach() -> ResponseReturnValue:
    """Take one file for feedback; the page's script sends each as soon as it is picked."""
    return staged.answer(None)


@bp.get("/<int:feedback_id>")
@colleague
def show(feedback_id: int) -> ResponseReturnValue:
    """One thread; scheme managers answer here."""
    found = thread_or_404(feedback_id)
    if feedback_id in _news():
        authorship.read(feedback_id=feedback_id)
        found = thread_or_404(feedback_id)
    return thread_page(found)


@bp.post("/<int:feedback_id>")
@holds(Duty.SCHEME_MANAGER)
def answer(feedback_id: int) -> ResponseReturnValue:
    """Answer officially."""
    form = ReplyForm.asking()
    if not form.validate_on_submit():
        return thread_page(thread_or_404(feedback_id), reply=form), 422
    try:
        operations.answer(
            person_id=current_user.id,
            feedback_id=feedback_id,
            state=FeedbackState(form.state.data),
            body=form.body.data,
            request=loading.sent_request(),
            sealer=sealer(),
        )
    except Refused as refused:
        return thread_page(thread_or_404(feedback_id), reply=form, refused=refused), 422
    except Answered as answered:
        meanwhile = db.session.get_one(Reply, answered.reply_id)
        found = thread_or_404(feedback_id)
        return thread_page(found, reply=form, meanwhile=meanwhile), 409
    flash(_("The answer is on record."), "success")
    return redirect(url_for("feedback.show", feedback_id=feedback_id), code=303)


@bp.post("/<int:feedback_id>/remarks")
@colleague
@nameless
def remark(feedback_id: int) -> ResponseReturnValue:
    """Add to the thread."""
    form, refused = RemarkForm(), None
    if form.validate_on_submit():
        try:
            operations.remark(
                person_id=current_user.id,
                feedback_id=feedback_id,
                body=form.remark.data,
                request_key=loading.sent_request().key,
                sealer=sealer(),
            )
        except Refused as error:
            refused = error
        else:
            flash(_("Your remark stands in the thread."), "success")
            return redirect(url_for("feedback.show", feedback_id=feedback_id), code=303)
    return thread_page(thread_or_404(feedback_id), remark=form, refused=refused), 422


@bp.post("/<int:feedback_id>/me-too")
@colleague
def join(feedback_id: int) -> ResponseReturnValue:
    """Say "me too", or take it back."""
    try:
        if "take_back" in request.form:
            operations.leave(person_id=current_user.id, feedback_id=feedback_id)
        else:
            operations.join(person_id=current_user.id, feedback_id=feedback_id, sealer=sealer())
    except Refused as refused:
        return thread_page(thread_or_404(feedback_id), refused=refused), 422
    return redirect(url_for("feedback.show", feedback_id=feedback_id, _anchor="me-too"), code=303)


@bp.post("/<int:feedback_id>/changes")
@holds(Duty.SCHEME_MANAGER)
def link(feedback_id: int) -> ResponseReturnValue:
    """Name a change of the scheme that it has led to."""
    form, refused = link_form(), None
    if form.validate_on_submit():
        try:
            feedback_changes.name_change(
                person_id=current_user.id,
                feedback_id=feedback_id,
                change_id=int(form.change.data),
                request_key=loading.sent_request().key,
            )
        except Refused as error:
            refused = error
        else:
            flash(_("The change and the feedback name each other now."), "success")
            return redirect(url_for("feedback.show", feedback_id=feedback_id), code=303)
    return thread_page(thread_or_404(feedback_id), link=form, refused=refused), 422


@bp.get("/<int:feedback_id>/files/<digest>")
@colleague
def download(feedback_id: int, digest: str) -> Response:
    """A file that came with it, as an attachment that a browser saves and never runs."""
    file = stored.file_of(thread_or_404(feedback_id), digest)
    if file is None:
        abort(404)
    return send(file.media_type, read_or_404(digest), file.name.text or "")


def _asked() -> dict[str, str]:
    """The filters that the address asks for; what does not exist is as good as none."""
    states = (*(state.value for state in FeedbackState), OVERDUE)
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    return {
        "state": state if state in states else "",
        "kind": kind if kind in {each.value for each in FeedbackKind} else "",
        "award": request.args.get("award", "")[:64].replace("\x00", ""),
        "mine": "1" if request.args.get("mine") else "",
    }


def _fitting(asked: dict[str, str]) -> Any:
    query = stored.threads()
    if asked["state"] == OVERDUE:
        query = stored.is_late(query, clock.now())
    elif asked["state"]:
        query = query.where(Feedback.state == FeedbackState(asked["state"]), stored.is_kept())
    if asked["kind"]:
        query = query.where(Feedback.kind == FeedbackKind(asked["kind"]))
    if asked["award"]:
        query = query.where(Feedback.award.has(Award.key == asked["award"]))
    if asked["mine"]:
        sealed = authorship.own(current_user, sealer())
        query = query.where(or_(Feedback.by_id == current_user.id, Feedback.id.in_(sealed)))
    return query


def _news() -> set[int]:
    return authorship.news(current_user, sealer())


def _asked_about() -> str:
    award = request.args.get("award")
    return f"award:{award}" if award else request.args.get("about", "")


def _given(form: FeedbackForm, files: list[Staged]) -> dict[str, Any]:
    """The form's answers, as the operation takes them."""
    case = form.case.data or None
    aim = {} if case else chosen(form.about.data)
    more = Particulars(
        kind=FeedbackKind(form.kind.data),
        confidential=form.manner.data == CONFIDENTIAL,
        rule_id=aim.get("rule_id"),
        cycle_id=aim.get("cycle_id"),
        case=case,
        marks=int(form.marks.data) if form.marks.data else None,
        concerned=form.concerned.data or None,
        files=[one.file() for one in files],
    )
    return {
        "person_id": current_user.id,
        "award_id": aim.get("award_id"),
        "subject": form.subject.data,
        "body": form.body.data,
        "more": more,
        "request_key": loading.sent_request().key,
        "sealer": sealer(),
    }


def _staged(form: FeedbackForm) -> list[Staged]:
    """The files that came before the form and with it, in the store."""
    came = staged.sent("files")
    for upload in staged.chosen("files")[: operations.FILES_AT_MOST + 1]:
        try:
            came.append(staged.stage(upload))
        except Refused as refused:
            add_error(form.files, sentence(refused))
    files = list({one.sha256: one for one in came}.values())
    if len(files) > operations.FILES_AT_MOST:
        add_error(form.files, sentence(Refused("too_many_files", most=operations.FILES_AT_MOST)))
    return files


def _tabs(asked: dict[str, str]) -> list[tuple[str, str, bool, int]]:
    counts, late = stored.counts(), stored.late_count(clock.now())

    def tab(word: str, state: str, number: int) -> tuple[str, str, bool, int]:
        to = address("feedback.index", {**asked, "state": state})
        return word, to, asked["state"] == state, number

    states = [tab(str(label(each)), each.value, counts.get(each, 0)) for each in FeedbackState]
    return [
        tab(_("All"), "", counts[None]),
        states[0],
        tab(_("Overdue"), OVERDUE, late),
        *states[1:],
    ]
