"""Two auditors without each other's opinion, and what an award lets follow from their verdicts."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.cases import AT, a_case, an_act, an_actor
from workflow.case import Case, ClaimFacts
from workflow.opinions import Voice, Weighed, weigh
from workflow.pathway import open_moves, perform
from workflow.pathways.standard import STANDARD
from workflow.refusal import Refused
from workflow.vocabulary import Action, Consequence, Duty, Reason, Stage, Verdict

CLAIMS = (1, 2, 4)  # a withdrawn claim leaves a gap
VERDICTS = st.fixed_dictionaries({claim: st.sampled_from(Verdict) for claim in CLAIMS})
SENTENCE = "The recording shows another date."


def said(by: int, verdicts: dict[int, Verdict]) -> list[Voice]:
    return [Voice(by, claim, verdict) for claim, verdict in verdicts.items()]


@given(VERDICTS, VERDICTS, VERDICTS)
def test_two_opinions_count_where_they_agree_and_a_third_decides_the_rest(
    first: dict[int, Verdict], second: dict[int, Verdict], third: dict[int, Verdict]
) -> None:
    both = weigh(CLAIMS, [*said(10, first), *said(20, second)], 2)
    split = {claim for claim in CLAIMS if first[claim] is not second[claim]}
    assert both.split == split
    assert both.missing == (1 if split else 0)
    assert both.by == {10, 20}
    assert not both.are_sealed
    assert both.verdicts == {claim: first[claim] for claim in CLAIMS if claim not in split}
    assert both.asked_of(30, CLAIMS) == split
    assert both.asked_of(10, CLAIMS) == both.asked_of(20, CLAIMS) == frozenset()
    answer = {claim: third[claim] for claim in split}
    voices = [*said(10, first), *said(20, second), *said(30, answer)]
    whole = weigh(CLAIMS, voices, 2)
    assert whole.missing == 0
    assert whole.verdicts == {**both.verdicts, **answer}
    assert whole.by == ({10, 20, 30} if split else {10, 20})
    assert all(whole.asked_of(person, CLAIMS) == frozenset() for person in (10, 20, 30, 40))


@given(VERDICTS)
def test_one_opinion_settles_nothing_where_two_are_asked_for(first: dict[int, Verdict]) -> None:
    alone = weigh(CLAIMS, said(10, first), 2)
    assert not alone.verdicts
    assert alone.missing == 1
    assert alone.by == {10}
    assert alone.are_sealed
    assert alone.asked_of(20, CLAIMS) == alone.asked_of(10, CLAIMS) == set(CLAIMS)


@given(VERDICTS, VERDICTS, st.sampled_from(CLAIMS))
def test_half_an_opinion_is_none(
    first: dict[int, Verdict], second: dict[int, Verdict], left_out: int
) -> None:
    half = {claim: verdict for claim, verdict in second.items() if claim != left_out}
    weighed = weigh(CLAIMS, [*said(10, first), *said(20, half)], 2)
    assert weighed.missing == 1
    assert weighed.by == {10}
    assert weighed.are_sealed


@given(VERDICTS, VERDICTS)
def test_the_order_of_two_opinions_does_not_matter(
    first: dict[int, Verdict], second: dict[int, Verdict]
) -> None:
    one = weigh(CLAIMS, [*said(10, first), *said(20, second)], 2)
    assert weigh(CLAIMS, [*said(20, second), *said(10, first)], 2) == one
    turns = [v for pair in zip(said(10, first), said(20, second), strict=True) for v in pair]
    assert weigh(CLAIMS, turns, 2) == one


@given(st.lists(st.tuples(st.sampled_from((10, 20)), VERDICTS), min_size=1, max_size=4))
def test_of_one_auditor_the_last_word_counts(told: list[tuple[int, dict[int, Verdict]]]) -> None:
    weighed = weigh(CLAIMS, [voice for by, verdicts in told for voice in said(by, verdicts)], 1)
    assert weighed.verdicts == told[-1][1]
    assert (weighed.missing, weighed.are_sealed) == (0, False)


def judged(*verdicts: Verdict, **changes: object) -> Case:
    claims = tuple(ClaimFacts(1, verdict) for verdict in verdicts)
    return a_case(state="internal_audit", claims=claims, **changes)


def open_to(case: Case, person: int = 10) -> set[Action]:
    offers = open_moves(STANDARD, case, an_actor(person, Duty.INTERNAL_AUDITOR), AT)
    return {offer.move.action for offer in offers if offer.refused is None}


CONSEQUENCES = list(product(Consequence, Consequence))


@pytest.mark.parametrize(("if_refuted", "if_unverifiable"), CONSEQUENCES)
@given(verdicts=st.lists(st.sampled_from(Verdict), min_size=1, max_size=5))
def test_the_gravest_consequence_of_the_verdicts_says_what_is_open(
    if_refuted: Consequence, if_unverifiable: Consequence, verdicts: list[Verdict]
) -> None:
    case = judged(*verdicts, if_refuted=if_refuted, if_unverifiable=if_unverifiable)
    follows = {
        Verdict.REFUTED: if_refuted,
        Verdict.UNVERIFIABLE: if_unverifiable,
        Verdict.CONFIRMED: Consequence.CONTINUE,
    }
    found = {follows[verdict] for verdict in verdicts}
    expected = {Action.REJECT}
    if Consequence.REJECT not in found:
        expected.add(Action.RETURN)
        if Consequence.RETURN not in found and Verdict.CONFIRMED in verdicts:
            expected.add(Action.APPROVE)
    assert open_to(case) == expected


def test_a_case_goes_on_without_a_refuted_claim_where_the_award_says_so() -> None:
    going_on = {"if_refuted": Consequence.CONTINUE}
    case = judged(Verdict.CONFIRMED, Verdict.REFUTED, **going_on)
    perform(STANDARD, case, an_act(Action.APPROVE, an_actor(10, Duty.INTERNAL_AUDITOR)))
    assert case.stage is Stage.EXTERNAL_AUDIT
    with pytest.raises(Refused, match="no_claim_confirmed"):
        perform(
            STANDARD,
            judged(Verdict.REFUTED, **going_on),
            an_act(Action.APPROVE, an_actor(10, Duty.INTERNAL_AUDITOR)),
        )


def test_while_an_opinion_is_missing_the_case_is_neither_approved_nor_rejected() -> None:
    waiting = Weighed(needed=2, missing=1, by=frozenset({10}))
    case = judged(Verdict.CONFIRMED, opinions=waiting)
    assert open_to(case) == {Action.RETURN}
    split = Weighed(needed=2, missing=1, by=frozenset({10, 20}), split=frozenset({1}))
    case = judged(Verdict.CONFIRMED, opinions=split)
    for action in (Action.APPROVE, Action.REJECT):
        act = an_act(action, an_actor(10, Duty.INTERNAL_AUDITOR))
        with pytest.raises(Refused, match="opinion_of_a_third_missing"):
            perform(STANDARD, case, act)


def test_whoever_gave_an_opinion_that_counts_takes_the_decision_and_nobody_else() -> None:
    case = judged(Verdict.CONFIRMED, opinions=Weighed(needed=2, by=frozenset({10, 20})))
    assert open_to(case, 10) == open_to(case, 20) == {Action.APPROVE, Action.RETURN, Action.REJECT}
    assert open_to(case, 30) == {Action.RETURN}


def test_a_rejection_over_two_opinions_still_asks_for_its_reason() -> None:
    case = judged(Verdict.REFUTED, opinions=Weighed(needed=2, by=frozenset({10, 20})))
    act = an_act(Action.REJECT, an_actor(20, Duty.INTERNAL_AUDITOR))
    with pytest.raises(Refused, match="reason_missing"):
        perform(STANDARD, case, act)
    given_one = type(act)(act.action, act.actor, act.at, Reason.EVENT_NOT_CONFIRMED, SENTENCE)
    perform(STANDARD, case, given_one)
    assert case.stage is Stage.REJECTED
