"""All four audits, then tiering and the public notice."""

from __future__ import annotations

from workflow.pathway import Pathway
from workflow.pathways.forward import TIERING, approval, submission
from workflow.pathways.sideways import APPEAL, EXPIRY, NOTICE, audit_moves, withdrawals
from workflow.vocabulary import Stage

JUDGED = (
    Stage.INTERNAL_AUDIT,
    Stage.EXTERNAL_AUDIT,
    Stage.POLICY_REVIEW,
    Stage.PERFORMANCE_REVIEW,
)

STANDARD = Pathway(
    key="standard",
    stages=(Stage.DRAFT, *JUDGED, Stage.TIERING, Stage.PUBLIC_NOTICE, Stage.AWARDED),
    moves=(
        submission(Stage.INTERNAL_AUDIT),
        approval(Stage.INTERNAL_AUDIT, Stage.EXTERNAL_AUDIT),
        approval(Stage.EXTERNAL_AUDIT, Stage.POLICY_REVIEW),
        approval(Stage.POLICY_REVIEW, Stage.PERFORMANCE_REVIEW),
        approval(Stage.PERFORMANCE_REVIEW, Stage.TIERING),
        *TIERING,
        *NOTICE,
        *(move for stage in JUDGED for move in audit_moves(stage)),
        *withdrawals((Stage.DRAFT, *JUDGED, Stage.TIERING, Stage.RETURNED)),
        *EXPIRY,
        *APPEAL,
    ),
)
