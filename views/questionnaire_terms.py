"""Questionnaires as scheme managers keep them: drawn up, put to staff from a day on, changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from adapters import clock
from forms.questionnaires import NewQuestionnaireForm, QuestionnaireForm, shown
from models import people, scheme
from models import questionnaires as stored
from models.base import db
from models.questionnaires import Questionnaire
from models.scheme import PolicyRule
from models.scheme_state import questionnaire_state
from operations import questionnaires as operations
from views.editing import Page, edit
from views.filters import local
from views.guards import holds
from words.labels import label
from words.questionnaires import EVERY
from workflow.questionnaires import next_opening
from workflow.vocabulary import Duty, Grouping, JobRole

bp = Blueprint("questionnaire_terms", __name__, url_prefix="/manage/questionnaires")

manager = holds(Duty.SCHEME_MANAGER)
BLANK_ROWS = 3


@bp.get("")
@manager
def index() -> str:
    """Every questionnaire, how far its last round has come, and when the next one opens."""
    now = clock.now()
    today, every = scheme.day_at(now), stored.every()
    running = [each.rounds[0].id for each in every if each.rounds and not each.rounds[0].result]
    return render_template(
        "questionnaires/manage.html",
        questionnaires=every,
        now=now,
        opens=lambda each: _next(each, today),
        taken=stored.taken_part(running),
    )


@bp.route("/new", methods=["GET", "POST"])
@manager
def new() -> ResponseReturnValue:
    """Draw up a questionnaire."""
    form = NewQuestionnaireForm(
        _offered(),
        data={
            "questions": [{}] * BLANK_ROWS,
            "days_open": 14,
            "reply_days": 10,
            "every_months": "0",
        }
        if request.method == "GET"
        else None,
    )
    page = _page(
        _("Draw up a questionnaire"),
        _("Staff answer it without their names. It opens by itself on its day."),
        _("Keep the questionnaire"),
    )
    key = form.key.data or ""
    return edit(
        form,
        page,
        {},
        lambda asked: operations.draw_up(edit=asked, key=key, values=_values(form)),
    )


@bp.route("/<key>", methods=["GET", "POST"])
@manager
def questionnaire(key: str) -> ResponseReturnValue:
    """Change what is asked next time; rounds that have opened keep their questions."""
    found = stored.by_key(key) or abort(404)
    form = QuestionnaireForm(_offered(), data=_data(found))
    page = _page(
        local(found.names),
        _("A round that has opened keeps its questions; the change holds for the next one.")
        if found.rounds
        else "",
    )
    return edit(
        form,
        page,
        questionnaire_state(vars(found)),
        lambda asked: operations.redraw(edit=asked, key=key, values=_values(form)),
    )


def _next(questionnaire: Questionnaire, today: date) -> date | None:
    latest = questionnaire.rounds[0].planned_on if questionnaire.rounds else None
    return next_opening(questionnaire.opens_on, questionnaire.every_months, latest, today)


def _page(title: str, lead: str, button: str = "") -> Page:
    back = url_for("questionnaire_terms.index")
    trail = ((_("Manage"), url_for("manage.index")), (_("Questionnaires"), back))
    return Page(title, back, lead, trail, button, template="questionnaires/edit.html")


def _data(found: Questionnaire) -> dict[str, Any]:
    audience = ""
    if found.team_id is not None:
        audience = f"team/{found.team_id}"
    elif found.job_role is not None:
        audience = f"role/{found.job_role.value}"
    return {
        "names": found.names,
        "leads": found.leads,
        "award": found.award.key if found.award else "",
        "audience": audience,
        "grouped_by": found.grouped_by.value if found.grouped_by else "",
        "opens_on": found.opens_on,
        "days_open": found.days_open,
        "every_months": str(found.every_months),
        "reply_days": found.reply_days,
        "holds": found.holds or "",
        "questions": shown(found.asked, BLANK_ROWS),
    }


def _values(form: QuestionnaireForm) -> dict[str, Any]:
    """The columns that the form's answers become."""
    award = scheme.award_by_key(form.award.data) if form.award.data else None
    what, _slash, which = (form.audience.data or "").partition("/")
    return {
        "names": form.names.data,
        "leads": form.leads.data,
        "award_id": award.id if award else None,
        "team_id": int(which) if what == "team" else None,
        "job_role": JobRole(which) if what == "role" else None,
        "grouped_by": Grouping(form.grouped_by.data) if form.grouped_by.data else None,
        "opens_on": form.opens_on.data,
        "days_open": form.days_open.data,
        "every_months": int(form.every_months.data or 0),
        "reply_days": form.reply_days.data,
        "holds": form.holds.data or None,
        "questions": form.asked(),
    }


def _offered() -> dict[str, list[tuple[str, Any]]]:
    """The words of the form's choices."""
    awards = [(award.key, local(award.names)) for award in db.session.scalars(scheme.catalogue())]
    rules = db.session.scalars(select(PolicyRule).order_by(PolicyRule.id))
    return {
        "award": [("", _("The whole scheme")), *awards],
        "audience": [
            ("", _("All colleagues")),
            *((f"team/{team.id}", team.name) for team in people.teams()),
            *((f"role/{role.value}", label(role)) for role in JobRole),
        ],
        "grouped_by": [("", _("Not at all")), *((each.value, label(each)) for each in Grouping)],
        "every_months": [(str(months), word) for months, word in EVERY.items()],
        "holds": [
            ("", _("Nothing")),
            ("scheme/scheme", _("The terms of the scheme")),
            *(
                (f"policy_rule/{rule.key}", _("The rule %(name)s", name=local(rule.names)))
                for rule in rules
            ),
            *((f"award/{key}", _("The award %(name)s", name=name)) for key, name in awards),
            *(
                (f"kpi_scheme/{role.value}", _("Targets: %(role)s", role=label(role)))
                for role in JobRole
            ),
        ],
    }
