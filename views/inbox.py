"""What the reader was told, the newest first."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from models import outbox
from models.outbox import Message
from models.paging import page
from operations import authorship, inbox
from views.addresses import key
from views.filters import local
from views.guards import colleague
from views.sealing import sealer
from words.messages import told

bp = Blueprint("inbox", __name__, url_prefix="/inbox")

UP_THE_LINE = ("case_overdue",)  # of a case that a judge's manager has no part in
OF_BONDS = ("bond_declared", "judge_barred")
OF_SCORES = ("result_corrected",)
PLACES = {
    "feedback": ("feedback.show", "feedback_id"),
    "questionnaire": ("questionnaires.show", "round_id"),
    "removal": ("removals.answer", "removal_id"),
    "receipt": ("receipts.show", "seq"),
}


@bp.get("/")
@colleague
def index() -> str:
    """The reader's messages."""
    found = page(
        outbox.messages_of(current_user.id),
        Message.id,
        before=key("before"),
        after=key("after"),
        descending=True,
    )
    return render_template(
        "inbox/index.html",
        page=found,
        messages=[(message, *_said(message)) for message in found.rows],
        news=authorship.news(current_user, sealer()),
    )


@bp.get("/<int:message_id>")
@colleague
def read(message_id: int) -> ResponseReturnValue:
    """Go to what a message is about; it counts as read from now on."""
    message = outbox.message_of(current_user.id, message_id)
    target = _target(message) if message else url_for("inbox.index")
    if message:
        inbox.mark_read(person_id=current_user.id, message_id=message_id)
    return redirect(target, code=303)


@bp.post("/read")
@colleague
def read_all() -> ResponseReturnValue:
    """Nothing is new any more."""
    inbox.mark_read(person_id=current_user.id)
    return redirect(url_for("inbox.index"), code=303)


def _said(message: Message) -> tuple[str, str]:
    """Subject and sentence in the reader's language."""
    nomination = message.nomination
    case = {}
    if nomination:
        case = {"number": nomination.number, "award": local(nomination.award.names)}
    return told(message.kind, message.values, case)


def _target(message: Message) -> str:
    if message.kind in OF_SCORES:
        return url_for("scores.mine", _anchor="corrected")
    if message.kind in OF_BONDS:
        return url_for("bonds.index")
    if message.kind in UP_THE_LINE:
        return url_for("inbox.index")
    if message.nomination:
        return url_for("cases.show", number=message.nomination.number)
    if message.kind == "archive_news":
        return url_for("archive.index", **message.values["given"])
    for name, (endpoint, argument) in PLACES.items():
        if name in message.values and endpoint in current_app.view_functions:
            return url_for(endpoint, **{argument: message.values[name]})
    return url_for("inbox.index")
