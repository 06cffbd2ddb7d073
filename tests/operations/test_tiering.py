"""The committee's approval: every case placed or passed over, within the quota, explained, once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters import clock
from ledger.canonical import canonical
from ledger.entry import read
from models import tierlists
from models.base import db
from models.ledger import LedgerEntry
from models.nominations import Nomination
from models.people import DutyGrant, Person
from models.scheme import Cycle
from models.tierlists import Proposal, TierList, TierPlace
from operations import tiering
from operations.casework import KeyReused, NotVisible, Request
from operations.transaction import Transaction, operation
from tests import roads
from tests.builders import (
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    stage,
)
from tests.reviewing import set_score
from tests.roads import call, find, make_waiting
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Stage

TO_CONFIRM: dict[str, str | None] = {}  # case -> score

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def cast(context: object) -> Cast:
    TO_CONFIRM.clear()
    make_scheme()
    make_award(quotas=(1, 1), stages_are_separate=False)
    return make_cast()


@operation
def entrust(tx: Transaction, person_id: int) -> None:
    """Make somebody a member of the committee."""
    person = tx.session.get_one(Person, person_id)
    tx.record(DutyGrant(person=person, duty=Duty.COMMITTEE, starts_at=tx.now))


def confirm(cast: Cast, score: str | None = None, **more: Any) -> str:
    """A case of a nominee of its own that is confirmed with this score when the cycle closes."""
    nominee = make_person("Nominee")
    cast = Cast(**{**vars(cast), "nominee": nominee})
    number = make_waiting(cast, **more)
    TO_CONFIRM[number] = score
    return number


def close_cycle(cast: Cast) -> None:
    clock.set_offset(clock.offset() + timedelta(days=31))
    if TO_CONFIRM:
        roads.confirm(cast, *TO_CONFIRM)
    for number, score in TO_CONFIRM.items():
        set_score(number, score)


def propose() -> Proposal:
    cycle = tierlists.cycle_of("quarterly", "2026-Q4")
    assert cycle is not None
    return tierlists.propose(cycle, clock.now())


def approve(person_id: int, key: str | None = None, **differently: Any) -> int:
    """Approve as somebody who has just opened the page."""
    proposal = propose()
    given: dict[str, Any] = {
        "input_hash": proposal.input_hash,
        "request": Request(proposal.round, key),
    }
    return tiering.approve(
        person_id=person_id, award_key="quarterly", cycle_key="2026-Q4", **given | differently
    )


def tiers() -> dict[str, str | None]:
    return {
        case.number: case.tier.key if case.tier else None
        for case in db.session.scalars(select(Nomination).order_by(Nomination.number))
    }


def test_the_best_scores_get_the_tiers_and_the_rest_are_confirmed_without(cast: Cast) -> None:
    third, first, second = (confirm(cast, score) for score in ("70", "95.5", "90"))
    close_cycle(cast)
    assert approve(cast.committee) == 1
    assert tiers() == {first: "gold", second: "silver", third: None}
    assert [stage(n) for n in (first, second, third)] == [
        Stage.PUBLIC_NOTICE, Stage.PUBLIC_NOTICE, Stage.NOT_PLACED,
    ]  # fmt: skip


def test_every_place_is_kept_with_its_explanation(cast: Cast) -> None:
    first, second = confirm(cast, "95.5"), confirm(cast, "90")
    close_cycle(cast)
    approve(cast.committee)
    places = db.session.scalars(select(TierPlace).order_by(TierPlace.rank)).all()
    assert [(place.rank, place.nomination.number) for place in places] == [(1, first), (2, second)]
    assert [message["id"] for message in places[0].explanation] == [
        "rank_of", "placed_in_tier", "ahead_by_score",
    ]  # fmt: skip
    assert places[1].explanation[2] == {
        "id": "below_last_place",
        "values": {"tier": "gold", "gap": "5.5"},
    }


def test_the_ledger_commits_to_the_list_and_to_what_it_was_computed_from(cast: Cast) -> None:
    number = confirm(cast, "95.5")
    close_cycle(cast)
    approve(cast.committee)
    row = db.session.scalars(select(TierList)).one()
    entry = db.session.get_one(LedgerEntry, row.ledger_seq)
    assert read(entry.data).body == row.ledger_body()
    assert row.ledger_body()["places"] == [[1, number, "gold"]]
    assert row.input_hash == sha256(canonical(row.sealed_input)).hexdigest()


def test_an_open_cycle_is_not_tiered(cast: Cast) -> None:
    number = confirm(cast, "95.5")
    with pytest.raises(Refused, match="cycle_still_open"):
        approve(cast.committee)
    assert stage(number) is Stage.PERFORMANCE_REVIEW


def test_a_ranking_that_changed_since_the_page_was_made_is_not_approved(cast: Cast) -> None:
    number = confirm(cast, "95.5")
    close_cycle(cast)
    seen = propose().input_hash
    set_score(number, "60")
    with pytest.raises(Refused, match="ranking_changed"):
        approve(cast.committee, input_hash=seen)
    assert stage(number) is Stage.TIERING
    assert db.session.scalar(select(func.count()).select_from(TierList)) == 0


def test_two_members_cannot_both_approve(cast: Cast) -> None:
    confirm(cast, "95.5")
    other = make_person("Other member", duties=(Duty.COMMITTEE,))
    close_cycle(cast)
    seen = propose().input_hash
    approve(cast.committee)
    with pytest.raises(Refused, match="ranking_changed"):
        approve(other, input_hash=seen, request=Request(1))


def test_the_same_request_sent_twice_is_one_list(cast: Cast) -> None:
    confirm(cast, "95.5")
    close_cycle(cast)
    seen = propose().input_hash
    assert approve(cast.committee, input_hash=seen, request=Request(1, "k1")) == 1
    assert approve(cast.committee, input_hash=seen, request=Request(1, "k1")) == 1
    assert db.session.scalar(select(func.count()).select_from(TierList)) == 1
    with pytest.raises(KeyReused):
        approve(cast.committee, input_hash="another", request=Request(1, "k1"))


def test_only_the_committee_of_the_award_approves(cast: Cast) -> None:
    confirm(cast, "95.5")
    close_cycle(cast)
    for person_id in (cast.colleague, cast.scheme_manager, cast.arbiter):
        with pytest.raises(Refused, match="not_your_part"):
            approve(person_id)
    with pytest.raises(NotVisible):
        tiering.approve(
            person_id=cast.committee,
            award_key="quarterly",
            cycle_key="1999-Q1",
            input_hash="",
            request=Request(1),
        )


@pytest.mark.parametrize("relation", ["nominator", "nominee", "line_manager"])
def test_a_member_bound_to_one_case_cannot_approve_the_list(cast: Cast, relation: str) -> None:
    member = make_person("Bound member", duties=(Duty.COMMITTEE,))
    bound = {
        "nominator": {"nominator": member},
        "nominee": {"nominee": member},
        "line_manager": {"nominee": make_person("Report", manager_id=member)},
    }[relation]
    free = confirm(cast, "95.5")
    number = make_waiting(Cast(**{**vars(cast), **bound}))
    TO_CONFIRM[number] = None
    close_cycle(cast)
    with pytest.raises(Refused, match=f"barred_as_{relation}") as refused:
        approve(member)
    assert refused.value.values["case"] == number
    assert (stage(free), stage(number)) == (Stage.TIERING, Stage.TIERING)
    assert approve(cast.committee) == 1


def test_who_judged_a_case_at_another_stage_cannot_approve_its_list(context: object) -> None:
    TO_CONFIRM.clear()
    make_scheme()
    make_award()
    cast = make_cast()
    confirm(cast, "95.5")
    close_cycle(cast)
    entrust(cast.internal)
    with pytest.raises(Refused, match="barred_as_earlier_part"):
        approve(cast.internal)


def test_a_case_that_comes_later_gets_a_place_that_is_left(cast: Cast) -> None:
    late = make_submitted(cast)
    first = confirm(cast, "95.5")
    close_cycle(cast)
    assert tierlists.under_way(db.session.scalars(select(Cycle)).one()) == {Stage.INTERNAL_AUDIT: 1}
    approve(cast.committee)
    finish(cast, late)
    set_score(late, "99")
    assert approve(cast.committee) == 2
    assert tiers() == {first: "gold", late: "silver"}


def finish(cast: Cast, number: str) -> None:
    find(cast.internal, number)
    decide(cast.internal, number, Action.APPROVE)
    call(cast.external, number)
    for judge in (cast.external, cast.policy, cast.performance):
        decide(judge, number, Action.APPROVE)


def test_when_no_place_is_left_a_later_case_is_confirmed_without_a_tier(cast: Cast) -> None:
    late = make_submitted(cast)
    confirm(cast, "95.5")
    confirm(cast, "90")
    close_cycle(cast)
    approve(cast.committee)
    finish(cast, late)
    approve(cast.committee)
    assert tiers()[late] is None
    assert stage(late) is Stage.NOT_PLACED


def test_a_nominee_who_holds_a_place_gets_no_second_one_in_a_later_list(cast: Cast) -> None:
    late = make_submitted(cast)
    TO_CONFIRM[make_waiting(cast)] = None
    close_cycle(cast)
    approve(cast.committee)
    finish(cast, late)
    (place,) = propose().ranking.places
    assert place.tier is None
    assert [message.id for message in place.explanation] == ["rank_of", "placed_in_earlier_list"]


def test_a_cycle_without_confirmed_cases_has_nothing_to_approve(cast: Cast) -> None:
    close_cycle(cast)
    with pytest.raises(Refused, match="nothing_to_tier"):
        approve(cast.committee)


def test_marks_and_confirmed_claims_break_ties(cast: Cast) -> None:
    poor, rich = confirm(cast, "90", marks=3), confirm(cast, "90", marks=5)
    close_cycle(cast)
    proposal = propose()
    assert [place.key for place in proposal.ranking.places] == [rich, poor]
    assert proposal.ranking.places[0].explanation[-1].id == "ahead_by_perception"
    assert proposal.candidates[poor].perception == Decimal(3)
    assert proposal.candidates[poor].strength == Decimal(1)
