"""Appeals against a rejection: made by those it concerns, judged by an arbiter."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters.evidence import File, accept
from config import Settings
from forms.voices import AppealForm, ResolutionForm
from models.appeals import evidence_of
from models.decisions import Decision, decisions_on
from models.nominations import Nomination
from operations import appeals, evidence
from views import loading
from views.evidence import store
from views.guards import colleague, holds
from words.labels import label
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Stage

bp = Blueprint("appeals", __name__, url_prefix="/cases/<number>/appeal")


@bp.route("", methods=["GET", "POST"])
@colleague
def new(number: str) -> ResponseReturnValue:
    """Appeal, once, with grounds."""
    nomination = loading.nomination_or_404(number)
    form, refused = AppealForm(), _refusal(nomination, Action.APPEAL)
    if form.validate_on_submit():
        try:
            appeals.lodge(
                person_id=current_user.id,
                number=number,
                grounds=form.grounds.data,
                references=_references(form),
                files=_kept_files() if refused is None else [],
                request=loading.sent_request(),
            )
        except Refused as error:
            refused = error
            nomination = loading.nomination_or_404(number)
        else:
            flash(_("Your appeal is on record. An arbiter will read it."), "success")
            return redirect(url_for("cases.show", number=number), code=303)
    return _asked("appeals/new.html", nomination, form, refused)


def _references(form: AppealForm) -> list[str]:
    lines = (line.strip() for line in (form.references.data or "").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def _kept_files() -> list[File]:
    """The files that came along, accepted and in the store; raises Refused."""
    settings: Settings = current_app.config["SETTINGS"]
    sent = [file for file in request.files.getlist("files") if file.filename]
    if len(sent) > appeals.PIECES_AT_MOST:
        raise Refused("too_much_appeal_evidence", most=appeals.PIECES_AT_MOST)
    files = [accept(one.filename or "", one.stream.read(), settings.max_file_mb) for one in sent]
    for file in files:
        evidence.keep(store(), file)
    return files


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
) -> ResponseReturnValue:
    decisions = decisions_on(nomination)
    page = render_template(
        template,
        nomination=nomination,
        contested=_last(decisions, lambda one: one.dest is Stage.REJECTED),
        appeal=_last(decisions, lambda one: one.action is Action.APPEAL),
        shown=evidence_of(nomination),
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
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
