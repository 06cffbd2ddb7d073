"""Where policy is reviewed last, a place leads to the review and the review to the notice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.workflow.cases import AT, a_case, an_act, an_actor
from workflow.pathway import perform
from workflow.pathways import PATHWAYS
from workflow.pathways.shortlist import SHORTLIST
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, RuleResult, Stage

REVIEWER, COMMITTEE = an_actor(10, Duty.POLICY_REVIEWER), an_actor(11, Duty.COMMITTEE)


def test_policy_is_reviewed_for_those_who_have_a_place() -> None:
    case = a_case(state="tiering", tier="gold", cycle_closes_at=AT)
    perform(SHORTLIST, case, an_act(Action.PLACE, COMMITTEE))
    assert case.state == Stage.POLICY_REVIEW
    perform(SHORTLIST, case, an_act(Action.APPROVE, REVIEWER))
    assert case.stage is Stage.PUBLIC_NOTICE


def test_nobody_comes_to_the_notice_with_a_failed_rule_or_without_a_place() -> None:
    for change, why in (
        ({"policy": (RuleResult.FAIL,)}, "policy_rule_failed"),
        ({"tier": None}, "no_tier"),
    ):
        case = replace(a_case(state="policy_review", tier="gold"), **change)
        with pytest.raises(Refused, match=why):
            perform(SHORTLIST, case, an_act(Action.APPROVE, REVIEWER))


def test_on_this_road_alone_policy_comes_after_the_ranking() -> None:
    later = {key for key, road in PATHWAYS.items() if road.vets_the_shortlist}
    assert later == {"shortlist"}
    stages = SHORTLIST.stages
    assert stages.index(Stage.POLICY_REVIEW) > stages.index(Stage.TIERING)
