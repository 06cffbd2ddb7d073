"""The worksheets of the internal and the external audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.audit import ContactForm, WorksheetForm
from forms.fields import add_error, fault
from models.nominations import Nomination
from operations import audits, nominations
from views import cases, loading, staged, survey_panel, typed, worksheet
from views.casefile import days_left
from views.customer_panel import Panel, panel
from views.guards import colleague
from views.sealing import sealer
from words.days import clock_time
from words.refusals import sentence
from workflow.pathway import Offer
from workflow.refusal import Refused
from workflow.vocabulary import JUDGE, Action, Channel, Stage

bp = Blueprint("audits", __name__, url_prefix="/cases")


@bp.route("/<number>/internal-audit", methods=["GET", "POST"])
@colleague
def internal(number: str) -> ResponseReturnValue:
    """Did it happen? A verdict on each claim beside its evidence, then the decision."""
    nomination = loading.nomination_or_404(number)
    form = worksheet.form_for(nomination)
    refused, kept = None, {}
    if request.method == "GET" or not form.validate():
        kept = worksheet.keep_files(nomination, form)
    elif worksheet.attach(nomination, form):
        answer = worksheet.record(nomination, form, request.form.get("do", "keep"))
        if not isinstance(answer, Refused):
            return answer
        refused = answer
    if request.method == "POST":
        nomination = loading.nomination_or_404(number)
    beside = worksheet.beside(nomination) | {"kept": kept}
    return _sheet("audits/internal.html", nomination, Stage.INTERNAL_AUDIT, form, refused, beside)


@bp.post("/<number>/internal-audit/files")
@colleague
def attach(number: str) -> ResponseReturnValue:
    """Take one file of an auditor's own; the page's script sends each as soon as it is picked."""
    nomination = loading.nomination_or_404(number)
    return staged.answer(loading.work_refusal(nomination, Stage.INTERNAL_AUDIT))


@bp.route("/<number>/external-audit", methods=["GET", "POST"])
@colleague
def external(number: str) -> ResponseReturnValue:
    """Did the customer perceive it? Each attempt to ask is logged, then the decision."""
    nomination = loading.nomination_or_404(number)
    form = survey_panel.form_for(nomination)
    refused = None
    if request.method == "POST" and form.validate():
        place = cases.place_of(nomination)
        refused = _log_contact(nomination, form)
        if refused is None and request.form.get("do") != Action.APPROVE:
            flash(_("The attempt is logged."), "success")
            return redirect(url_for("audits.external", number=number), code=303)
        if refused is None:
            refused = _pass_on(number)
            if refused is None:
                return cases.after(number, Stage.EXTERNAL_AUDIT, Action.APPROVE, place)
            flash(_("The attempt is logged."), "success")
            form = survey_panel.form_for(loading.nomination_or_404(number), formdata=None)
        if refused.message in ("marks_missing", "survey_without_marks"):
            add_error(form.marks, sentence(refused))
        nomination = loading.nomination_or_404(number)
    return _external_sheet(nomination, form, panel(nomination), refused)


@bp.post("/<number>/worksheet")
@colleague
def autosave(number: str) -> ResponseReturnValue:
    """Keep what is typed on either worksheet until it is recorded."""
    nomination = loading.nomination_or_404(number)
    stage = nomination.stage
    internal = stage is Stage.INTERNAL_AUDIT
    form = worksheet.form_for(nomination) if internal else survey_panel.form_for(nomination)
    form.validate()
    answers = {
        field.name: field.data
        for field in form
        if field.data and not field.errors and field.type != "FileField"
    }
    for sealed in survey_panel.in_their_words(nomination):  # never kept in the open
        answers.pop(sealed, None)
    answers.pop("csrf_token", None)
    try:
        audits.keep_worksheet(
            person_id=current_user.id,
            number=number,
            stage=stage if stage is Stage.INTERNAL_AUDIT else Stage.EXTERNAL_AUDIT,
            answers=answers,
            version=request.form.get("version", type=int),
        )
    except Refused as refused:
        return jsonify(message=sentence(refused)), 422
    if wrong := fault(form):
        return jsonify(message=wrong), 422
    return jsonify(saved=clock_time(clock.now()))


def _log_contact(nomination: Nomination, form: ContactForm) -> Refused | None:
    try:
        audits.log_contact(
            person_id=current_user.id,
            number=nomination.number,
            channel=Channel(form.channel.data),
            outcome=form.outcome_word(),
            marks=int(form.marks.data) if form.marks.data else None,
            note=form.note.data or "",
            request=loading.sent_request(),
            answers=survey_panel.answers_of(nomination, form),
            sealer=sealer(),
        )
    except Refused as refused:
        return refused
    return None


def _pass_on(number: str) -> Refused | None:
    """Approve with what was logged just now; a key of its own tells the two acts apart."""
    sent = loading.sent_request()
    try:
        nominations.decide(
            person_id=current_user.id,
            number=number,
            action=Action.APPROVE,
            request=replace(sent, key=f"{sent.key}-on" if sent.key else None),
        )
    except Refused as refused:
        return refused
    return None


def external_page(
    nomination: Nomination, customer: Panel, refused: Refused | None = None
) -> ResponseReturnValue:
    """The external worksheet in answer to what was done about its customer."""
    form = survey_panel.form_for(nomination, formdata=None)
    return _external_sheet(nomination, form, customer, refused)


def _external_sheet(
    nomination: Nomination, form: ContactForm, customer: Panel, refused: Refused | None
) -> ResponseReturnValue:
    asking = survey_panel.panel(nomination, customer.customer)
    beside = {"customer": customer, "asking": asking}
    return _sheet("audits/external.html", nomination, Stage.EXTERNAL_AUDIT, form, refused, beside)


def _sheet(
    template: str,
    nomination: Nomination,
    stage: Stage,
    form: WorksheetForm | ContactForm,
    refused: Refused | None,
    beside: Mapping[str, Any],
) -> ResponseReturnValue:
    case, barred = loading.snapshot(nomination), loading.work_refusal(nomination, stage)
    if not loading.actor(nomination).has(JUDGE[stage], case) and refused is None:
        return redirect(url_for("cases.show", number=nomination.number), code=303)
    page = render_template(
        template,
        nomination=nomination,
        form=form,
        barred=barred,
        refused=refused,
        offers=_judgements(nomination),
        contact=case.contact,
        days=days_left(nomination.due_at, clock.now()),
        request_key=loading.new_request_key(),
        typed=typed.texts(typed.of_request()) if barred else [],
        **beside,
    )
    customer: Panel | None = beside.get("customer")
    shown = request.method == "GET" or (customer is not None and customer.details is not None)
    return page, 200 if shown else 422


def _judgements(nomination: Nomination) -> dict[str, Offer]:
    return {
        offer.move.action.value: offer
        for offer in loading.offers(nomination)
        if offer.move.action in cases.JUDGEMENTS
    }
