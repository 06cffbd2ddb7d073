"""Nobody decides on their own case, or one they are bound to."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workflow.cases import a_case, an_act, an_actor
from workflow.conflicts import Relation, relation
from workflow.pathway import perform
from workflow.pathways.standard import STANDARD
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Stage

AUDITOR = Duty.INTERNAL_AUDITOR
BOUND: dict[Relation, dict[str, Any]] = {
    Relation.NOMINATOR: {"nominator": 9},
    Relation.NOMINEE: {"nominees": frozenset({9})},
    Relation.LINE_MANAGER: {"line_managers": frozenset({9})},
    Relation.REPORT: {"reports": frozenset({9})},
    Relation.MANAGER_OF_NOMINATOR: {"managers_of_nominator": frozenset({9})},
    Relation.REPORT_OF_NOMINATOR: {"reports_of_nominator": frozenset({9})},
    Relation.DECLARED: {"declared": frozenset({9})},
    Relation.TEAM_MATE: {"team_mates": frozenset({9})},
    Relation.CO_NOMINATED: {"co_nominated": frozenset({9})},
    Relation.RECIPROCAL: {"reciprocal": frozenset({9})},
    Relation.RECUSED: {"recused": frozenset({9})},
    Relation.APPEALED_AGAINST: {"appealed_against": frozenset({9})},
    Relation.EARLIER_PART: {"parts": {9: frozenset({Stage.EXTERNAL_AUDIT})}},
}


@pytest.mark.parametrize("bound", BOUND, ids=str)
def test_a_bound_auditor_is_refused_with_the_relation_named(bound: Relation) -> None:
    case = a_case(state="internal_audit", **BOUND[bound])
    with pytest.raises(Refused, match=f"barred_as_{bound}"):
        perform(STANDARD, case, an_act(Action.APPROVE, an_actor(9, AUDITOR)))


def test_every_relation_is_tried() -> None:
    assert set(BOUND) == set(Relation)


@pytest.mark.parametrize("favour", [Relation.CO_NOMINATED, Relation.RECIPROCAL])
def test_an_old_favour_keeps_nobody_from_the_whole_cycles_ranking(favour: Relation) -> None:
    assert relation(a_case(state="tiering", **BOUND[favour]), 9) is None
    assert relation(a_case(state="appeal", **BOUND[favour]), 9) is favour


def test_an_unbound_auditor_may_decide() -> None:
    case = a_case(state="internal_audit")
    perform(STANDARD, case, an_act(Action.APPROVE, an_actor(9, AUDITOR)))
    assert case.stage is Stage.EXTERNAL_AUDIT


def test_the_same_auditor_goes_on_at_the_same_stage_after_a_correction() -> None:
    case = a_case(state="internal_audit", parts={9: frozenset({Stage.INTERNAL_AUDIT})})
    assert relation(case, 9) is None


def test_an_award_may_allow_several_stages_to_one_person() -> None:
    case = a_case(
        state="policy_review",
        parts={9: frozenset({Stage.INTERNAL_AUDIT})},
        stages_are_separate=False,
    )
    assert relation(case, 9) is None


@pytest.mark.parametrize("stage", [Stage.OBJECTION, Stage.APPEAL, Stage.AWARDED])
def test_an_arbiter_who_did_anything_on_the_case_is_barred_whatever_the_award_says(
    stage: Stage,
) -> None:
    case = a_case(
        state=stage.value, parts={9: frozenset({Stage.TIERING})}, stages_are_separate=False
    )
    assert relation(case, 9) is Relation.EARLIER_PART


def test_whoever_objected_does_not_settle_the_objection() -> None:
    case = a_case(state="objection", parts={9: frozenset({Stage.PUBLIC_NOTICE})})
    assert relation(case, 9) is Relation.EARLIER_PART


@pytest.mark.parametrize("person", [1, 2])
def test_the_parties_keep_what_is_theirs(person: int) -> None:
    case = a_case(state="rejected")
    act = an_act(Action.APPEAL, an_actor(person))
    with pytest.raises(Refused, match="sentence_missing"):  # and not barred_as_...
        perform(STANDARD, case, act)
