"""From KPI data alone: nobody nominates, the clock does at the cycle's close; no story to audit."""

from __future__ import annotations

from workflow import rules
from workflow.pathway import Move, Pathway
from workflow.pathways.forward import TIERING, approval
from workflow.pathways.sideways import APPEAL, NOTICE, audit_moves
from workflow.vocabulary import Action, Role, Stage

REVIEWS = (Stage.POLICY_REVIEW, Stage.PERFORMANCE_REVIEW)

BY_NUMBERS = Pathway(
    key="by_numbers",
    stages=(Stage.DRAFT, *REVIEWS, Stage.TIERING, Stage.PUBLIC_NOTICE, Stage.AWARDED),
    moves=(
        Move(
            action=Action.SUBMIT,
            source=Stage.DRAFT,
            dest=Stage.POLICY_REVIEW,
            by=(Role.CLOCK,),
            rules=(rules.cycle_is_closed, rules.has_a_nominee),
            tells=(Role.POLICY_REVIEWER,),
        ),
        approval(Stage.POLICY_REVIEW, Stage.PERFORMANCE_REVIEW),
        approval(Stage.PERFORMANCE_REVIEW, Stage.TIERING),
        *TIERING,
        *NOTICE,
        *(
            move
            for stage in REVIEWS
            for move in audit_moves(stage)
            if move.action not in (Action.RETURN, Action.RESUBMIT)  # there is no story to correct
        ),
        *APPEAL,
    ),
)
