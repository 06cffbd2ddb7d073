"""What a tier gives, as scheme managers keep it. Awards that were given keep what they promised."""

from __future__ import annotations

from collections.abc import Sequence

from models import scheme as stored
from models.rewards import Reward, rewards_of, rewards_state
from models.scheme_state import state
from operations.casework import NotVisible
from operations.scheme_changes import Edit, change
from operations.transaction import Transaction, operation
from workflow.message import plain
from workflow.rewards import COSTS, Line, cost


@operation
def change_rewards(
    tx: Transaction, *, edit: Edit, award_key: str, tier_key: str, lines: Sequence[Line]
) -> None:
    """Set the tier's rewards; the cost of a place becomes the sum of its money and gifts.

    Where there is neither, the cost stays as it was set.
    """
    award = stored.award_by_key(award_key)
    tier = next((tier for tier in award.tiers if tier.key == tier_key), None) if award else None
    if award is None or tier is None:
        raise NotVisible(tier_key)
    before = rewards_of(tier.id)
    costs = any(line.kind in COSTS for line in lines)
    new_cost = cost(lines) if costs else tier.cost

    def write() -> None:
        for row in before:
            tx.session.delete(row)
        tx.session.flush()
        tx.session.add_all(
            Reward(
                tier_id=tier.id,
                position=position,
                kind=line.kind,
                names=dict(line.names),
                amount=line.amount,
                each_member=line.each_member,
            )
            for position, line in enumerate(lines)
        )
        tier.cost = new_cost

    was = rewards_state([row.line for row in before]) | {"cost": state(tier)["cost"]}
    becomes = rewards_state(lines) | {"cost": plain(new_cost)}
    subject = ("rewards", f"{award_key}/{tier_key}")
    change(tx, edit, subject, was, becomes, write, award.id)
