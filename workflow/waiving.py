"""Who may answer a proposed waiver: a second person, free of every relation to the case."""

from __future__ import annotations

from datetime import datetime

from workflow import conflicts
from workflow.case import Act, Actor, Case
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Stage

# Another reviewer answers, or a scheme manager: where there is one reviewer alone, or all the
# others are bound to the case, a waiver still finds its second person.
ANSWERERS = (Duty.POLICY_REVIEWER, Duty.SCHEME_MANAGER)


def answer_refusal(case: Case, actor: Actor, proposer: int, at: datetime) -> Refused | None:
    """Why this actor may neither confirm nor refuse what `proposer` asked for; None: they may."""
    if case.stage is not Stage.POLICY_REVIEW:
        return Refused("not_at_this_stage", stage=case.state)
    if not actor.duties.intersection(ANSWERERS):
        return Refused("not_your_part", stage=case.state)
    if actor.person == proposer:
        return Refused("second_person_needed")
    return conflicts.refusal(case, Act(Action.APPROVE, actor, at))
