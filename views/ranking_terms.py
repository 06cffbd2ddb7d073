"""How an award ranks, who approves, and whom its results nominate, as scheme managers keep it."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from forms.ranking import ORDER, WEIGHTS, EligibilityForm, RankingForm, answers
from models import scheme as stored
from models.base import db
from models.scheme import Award
from models.scheme_state import eligibility_state, ranking_state
from operations import ranking_terms as operations
from views.editing import Page, edit, trail
from views.filters import local
from views.guards import holds
from words.metrics import METRIC_NAMES
from words.ranking import CRITERIA, PARTS
from workflow import eligibility
from workflow.message import plain
from workflow.vocabulary import Duty

bp = Blueprint("ranking_terms", __name__, url_prefix="/manage/scheme")


@bp.route("/awards/<key>/ranking", methods=["GET", "POST"])
@holds(Duty.SCHEME_MANAGER)
def ranking(key: str) -> ResponseReturnValue:
    """What the award weighs, how its ties go, and how many approve a list."""
    award = stored.award_by_key(key) or abort(404)
    order = dict(zip_longest(ORDER, award.tie_breaks[:-1], fillvalue=""))
    given: dict[str, Any] = {name: plain(getattr(award, name)) for name in WEIGHTS}
    given["quorum"] = award.quorum
    criteria = [(name, word) for name, word in CRITERIA.items() if name != "key"]
    form = RankingForm(criteria, data={**given, **order})
    return edit(
        form,
        _page(award, _("Ranking and approval")),
        ranking_state(award),
        lambda asked: operations.change_ranking(
            edit=asked,
            key=key,
            weights=form.weights,
            tie_breaks=form.tie_breaks,
            quorum=form.quorum.data,
        ),
    )


@bp.route("/awards/<key>/eligibility", methods=["GET", "POST"])
@holds(Duty.SCHEME_MANAGER)
def nominated(key: str) -> ResponseReturnValue:
    """By which rules results and earlier wins nominate when a cycle has closed."""
    award = stored.award_by_key(key) or abort(404)
    others = db.session.scalars(select(Award).where(Award.key != key).order_by(Award.position))
    form = EligibilityForm(
        METRIC_NAMES.items(),
        [(other.key, local(other.names)) for other in others],
        PARTS.items(),
        data=answers(eligibility.rules(award.eligibility)),
    )
    return edit(
        form,
        _page(award, _("Nominated by results")),
        eligibility_state(award.eligibility),
        lambda asked: operations.change_eligibility(edit=asked, key=key, rules=form.rules()),
    )


def _page(award: Award, title: str) -> Page:
    back = url_for("scheme.award", key=award.key)
    lead = _("Cycles that have begun keep the terms they began with.")
    return Page(title, back, lead, trail((local(award.names), back)))
