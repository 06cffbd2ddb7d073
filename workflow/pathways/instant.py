"""One exceptional event: audited and reviewed, then straight to the notice with the one tier."""

from __future__ import annotations

from workflow.pathway import Pathway
from workflow.pathways.forward import approval, submission
from workflow.pathways.sideways import APPEAL, EXPIRY, NOTICE, audit_moves, withdrawals
from workflow.vocabulary import Stage

REVIEWS = (Stage.INTERNAL_AUDIT, Stage.EXTERNAL_AUDIT, Stage.POLICY_REVIEW)

INSTANT = Pathway(
    key="instant",
    stages=(Stage.DRAFT, *REVIEWS, Stage.PUBLIC_NOTICE, Stage.AWARDED),
    moves=(
        submission(Stage.INTERNAL_AUDIT),
        approval(Stage.INTERNAL_AUDIT, Stage.EXTERNAL_AUDIT),
        approval(Stage.EXTERNAL_AUDIT, Stage.POLICY_REVIEW),
        approval(Stage.POLICY_REVIEW, Stage.PUBLIC_NOTICE),
        *NOTICE,
        *(move for stage in REVIEWS for move in audit_moves(stage)),
        *withdrawals((Stage.DRAFT, *REVIEWS, Stage.RETURNED)),
        *EXPIRY,
        *APPEAL,
    ),
)
