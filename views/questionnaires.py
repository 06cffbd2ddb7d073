"""Questionnaires for staff: what is open, the form, and what came of those that are counted."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.questionnaires import AnswerForm, OfficialAnswerForm, answer_form
from models import questionnaires as stored
from models.base import db
from models.paging import page
from models.questionnaires import Round
from models.removals import whole_rounds
from operations import ballots as operations
from operations import questionnaires as answering
from operations import removals
from operations.questionnaires import AnsweredMeanwhile
from views import loading
from views.access_log import unlogged
from views.addresses import address, key
from views.casefile import day_counter
from views.guards import colleague, holds
from views.language import current
from views.questionnaire_results import compared, rates, shown
from views.sealing import sealer
from views.unsent import nameless
from workflow.refusal import Refused
from workflow.vocabulary import Duty, RoundState

bp = Blueprint("questionnaires", __name__, url_prefix="/questionnaires")

PER_PAGE = 20


@bp.get("/")
@colleague
def index() -> str:
    """What is open now, then what came of earlier ones, the newest first."""
    now = clock.now()
    found = page(
        stored.counted(),
        Round.id,
        before=key("newer"),
        after=key("older"),
        size=PER_PAGE,
        descending=True,
    )
    mine = {round_.id for round_ in stored.open_for(current_user, now)}
    return render_template(
        "questionnaires/index.html",
        open=db.session.scalars(stored.open_rounds(now)).all(),
        mine=mine,
        taken=stored.rounds_taken(current_user.id),
        page=found,
        now=now,
        days=day_counter(now),
        address=lambda **places: address("questionnaires.index", places),
    )


@bp.get("/<int(max=2147483647):round_id>")
@colleague
def show(round_id: int) -> ResponseReturnValue:
    """One round: its form while it is open, its results from then on."""
    round_ = _round(round_id)
    if round_.result is not None:
        return _results(round_, OfficialAnswerForm())
    return _open(round_, answer_form(round_.asked, current().value))


@bp.post("/<int(max=2147483647):round_id>")
@colleague
@nameless
@unlogged
def take_part(round_id: int) -> ResponseReturnValue:
    """Put the reader's answers into the box; what they answered is not kept with who they are."""
    round_ = _round(round_id)
    form = answer_form(round_.asked, current().value)
    if not form.validate_on_submit():
        return _open(round_, form), 422
    try:
        operations.take_part(
            person_id=current_user.id,
            round_id=round_id,
            answers=form.answers(),
            sealer=sealer(),
        )
    except Refused as refused:
        return _open(_round(round_id), form, refused), 422
    flash(
        _("Thank you. Your answers are in the box, and nobody can tell which are yours."), "success"
    )
    return redirect(url_for("questionnaires.show", round_id=round_id), code=303)


@bp.post("/<int(max=2147483647):round_id>/answer")
@holds(Duty.SCHEME_MANAGER)
def answer(round_id: int) -> ResponseReturnValue:
    """Answer the results officially."""
    round_, form = _round(round_id), OfficialAnswerForm()
    if round_.result is None:
        abort(404)
    if not form.validate_on_submit():
        return _results(round_, form), 422
    try:
        answering.answer(
            person_id=current_user.id,
            round_id=round_id,
            body=form.body.data or "",
            request=loading.sent_request(),
        )
    except Refused as refused:
        return _results(_round(round_id), form, refused=refused), 422
    except AnsweredMeanwhile:
        return _results(_round(round_id), form, overtaken=True), 409
    flash(_("The answer is on record."), "success")
    return redirect(url_for("questionnaires.show", round_id=round_id), code=303)


def _round(round_id: int) -> Round:
    return db.first_or_404(whole_rounds().where(Round.id == round_id))


def _open(round_: Round, form: AnswerForm, refused: Refused | None = None) -> str:
    now = clock.now()
    return render_template(
        "questionnaires/open.html",
        round=round_,
        form=form,
        state=round_.state(now),
        asked=stored.is_asked(round_, current_user),
        taken=stored.has_taken_part(round_.id, current_user.id),
        is_open=round_.state(now) is RoundState.OPEN,
        refused=refused,
        days=day_counter(now)(round_.closes_at),
    )


def _results(
    round_: Round,
    form: OfficialAnswerForm,
    *,
    refused: Refused | None = None,
    overtaken: bool = False,
) -> str:
    now = clock.now()
    earlier = stored.earlier(round_)
    manages = Duty.SCHEME_MANAGER in current_user.duties(now, round_.questionnaire.award_id)
    return render_template(
        "questionnaires/results.html",
        round=round_,
        result=round_.result,
        state=round_.state(now),
        parts=shown(round_, current().value),
        rates=rates([*earlier, round_]),
        compared=compared([*earlier, round_], current().value),
        form=form,
        may_answer=manages,
        may_remove=removals.may_ask(current_user, now, round_.questionnaire.award_id),
        refused=refused,
        overtaken=overtaken,
        manager=Duty.SCHEME_MANAGER,
        request_key=loading.new_request_key(),
    )
