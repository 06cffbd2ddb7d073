"""What the reader may manage, in plain rows with counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user

from adapters import clock
from models import managing, proof, questionnaires
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
    count: Callable[[], str]


def _people() -> str:
    num = managing.people(clock.now())
    return ngettext("%(num)s colleague", "%(num)s colleagues", num)


def _duties() -> str:
    num = managing.duties(clock.now())
    return ngettext("%(num)s in force", "%(num)s in force", num)


def _judges() -> str:
    num = managing.cases_in_hand()
    return ngettext("%(num)s case in hand", "%(num)s cases in hand", num)


def _reports() -> str:
    num = managing.fairness_reports()
    return ngettext("%(num)s cycle reported", "%(num)s cycles reported", num)


def _late() -> str:
    num = managing.late(clock.now())
    return ngettext("%(num)s case late", "%(num)s cases late", num)


def _results() -> str:
    num = managing.imports_of_results()
    return ngettext("%(num)s file brought in", "%(num)s files brought in", num)


def _customers() -> str:
    num = managing.customers()
    return ngettext("%(num)s customer", "%(num)s customers", num)


def _looks() -> str:
    num = managing.looks()
    return ngettext("%(num)s look", "%(num)s looks", num)


def _tributes() -> str:
    num = managing.tributes_being_written()
    return ngettext("%(num)s being written", "%(num)s being written", num)


def _certificates() -> str:
    num = managing.cycles_with_awards()
    return ngettext("%(num)s cycle with awards", "%(num)s cycles with awards", num)


def _rewards() -> str:
    num = managing.rewards_to_hand_over(clock.now())
    return ngettext("%(num)s reward not settled", "%(num)s rewards not settled", num)


def _witnesses() -> str:
    num = len(proof.in_office())
    return ngettext("%(num)s in office", "%(num)s in office", num)


def _displays() -> str:
    num = managing.displays()
    return ngettext("%(num)s screen", "%(num)s screens", num)


def _questionnaires() -> str:
    num = len(questionnaires.open_rounds(clock.now()))
    return ngettext("%(num)s open", "%(num)s open", num)


def _awards() -> str:
    num = managing.awards()
    return ngettext("%(num)s award", "%(num)s awards", num)


AREAS = (
    Area(
        "people.index",
        _l("People"),
        _l("Bring colleagues in from a file, find one, send a link for a password."),
        _people,
    ),
    Area(
        "duties.index",
        _l("Duties"),
        _l("Name auditors, reviewers, the committee and arbiters, and end what was granted."),
        _duties,
    ),
    Area(
        "judges.index",
        _l("Who judges"),
        _l("See who holds which case and what nobody can judge; hand over, even out."),
        _judges,
    ),
    Area(
        "fairness_signs.index",
        _l("Signs to look into"),
        _l("See how auditors decide, who nominates whom and whose words recur, beside chance."),
        _reports,
    ),
    Area(
        "watch.index",
        _l("Due dates"),
        _l("See what is late, who has it, and who was told."),
        _late,
    ),
    Area(
        "results.index",
        _l("Results"),
        _l("Bring in daily figures, call logs and conduct records."),
        _results,
    ),
    Area(
        "customers.index",
        _l("Customers"),
        _l("Bring the directory in from a file; contact details are sealed."),
        _customers,
    ),
    Area(
        "customers.looks",
        _l("Looks at contact details"),
        _l("Which external auditor looked at which customer's details, for which case."),
        _looks,
    ),
    Area(
        "certificates.index",
        _l("Certificates"),
        _l("Make the certificates of a whole cycle, and download them as one file."),
        _certificates,
    ),
    Area(
        "rewards.index",
        _l("Rewards"),
        _l("See who gets what, hand it over, have it signed for; budget, and a file for payroll."),
        _rewards,
    ),
    Area(
        "tributes.index",
        _l("Letters and citations"),
        _l("Write, approve and publish what is said of those who won."),
        _tributes,
    ),
    Area(
        "questionnaire_terms.index",
        _l("Questionnaires"),
        _l("Ask colleagues without their names: draw up, open on a day, answer the results."),
        _questionnaires,
    ),
    Area(
        "displays.index",
        _l("Wall displays"),
        _l("Make a link by which a screen in the hall shows the honour roll, and withdraw it."),
        _displays,
    ),
    Area(
        "witnesses.index",
        _l("Witnesses"),
        _l(
            "Choose who outside the house keeps the ledger's checkpoints, and see that they arrive."
        ),
        _witnesses,
    ),
    Area(
        "scheme.index",
        _l("Scheme"),
        _l("Awards, tiers, cycles, rules and targets, each change with its reason."),
        _awards,
    ),
)


@bp.get("/")
@holds(*BOTH)
def index() -> str:
    """The areas that are open to the reader."""
    duties = {duty for duty in Duty if current_user.holds(duty, clock.now())}
    areas = [
        (area, url_for(area.endpoint), area.count())
        for area in AREAS
        if duties.intersection(_opened_by(area.endpoint))
    ]
    return render_template("manage/index.html", areas=areas)


def _opened_by(endpoint: str) -> tuple[Duty, ...]:
    """The duties that the area's own guard names; none while the area is not there."""
    if endpoint not in current_app.view_functions:
        return ()
    guard = guard_of(current_app, endpoint)
    return guard.duties if guard else ()
