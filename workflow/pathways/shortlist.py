"""Audited and ranked first; policy is reviewed for the shortlist alone."""

from __future__ import annotations

from workflow.pathway import Pathway
from workflow.pathways.forward import approval, submission, tiering
from workflow.pathways.sideways import APPEAL, EXPIRY, NOTICE, audit_moves, withdrawals
from workflow.vocabulary import Stage

JUDGED = (
    Stage.INTERNAL_AUDIT,
    Stage.EXTERNAL_AUDIT,
    Stage.PERFORMANCE_REVIEW,
    Stage.POLICY_REVIEW,
)

SHORTLIST = Pathway(
    key="shortlist",
    stages=(
        Stage.DRAFT,
        Stage.INTERNAL_AUDIT,
        Stage.EXTERNAL_AUDIT,
        Stage.PERFORMANCE_REVIEW,
        Stage.TIERING,
        Stage.POLICY_REVIEW,
        Stage.PUBLIC_NOTICE,
        Stage.AWARDED,
    ),
    moves=(
        submission(Stage.INTERNAL_AUDIT),
        approval(Stage.INTERNAL_AUDIT, Stage.EXTERNAL_AUDIT),
        approval(Stage.EXTERNAL_AUDIT, Stage.PERFORMANCE_REVIEW),
        approval(Stage.PERFORMANCE_REVIEW, Stage.TIERING),
        *tiering(Stage.POLICY_REVIEW),
        approval(Stage.POLICY_REVIEW, Stage.PUBLIC_NOTICE),
        *NOTICE,
        *(move for stage in JUDGED for move in audit_moves(stage)),
        *withdrawals((Stage.DRAFT, *JUDGED, Stage.TIERING, Stage.RETURNED)),
        *EXPIRY,
        *APPEAL,
    ),
)
