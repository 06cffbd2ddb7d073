"""The side ways that every road shares: returned, rejected, appealed, withdrawn, revoked ..."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from workflow import rules
from workflow.case import Case
from workflow.pathway import Move
from workflow.vocabulary import JUDGE, Action, Role, Stage

COMPLETE = (
    rules.has_a_nominee,
    rules.nominator_is_not_a_nominee,
    rules.nominees_can_win_it,
    rules.story_is_told,
    rules.has_claims,
    rules.every_claim_is_stated,
    rules.every_claim_has_evidence,
)
PARTIES = (Role.NOMINATOR, Role.NOMINEE)

# What a return or a rejection rests on, where it rests on more than its reason.
RETURN = {Stage.INTERNAL_AUDIT: (rules.no_claim_demands_rejection,)}
REJECTION = {
    Stage.INTERNAL_AUDIT: (rules.opinions_are_in, rules.decides_on_an_opinion_of_their_own)
}


def returned_from(stage: Stage) -> Callable[[Case], bool]:
    """A returned case goes back to the stage that returned it."""
    return lambda case: case.came_from is stage


def rejected_at(*stages: Stage) -> Callable[[Case], bool]:
    """A case whose appeal is upheld goes back to the contested stage."""
    return lambda case: case.rejected_at in stages


def another_objection_is_open(case: Case) -> bool:
    return case.open_objections > 1


def last_objection(case: Case) -> bool:
    return case.open_objections <= 1


def audit_moves(stage: Stage) -> tuple[Move, ...]:
    """Return, rejection, and the way back from both, for one audit or review."""
    judge = JUDGE[stage]
    return (
        Move(
            action=Action.RETURN,
            source=stage,
            dest=Stage.RETURNED,
            by=(judge,),
            rules=RETURN.get(stage, ()),
            asks=(rules.reason_is_given,),
            form="reasoned",
            tells=(Role.NOMINATOR,),
        ),
        Move(
            action=Action.REJECT,
            source=stage,
            dest=Stage.REJECTED,
            by=(judge,),
            rules=REJECTION.get(stage, ()),
            asks=(rules.reason_is_given,),
            form="reasoned",
            tells=PARTIES,
        ),
        Move(
            action=Action.RESUBMIT,
            source=Stage.RETURNED,
            dest=stage,
            by=(Role.NOMINATOR,),
            when=returned_from(stage),
            rules=COMPLETE,
            tells=(judge,),
        ),
        Move(
            action=Action.UPHOLD_APPEAL,
            source=Stage.APPEAL,
            dest=stage,
            by=(Role.ARBITER,),
            when=rejected_at(stage),
            asks=(rules.sentence_is_given,),
            form="sentence",
            tells=(*PARTIES, judge),
        ),
    )


def withdrawals(stages: Iterable[Stage]) -> tuple[Move, ...]:
    """The nominator may take a nomination back until it stands in the public notice."""
    return tuple(
        Move(
            action=Action.WITHDRAW,
            source=stage,
            dest=Stage.WITHDRAWN,
            by=(Role.NOMINATOR,),
            form="confirm",
            tells=(Role.NOMINATOR,),
        )
        for stage in stages
    )


EXPIRY = (
    Move(
        action=Action.EXPIRE,
        source=Stage.DRAFT,
        dest=Stage.EXPIRED,
        by=(Role.CLOCK,),
        rules=(rules.cycle_is_closed,),
        tells=(Role.NOMINATOR,),
    ),
    Move(
        action=Action.EXPIRE,
        source=Stage.RETURNED,
        dest=Stage.EXPIRED,
        by=(Role.CLOCK,),
        rules=(rules.due_date_has_passed,),
        tells=(Role.NOMINATOR,),
    ),
)

NOTICE = (
    *(
        Move(
            action=Action.OBJECT,
            source=stage,
            dest=Stage.OBJECTION,
            by=(Role.COLLEAGUE,),
            rules=(
                rules.notice_is_running,
                rules.is_not_a_party,
                rules.objects_for_the_first_time,
            ),
            asks=(rules.sentence_is_given,),
            form="grounds",
            tells=(Role.ARBITER, *PARTIES),
        )
        for stage in (Stage.PUBLIC_NOTICE, Stage.OBJECTION)
    ),
    *(
        Move(
            action=Action.DISMISS_OBJECTION,
            source=Stage.OBJECTION,
            dest=dest,
            by=(Role.ARBITER,),
            when=when,
            asks=(rules.sentence_is_given,),
            form="resolution",
            tells=PARTIES,
        )
        for dest, when in (
            (Stage.OBJECTION, another_objection_is_open),
            (Stage.PUBLIC_NOTICE, last_objection),
        )
    ),
    Move(
        action=Action.UPHOLD_OBJECTION,
        source=Stage.OBJECTION,
        dest=Stage.REJECTED,
        by=(Role.ARBITER,),
        asks=(rules.sentence_is_given,),
        form="resolution",
        tells=PARTIES,
    ),
    Move(
        action=Action.AWARD,
        source=Stage.PUBLIC_NOTICE,
        dest=Stage.AWARDED,
        by=(Role.CLOCK,),
        rules=(rules.notice_is_over, rules.has_a_tier),
        tells=PARTIES,
    ),
    Move(
        action=Action.REVOKE,
        source=Stage.AWARDED,
        dest=Stage.REVOKED,
        by=(Role.ARBITER,),
        asks=(rules.reason_is_given,),
        form="reasoned",
        tells=PARTIES,
    ),
)

APPEAL = (
    Move(
        action=Action.APPEAL,
        source=Stage.REJECTED,
        dest=Stage.APPEAL,
        by=PARTIES,
        rules=(rules.not_appealed_before, rules.appeal_is_in_time),
        asks=(rules.sentence_is_given,),
        form="grounds",
        tells=(Role.ARBITER,),
    ),
    Move(
        action=Action.UPHOLD_APPEAL,
        source=Stage.APPEAL,
        dest=Stage.PUBLIC_NOTICE,
        by=(Role.ARBITER,),
        when=rejected_at(Stage.OBJECTION),
        asks=(rules.sentence_is_given,),
        form="sentence",
        tells=PARTIES,
    ),
    Move(
        action=Action.DISMISS_APPEAL,
        source=Stage.APPEAL,
        dest=Stage.REJECTED,
        by=(Role.ARBITER,),
        asks=(rules.sentence_is_given,),
        form="sentence",
        tells=PARTIES,
    ),
)
