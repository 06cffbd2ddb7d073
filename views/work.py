"""What waits for the reader: by duty, by due date, and their own unfinished nominations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from adapters import clock
from models import assignments, drafting, feedback, questionnaires, tributes
from models.base import db
from models.nominations import Nomination
from models.surveys import due_by
from models.worklists import (
    Place,
    Ranking,
    after,
    counts,
    first_at_each_stage,
    rankings,
    second_contacts,
    waiting,
    waivers_waiting,
)
from views.addresses import LARGEST_KEY
from views.casefile import day_counter, days_left, desk_url
from views.guards import colleague
from words.labels import label
from workflow.vocabulary import JUDGING, Duty, Stage

bp = Blueprint("work", __name__)

SHOWN_EACH = 8
LATEST = 3  # own nominations of which home says where they stand
PER_PAGE = 40
PLACE_PARTS, PLACE_AT_MOST = 3, 20  # parts, characters in each


@dataclass(frozen=True)
class Group:
    """The cases that wait at one stage: the first few, and how many in all."""

    stage: Stage
    cases: list[Nomination]
    total: int


@bp.get("/")
@colleague
def home() -> str:
    """The one sentence, then the rows."""
    now = clock.now()
    groups = [
        Group(stage, *found)
        for stage, found in first_at_each_stage(current_user, now, SHOWN_EACH).items()
    ]
    mine = assignments.held_by(current_user)
    ranked = rankings(current_user, now)
    unfinished = list(db.session.scalars(drafting.unfinished(current_user)))
    returned = [case for case in unfinished if case.stage is Stage.RETURNED]
    waivers = list(db.session.scalars(waivers_waiting(current_user, now)))
    again = list(db.session.scalars(second_contacts(current_user, now)))
    again_by = due_by(again) if again else {}
    opinions = feedback.waiting(now) if current_user.holds(Duty.SCHEME_MANAGER, now) else []
    asked = questionnaires.open_for(current_user, now)
    unanswered = (
        questionnaires.waiting_for_answer() if current_user.holds(Duty.SCHEME_MANAGER, now) else []
    )
    letters = tributes.to_approve(current_user, now, SHOWN_EACH)
    dues = [group.cases[0].due_at for group in groups if group.cases]
    dues += [ranking.due_at for ranking in ranked] + [case.due_at for case in returned]
    dues += [opinion.due_at for opinion in opinions]
    dues += [waiver.nomination.due_at for waiver in waivers]
    dues += again_by.values()
    dues += [each.closes_at for each in asked]
    dues += [each.result.due_at for each in unanswered if each.result]
    total = sum(group.total for group in groups) + len(asked) + len(unanswered)
    total += len(letters) + len(ranked) + len(returned) + len(opinions) + len(waivers) + len(again)
    return render_template(
        "work/home.html",
        lead=_lead(total, dues, now),
        groups=groups,
        mine=mine,
        rankings=ranked,
        returned=returned,
        drafts=[case for case in unfinished if case.stage is Stage.DRAFT],
        opinions=opinions,
        waivers=waivers,
        second_contacts=again,
        again_by=again_by,
        asked=asked,
        unanswered=unanswered,
        letters=letters,
        latest=db.session.scalars(drafting.latest(current_user).limit(LATEST)).all(),
        nothing=total == 0,
        **_row_helpers(now),
    )


@bp.get("/queue")
@colleague
def queue() -> str:
    """Every case that waits for the reader, by stage."""
    now = clock.now()
    numbers = counts(current_user, now)
    stage = next((stage for stage in numbers if stage == request.args.get("stage")), None)
    stages = (stage,) if stage else tuple(numbers)
    query = waiting(current_user, now, stages)
    place = _place(request.args.get("after", ""))
    rest = after(query, current_user, place) if place else query
    cases = list(db.session.scalars(rest.limit(PER_PAGE + 1)))
    mine = assignments.held_by(current_user)
    return render_template(
        "work/queue.html",
        tabs=_tabs(numbers, stage),
        cases=cases[:PER_PAGE],
        mine=mine,
        more=_after(cases[PER_PAGE - 1], mine) if len(cases) > PER_PAGE else None,
        stage=stage,
        is_judge=bool(numbers),
        **_row_helpers(now),
    )


def _lead(total: int, dues: list[datetime | None], now: datetime) -> str:
    """3 things wait for you; the nearest is due tomorrow."""
    nearest = min((due for due in dues if due is not None), default=None)
    days = days_left(nearest, now)
    if total == 0:
        return _("Nothing waits for you.")
    if days is None:
        return ngettext("%(num)s thing waits for you.", "%(num)s things wait for you.", total)
    return ngettext(
        "%(num)s thing waits for you; it is %(due)s.",
        "%(num)s things wait for you; the nearest is %(due)s.",
        total,
        due=_due_in_words(days),
    )


def _due_in_words(days: int) -> str:
    if days < 0:
        return ngettext("%(num)s day late", "%(num)s days late", -days)
    if days == 0:
        return _("due today")
    if days == 1:
        return _("due tomorrow")
    return ngettext("due in %(num)s day", "due in %(num)s days", days)


def _row_helpers(now: datetime) -> dict[str, Any]:
    return {
        "days": day_counter(now),
        "desk": desk_url,
        "feedback_url": lambda opinion: url_for("feedback.show", feedback_id=opinion.id),
        "tiering_url": _tiering_url,
        "duty_of": JUDGING.get,
    }


def _tiering_url(ranking: Ranking) -> str:
    cycle = ranking.cycle
    return url_for("tiering.show", award=cycle.award.key, cycle=cycle.key)


def _tabs(numbers: dict[Stage, int], chosen: Stage | None) -> list[tuple[Any, str, bool, int]]:
    every = (_("All"), url_for("work.queue"), chosen is None, sum(numbers.values()))
    stages = [
        (label(stage), url_for("work.queue", stage=stage.value), stage is chosen, number)
        for stage, number in numbers.items()
    ]
    return [every, *stages]


def _after(case: Nomination, mine: frozenset[int]) -> str:
    """Where a page ended: the due date in seconds, the id, and whether it was the reader's."""
    due = case.due_at or case.stage_entered_at
    return f"{due.timestamp():.0f}-{case.id}-{int(case.id in mine)}"


def _place(text: str) -> Place | None:
    parts = text.split("-")
    if len(parts) != PLACE_PARTS or not all(part.isdecimal() for part in parts):
        return None
    seconds, case_id, mine = (int(part[:PLACE_AT_MOST]) for part in parts)
    if case_id > LARGEST_KEY:
        return None
    try:
        return Place(datetime.fromtimestamp(seconds, UTC), case_id, bool(mine))
    except (OverflowError, ValueError):  # a year that no calendar has
        return None
