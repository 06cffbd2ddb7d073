"""The customer's page: one private link, a few questions, one answer. It needs no session.

Nothing changes by looking, however often and by whomever: an answer is a POST that carries the
token of a form which this page has made. Cookies play no part, so that old phones and mail
programs can answer; the private link itself says who may.
"""

from __future__ import annotations

from flask import (
    Blueprint,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug import Response

from adapters import clock
from adapters.sealing import Sealer
from forms.survey import SurveyForm, survey_form
from models import scheme
from models.surveys import SurveyLink, link_by_token
from operations import guesses, surveys
from operations.surveys import LinkOver
from views.guards import public
from views.language import COOKIE, current, spoken
from words.refusals import sentence
from words.surveys import HEADINGS, WHAT_FOR, WHY, occasion_of_contact, organisation
from workflow.refusal import Refused

bp = Blueprint("survey", __name__)

PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@bp.route("/survey/<path:token>", methods=["GET", "POST"])
@public
def answer(token: str) -> ResponseReturnValue:
    """Ask, and take the answer once. Unknown and malformed links look the same."""
    link = link_by_token(token)
    chosen = spoken(request.values.get("lang")) or spoken(request.cookies.get(COOKIE))
    language = chosen or (link.language if link else current())
    with force_locale(language.value):
        if link is None or not link.is_open(clock.now()):
            return _over(token, link)
        form = survey_form(link.asked, language.value)(request.form)
        if request.method == "POST":
            return _take(token, link, form)
        return _page(token, link, form)


def _take(token: str, link: SurveyLink, form: SurveyForm) -> ResponseReturnValue:
    if not _is_ours(link):
        return _page(token, link, form, _("Please send it once more from this page."), 400)
    if not form.validate():
        return _page(token, link, form, status=422)
    sealer: Sealer = current_app.config["SEALER"]
    try:
        surveys.answer(token=token, answers=form.answers(), sealer=sealer)
    except Refused as refused:
        return _page(token, link, form, refused=sentence(refused), status=422)
    except LinkOver:
        return _over(token, link_by_token(token))
    return redirect(url_for("survey.answer", token=token, lang=current().value), code=303)


def _page(
    token: str, link: SurveyLink, form: SurveyForm, refused: str = "", status: int = 200
) -> Response:
    case, language = link.nomination, current().value
    page = render_template(
        "survey/ask.html",
        token=token,
        link=link,
        form=form,
        asked=[(question, form[f"q_{question.key}"]) for question in link.asked],
        refused=refused,
        form_token=_signer().dumps(link.id),
        who=_organisation(language),
        heading=HEADINGS[link.occasion],
        why=WHY[link.occasion],
        what_for=WHAT_FOR,
        met=occasion_of_contact(case.happened_on, case.channel, language),
    )
    return _private(page, status)


def _over(token: str, link: SurveyLink | None) -> Response:
    """Kind words for a link that cannot be answered: answered, ended, or none of ours."""
    answered = link is not None and link.attempt is not None and link.attempt.is_answer
    guessed = link is None and not _may_look_on()
    page = render_template(
        "survey/over.html",
        token=token if link else None,
        answered=answered,
        ended=link is not None and not answered,
        guessed=guessed,
        who=_organisation(current().value) if link else "",
    )
    if guessed:
        answer = _private(page, 429)
        answer.retry_after = guesses.WINDOW.seconds
        return answer
    return _private(page, 200 if answered else 410 if link else 404)


def _may_look_on() -> bool:
    """Whether few enough links that lead nowhere were asked for from this address."""
    mark = guesses.marked(request.remote_addr or "", str(current_app.secret_key))
    return guesses.note(mark)


def _private(page: str, status: int) -> Response:
    response = make_response(page, status)
    response.headers.update(PRIVATE)
    return response


def _is_ours(link: SurveyLink) -> bool:
    """Whether the form that was sent is one that this page made for this link."""
    try:
        return bool(_signer().loads(request.form.get("form", "")) == link.id)
    except BadSignature:
        return False


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="survey")


def _organisation(language: str) -> str:
    terms = scheme.scheme()
    return organisation(terms.organisation, terms.names, language)


@bp.record_once
def _need_no_cookie(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(answer)
