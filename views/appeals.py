"""Appeals against a rejection: made by those it concerns, judged by an arbiter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from config import Settings
from forms.fields import add_error
from forms.voices import AppealForm, ResolutionForm
from models.appeals import evidence_of
from models.decisions import Decision, decisions_on
from models.nominations import Nomination
from operations import appeals
from views import loading, staged
from views.guards import colleague, holds
from views.staged import Staged
from words.labels import label
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Stage

bp = Blueprint("appeals", __name__, url_prefix="/cases/<number>/appeal")


@bp.route("", methods=["GET", "POST"])
@colleague
def new(number: str) -> ResponseReturnValue:
    """Appeal, once, with grounds."""
    nomination = loading.nomination_or_404(number)
    form, refused = AppealForm(), _refusal(nomination, Action.APPEAL)
    form.validate_on_submit()
    files: list[Staged] = []
    if form.is_submitted() and refused is None:
        try:
            files = _staged(form)
        except Refused as error:
            refused = error
    if form.is_submitted() and not form.errors and refused is None:
        try:
            appeals.lodge(
                person_id=current_user.id,
                number=number,
                grounds=form.grounds.data,
                references=_references(form),
                files=[one.file() for one in files],
                request=loading.sent_request(),
            )
        except Refused as error:
            refused = error
            nomination = loading.nomination_or_404(number)
        else:
            flash(_("Your appeal is on record. An arbiter will read it."), "success")
            return redirect(url_for("cases.show", number=number), code=303)
    return _asked("appeals/new.html", nomination, form, refused, kept=files)


def _references(form: AppealForm) -> list[str]:
    lines = (line.strip() for line in (form.references.data or "").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _staged(form: AppealForm) -> list[Staged]:
    """The files that came before the form and with it, in the store; raises Refused."""
    came, now = staged.sent("files"), staged.chosen("files")
    if len(came) + len(now) > appeals.PIECES_AT_MOST:
        raise Refused("too_much_appeal_evidence", most=appeals.PIECES_AT_MOST)
    for upload in now:
        try:
            came.append(staged.stage(upload))
        except Refused as refused:
            add_error(form.files, sentence(refused))
    return list({one.sha256: one for one in came}.values())


@bp.post("/files")
@colleague
def attach(number: str) -> ResponseReturnValue:
    """Take one file for an appeal; the page's script sends each as soon as it is picked."""
    return staged.answer(_refusal(loading.nomination_or_404(number), Action.APPEAL))


@bp.route("/resolution", methods=["GET", "POST"])
@holds(Duty.ARBITER)
def resolve(number: str) -> ResponseReturnValue:
    """Uphold an appeal or dismiss it."""
    nomination = loading.nomination_or_404(number)
    form = ResolutionForm.asking(Action.UPHOLD_APPEAL, Action.DISMISS_APPEAL)
    refused = _refusal(nomination, Action.UPHOLD_APPEAL)
    if form.validate_on_submit():
        try:
            appeals.resolve(
                person_id=current_user.id,
                number=number,
                uphold=form.upheld,
                sentence=form.sentence.data,
                request=loading.sent_request(),
            )
        except Refused as error:
            refused = error
            nomination = loading.nomination_or_404(number)
        else:
            action = Action.UPHOLD_APPEAL if form.upheld else Action.DISMISS_APPEAL
            flash(_("Done: %(act)s.", act=label(action)), "success")
            return redirect(url_for("cases.show", number=number), code=303)
    return _asked("appeals/resolve.html", nomination, form, refused)


def _asked(
    template: str,
    nomination: Nomination,
    form: AppealForm | ResolutionForm,
    refused: Refused | None,
    **beside: Any,
) -> ResponseReturnValue:
    decisions = decisions_on(nomination)
    settings: Settings = current_app.config["SETTINGS"]
    page = render_template(
        template,
        nomination=nomination,
        contested=_last(decisions, lambda one: one.dest is Stage.REJECTED),
        appeal=_last(decisions, lambda one: one.action is Action.APPEAL),
        shown=evidence_of(nomination),
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
        max_file_mb=settings.max_file_mb,
        **beside,
    )
    return page, 422 if request.method == "POST" else 200


def _last(decisions: list[Decision], wanted: Callable[[Decision], bool]) -> Decision | None:
    return next((one for one in reversed(decisions) if wanted(one)), None)


def _refusal(nomination: Nomination, action: Action) -> Refused | None:
    """Why the reader may not do this here; None when they may."""
    for offer in loading.offers(nomination):
        if offer.move.action is action:
            return offer.refused
    here = any(move.action is action for move in nomination.pathway.moves_from(nomination.stage))
    return Refused("not_your_part" if here else "not_at_this_stage", stage=nomination.stage.value)
