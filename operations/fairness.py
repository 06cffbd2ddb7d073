"""Publishing the fairness report of a cycle, once, when its last case has ended."""

from __future__ import annotations

from models import fairness
from models.fairness_reports import FairnessReport
from models.scheme import Cycle, scheme
from operations.transaction import Transaction, operation
from workflow.fairness import report


@operation
def publish(tx: Transaction, cycle_id: int) -> bool:
    """Freeze the report's figures in the ledger; False when nothing is due."""
    due = fairness.finished(tx.now).where(Cycle.id == cycle_id)
    if tx.session.scalar(due) is None:
        return False
    cycle = tx.session.get_one(Cycle, cycle_id)
    found = report(fairness.cells(cycle), fairness.moves(cycle), scheme().smallest_group)
    tx.record(FairnessReport(cycle=cycle, at=tx.now, figures=found.record()))
    return True
