"""A shortlisted case that fails its policy review frees its place, and the next moves up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters import clock
from models import invariants, tierlists, worklists
from models.base import db
from models.nominations import Nomination, by_number
from models.people import Person
from models.tierlists import Proposal
from operations import tiering
from operations.casework import Request
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    put_above,
    stage,
)
from tests.roads import appeal, call, find, judge_appeal, let_the_cycle_close
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Reason, Stage

pytestmark = pytest.mark.usefixtures("context")
MARKS = (5, 4, 3)  # of the customer: without a score they decide the ranking


@pytest.fixture
def cast(context: object) -> Cast:
    make_scheme()
    make_award(road="shortlist", quotas=(1,))
    return make_cast()


@pytest.fixture
def ranked(cast: Cast) -> list[str]:
    """Three cases at the tiering, the best one first; there is one place."""
    found = []
    for marks in MARKS:
        nominee = make_person("Nominee")
        number = make_submitted(Cast(**{**vars(cast), "nominee": nominee}))
        find(cast.internal, number)
        decide(cast.internal, number, Action.APPROVE)
        call(cast.external, number, marks=marks)
        assert decide(cast.external, number, Action.APPROVE) is Stage.PERFORMANCE_REVIEW
        found.append(number)
    let_the_cycle_close(found[0])
    for number in found:
        assert decide(cast.performance, number, Action.APPROVE) is Stage.TIERING
    return found


def propose() -> Proposal:
    cycle = tierlists.cycle_of("quarterly", "2026-Q4")
    assert cycle is not None
    return tierlists.propose(cycle, clock.now())


def approve(cast: Cast) -> None:
    proposal = propose()
    tiering.approve(
        person_id=cast.committee,
        award_key="quarterly",
        cycle_key="2026-Q4",
        input_hash=proposal.input_hash,
        request=Request(proposal.round),
    )


def stages(numbers: list[str]) -> list[Stage]:
    return [stage(number) for number in numbers]


def waits_for_the_committee(cast: Cast) -> bool:
    member = db.session.get_one(Person, cast.committee)
    return bool(worklists.rankings(member, clock.now()))


def fail(cast: Cast, number: str) -> None:
    decide(cast.policy, number, Action.REJECT, Reason.POLICY_NOT_MET, SENTENCE)


def let_the_appeal_lapse(pass_time: Callable[[timedelta], None]) -> None:
    pass_time(timedelta(days=15))


def test_the_shortlist_goes_to_the_policy_review_and_the_others_wait_as_reserve(
    cast: Cast, ranked: list[str]
) -> None:
    assert waits_for_the_committee(cast)
    approve(cast)
    assert stages(ranked) == [Stage.POLICY_REVIEW, Stage.TIERING, Stage.TIERING]
    assert propose().is_held
    assert not waits_for_the_committee(cast)
    with pytest.raises(Refused, match="shortlist_on_review"):
        approve(cast)
    assert invariants.broken() == []


def test_when_the_shortlist_has_passed_the_reserve_is_told(cast: Cast, ranked: list[str]) -> None:
    approve(cast)
    assert decide(cast.policy, ranked[0], Action.APPROVE) is Stage.PUBLIC_NOTICE
    assert waits_for_the_committee(cast)
    approve(cast)
    assert stages(ranked) == [Stage.PUBLIC_NOTICE, Stage.NOT_PLACED, Stage.NOT_PLACED]
    assert invariants.broken() == []


def test_a_place_that_was_given_up_goes_to_the_next_of_the_ranking(
    cast: Cast, ranked: list[str], pass_time: Callable[[timedelta], None]
) -> None:
    approve(cast)
    fail(cast, ranked[0])
    assert propose().is_held  # it can still be appealed
    assert len(propose().sealed_input["holders"]) == 1  # and then won back: no second place
    assert not waits_for_the_committee(cast)
    let_the_appeal_lapse(pass_time)
    assert propose().sealed_input["holders"] == []
    assert waits_for_the_committee(cast)
    assert [one.number for one in propose().freed] == [ranked[0]]
    approve(cast)
    assert stages(ranked) == [Stage.REJECTED, Stage.POLICY_REVIEW, Stage.TIERING]
    assert propose().is_held
    decide(cast.policy, ranked[1], Action.APPROVE)
    approve(cast)
    assert stages(ranked) == [Stage.REJECTED, Stage.PUBLIC_NOTICE, Stage.NOT_PLACED]
    assert invariants.broken() == []


@pytest.mark.prove
def test_a_withdrawn_case_frees_its_place_at_once(cast: Cast, ranked: list[str]) -> None:
    approve(cast)
    decide(cast.nominator, ranked[0], Action.WITHDRAW)
    approve(cast)
    assert stages(ranked) == [Stage.WITHDRAWN, Stage.POLICY_REVIEW, Stage.TIERING]
    assert invariants.broken() == []


def test_who_is_bound_to_a_case_of_the_reserve_does_not_approve_its_list(
    cast: Cast, ranked: list[str]
) -> None:
    last = by_number(ranked[-1])
    assert last is not None
    put_above(last.nominees[0].id, cast.committee)
    with pytest.raises(Refused, match="barred_as_line_manager") as refused:
        approve(cast)
    assert refused.value.values["case"] == ranked[-1]
    assert stages(ranked) == [Stage.TIERING] * 3


def test_an_upheld_appeal_finds_its_place_still_there(cast: Cast, ranked: list[str]) -> None:
    approve(cast)
    fail(cast, ranked[0])
    appeal(cast.nominator, ranked[0])
    assert judge_appeal(cast.arbiter, ranked[0], uphold=True) is Stage.POLICY_REVIEW
    other = make_person("Second reviewer", duties=(Duty.POLICY_REVIEWER,))
    assert decide(other, ranked[0], Action.APPROVE) is Stage.PUBLIC_NOTICE
    case = by_number(ranked[0])
    assert case is not None
    assert case.tier is not None
    assert invariants.broken() == []


@pytest.mark.prove
def test_a_dismissed_appeal_frees_the_place_at_once(cast: Cast, ranked: list[str]) -> None:
    approve(cast)
    fail(cast, ranked[0])
    appeal(cast.nominator, ranked[0])
    judge_appeal(cast.arbiter, ranked[0], uphold=False)
    approve(cast)
    assert stages(ranked) == [Stage.REJECTED, Stage.POLICY_REVIEW, Stage.TIERING]


@pytest.mark.prove
def test_the_last_of_the_reserve_moves_up_too_and_then_nobody_is_left(
    cast: Cast, ranked: list[str], pass_time: Callable[[timedelta], None]
) -> None:
    for number in ranked:
        approve(cast)
        assert stage(number) is Stage.POLICY_REVIEW
        fail(cast, number)
        let_the_appeal_lapse(pass_time)
    assert not propose().cases
    tiers = db.session.query(Nomination.tier_id).all()
    assert sum(tier is not None for (tier,) in tiers) == 1  # the last one's, which nobody took
    assert invariants.broken() == []
