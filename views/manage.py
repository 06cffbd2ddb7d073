"""What the reader may manage, in plain rows with counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from adapters import clock
from models import managing
from views.guards import guard_of, holds
from workflow.vocabulary import Duty

bp = Blueprint("manage", __name__, url_prefix="/manage")

BOTH = (Duty.ADMINISTRATOR, Duty.SCHEME_MANAGER)


@dataclass(frozen=True)
class Area:
    """One thing to manage, and how much of it there is."""

    endpoint: str
    word: Any
    sentence: Any
    counted: str  # in models.managing
    in_words: Callable[[int], str]


AREAS = (
    Area(
        "people.index",
        _l("People"),
        _l("Bring colleagues in from a file, find one, send a link for a password."),
        "people",
        lambda num: ngettext("%(num)s colleague", "%(num)s colleagues", num),
    ),
    Area(
        "duties.index",
        _l("Duties"),
        _l("Name auditors, reviewers, the committee and arbiters, and end what was granted."),
        "duties",
        lambda num: ngettext("%(num)s in force", "%(num)s in force", num),
    ),
    Area(
        "judges.index",
        _l("Who judges"),
        _l("See who holds which case and what nobody can judge; hand over, even out."),
        "cases in hand",
        lambda num: ngettext("%(num)s case in hand", "%(num)s cases in hand", num),
    ),
    Area(
        "fairness_signs.index",
        _l("Signs to look into"),
        _l("See how auditors decide, who nominates whom and whose words recur, beside chance."),
        "fairness reports",
        lambda num: ngettext("%(num)s cycle reported", "%(num)s cycles reported", num),
    ),
    Area(
        "watch.index",
        _l("Due dates"),
        _l("See what is late, who has it, and who was told."),
        "late cases",
        lambda num: ngettext("%(num)s case late", "%(num)s cases late", num),
    ),
    Area(
        "results.index",
        _l("Results"),
        _l("Bring in daily figures, call logs and conduct records."),
        "imports",
        lambda num: ngettext("%(num)s file brought in", "%(num)s files brought in", num),
    ),
    Area(
        "customers.index",
        _l("Customers"),
        _l("Bring the directory in from a file; contact details are sealed."),
        "customers",
        lambda num: ngettext("%(num)s customer", "%(num)s customers", num),
    ),
    Area(
        "customers.looks",
        _l("Looks at contact details"),
        _l("Which external auditor looked at which customer's details, for which case."),
        "looks",
        lambda num: ngettext("%(num)s look", "%(num)s looks", num),
    ),
    Area(
        "certificates.index",
        _l("Certificates"),
        _l("Make the certificates of a whole cycle, and download them as one file."),
        "awarded cycles",
        lambda num: ngettext("%(num)s cycle with awards", "%(num)s cycles with awards", num),
    ),
    Area(
        "rewards.index",
        _l("Rewards"),
        _l("See who gets what, hand it over, have it signed for; budget, and a file for payroll."),
        "rewards",
        lambda num: ngettext("%(num)s reward not settled", "%(num)s rewards not settled", num),
    ),
    Area(
        "tributes.index",
        _l("Letters and citations"),
        _l("Write, approve and publish what is said of those who won."),
        "tributes",
        lambda num: ngettext("%(num)s being written", "%(num)s being written", num),
    ),
    Area(
        "questionnaire_terms.index",
        _l("Questionnaires"),
        _l("Ask colleagues without their names: draw up, open on a day, answer the results."),
        "questionnaires",
        lambda num: ngettext("%(num)s open", "%(num)s open", num),
    ),
    Area(
        "displays.index",
        _l("Wall displays"),
        _l("Make a link by which a screen in the hall shows the honour roll, and withdraw it."),
        "displays",
        lambda num: ngettext("%(num)s screen", "%(num)s screens", num),
    ),
    Area(
        "witnesses.index",
        _l("Witnesses"),
        _l(
            "Choose who outside the house keeps the ledger's checkpoints, and see that they arrive."
        ),
        "witnesses",
        lambda num: ngettext("%(num)s in office", "%(num)s in office", num),
    ),
    Area(
        "scheme.index",
        _l("Scheme"),
        _l("Awards, tiers, cycles, rules and targets, each change with its reason."),
        "awards",
        lambda num: ngettext("%(num)s award", "%(num)s awards", num),
    ),
)


@bp.get("/")
@holds(*BOTH)
def index() -> str:
    """The areas that are open to the reader."""
    duties = {duty for duty in Duty if current_user.holds(duty, clock.now())}
    areas = [area for area in AREAS if duties.intersection(_opened_by(area.endpoint))]
    counts = managing.counts([area.counted for area in areas], clock.now())
    return render_template("manage/index.html", areas=areas, counts=counts)


def _opened_by(endpoint: str) -> tuple[Duty, ...]:
    """The duties that the area's own guard names; none while the area is not there."""
    if endpoint not in current_app.view_functions:
        return ()
    guard = guard_of(current_app, endpoint)
    return guard.duties if guard else ()
