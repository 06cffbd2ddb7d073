"""The roads as tables: what every road promises, and that `transitions` keeps to the table."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.cases import AT, a_case, an_act, an_actor
from workflow.case import CLOCK, ClaimFacts, ContactFacts
from workflow.pathway import Pathway, open_moves, perform
from workflow.pathways import PATHWAYS
from workflow.pathways.instant import INSTANT
from workflow.pathways.standard import JUDGED, STANDARD
from workflow.refusal import Refused
from workflow.vocabulary import (
    CLOSED,
    Action,
    Duty,
    Perception,
    Reason,
    Role,
    RuleResult,
    Stage,
    Verdict,
)

ROADS = pytest.mark.parametrize("road", PATHWAYS.values(), ids=PATHWAYS)
SENTENCE = "The recording shows another date."


@ROADS
def test_every_stage_but_the_closed_ones_leads_somewhere(road: Pathway) -> None:
    reached = {Stage.DRAFT} | {move.dest for move in road.moves}
    stuck = {stage for stage in reached if not any(road.moves_from(stage))}
    assert stuck <= CLOSED


@ROADS
def test_every_stage_can_be_reached_from_a_draft(road: Pathway) -> None:
    reached, frontier = {Stage.DRAFT}, {Stage.DRAFT}
    while frontier:
        frontier = {m.dest for m in road.moves if m.source in frontier} - reached
        reached |= frontier
    assert {move.source for move in road.moves} <= reached
    assert set(road.stages) <= reached


@ROADS
def test_an_award_is_reached_through_a_public_notice_alone(road: Pathway) -> None:
    assert {m.source for m in road.moves if m.dest is Stage.AWARDED} == {Stage.PUBLIC_NOTICE}


@ROADS
def test_every_return_rejection_and_revocation_asks_for_a_coded_reason(road: Pathway) -> None:
    reasoned = {Action.RETURN, Action.REJECT, Action.REVOKE}
    for move in road.moves:
        if move.action in reasoned:
            names = {rule.__name__ for rule in move.asks}
            assert "reason_is_given" in names, move


@ROADS
def test_moves_of_one_action_and_stage_are_told_apart(road: Pathway) -> None:
    seen: dict[tuple[Stage, Action], int] = {}
    for move in road.moves:
        seen[move.source, move.action] = seen.get((move.source, move.action), 0) + 1
    for move in road.moves:
        assert seen[move.source, move.action] == 1 or move.when is not None, move


def test_the_standard_road_leads_from_draft_to_the_award() -> None:
    case = a_case()
    duties = {
        Stage.INTERNAL_AUDIT: Duty.INTERNAL_AUDITOR,
        Stage.EXTERNAL_AUDIT: Duty.EXTERNAL_AUDITOR,
        Stage.POLICY_REVIEW: Duty.POLICY_REVIEWER,
        Stage.PERFORMANCE_REVIEW: Duty.PERFORMANCE_REVIEWER,
    }
    perform(STANDARD, case, an_act(Action.SUBMIT, an_actor(1)))
    after = case.cycle_closes_at
    for person, (stage, duty) in enumerate(duties.items(), start=10):
        assert case.stage is stage
        at = after if stage is Stage.PERFORMANCE_REVIEW else AT
        perform(STANDARD, case, an_act(Action.APPROVE, an_actor(person, duty), at=at))
    assert case.stage is Stage.TIERING
    case.tier = "gold"
    perform(STANDARD, case, an_act(Action.PLACE, an_actor(20, Duty.COMMITTEE), at=after))
    case.notice_ends_at = after + timedelta(days=7)
    perform(STANDARD, case, an_act(Action.AWARD, CLOCK, at=case.notice_ends_at))
    assert case.state == Stage.AWARDED


def test_an_act_that_the_stage_does_not_know_is_refused_and_nothing_moves() -> None:
    case = a_case(state="draft")
    with pytest.raises(Refused, match="not_at_this_stage"):
        perform(STANDARD, case, an_act(Action.APPROVE, an_actor(1)))
    assert case.stage is Stage.DRAFT


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"nominees": frozenset()}, "no_nominee"),
        ({"nominees": frozenset({1, 2})}, "own_nomination"),
        ({"claims": ()}, "no_claim"),
        ({"claims": (ClaimFacts(1), ClaimFacts(0))}, "claim_without_evidence"),
        ({"cycle_closes_at": AT}, "cycle_closed"),
        ({"cycle_opens_at": AT + timedelta(seconds=1)}, "cycle_not_open_yet"),
    ],
)
def test_an_unfinished_nomination_is_not_submitted(change: dict[str, Any], refusal: str) -> None:
    case = replace(a_case(), **change)
    with pytest.raises(Refused, match=refusal):
        perform(STANDARD, case, an_act(Action.SUBMIT, an_actor(1)))


@pytest.mark.parametrize(
    ("stage", "change", "refusal"),
    [
        (Stage.INTERNAL_AUDIT, {"claims": (ClaimFacts(1),)}, "claim_still_open"),
        (
            Stage.INTERNAL_AUDIT,
            {"claims": (ClaimFacts(1, Verdict.CONFIRMED), ClaimFacts(1, Verdict.REFUTED))},
            "claim_refuted",
        ),
        (
            Stage.INTERNAL_AUDIT,
            {"claims": (ClaimFacts(1, Verdict.UNVERIFIABLE),)},
            "no_claim_confirmed",
        ),
        (Stage.EXTERNAL_AUDIT, {"contact": ContactFacts(2, 3)}, "customer_not_asked_enough"),
        (
            Stage.EXTERNAL_AUDIT,
            {"contact": ContactFacts(1, 3, Perception.NOT_PERCEIVED)},
            "customer_disagreed",
        ),
        (
            Stage.POLICY_REVIEW,
            {"policy": (RuleResult.PASS, RuleResult.FAIL)},
            "policy_rule_failed",
        ),
        (Stage.PERFORMANCE_REVIEW, {}, "cycle_still_open"),
        (
            Stage.PERFORMANCE_REVIEW,
            {"cycle_closes_at": AT, "scores_are_frozen": False},
            "scores_not_frozen",
        ),
    ],
)
def test_an_audit_with_open_questions_is_not_approved(
    stage: Stage, change: dict[str, Any], refusal: str
) -> None:
    case = replace(a_case(state=stage.value), **change)
    judge = an_actor(10, *Duty)
    with pytest.raises(Refused, match=refusal):
        perform(STANDARD, case, an_act(Action.APPROVE, judge))
    assert case.stage is stage


def test_no_answer_from_the_customer_does_not_stand_in_the_nominees_way() -> None:
    silent = ContactFacts(3, 3, Perception.NO_ANSWER)
    case = a_case(state="external_audit", contact=silent)
    perform(STANDARD, case, an_act(Action.APPROVE, an_actor(10, Duty.EXTERNAL_AUDITOR)))
    assert case.stage is Stage.POLICY_REVIEW


@pytest.mark.parametrize("action", [Action.RETURN, Action.REJECT])
@pytest.mark.parametrize(
    ("reason", "sentence", "refusal"),
    [
        (None, SENTENCE, "reason_missing"),
        (Reason.INCOMPLETE, "too short", "sentence_missing"),
        (Reason.INCOMPLETE, " " * 40, "sentence_missing"),
    ],
)
def test_no_return_or_rejection_without_a_reason_and_a_sentence(
    action: Action, reason: Reason | None, sentence: str, refusal: str
) -> None:
    act = replace(
        an_act(action, an_actor(10, Duty.INTERNAL_AUDITOR)), reason=reason, sentence=sentence
    )
    with pytest.raises(Refused, match=refusal):
        perform(STANDARD, a_case(state="internal_audit"), act)


@pytest.mark.parametrize("stage", JUDGED)
def test_a_returned_case_goes_back_to_the_stage_that_returned_it(stage: Stage) -> None:
    case = a_case(state="returned", came_from=stage)
    perform(STANDARD, case, an_act(Action.RESUBMIT, an_actor(1)))
    assert case.stage is stage


@pytest.mark.parametrize("stage", JUDGED)
def test_an_upheld_appeal_leads_back_to_the_contested_stage(stage: Stage) -> None:
    case = a_case(state="appeal", rejected_at=stage, appeals=1)
    act = replace(an_act(Action.UPHOLD_APPEAL, an_actor(30, Duty.ARBITER)), sentence=SENTENCE)
    perform(STANDARD, case, act)
    assert case.stage is stage


def test_an_appeal_is_made_once_and_in_time() -> None:
    act = replace(an_act(Action.APPEAL, an_actor(1)), sentence=SENTENCE)
    for change, refusal in (
        ({"appeals": 1}, "appealed_once_already"),
        ({"appeal_until": AT}, "appeal_too_late"),
    ):
        with pytest.raises(Refused, match=refusal):
            perform(STANDARD, replace(a_case(state="rejected"), **change), act)


def test_a_dismissed_objection_lets_the_notice_go_on_only_when_no_other_is_open() -> None:
    act = replace(an_act(Action.DISMISS_OBJECTION, an_actor(30, Duty.ARBITER)), sentence=SENTENCE)
    two, one = (a_case(state="objection", open_objections=n) for n in (2, 1))
    perform(STANDARD, two, act)
    perform(STANDARD, one, act)
    assert (two.stage, one.stage) == (Stage.OBJECTION, Stage.PUBLIC_NOTICE)


def test_the_notice_ends_at_its_instant_and_not_before() -> None:
    case = a_case(state="public_notice", tier="gold", notice_ends_at=AT)
    with pytest.raises(Refused, match="notice_still_running"):
        perform(STANDARD, case, an_act(Action.AWARD, CLOCK, at=AT - timedelta(microseconds=1)))
    perform(STANDARD, case, an_act(Action.AWARD, CLOCK, at=AT))
    assert case.stage is Stage.AWARDED


def test_nobody_stands_in_for_the_clock() -> None:
    case = a_case(state="public_notice", tier="gold", notice_ends_at=AT)
    with pytest.raises(Refused, match="not_your_part"):
        perform(STANDARD, case, an_act(Action.AWARD, an_actor(10, *Duty)))


def test_an_instant_award_needs_no_performance_review_and_no_tiering() -> None:
    case = a_case(state="policy_review", tier="only")
    perform(INSTANT, case, an_act(Action.APPROVE, an_actor(10, Duty.POLICY_REVIEWER)))
    assert case.stage is Stage.PUBLIC_NOTICE


def test_the_machine_keeps_no_case() -> None:
    case = a_case()
    watch = weakref.ref(case)
    perform(STANDARD, case, an_act(Action.SUBMIT, an_actor(1)))
    del case
    gc.collect()
    assert watch() is None


@given(
    stage=st.sampled_from(Stage),
    person=st.integers(1, 12),
    duties=st.sets(st.sampled_from(Duty)),
    action=st.sampled_from(Action),
    road=st.sampled_from(list(PATHWAYS.values())),
    rejected_at=st.sampled_from(Stage),
    came_from=st.sampled_from(Stage),
    parts=st.dictionaries(st.integers(1, 12), st.frozensets(st.sampled_from(Stage), max_size=2)),
    open_objections=st.integers(0, 2),
)
def test_what_the_buttons_offer_is_what_the_act_allows(
    stage: Stage,
    person: int,
    duties: set[Duty],
    action: Action,
    road: Pathway,
    rejected_at: Stage,
    came_from: Stage,
    parts: dict[int, frozenset[Stage]],
    open_objections: int,
) -> None:
    case = a_case(
        state=stage.value,
        rejected_at=rejected_at,
        came_from=came_from,
        parts=parts,
        open_objections=open_objections,
        tier="gold",
        line_managers=frozenset({5}),
    )
    actor = an_actor(person, *duties)
    act = replace(
        an_act(action, actor), reason=Reason.OTHER, sentence="A sentence that is long enough."
    )
    offered = {o.move: o.refused for o in open_moves(road, case, actor, AT)}
    possible = {move.dest for move, no in offered.items() if move.action is action and not no}
    if possible:
        assert {perform(road, case, act).dest} == possible == {case.stage}
        return
    with pytest.raises(Refused) as refused:
        perform(road, case, act)
    closed = {no.message for move, no in offered.items() if move.action is action and no}
    assert not closed or refused.value.message in closed
    assert case.stage is stage


def test_roles_are_named_for_every_move() -> None:
    assert all(move.by for road in PATHWAYS.values() for move in road.moves)
    clocks = {m.action for r in PATHWAYS.values() for m in r.moves if Role.CLOCK in m.by}
    assert clocks == {Action.EXPIRE, Action.AWARD, Action.SUBMIT}
