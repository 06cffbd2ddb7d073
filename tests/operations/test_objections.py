"""An objection freezes one award until somebody who decided nothing on it has answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.base import db
from models.decisions import Decision, decisions_on
from models.nominations import by_number
from models.outbox import Message
from models.voices import Objection
from operations import objections
from operations.casework import NotVisible, Request, Stale
from tests.builders import (
    SENTENCE,
    Cast,
    by_clock,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    stage,
    version,
)
from tests.roads import GROUNDS, let_the_notice_end, make_noticed, object_to, settle
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, ObjectionState, Reason, Stage

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def cast(context: object) -> Cast:
    make_scheme()
    make_award(road="instant")
    return make_cast()


def states(number: str) -> list[ObjectionState]:
    query = select(Objection.state).join(Objection.nomination).order_by(Objection.id)
    return list(db.session.scalars(query.where(Objection.nomination.has(number=number))))


def told(person_id: int, kind: str) -> list[dict[str, object]]:
    query = select(Message.values).where(Message.person_id == person_id, Message.kind == kind)
    return list(db.session.scalars(query))


def test_any_colleague_freezes_an_award_in_its_notice(cast: Cast) -> None:
    number = make_noticed(cast)
    assert object_to(cast.colleague, number) is Stage.OBJECTION
    (objection,) = db.session.scalars(select(Objection))
    assert (objection.by_id, objection.grounds.text) == (cast.colleague, GROUNDS)
    assert objection.state is ObjectionState.OPEN
    assert told(cast.arbiter, "case_waits")


def test_a_frozen_award_is_not_given_when_its_notice_would_have_ended(
    cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    pass_time(timedelta(days=30))
    with pytest.raises(Refused, match="not_at_this_stage"):
        by_clock(number, Action.AWARD)


def test_a_frozen_notice_is_not_over_for_those_who_object_as_well(
    cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    pass_time(timedelta(days=30))
    assert object_to(make_person("Late"), number) is Stage.OBJECTION


def test_nobody_objects_before_the_notice_or_after_it(cast: Cast) -> None:
    submitted = make_submitted(cast)
    with pytest.raises(NotVisible):
        object_to(cast.colleague, submitted)
    awarded = make_noticed(cast)
    let_the_notice_end(awarded)
    with pytest.raises((NotVisible, Refused)):
        object_to(cast.colleague, awarded)


def test_an_objection_needs_grounds(cast: Cast) -> None:
    number = make_noticed(cast)
    with pytest.raises(Refused, match="sentence_missing"):
        object_to(cast.colleague, number, grounds="No.")
    assert db.session.query(Objection).count() == 0


def test_upheld_it_ends_the_case_with_its_reason_and_the_objector_is_told(cast: Cast) -> None:
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    assert settle(cast.arbiter, number, uphold=True) is Stage.REJECTED
    nomination = by_number(number)
    assert nomination is not None
    last = decisions_on(nomination)[-1]
    (objection,) = db.session.scalars(select(Objection))
    assert (last.reason, last.by_id) == (Reason.OBJECTION_UPHELD, cast.arbiter)
    assert last.facts["objection"] == objection.ledger_seq
    assert (objection.state, objection.decision_id) == (ObjectionState.UPHELD, last.id)
    assert told(cast.colleague, "objection_settled") == [{"state": "upheld"}]


def test_dismissed_it_gives_the_notice_its_remaining_days_back(
    cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    number = make_noticed(cast)
    nomination = by_number(number)
    assert nomination is not None
    assert nomination.notice_ends_at is not None
    ends = nomination.notice_ends_at
    pass_time(timedelta(days=2))
    object_to(cast.colleague, number)
    pass_time(timedelta(days=3))
    assert settle(cast.arbiter, number, uphold=False) is Stage.PUBLIC_NOTICE
    nomination = by_number(number)
    assert nomination is not None
    assert nomination.notice_ends_at is not None
    assert abs(nomination.notice_ends_at - ends - timedelta(days=3)) < timedelta(minutes=1)
    assert told(cast.colleague, "objection_settled") == [{"state": "dismissed"}]


def test_of_several_objections_each_is_answered_before_the_notice_goes_on(cast: Cast) -> None:
    number = make_noticed(cast)
    second = make_person("Second")
    object_to(cast.colleague, number)
    assert object_to(second, number) is Stage.OBJECTION
    assert settle(cast.arbiter, number, uphold=False, nth=1) is Stage.OBJECTION
    assert states(number) == [ObjectionState.OPEN, ObjectionState.DISMISSED]
    assert settle(cast.arbiter, number, uphold=False) is Stage.PUBLIC_NOTICE
    assert states(number) == [ObjectionState.DISMISSED, ObjectionState.DISMISSED]


def test_one_upheld_makes_the_others_moot_and_everybody_is_told(cast: Cast) -> None:
    number = make_noticed(cast)
    second = make_person("Second")
    object_to(cast.colleague, number)
    object_to(second, number)
    settle(cast.arbiter, number, uphold=True, nth=1)
    assert states(number) == [ObjectionState.MOOT, ObjectionState.UPHELD]
    assert told(cast.colleague, "objection_settled") == [{"state": "moot"}]
    assert told(second, "objection_settled") == [{"state": "upheld"}]


def test_nobody_objects_twice_to_one_award(cast: Cast) -> None:
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    with pytest.raises(Refused, match="objected_already"):
        object_to(cast.colleague, number, GROUNDS + " I am sure.")
    settle(cast.arbiter, number, uphold=False)
    with pytest.raises(Refused, match="objected_already"):
        object_to(cast.colleague, number, GROUNDS + " I am still sure.")


def test_neither_side_freezes_its_own_case(cast: Cast) -> None:
    number = make_noticed(cast)
    for party in (cast.nominator, cast.nominee):
        with pytest.raises(Refused, match="parties_do_not_object"):
            object_to(party, number)


def test_an_objection_settled_meanwhile_is_stale(cast: Cast) -> None:
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    object_to(make_person("Second"), number)
    first = db.session.scalars(select(Objection.id).order_by(Objection.id)).first()
    assert first is not None
    settle(cast.arbiter, number, uphold=False)
    with pytest.raises(Stale):
        objections.resolve(
            person_id=cast.arbiter,
            number=number,
            objection_id=first,
            uphold=True,
            sentence=SENTENCE,
            request=Request(version(number)),
        )


def test_the_same_objection_sent_twice_is_one(cast: Cast) -> None:
    number = make_noticed(cast)
    for _ in range(2):
        objections.lodge(
            person_id=cast.colleague,
            number=number,
            grounds=GROUNDS,
            request=Request(version(number), key="once"),
        )
    assert states(number) == [ObjectionState.OPEN]


def test_who_took_part_in_the_case_does_not_settle_its_objection(cast: Cast) -> None:
    number = make_noticed(cast)
    objector = make_person("Objector", duties=(Duty.ARBITER,))
    object_to(objector, number)
    with pytest.raises(Refused, match="barred_as_earlier_part"):
        settle(objector, number, uphold=True)
    with pytest.raises(Refused, match="not_your_part"):
        settle(cast.internal, number, uphold=True)
    with pytest.raises(NotVisible):
        objections.resolve(
            person_id=make_person("Nobody"),
            number="2026-none",
            objection_id=1,
            uphold=True,
            sentence=SENTENCE,
            request=Request(1),
        )
    assert stage(number) is Stage.OBJECTION
    assert db.session.query(Decision).filter_by(stage=Stage.OBJECTION).count() == 0
