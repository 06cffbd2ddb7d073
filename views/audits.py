"""The worksheets of the internal and the external audit."""

from __future__ import annotations

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.audit import ContactForm, WorksheetForm, worksheet_form
from forms.fields import add_error
from models import worksheets
from models.decisions import contacts_on
from models.nominations import Nomination
from operations import audits, nominations
from operations.audits import Found
from views import cases, loading
from views.casefile import days_left
from views.guards import colleague
from words.days import clock_time
from words.refusals import sentence
from workflow.pathway import Offer
from workflow.pathways.sideways import JUDGE
from workflow.refusal import Refused
from workflow.vocabulary import Action, Channel, ContactOutcome, Stage, Verdict

bp = Blueprint("audits", __name__, url_prefix="/cases")


@bp.route("/<number>/internal-audit", methods=["GET", "POST"])
@colleague
def internal(number: str) -> ResponseReturnValue:
    """Did it happen? A verdict on each claim beside its evidence, then the decision."""
    nomination = loading.nomination_or_404(number)
    form = _worksheet(nomination)
    refused = None
    if request.method == "POST" and form.validate():
        answer = _keep_verdicts(nomination, form, request.form.get("do", "keep"))
        if not isinstance(answer, Refused):
            return answer
        refused = answer
        nomination = loading.nomination_or_404(number)
    return _sheet("audits/internal.html", nomination, Stage.INTERNAL_AUDIT, form, refused)


@bp.route("/<number>/external-audit", methods=["GET", "POST"])
@colleague
def external(number: str) -> ResponseReturnValue:
    """Did the customer perceive it? Each attempt to ask is logged, then the decision."""
    nomination = loading.nomination_or_404(number)
    kept = worksheets.answers(nomination, current_user.id)
    form = ContactForm(data=kept)
    refused = None
    if request.method == "POST" and form.validate():
        refused = _log_contact(nomination, form)
        if refused is None:
            flash(_("The attempt is logged."), "success")
            return redirect(url_for("audits.external", number=number), code=303)
        if refused.message == "marks_missing":
            add_error(form.marks, sentence(refused))
        nomination = loading.nomination_or_404(number)
    return _sheet("audits/external.html", nomination, Stage.EXTERNAL_AUDIT, form, refused)


@bp.post("/<number>/worksheet")
@colleague
def autosave(number: str) -> ResponseReturnValue:
    """Keep what is typed on either worksheet until it is recorded."""
    nomination = loading.nomination_or_404(number)
    stage = nomination.stage
    form = _worksheet(nomination) if stage is Stage.INTERNAL_AUDIT else ContactForm()
    form.validate()
    answers = {field.name: field.data for field in form if field.data and not field.errors}
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
    return jsonify(saved=clock_time(clock.now()))


def _keep_verdicts(
    nomination: Nomination, form: WorksheetForm, do: str
) -> ResponseReturnValue | Refused:
    """Record the verdicts given, then go on to the decision that was asked for."""
    number, me = nomination.number, current_user.id
    findings = [
        Found(claim.id, Verdict(form.verdict(claim.id).data), form.note(claim.id).data or "")
        for claim in nomination.claims
        if form.verdict(claim.id).data
    ]
    try:
        audits.record_findings(
            person_id=me,
            number=number,
            findings=findings,
            version=loading.sent_request().version,
        )
        if do == Action.APPROVE:
            nominations.decide(
                person_id=me,
                number=number,
                action=Action.APPROVE,
                request=loading.sent_request(),
            )
            return cases.after(number, Stage.INTERNAL_AUDIT, Action.APPROVE)
    except Refused as refused:
        return refused
    if do in (Action.RETURN, Action.REJECT):
        return redirect(url_for("cases.act", number=number, action=do), code=303)
    flash(_("Your verdicts are recorded."), "success")
    return redirect(url_for("audits.internal", number=number), code=303)


def _log_contact(nomination: Nomination, form: ContactForm) -> Refused | None:
    try:
        audits.log_contact(
            person_id=current_user.id,
            number=nomination.number,
            channel=Channel(form.channel.data),
            outcome=ContactOutcome(form.outcome.data),
            marks=int(form.marks.data) if form.marks.data else None,
            note=form.note.data or "",
            request=loading.sent_request(),
        )
    except Refused as refused:
        return refused
    return None


def _worksheet(nomination: Nomination) -> WorksheetForm:
    """The verdicts recorded so far, over them what is kept unrecorded, over that what was sent."""
    data: dict[str, str] = {}
    for claim in nomination.claims:
        if claim.finding is not None:
            data[f"verdict_{claim.id}"] = claim.finding.verdict.value
            data[f"note_{claim.id}"] = claim.finding.note.text or ""
    kept = worksheets.answers(nomination, current_user.id)
    claims = [(claim.id, claim.position) for claim in nomination.claims]
    return worksheet_form(claims)(data=data | kept)


def _sheet(
    template: str,
    nomination: Nomination,
    stage: Stage,
    form: WorksheetForm | ContactForm,
    refused: Refused | None,
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
        contacts=contacts_on(nomination) if barred is None else [],
        days=days_left(nomination.due_at, clock.now()),
        request_key=loading.new_request_key(),
    )
    return page, 422 if request.method == "POST" else 200


def _judgements(nomination: Nomination) -> dict[str, Offer]:
    return {
        offer.move.action.value: offer
        for offer in loading.offers(nomination)
        if offer.move.action in cases.JUDGEMENTS
    }
