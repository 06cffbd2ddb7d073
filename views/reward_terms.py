"""What each tier gives, as scheme managers keep it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from forms.rewards import RewardsForm
from models import scheme as stored
from models.rewards import rewards_of, rewards_state
from models.scheme_state import state
from operations import reward_terms as operations
from views.editing import Page, edit, trail
from views.filters import local
from views.guards import holds
from words.labels import label
from workflow.message import plain
from workflow.rewards import Line
from workflow.vocabulary import Duty, RewardKind

bp = Blueprint("reward_terms", __name__, url_prefix="/manage/scheme")

BLANK_LINES = 2


@bp.route("/awards/<key>/tiers/<tier_key>/rewards", methods=["GET", "POST"])
@holds(Duty.SCHEME_MANAGER)
def rewards(key: str, tier_key: str) -> ResponseReturnValue:
    """The rewards of a tier. What was won already keeps what it was promised."""
    award = stored.award_by_key(key) or abort(404)
    tier = next((tier for tier in award.tiers if tier.key == tier_key), None) or abort(404)
    lines = [reward.line for reward in rewards_of(tier.id)]
    kinds = [("", _("No reward")), *((kind.value, label(kind)) for kind in RewardKind)]
    form = RewardsForm(kinds, data={"lines": list(_rows(lines))})
    back = url_for("scheme.award", key=key)
    page = Page(
        _("Rewards: %(tier)s", tier=local(tier.names)),
        back,
        _(
            "What is won from now on brings this. The cost of a place becomes the sum of its money "
            "and gifts."
        ),
        trail((local(award.names), back)),
        template="scheme/rewards.html",
    )
    return edit(
        form,
        page,
        rewards_state(lines) | {"cost": state(tier)["cost"]},
        lambda asked: operations.change_rewards(
            edit=asked, award_key=key, tier_key=tier_key, lines=list(_lines(form))
        ),
    )


def _rows(lines: list[Line]) -> Iterator[dict[str, Any]]:
    """The lines that are there, then some empty ones for more."""
    for line in lines:
        amount = Decimal(plain(line.amount))
        yield {
            "kind": line.kind.value,
            "amount": amount,
            "each_member": line.each_member,
            **line.names,
        }
    if request.method == "GET":
        yield from ({"each_member": True} for _line in range(BLANK_LINES))


def _lines(form: RewardsForm) -> Iterator[Line]:
    for row in form.lines:
        told = row.form
        if told.kind.data:
            names = {name: told[name].data for name in ("en", "zh_Hans", "zh_Hant")}
            amount = told.amount.data or Decimal(0)
            yield Line(RewardKind(told.kind.data), names, amount, told.each_member.data)
