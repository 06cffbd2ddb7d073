"""The simulator: other terms for a cycle's ranking, who would move, and variants kept by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from adapters import clock
from forms.fields import add_error
from forms.simulation import SimulationForm, VariantForm, answers
from models import tierlists
from models.nominations import Nomination
from models.scheme import Cycle, Tier, scheme
from models.simulation import AS_IT_STANDS, Ground, Grounds, grounds_of
from models.variants import TierVariant, variants_of
from operations import variants as operations
from operations.variants import SIMULATE, may_simulate
from views.filters import local
from views.guards import holds
from words import simulation as words
from words.explanations import explain
from words.labels import label
from words.periods import period
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.simulation import Comparison, Move, Movement, Share, Terms, changed, compare, spread
from workflow.tiering import Place
from workflow.vocabulary import Duty, JobRole

bp = Blueprint("simulation", __name__, url_prefix="/tiering/<award>/<cycle>/simulate")


@dataclass(frozen=True)
class Side:
    """A candidate's place on one side."""

    rank: int
    tier: Tier | None


@dataclass(frozen=True)
class Line:
    """One candidate on both sides, and why their second place is that one."""

    case: Nomination
    before: Side
    after: Side
    movement: Movement
    why: tuple[str, ...]


@dataclass(frozen=True)
class Bars:
    """A group's part with both its bars, each a length out of a hundred."""

    name: str
    share: Share
    before: float
    after: float


@dataclass(frozen=True)
class Desk:
    """A cycle with what its simulation starts from."""

    cycle: Cycle
    grounds: Grounds
    variants: list[TierVariant]
    number: int  # which ground was asked for

    @property
    def names(self) -> dict[str, str]:
        return {tier.key: local(tier.names) for tier in self.cycle.award.tiers}

    def ground(self) -> Ground | None:
        """None where there is nothing to rank yet."""
        return self.grounds.ground(self.number) if self.grounds.numbers else None

    def variant(self, id_: int | None) -> TierVariant | None:
        return next((each for each in self.variants if each.id == id_), None)

    def told(self, variant: TierVariant) -> list[str]:
        return words.changes(variant.changes, self.names)

    def address(self, endpoint: str = "simulation.show", **values: Any) -> str:
        where: dict[str, Any] = {"award": self.cycle.award.key, "cycle": self.cycle.key}
        return url_for(endpoint, **where | {"list": self.number} | values)

    def tabs(self) -> list[tuple[str, str, bool, None]]:
        """The grounds to choose from, where there are several."""
        return [
            (base_name(number), self.address(list=number), number == self.number, None)
            for number in self.grounds.numbers
        ]


@bp.get("")
@holds(*SIMULATE)
def show(award: str, cycle: str) -> ResponseReturnValue:
    """The terms as they are or as the address has them, and who would move."""
    return _page(_desk(award, cycle), request.args.to_dict(), VariantForm(formdata=None))


@bp.post("")
@holds(*SIMULATE)
def save(award: str, cycle: str) -> ResponseReturnValue:
    """Keep the terms that the page showed under a name."""
    desk = _desk(award, cycle)
    ground = desk.ground() or abort(404)
    given = request.form.to_dict()
    base, form = Terms.of(ground.sealed), VariantForm()
    asked = SimulationForm.for_terms(base, desk.names, given)
    if not (asked.validate() & form.validate()):
        return _page(desk, given, form, 422)
    try:
        kept = operations.save(
            person_id=current_user.id,
            award_key=award,
            cycle_key=cycle,
            name=form.name.data,
            changes=asked.terms.changes_from(base),
        )
    except Refused as refused:
        add_error(form.name, sentence(refused))
        return _page(_desk(award, cycle), given, form, 422)
    flash(_("The variant is kept. Nothing else has changed."), "success")
    return redirect(desk.address(variant=kept), code=303)


@bp.post("/<int:variant_id>/delete")
@holds(*SIMULATE)
def delete(award: str, cycle: str, variant_id: int) -> ResponseReturnValue:
    """Delete a variant of one's own."""
    desk = _desk(award, cycle)
    try:
        operations.delete(
            person_id=current_user.id, award_key=award, cycle_key=cycle, variant_id=variant_id
        )
    except Refused as refused:
        flash(str(sentence(refused)), "error")
        return redirect(desk.address(), code=303)
    flash(_("The variant is deleted."), "success")
    return redirect(desk.address(), code=303)


@bp.get("/compare")
@holds(*SIMULATE)
def beside(award: str, cycle: str) -> ResponseReturnValue:
    """Two variants side by side, both laid over the same ranking."""
    desk = _desk(award, cycle)
    ground = desk.ground() or abort(404)
    one = desk.variant(request.args.get("one", type=int)) or abort(404)
    other = desk.variant(request.args.get("other", type=int)) or abort(404)
    comparison = compare(ground.sealed, one.changes, other.changes)
    return render_template(
        "simulation/compare.html",
        desk=desk,
        one=one,
        other=other,
        now=compare(ground.sealed, {}, known=ground.ranking).before,
        base_name=base_name(desk.number),
        **_compared(desk, ground, comparison),
    )


