"""What the policy and performance reviews freeze into a case when they approve it."""

from __future__ import annotations

from models.nominations import Nomination
from operations.transaction import Transaction


def freeze(tx: Transaction, nomination: Nomination) -> dict[str, object]:
    """Freeze what the current stage found; returns figures for the decision's facts."""
    return {}
