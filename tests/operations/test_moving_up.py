"""A place that is lost in the notice goes to the next of the ranking, with a list that says why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters import clock
from models import tierlists
from models.base import db
from models.invariants import broken
from models.people import Person
from models.public_case import public_case
from models.tierlists import TierList
from models.voices import Objection
from models.worklists import rankings
from operations import clockwork
from tests.builders import (
    Cast,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    stage,
)
from tests.operations.test_tiering import (
    TO_CONFIRM,
    approve,
    close_cycle,
    confirm,
    finish,
    propose,
    tiers,
)
from tests.reviewing import set_score
from tests.roads import object_to, settle
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Stage

pytestmark = pytest.mark.usefixtures("context")
TO_APPEAL = timedelta(days=15)


@pytest.fixture
def cast(context: object) -> Cast:
    TO_CONFIRM.clear()
    make_scheme()
    make_award(quotas=(1, 1))
    return make_cast()


def waits_for(person_id: int) -> list[int]:
    person = db.session.get_one(Person, person_id)
    return [ranking.cases for ranking in rankings(person, clock.now())]


def lose(cast: Cast, number: str) -> None:
    """An objection to the case is upheld, and nobody appeals while they may."""
    object_to(cast.colleague, number)
    settle(cast.arbiter, number, uphold=True)
    clock.set_offset(clock.offset() + TO_APPEAL)


def test_an_objection_upheld_moves_up_the_next_by_the_same_ranking(cast: Cast) -> None:
    first, second, third, fourth = (confirm(cast, score) for score in ("95", "90", "85", "80"))
    close_cycle(cast)
    approve(cast.committee)
    lose(cast, first)
    clockwork.tick()
    assert stage(second) is Stage.AWARDED  # the others' notice went on
    assert waits_for(cast.committee) == [2]
    proposal = propose()
    assert [place.key for place in proposal.places] == [third, fourth]
    assert [each.id for each in proposal.places[0].explanation][:2] == ["rank_of", "placed_in_tier"]
    assert approve(cast.committee) == 2
    assert tiers() == {first: None, second: "silver", third: "gold", fourth: None}
    assert [stage(number) for number in (third, fourth)] == [Stage.PUBLIC_NOTICE, Stage.NOT_PLACED]
    assert waits_for(cast.committee) == []
    assert len(db.session.scalars(select(TierList)).all()) == 2


def test_nobody_moves_up_while_the_party_can_appeal(cast: Cast) -> None:
    first, second, third = (confirm(cast, score) for score in ("95", "90", "85"))
    close_cycle(cast)
    approve(cast.committee)
    object_to(cast.colleague, first)
    settle(cast.arbiter, first, uphold=True)
    assert (propose().cases, waits_for(cast.committee)) == ({}, [])
    with pytest.raises(Refused, match="nothing_to_tier"):
        approve(cast.committee)
    assert [stage(second), stage(third)] == [Stage.PUBLIC_NOTICE, Stage.NOT_PLACED]


def test_an_objection_freezes_that_award_alone(cast: Cast) -> None:
    first, second = confirm(cast, "95"), confirm(cast, "90")
    close_cycle(cast)
    approve(cast.committee)
    object_to(cast.colleague, first)
    clock.set_offset(clock.offset() + timedelta(days=8))
    clockwork.tick()
    assert [stage(first), stage(second)] == [Stage.OBJECTION, Stage.AWARDED]


def test_a_late_case_and_those_passed_over_are_ranked_together(cast: Cast) -> None:
    late = make_submitted(cast)
    first, _second, third = (confirm(cast, score) for score in ("95", "90", "85"))
    close_cycle(cast)
    approve(cast.committee)
    lose(cast, first)
    finish(cast, late)
    set_score(late, "70")
    assert [place.key for place in propose().places] == [third, late]
    approve(cast.committee)
    assert [stage(third), stage(late)] == [Stage.PUBLIC_NOTICE, Stage.NOT_PLACED]


def test_where_nobody_can_have_the_free_place_nothing_waits(cast: Cast) -> None:
    first, _second = confirm(cast, "95"), confirm(cast, "90")
    close_cycle(cast)
    approve(cast.committee)
    lose(cast, first)
    assert (propose().cases, waits_for(cast.committee)) == ({}, [])


def test_who_is_bound_to_one_passed_over_does_not_approve_the_new_list(cast: Cast) -> None:
    first, _second, third = (confirm(cast, score) for score in ("95", "90", "85"))
    close_cycle(cast)
    approve(cast.committee)
    lose(cast, first)
    nominee = propose().cases[third].nominees[0].id
    manager = make_person("Manager of the next", duties=(Duty.COMMITTEE,))
    report_to(manager, nominee)
    assert waits_for(manager) == []
    with pytest.raises(Refused, match="barred_as_line_manager"):
        approve(manager)
    assert stage(third) is Stage.NOT_PLACED


def test_an_objection_is_confidential_unless_its_writer_wants_to_be_named(cast: Cast) -> None:
    number, other = confirm(cast, "95"), confirm(cast, "90")
    close_cycle(cast)
    approve(cast.committee)
    object_to(cast.colleague, number)
    object_to(cast.colleague, other, confidential=False)
    said = [public_case(each) for each in (number, other)]
    assert [case.objections[0].by for case in said if case] == [None, "Colleague"]
    bodies = [row.ledger_body() for row in db.session.scalars(select(Objection))]
    assert ["named" in body for body in bodies] == [False, True]


def report_to(manager: int, person: int) -> None:
    db.session.get_one(Person, person).manager_id = manager
    db.session.commit()


def test_all_that_is_promised_holds_after_a_place_has_moved(cast: Cast) -> None:
    first, _second, third = confirm(cast), confirm(cast), confirm(cast)
    close_cycle(cast)
    approve(cast.committee)
    cycle = tierlists.cycle_of("quarterly", "2026-Q4")
    assert cycle is not None
    lose(cast, first)
    approve(cast.committee)
    assert stage(third) is Stage.PUBLIC_NOTICE
    assert broken() == []
