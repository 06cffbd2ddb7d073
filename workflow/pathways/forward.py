"""The steps forward that more than one road takes."""

from __future__ import annotations

from workflow import rules
from workflow.pathway import Move
from workflow.pathways.sideways import COMPLETE, PARTIES
from workflow.vocabulary import JUDGE, Action, Role, Stage

READY = (rules.cycle_is_open, *COMPLETE)
APPROVAL = {
    Stage.INTERNAL_AUDIT: (
        rules.opinions_are_in,
        rules.decides_on_an_opinion_of_their_own,
        rules.every_claim_has_a_finding,
        rules.no_claim_stops_it,
        rules.some_claim_is_confirmed,
    ),
    Stage.EXTERNAL_AUDIT: (
        rules.customer_was_asked,
        rules.customer_did_not_disagree,
        rules.second_contact_is_done,
        rules.effect_has_lasted,
    ),
    Stage.POLICY_REVIEW: (rules.no_policy_rule_failed,),
    Stage.PERFORMANCE_REVIEW: (rules.cycle_is_closed, rules.scores_are_frozen),
}


def submission(first: Stage) -> Move:
    """From the nominator's desk to the first audit."""
    return Move(
        action=Action.SUBMIT,
        source=Stage.DRAFT,
        dest=first,
        by=(Role.NOMINATOR,),
        rules=READY,
        form="submit",
        tells=(JUDGE[first],),
    )


def approval(stage: Stage, onward: Stage) -> Move:
    """One audit or review passed: on to the next."""
    ends = onward is Stage.PUBLIC_NOTICE
    return Move(
        action=Action.APPROVE,
        source=stage,
        dest=onward,
        by=(JUDGE[stage],),
        rules=APPROVAL.get(stage, ()) + ((rules.has_a_tier,) if ends else ()),
        form="approve",
        tells=PARTIES if ends else (JUDGE[onward],),
    )


def tiering(onward: Stage) -> tuple[Move, ...]:
    """The committee's list: a tier leads on, to the notice or to a review of the shortlist."""
    return (
        Move(
            action=Action.PLACE,
            source=Stage.TIERING,
            dest=onward,
            by=(Role.COMMITTEE,),
            rules=(rules.cycle_is_closed, rules.has_a_tier),
            tells=(JUDGE[onward],) if onward in JUDGE else PARTIES,
        ),
        Move(  # a place of the list was lost: the next moves up by the same ranking
            action=Action.PLACE,
            source=Stage.NOT_PLACED,
            dest=onward,
            by=(Role.COMMITTEE,),
            rules=(rules.cycle_is_closed, rules.has_a_tier),
            tells=(JUDGE[onward],) if onward in JUDGE else PARTIES,
        ),
        Move(
            action=Action.PASS_OVER,
            source=Stage.TIERING,
            dest=Stage.NOT_PLACED,
            by=(Role.COMMITTEE,),
            rules=(rules.cycle_is_closed, rules.has_no_tier),
            tells=PARTIES,
        ),
    )


TIERING = tiering(Stage.PUBLIC_NOTICE)
