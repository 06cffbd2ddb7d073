"""What an award asks its customers, as scheme managers keep it."""

from __future__ import annotations

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forms.survey_terms import SurveyTermsForm, shown
from models import scheme as stored
from models.scheme_state import survey_state
from operations import survey_terms as operations
from views.editing import Page, edit, trail
from views.filters import local
from views.guards import holds
from workflow.surveys import questions
from workflow.vocabulary import Duty

bp = Blueprint("survey_terms", __name__, url_prefix="/manage/scheme")

BLANK_ROWS = 2


@bp.route("/awards/<key>/survey", methods=["GET", "POST"])
@holds(Duty.SCHEME_MANAGER)
def survey(key: str) -> ResponseReturnValue:
    """The questions that an award's customers are asked, and whether they are asked again."""
    award = stored.award_by_key(key) or abort(404)
    form = SurveyTermsForm(
        data={
            "questions": shown(questions(award.survey_questions), BLANK_ROWS),
            "second_contact_days": award.second_contact_days,
            "waits": award.waits_for_second_contact,
        }
    )
    back = url_for("scheme.award", key=key)
    page = Page(
        _("Survey of customers"),
        back,
        _("Short is kind: what the customer is asked fits on one small page."),
        trail((local(award.names), back)),
        template="scheme/survey.html",
    )
    return edit(
        form,
        page,
        survey_state(award),
        lambda asked: operations.change_survey(
            edit=asked,
            key=key,
            questions=form.asked(),
            second_contact_days=form.second_contact_days.data,
            waits=form.waits.data,
        ),
    )
