"""The committee's pages: the cycles that wait, and a ranking with every place explained."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from adapters import clock
from models import tierlists
from models.nominations import Nomination
from models.quorum import barred_from, quorum_of
from models.scheme import Cycle, Tier
from models.tierlists import Proposal, TierList
from models.worklists import rankings
from operations import tiering as operations
from views import loading
from views.casefile import days_left
from views.filters import local, number
from views.guards import holds
from words import ranking
from words.explanations import explain, figure
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.vocabulary import Duty

bp = Blueprint("tiering", __name__, url_prefix="/tiering")


@dataclass(frozen=True)
class Line:
    """One place of a ranking, as the page shows it."""

    rank: int
    case: Nomination
    tier: Tier | None
    score: str | None
    marks: Decimal | None
    confirmed: Decimal | None
    why: tuple[str, ...]


@bp.get("/")
@holds(Duty.COMMITTEE)
def index() -> str:
    """The closed cycles that wait for the reader."""
    now = clock.now()
    return render_template(
        "tiering/index.html",
        rankings=rankings(current_user, now),
        days=lambda due_at: days_left(due_at, now),
    )


@bp.get("/<award>/<cycle>")
@holds(Duty.COMMITTEE)
def show(award: str, cycle: str) -> ResponseReturnValue:
    """The ranking of the cycle, and the lists that were approved."""
    return _page(_cycle_or_404(award, cycle))


@bp.post("/<award>/<cycle>")
@holds(Duty.COMMITTEE)
def approve(award: str, cycle: str) -> ResponseReturnValue:
    """Approve the ranking that the page showed."""
    found = _cycle_or_404(award, cycle)
    shown = request.form.get("input_hash", "")
    if not (shown.isascii() and shown.isprintable()):
        abort(400)
    try:
        operations.approve(
            person_id=current_user.id,
            award_key=award,
            cycle_key=cycle,
            input_hash=shown,
            request=loading.sent_request(),
        )
    except Refused as refused:
        changed = refused.message == "ranking_changed"
        return _page(_cycle_or_404(award, cycle), refused), 409 if changed else 422
    quorum = quorum_of(tierlists.propose(found, clock.now()), clock.now())
    if quorum.has(current_user):
        flash(
            ngettext(
                "Your approval is recorded. %(num)s more member is needed.",
                "Your approval is recorded. %(num)s more members are needed.",
                quorum.missing,
            ),
            "success",
        )
        return redirect(url_for("tiering.show", award=award, cycle=found.key), code=303)
    flash(
        _("The tiers are approved. The shortlist goes to the policy review.")
        if found.award.pathway.vets_the_shortlist
        else _("The tiers are approved. The public notice begins."),
        "success",
    )
    return redirect(url_for("tiering.show", award=award, cycle=found.key), code=303)


def _page(cycle: Cycle, refused: Refused | None = None) -> str:
    now = clock.now()
    proposal = tierlists.propose(cycle, now)
    return render_template(
        "tiering/show.html",
        cycle=cycle,
        proposal=proposal,
        lines=_proposed(proposal),
        places=_places(proposal),
        lists=[(one, _approved(one)) for one in tierlists.lists_of(cycle)],
        under_way=tierlists.under_way(cycle),
        is_open=now < cycle.closes_at,
        reserve=any(proposal.stays(case) for case in proposal.cases.values()),
        barred=_barred(proposal),
        refused=_said(refused),
        quorum=quorum_of(proposal, now),
        ranks_by=_ranks_by(cycle),
        request_key=loading.new_request_key(),
    )


def _ranks_by(cycle: Cycle) -> dict[str, Any]:
    """What this cycle's ranking weighs, and how its ties go."""
    terms = cycle.ranking_terms
    return {
        "weights": ranking.weights(terms.formula),
        "scale": None if terms.formula.is_plain else ranking.scale(terms.formula),
        "tie_breaks": ranking.tie_breaks(terms.tie_breaks),
    }


def _places(proposal: Proposal) -> list[tuple[str, str]]:
    """What there is to give: the places left in each tier, and the budget."""
    tiers = zip(proposal.cycle.award.tiers, proposal.left, strict=True)
    places = [(local(tier.names), number(spec.quota)) for tier, spec in tiers]
    if proposal.budget is not None:
        places.append((_("Budget left"), number(proposal.budget)))
    return places


def _proposed(proposal: Proposal) -> list[Line]:
    tiers = {tier.key: tier for tier in proposal.cycle.award.tiers}
    return [
        Line(
            place.rank,
            nomination,
            tiers[place.tier] if place.tier else None,
            _score(proposal.cycle, candidate.score),
            candidate.perception,
            candidate.strength if proposal.cycle.award.metric is None else None,
            _why((message.record() for message in place.explanation), tiers.values()),
        )
        for place, nomination, candidate in proposal.ranked
    ]


def _approved(one: TierList) -> list[Line]:
    given = {candidate["key"]: candidate for candidate in one.sealed_input["candidates"]}
    story = one.cycle.award.metric is None  # an award by numbers has no claims
    return [
        Line(
            place.rank,
            place.nomination,
            place.tier,
            _score(one.cycle, place.score),
            _decimal(given[place.nomination.number]["perception"]),
            _decimal(given[place.nomination.number]["strength"]) if story else None,
            _why(place.explanation, one.cycle.award.tiers),
        )
        for place in one.places
    ]


def _score(cycle: Cycle, score: Decimal | None) -> str | None:
    """A score in points, or the figure that the award counts."""
    if score is None:
        return None
    metric = cycle.award.metric
    return figure(metric, score) if metric else number(score, 2)


def _why(messages: Iterable[Mapping[str, Any]], tiers: Iterable[Tier]) -> tuple[str, ...]:
    """The explanation without the rank, which stands beside it."""
    names = {tier.key: local(tier.names) for tier in tiers}
    return tuple(
        explain(message, tiers=names) for message in messages if message["id"] != "rank_of"
    )


def _barred(proposal: Proposal) -> list[str]:
    """Why the reader cannot approve this list: one sentence for each case that bars them."""
    return [
        _said(Refused(f"barred_as_{relation}", case=nomination.number)) or ""
        for nomination, relation in barred_from(proposal, current_user)
    ]


def _said(refused: Refused | None) -> str | None:
    if refused is None:
        return None
    if "case" not in refused.values:
        return sentence(refused)
    return _("Case %(number)s: %(why)s", number=refused.values["case"], why=sentence(refused))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _cycle_or_404(award: str, cycle: str) -> Cycle:
    """The cycle, for a committee member of its award."""
    found = tierlists.cycle_of(award, cycle)
    if found is None or Duty.COMMITTEE not in current_user.duties(clock.now(), found.award_id):
        abort(404)
    return found
