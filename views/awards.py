"""What can be won: the list of awards, and each with its criteria, tiers, cycles and road."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from adapters import clock
from models import cycles, scheme
from models.base import db
from models.scheme import Award
from views.filters import local
from views.guards import colleague
from views.roads import draw
from words import ranking as words
from words.roads import BARS, WAYS_BACK
from workflow.conflicts import Relation
from workflow.vocabulary import Consequence

bp = Blueprint("awards", __name__, url_prefix="/awards")

CYCLES_SHOWN = 6


@bp.get("/")
@colleague
def index() -> str:
    """Every award that can be won, with its open cycle."""
    awards = db.session.scalars(scheme.catalogue().options(selectinload(Award.tiers))).all()
    return render_template("awards/index.html", awards=awards, cycles=_open_cycles())


@bp.get("/<key>")
@colleague
def show(key: str) -> str:
    """One award: criteria, tiers and rewards, cycles, and the procedure drawn from its table."""
    award = scheme.award_by_key(key)
    if award is None:
        abort(404)
    now = clock.now()
    past = [cycle for cycle in award.cycles if cycle.closes_at <= now][:CYCLES_SHOWN]
    return render_template(
        "awards/show.html",
        award=award,
        terms=scheme.scheme(),
        open_cycle=_open_cycles().get(award.id),
        past=past,
        winners=cycles.winners(past),
        road=draw(award.pathway, _idle(award)),
        ways_back=WAYS_BACK,
        ranking=_ranking(award),
        bars=[sentence for relation, sentence in BARS.items() if _bars(award, relation)],
    )


def _ranking(award: Award) -> dict[str, Any]:
    """How the award ranks, said before anybody is nominated."""
    formula = award.ranking_terms.formula
    known = db.session.scalars(select(Award)) if award.eligibility else ()
    called = {each.key: local(each.names) for each in known}
    return {
        "weights": words.weights(formula),
        "scale": None if formula.is_plain else words.scale(formula),
        "tie_breaks": words.tie_breaks(award.tie_breaks),
        "rules": words.rules(award.eligibility, called, award.metric),
    }


def _open_cycles() -> dict[int, scheme.Cycle]:
    return scheme.open_cycles(clock.now())


def _bars(award: Award, relation: Relation) -> bool:
    """Whether the award's settings let this relation bar anybody."""
    if relation is Relation.TEAM_MATE:
        return award.team_mates_are_barred
    return relation is not Relation.EARLIER_PART or award.stages_are_separate


def _idle(award: Award) -> frozenset[str]:
    """The rules that say nothing for this award: of two auditors, of claims that end a case."""
    idle = set()
    if award.auditors_needed == 1:
        idle |= {"opinions_are_in", "decides_on_an_opinion_of_their_own"}
    if Consequence.REJECT not in (award.if_refuted, award.if_unverifiable):
        idle.add("no_claim_demands_rejection")
    return frozenset(idle)
