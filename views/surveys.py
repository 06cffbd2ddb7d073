"""The auditor's side of surveys: a link sent or made to copy, and the customer's words released."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from adapters.sealing import Unsealable
from forms.fields import add_error
from forms.survey import InvitationForm, ReleaseForm
from models import contacts
from models.customers import customer_of
from models.nominations import Nomination
from models.surveys import CustomerWords, links_on, second_contact_of, words_on
from operations import surveys
from operations.surveys import Invitation
from views import loading
from views.guards import colleague
from views.sealing import sealer
from words.refusals import sentence
from words.surveys import asked_as
from workflow.refusal import Refused
from workflow.surveys import asked, questions, redacted
from workflow.vocabulary import Channel, Stage, SurveyWay

bp = Blueprint("surveys", __name__, url_prefix="/cases")


@bp.route("/<number>/survey", methods=["GET", "POST"])
@colleague
def invite(number: str) -> ResponseReturnValue:
    """Mail the customer a private link, or make one to hand over; the copied one shows once."""
    nomination = loading.nomination_or_404(number)
    barred = loading.work_refusal(nomination, Stage.EXTERNAL_AUDIT)
    earlier = links_on(nomination)
    form = InvitationForm(about=earlier[-1].about.text if earlier and not barred else None)
    refused = None
    if request.method == "POST" and (form.validate() or barred):
        answer = _invite(nomination, form)
        if not isinstance(answer, Refused):
            return answer
        refused = answer
        if refused.message == "survey_about_missing":
            add_error(form.about, sentence(refused))
        nomination = loading.nomination_or_404(number)
    customer = customer_of(nomination)
    occasion = contacts.occasion(second_contact_of(nomination), clock.now())
    language = customer.language.value if customer else "en"
    every = asked(questions(nomination.award.survey_questions), occasion)
    page = render_template(
        "surveys/invite.html",
        nomination=nomination,
        form=form,
        barred=barred,
        refused=refused,
        customer=customer,
        occasion=occasion,
        lasts=surveys.LASTS.days,
        wording=[asked_as(question, language) for question in every],
        request_key=loading.new_request_key(),
    )
    return page, 422 if request.method == "POST" else 200


@bp.route("/<number>/words/<int:words_id>", methods=["GET", "POST"])
@colleague
def release(number: str, words_id: int) -> ResponseReturnValue:
    """What the customer said, beside the wording that the archive may show."""
    nomination = loading.nomination_or_404(number)
    barred = contacts.words_refusal(
        loading.snapshot(nomination), loading.actor(nomination), clock.now()
    )
    words = next((each for each in words_on(nomination) if each.id == words_id), None)
    if barred is not None or words is None:
        return redirect(url_for("cases.show", number=number), code=303)
    known, refused = _original(words), None
    form = ReleaseForm(text=_draft(words, known["original"]))
    if request.method == "POST" and form.validate():
        answer = _release(nomination, words, form)
        if not isinstance(answer, Refused):
            return answer
        refused = answer
        nomination = loading.nomination_or_404(number)
        words = next(each for each in words_on(nomination) if each.id == words_id)
    page = render_template(
        "surveys/release.html",
        nomination=nomination,
        words=words,
        form=form,
        refused=refused,
        request_key=loading.new_request_key(),
        **known,
    )
    return page, 422 if request.method == "POST" else 200


def _invite(nomination: Nomination, form: InvitationForm) -> ResponseReturnValue | Refused:
    copied = request.form.get("do") == SurveyWay.COPIED
    invitation = Invitation(
        way=SurveyWay.COPIED if copied else SurveyWay.MAIL,
        channel=Channel(form.channel.data) if copied and form.channel.data else Channel.EMAIL,
        about=form.about.data or "",
    )
    number = nomination.number
    try:
        token = surveys.invite(
            person_id=current_user.id,
            number=number,
            invitation=invitation,
            sealer=sealer(),
            request=loading.sent_request(),
        )
    except Refused as refused:
        return refused
    except Unsealable:
        return Refused("customer_key_missing")
    if token is not None:
        link = url_for("survey.answer", token=token, _external=True)
        nomination = loading.nomination_or_404(number)
        return render_template("surveys/copy.html", nomination=nomination, link=link)
    if copied:
        flash(_("This link was made and shown before. It is not shown twice."), "info")
    else:
        flash(_("The survey is on its way to the customer."), "success")
    return redirect(desk(nomination), code=303)


def _release(
    nomination: Nomination, words: CustomerWords, form: ReleaseForm
) -> ResponseReturnValue | Refused:
    try:
        surveys.release(
            person_id=current_user.id,
            number=nomination.number,
            words_id=words.id,
            text=form.text.data or "",
            request=loading.sent_request(),
        )
    except Refused as refused:
        return refused
    flash(_("The wording is released; the archive shows it with the case."), "success")
    return redirect(desk(nomination), code=303)


def desk(nomination: Nomination) -> str:
    """Where the customer's part of the case stands."""
    return url_for("audits.external", number=nomination.number) + "#contacts"


def _draft(words: CustomerWords, original: object) -> str | None:
    """What to begin with: the wording released before, else the original less its numbers."""
    if words.released is not None:
        return words.released.wording.text
    return redacted(original) if isinstance(original, str) else None


def _original(words: CustomerWords) -> dict[str, object]:
    """The text, and whether it is what the ledger committed to."""
    try:
        text = surveys.read_words(words, sealer())
    except Unsealable:
        return {"original": None, "genuine": False, "closed": True}
    genuine = text is None or words.is_what_was_said(text)
    return {"original": text, "genuine": genuine, "closed": False}
