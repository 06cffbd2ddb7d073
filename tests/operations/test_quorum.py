"""A list that several members approve: proposed by the first, decided by the last, nobody twice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import delete, func, select

from adapters import clock
from models import tierlists
from models.approvals import TierApproval
from models.base import db
from models.casework import snapshot
from models.invariants import breaches
from models.invariants.outcomes import lists_have_the_approvals_that_they_needed
from models.judges import DeclaredConflict
from models.ledger import LedgerEntry
from models.nominations import Nomination
from models.people import Person
from models.quorum import Quorum, quorum_of
from models.scheme import Award, Cycle
from models.scheme_state import fingerprint, ranking_state
from models.tierlists import TierList
from models.worklists import rankings
from operations import ranking_terms
from operations.scheme_changes import Edit
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_award, make_cast, make_person, make_scheme, stage
from tests.operations.test_tiering import TO_CONFIRM, approve, close_cycle, confirm, propose
from tests.reviewing import set_score
from workflow.conflicts import Relation, relation
from workflow.refusal import Refused
from workflow.vocabulary import Bond, Duty, Stage

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def cast(context: object) -> Cast:
    TO_CONFIRM.clear()
    make_scheme()
    make_award(quotas=(1, 1), stages_are_separate=False, quorum=3)
    return make_cast()


@pytest.fixture
def members(cast: Cast) -> list[int]:
    others = [make_person(name, duties=(Duty.COMMITTEE,)) for name in ("Second", "Third")]
    return [cast.committee, *others]


def quorum() -> Quorum:
    return quorum_of(propose(), clock.now())


def lists() -> int:
    return db.session.scalar(select(func.count()).select_from(TierList)) or 0


def test_the_last_of_the_quorum_decides_and_each_approval_is_one_entry(
    cast: Cast, members: list[int]
) -> None:
    number = confirm(cast, "95.5")
    close_cycle(cast)
    assert quorum().missing == 3
    for member, missing in zip(members[:2], (2, 1), strict=True):
        approve(member)
        assert (quorum().missing, lists(), stage(number)) == (missing, 0, Stage.TIERING)
    approve(members[2])
    assert stage(number) is Stage.PUBLIC_NOTICE
    entries = db.session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq)).all()
    assert [kind for kind in entries if kind.startswith("tiers_")] == [
        "tiers_seconded", "tiers_seconded", "tiers_approved",
    ]  # fmt: skip
    ranking = db.session.scalars(select(TierList)).one()
    assert (ranking.quorum, ranking.ledger_body()["quorum"], ranking.by_id) == (3, 3, members[2])
    assert breaches(lists_have_the_approvals_that_they_needed) == []
    db.session.execute(delete(TierApproval).where(TierApproval.by_id == members[0]))
    db.session.commit()
    (breach,) = breaches(lists_have_the_approvals_that_they_needed)
    assert breach.where == "quarterly 2026-Q4, list 1"


def test_nobody_counts_twice(cast: Cast, members: list[int]) -> None:
    confirm(cast, "95.5")
    close_cycle(cast)
    approve(members[0])
    with pytest.raises(Refused, match="approved_already"):
        approve(members[0])
    assert quorum().missing == 2


def test_the_queue_shows_a_proposal_to_the_others_alone(cast: Cast, members: list[int]) -> None:
    confirm(cast, "95.5")
    close_cycle(cast)
    approve(members[0])
    people = [db.session.get_one(Person, member) for member in members]
    mine, theirs = rankings(people[0], clock.now()), rankings(people[1], clock.now())
    assert mine == []
    assert [each.quorum and each.quorum.missing for each in theirs] == [2]


def test_a_changed_figure_voids_what_was_approved(cast: Cast, members: list[int]) -> None:
    number = confirm(cast, "95.5")
    close_cycle(cast)
    approve(members[0])
    approve(members[1])
    set_score(number, "60")
    now = quorum()
    assert (now.missing, len(now.given), len(now.void)) == (3, 0, 2)
    approve(members[2])
    assert (lists(), quorum().missing) == (0, 2)
    approve(members[0])  # of another ranking than before
    approve(members[1])
    assert lists() == 1


def test_who_is_bound_to_a_case_neither_approves_nor_counts(cast: Cast, members: list[int]) -> None:
    number = confirm(cast, "95.5")
    close_cycle(cast)
    nominee = db.session.scalars(
        select(Nomination).where(Nomination.number == number)
    ).one().nominees[0].id  # fmt: skip
    approve(members[1])
    declare(members[1], nominee)
    assert (quorum().missing, len(quorum().void)) == (3, 1)
    declare(members[2], nominee)
    with pytest.raises(Refused, match="barred_as_declared") as refused:
        approve(members[2])
    assert refused.value.values["case"] == number


def test_who_approved_a_list_settles_no_objection_to_it(cast: Cast, members: list[int]) -> None:
    number = confirm(cast, "95.5")
    close_cycle(cast)
    for member in members:
        approve(member)
    nomination = db.session.scalars(select(Nomination).where(Nomination.number == number)).one()
    case = snapshot(nomination)
    case.state = Stage.OBJECTION.value
    assert [relation(case, member) for member in members] == [Relation.EARLIER_PART] * 3


def test_an_approval_says_how_many_were_needed(cast: Cast, members: list[int]) -> None:
    confirm(cast, "95.5")
    close_cycle(cast)
    approve(members[0])
    kept = db.session.scalars(select(TierApproval)).one()
    assert kept.ledger_body() == {
        "award": "quarterly",
        "cycle": "2026-Q4",
        "round": 1,
        "input": propose().input_hash,
        "by": db.session.get_one(Person, members[0]).key,
        "needed": 3,
    }


def test_a_cycle_keeps_the_terms_that_it_began_with(cast: Cast, members: list[int]) -> None:
    liked, scored = confirm(cast, "90", marks=5), confirm(cast, "95", marks=3)
    seen = fingerprint(ranking_state(db.session.scalars(select(Award)).one()))
    ranking_terms.change_ranking(
        edit=Edit(cast.scheme_manager, "Customers are what it is for.", seen),
        key="quarterly",
        weights={
            "weight_score": Decimal(1),
            "weight_perception": Decimal(4),
            "weight_strength": Decimal(0),
            "full_score": Decimal(100),
        },
        tie_breaks=["strength", "score"],
        quorum=1,
    )
    close_cycle(cast)
    assert [place.key for place in propose().ranking.places] == [scored, liked]
    cycle = tierlists.cycle_of("quarterly", "2026-Q4")
    assert cycle is not None
    begin_again(cycle.id)
    assert [place.key for place in propose().ranking.places] == [liked, scored]
    assert propose().sealed_input["tie_breaks"] == ["strength", "score", "key"]
    assert propose().ranking.places[0].points == Decimal(98)


@operation
def begin_again(tx: Transaction, cycle_id: int) -> None:
    """As a cycle that opens under the award's new terms."""
    tx.session.get_one(Cycle, cycle_id).terms = None


@operation
def declare(tx: Transaction, one: int, other: int) -> None:
    people = [tx.session.get_one(Person, person_id) for person_id in (one, other)]
    tx.record(
        DeclaredConflict(
            one=people[0], other=people[1], bond=Bond.FRIENDSHIP, by=people[0], at=tx.now
        )
    )
