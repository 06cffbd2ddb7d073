"""Due dates: what is under way, what is late, who has it and who was told; for scheme managers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from adapters import clock
from models import assignments, deadlines, scheme, surveys
from models.base import db
from models.nominations import Nomination
from views.addresses import address, key
from views.casefile import day_counter
from views.filters import local
from views.guards import holds
from words.labels import label
from workflow.deadlines import last_day
from workflow.vocabulary import JUDGING, Duty, Stage

bp = Blueprint("watch", __name__)

PER_PAGE = 50
INDEX = "watch.index"


@bp.get("/manage/watch")
@holds(Duty.SCHEME_MANAGER)
def index() -> str:
    """Every case with a due date, the most overdue first, by stage and award."""
    now, award = clock.now(), request.args.get("award", "")
    awards = [(one.key, local(one.names)) for one in db.session.scalars(scheme.catalogue())]
    award = award if award in dict(awards) else ""
    counts = deadlines.counts(award, now)
    stage = next((stage for stage in counts if stage == request.args.get("stage")), None)
    after = db.session.get(Nomination, place) if (place := key("after")) else None
    found = deadlines.watched(stage, award, after).limit(PER_PAGE + 1)
    cases = list(db.session.scalars(found))
    shown, again = cases[:PER_PAGE], surveys.open_second_contacts(now)
    return render_template(
        "watch/index.html",
        cases=shown,
        tabs=_tabs(counts, stage, award),
        late=sum(late for _number, late in counts.values()),
        awards=awards,
        award=award,
        stage=stage,
        stuck=assignments.stuck(now),
        second_contacts=again,
        again_by=surveys.due_by(planned.nomination for planned in again),
        hands=deadlines.in_hands(shown),
        to_rank=deadlines.to_rank(shown),
        told=deadlines.escalations(shown),
        duties={stage: label(duty) for stage, duty in JUDGING.items()},
        more=_address(stage, award, after=shown[-1].id) if len(cases) > PER_PAGE else None,
        **_days(now),
    )


def _tabs(
    counts: dict[Stage, tuple[int, int]], chosen: Stage | None, award: str
) -> list[tuple[Any, str, bool, int]]:
    """All stages, then each with its number of cases."""
    every = sum(number for number, _late in counts.values())
    tabs: list[tuple[Any, str, bool, int]] = [
        (_("All stages"), _address(None, award), chosen is None, every)
    ]
    for stage, (number, _late) in counts.items():
        tabs.append((label(stage), _address(stage, award), stage is chosen, number))
    return tabs


def _address(stage: Stage | None, award: str, after: int | None = None) -> str:
    asked = {"stage": stage.value if stage else "", "award": award, "after": after}
    return address(INDEX, asked)


def _days(now: datetime) -> dict[str, Any]:
    zone = scheme.scheme().zone
    return {"days": day_counter(now), "last_day": lambda due_at: last_day(due_at, zone)}
