"""The archive: every closed case and every public notice, and each case as a page of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, abort, render_template
from flask_login import current_user
from sqlalchemy import select

from adapters import clock
from models import archive as stored
from models.base import db
from models.nominations import Nomination, visible_to
from models.public_case import Line, public_case
from models.public_lists import public_list
from models.search import query
from views import asking, feed_token
from views.archive_files import FORMS
from views.casefile import DECIDED, explained, reasons_of_place
from views.filters import local
from views.found import Presenting
from views.guards import colleague
from words import register
from words.labels import label
from words.periods import period
from words.publication import KINDS, WHY_WITHHELD
from workflow.vocabulary import Role

bp = Blueprint("archive", __name__, url_prefix="/archive")

PATIENCE = timedelta(seconds=15)  # then the page says what it does not know yet


@bp.get("/")
@colleague
def index() -> str:
    """One search over everything public, newest first or best first."""
    asked = asking.asked()
    search = asking.search(asked)
    found = search.find(asking.place(asked))
    presenting = Presenting(search)
    here = asking.query_of(asked, asking.place(asked))
    return render_template(
        "archive/index.html",
        found=found,
        hits=[presenting.hit(row, here) for row in query.still_public(found.rows)],
        asked=asked,
        typed=asking.typed(),
        cut_at=query.TEXT_AT_MOST if asking.is_cut(asked) else None,
        filters=asking.filters(asked, presenting.awards),
        address=lambda place: asking.address(asked, place),
        sorted_by=lambda best: asking.address(replace(asked, best=best)),
        kinds=[(kind.value, word) for kind, word in KINDS.items()],
        awards=[(award, local(names)) for award, names in presenting.awards.items()],
        cycles=[(cycle, period(cycle)) for cycle in query.cycles(clock.now())],
        outcomes=[(word.value, label(word)) for word in query.OUTCOMES],
        teams=[(team.id, team.name) for team in stored.teams()],
        notices=stored.running(),
        behind=query.behind(clock.now(), PATIENCE),
        files={form: asking.address_of("archive_files.export", asked, form=form) for form in FORMS},
        feed=asking.address_of(
            "archive_files.feed",
            asked,
            token=feed_token.of(current_user, feed_token.ARCHIVE),
            _external=True,
        ),
        telling=asking.given(asked),
    )


@bp.get("/<number>")
@colleague
def case(number: str) -> str:
    """One case as all staff may read it."""
    found = public_case(number)
    if found is None:
        abort(404)
    return render_template(
        "archive/case.html",
        case=found,
        record=found.record,
        act=_act,
        roles={role.value: role for role in Role},
        decided=DECIDED,
        reasons=reasons_of_place(found.place),
        whole=_may_see_whole(number),
        withheld=[WHY_WITHHELD[reason] for reason in found.withheld],
        back=asking.back(),
    )


@bp.get("/rankings/<int:list_id>")
@colleague
def ranking(list_id: int) -> str:
    """An approved ranking: each place with its reasons."""
    found = public_list(list_id)
    if found is None:
        abort(404)
    return render_template(
        "archive/ranking.html",
        ranking=found,
        reasons=[explained(place.explanation, found.tiers) for place in found.places],
        withheld=[WHY_WITHHELD[reason] for reason in found.withheld],
        back=asking.back(),
    )


def _act(line: Line) -> str | None:
    return register.act("decision", {"action": line.action, "stage": line.stage})


def _may_see_whole(number: str) -> bool:
    seen = select(Nomination.id).where(
        Nomination.number == number, visible_to(current_user, clock.now())
    )
    return db.session.scalar(seen) is not None