def _page(
    desk: Desk, given: Mapping[str, str], keep: VariantForm, status: int = 200
) -> ResponseReturnValue:
    ground = desk.ground()
    if ground is None:
        return render_template("simulation/empty.html", desk=desk, trail=_trail(desk.cycle))
    base = Terms.of(ground.sealed)
    opened = desk.variant(request.args.get("variant", type=int))
    start = Terms.of(changed(ground.sealed, opened.changes)) if opened else base
    form = SimulationForm.for_terms(start, desk.names, given)
    valid = form.validate()
    laid = form.terms.changes_from(base) if valid else {}
    page = render_template(
        "simulation/show.html",
        desk=desk,
        form=form,
        keep=keep,
        valid=valid,
        ranks_otherwise=not valid or bool({"formula", "tie_breaks"} & {*laid}),
        opened=opened if valid and opened and opened.changes == laid else None,
        changes=words.changes(laid, desk.names),
        kept_fields={name: given.get(name, text) for name, text in answers(start).items()},
        tiers=_tiers(desk.cycle),
        is_open=clock.now() < desk.cycle.closes_at,
        under_way=tierlists.under_way(desk.cycle) if desk.number == AS_IT_STANDS else {},
        base_name=base_name(desk.number),
        **_compared(desk, ground, compare(ground.sealed, laid, known=ground.ranking)),
    )
    return page, status if valid else 422


def _compared(desk: Desk, ground: Ground, comparison: Comparison) -> dict[str, Any]:
    """Who moves, what both sides cost, and how their places spread."""
    everyone = "everyone" in request.args
    shown = [move for move in comparison.moves if everyone or move.is_placed]
    return {
        "comparison": comparison,
        "movements": words.movements(comparison.counts),
        "lines": list(_lines(desk, ground, shown)),
        "unplaced": len(comparison.moves) - len(shown),
        "teams": _bars(comparison, ground.teams, lambda name: name or _("no team")),
        "roles": _bars(comparison, ground.roles, lambda role: str(label(JobRole(role)))),
        "costs": list(zip(comparison.before.tiers, comparison.after.tiers, strict=True)),
        "tier_of": _tiers(desk.cycle),
        "currency": scheme().currency,
        "words": words.MOVEMENTS,
        "everyone": f"{request.path}?{urlencode({**request.args.to_dict(), 'everyone': '1'})}",
        "trail": _trail(desk.cycle),
    }


def _trail(cycle: Cycle) -> list[tuple[str, str]]:
    """The way back: a committee's to the ranking, a scheme manager's to the award."""
    award = cycle.award
    if Duty.COMMITTEE in current_user.duties(clock.now(), award.id):
        ranking = url_for("tiering.show", award=award.key, cycle=cycle.key)
        return [(_("Tiering"), url_for("tiering.index")), (period(cycle.key), ranking)]
    return [
        (_("Manage"), url_for("manage.index")),
        (local(award.names), url_for("scheme.award", key=award.key)),
    ]


def _lines(desk: Desk, ground: Ground, moves: list[Move]) -> Iterator[Line]:
    tiers, names = _tiers(desk.cycle), desk.names
    for move in moves:
        why = tuple(
            explain(told.record(), tiers=names)
            for told in move.after.explanation
            if told.id != "rank_of"
        )
        sides = (_side(move.before, tiers), _side(move.after, tiers))
        yield Line(ground.cases[move.key], *sides, move.movement, why)


def _side(place: Place, tiers: Mapping[str, Tier]) -> Side:
    return Side(place.rank, tiers[place.tier] if place.tier else None)


def _bars(
    comparison: Comparison, groups: Callable[[str], Collection[str]], name: Callable[[str], str]
) -> list[Bars]:
    """The groups with a place on either side; the longest bar is a hundred."""
    shares = [each for each in spread(comparison.moves, groups) if each.before or each.after]
    most = max((max(each.before, each.after) for each in shares), default=1)
    return [
        Bars(name(each.group), each, each.before / most * 100, each.after / most * 100)
        for each in shares
    ]


def _tiers(cycle: Cycle) -> dict[str, Tier]:
    return {tier.key: tier for tier in cycle.award.tiers}


def base_name(number: int) -> str:
    """What a ground is called."""
    if number == AS_IT_STANDS:
        return _("As it stands now")
    return _("List %(number)s", number=number)


def _desk(award: str, cycle: str) -> Desk:
    """The cycle, for its award's committee and scheme managers; else 404."""
    found, now = tierlists.cycle_of(award, cycle), clock.now()
    if found is None or not may_simulate(current_user, found, now):
        abort(404)
    grounds = grounds_of(found, now)
    asked = request.values.get("list", type=int)
    if asked is not None and grounds.numbers and asked not in grounds.numbers:
        abort(404)
    first = grounds.numbers[0] if grounds.numbers else AS_IT_STANDS
    return Desk(found, grounds, variants_of(found), first if asked is None else asked)
