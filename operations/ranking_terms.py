"""How an award ranks, who approves a list, and whom its results nominate: changed with a reason.

Cycles that have begun keep the terms they began with: criteria are known in advance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from models import scheme as stored
from models.scheme import Award
from models.scheme_state import eligibility_state, ranking_state, texts
from operations.casework import NotVisible
from operations.scheme_changes import Edit, change
from operations.transaction import Transaction, operation
from workflow import eligibility
from workflow.eligibility import Rule, Wins
from workflow.formula import FOUR_PLACES
from workflow.metrics import EXACT
from workflow.refusal import Refused
from workflow.tiering import CRITERIA


@operation
def change_ranking(
    tx: Transaction,
    *,
    edit: Edit,
    key: str,
    weights: Mapping[str, Decimal],
    tie_breaks: Sequence[str],
    quorum: int,
) -> None:
    """Change the weights (with `full_score`), the order of tie-breaks and the quorum of an award.

    Raises NotVisible, Refused, KeyReused or StaleScheme.
    """
    award = _award(key)
    values: dict[str, Any] = {
        name: EXACT.quantize(number, FOUR_PLACES) for name, number in weights.items()
    }
    if not any(value for name, value in values.items() if name != "full_score"):
        raise Refused("formula_weighs_nothing")
    if len(set(tie_breaks)) != len(tie_breaks):
        raise Refused("tie_break_twice")
    order = [*(each for each in tie_breaks if each != CRITERIA[-1]), CRITERIA[-1]]
    values["quorum"] = quorum
    after = ranking_state(award) | texts({**values, "tie_breaks": ",".join(order)})

    def write() -> None:
        _keep_for_what_has_begun(tx, award)
        for name, value in values.items():
            setattr(award, name, value)
        award.tie_breaks = order

    change(tx, edit, ("ranking", key), ranking_state(award), after, write, award.id)


@operation
def change_eligibility(tx: Transaction, *, edit: Edit, key: str, rules: Sequence[Rule]) -> None:
    """Change by which rules the results of a cycle nominate for an award.

    Raises NotVisible, Refused, KeyReused or StaleScheme.
    """
    award = _award(key)
    for rule in rules:
        if isinstance(rule, Wins) and stored.award_by_key(rule.award) is None:
            raise Refused("no_such_award")
    rows = [eligibility.row(rule) for rule in rules]
    before, after = eligibility_state(award.eligibility), eligibility_state(rows)

    def write() -> None:
        _keep_for_what_has_begun(tx, award)
        award.eligibility = rows

    change(tx, edit, ("eligibility", key), before, after, write, award.id)


def _keep_for_what_has_begun(tx: Transaction, award: Award) -> None:
    kept = award.ranking_terms.record()
    for cycle in award.cycles:
        if cycle.opens_at <= tx.now and cycle.terms is None:
            cycle.terms = kept


def _award(key: str) -> Award:
    award = stored.award_by_key(key)
    if award is None:
        raise NotVisible(key)
    return award
