"""Duties are granted by administrators, to others, in the open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select

from adapters import clock
from ledger.canonical import parse
from models import people
from models.base import db
from models.ledger import LedgerEntry
from models.people import AuthSession, DutyGrant, DutyRevocation, Person
from models.scheme import Award
from operations import duties
from operations.signing_in import begin_session
from operations.transaction import Transaction, operation
from operations.verification import Verification
from tests.builders import make_award, make_person, make_scheme
from workflow.refusal import Refused
from workflow.vocabulary import Duty

pytestmark = pytest.mark.usefixtures("context")

REASON = "Moves to another department."


@pytest.fixture
def administrator(context: object) -> int:
    return make_person("Admin", duties=(Duty.ADMINISTRATOR,))


def holds(person_id: int, duty: Duty, award_id: int | None = None) -> bool:
    person = db.session.get_one(Person, person_id)
    return duty in person.duties(clock.now(), award_id)


def refusal(act: Callable[..., object], **given: Any) -> str:
    """Why the act was refused; nothing may have been recorded."""
    before = len(db.session.scalars(select(LedgerEntry.seq)).all())
    with pytest.raises(Refused) as refused:
        act(**given)
    assert len(db.session.scalars(select(LedgerEntry.seq)).all()) == before
    return refused.value.message


def test_a_granted_duty_holds_from_now_on_and_is_an_entry(administrator: int) -> None:
    person = make_person("Li Na")
    duties.grant(by_id=administrator, person_id=person, duty=Duty.ARBITER)
    assert holds(person, Duty.ARBITER)
    entry = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq.desc())).first()
    assert entry is not None
    body = parse(entry.data)["body"]
    assert isinstance(body, dict)
    assert (entry.kind, body["duty"], body["award"]) == ("duty_granted", "arbiter", None)
    assert body["person"] == db.session.get_one(Person, person).key
    assert body["by"] == db.session.get_one(Person, administrator).key


def test_a_duty_for_one_award_does_not_reach_another(administrator: int) -> None:
    make_scheme()
    for key in ("monthly", "yearly"):
        make_award(key)
    monthly, yearly = db.session.scalars(select(Award.id).order_by(Award.id)).all()
    person = make_person("Li Na")
    duties.grant(by_id=administrator, person_id=person, duty=Duty.COMMITTEE, award_id=monthly)
    assert holds(person, Duty.COMMITTEE, monthly)
    assert not holds(person, Duty.COMMITTEE, yearly)
    duties.grant(by_id=administrator, person_id=person, duty=Duty.COMMITTEE)
    assert holds(person, Duty.COMMITTEE, yearly)


def test_a_duty_begins_and_ends_by_the_clock(
    administrator: int, pass_time: Callable[[timedelta], None]
) -> None:
    person, now = make_person("Li Na"), clock.now()
    duties.grant(
        by_id=administrator,
        person_id=person,
        duty=Duty.ARBITER,
        starts_at=now + timedelta(days=1),
        ends_at=(now + timedelta(days=2)).astimezone(timezone(timedelta(hours=8))),
    )
    assert not holds(person, Duty.ARBITER)
    pass_time(timedelta(days=1, minutes=1))
    assert holds(person, Duty.ARBITER)
    assert people.holders(Duty.ARBITER, clock.now(), None) is not None
    assert db.session.scalars(people.holders(Duty.ARBITER, clock.now(), None)).one().id == person
    pass_time(timedelta(days=1))
    assert not holds(person, Duty.ARBITER)
    assert db.session.scalars(people.holders(Duty.ARBITER, clock.now(), None)).all() == []


def test_the_ledger_agrees_with_every_grant_and_revocation(administrator: int) -> None:
    elsewhere = datetime.now(timezone(timedelta(hours=8))) + timedelta(days=3)
    grant = duties.grant(
        by_id=administrator, person_id=make_person(), duty=Duty.ARBITER, ends_at=elsewhere
    )
    duties.revoke(by_id=administrator, grant_id=grant, reason=REASON)
    verification = Verification()
    verification.begin()
    assert list(verification.faults()) == []
    assert verification.rows["duty_revoked"] == 1


def test_nobody_grants_a_duty_to_themselves(administrator: int) -> None:
    asked = {"by_id": administrator, "person_id": administrator, "duty": Duty.ARBITER}
    assert refusal(duties.grant, **asked) == "own_duty"
    assert not holds(administrator, Duty.ARBITER)


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty is not Duty.ADMINISTRATOR])
def test_only_administrators_grant_and_revoke(administrator: int, duty: Duty) -> None:
    other, person = make_person("Other", duties=(duty,)), make_person("Li Na")
    grant = duties.grant(by_id=administrator, person_id=person, duty=Duty.ARBITER)
    asked = {"by_id": other, "person_id": person, "duty": Duty.COMMITTEE}
    assert refusal(duties.grant, **asked) == "administrators_only"
    asked = {"by_id": other, "grant_id": grant, "reason": REASON}
    assert refusal(duties.revoke, **asked) == "administrators_only"


def test_nobody_administrates_one_award_alone(administrator: int) -> None:
    """They would grant every duty for every award."""
    make_award()
    award = db.session.scalars(select(Award)).one()
    given = {"person_id": make_person(), "duty": Duty.ADMINISTRATOR, "award_id": award.id}
    assert refusal(duties.grant, by_id=administrator, **given) == "administrator_of_one_award"


def test_an_administrator_whose_duty_has_ended_grants_no_more(administrator: int) -> None:
    second, person = make_person("Second"), make_person("Li Na")
    grant = duties.grant(by_id=administrator, person_id=second, duty=Duty.ADMINISTRATOR)
    duties.revoke(by_id=administrator, grant_id=grant, reason=REASON)
    asked = {"by_id": second, "person_id": person, "duty": Duty.ARBITER}
    assert refusal(duties.grant, **asked) == "administrators_only"


def test_a_duty_is_ended_with_its_reason_by_somebody_else(administrator: int) -> None:
    person = make_person("Li Na")
    grant = duties.grant(by_id=administrator, person_id=person, duty=Duty.ARBITER)
    asked = {"by_id": administrator, "grant_id": grant}
    assert refusal(duties.revoke, **asked, reason=" x ") == "sentence_missing"
    assert refusal(duties.revoke, **asked, reason="\u2060" * 30) == "sentence_missing"
    duties.revoke(by_id=administrator, grant_id=grant, reason=REASON)
    assert not holds(person, Duty.ARBITER)
    assert db.session.scalars(select(DutyRevocation)).one().reason.text == REASON
    assert refusal(duties.revoke, **asked, reason=REASON) == "duty_over"


def test_nobody_ends_their_own_duty(administrator: int) -> None:
    own = db.session.scalars(select(DutyGrant.id).where(DutyGrant.person_id == administrator)).one()
    asked = {"by_id": administrator, "grant_id": own, "reason": REASON}
    assert refusal(duties.revoke, **asked) == "own_duty"


def test_the_same_duty_is_not_granted_twice(administrator: int) -> None:
    person = make_person("Li Na", duties=(Duty.ARBITER,))
    asked = {"by_id": administrator, "person_id": person, "duty": Duty.ARBITER}
    assert refusal(duties.grant, **asked) == "duty_held_already"


def test_a_duty_cannot_end_before_it_starts(administrator: int) -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    asked = {"by_id": administrator, "person_id": make_person(), "duty": Duty.ARBITER}
    assert refusal(duties.grant, **asked, ends_at=past) == "duty_ends_early"


@operation
def leave(tx: Transaction, person_id: int) -> None:
    tx.session.get_one(Person, person_id).left_on = tx.now.date()


def test_whoever_has_left_is_entrusted_with_nothing(administrator: int) -> None:
    person = make_person("Gone")
    leave(person)
    asked = {"by_id": administrator, "person_id": person, "duty": Duty.ARBITER}
    assert refusal(duties.grant, **asked) == "has_left"


@operation
def sign_in(tx: Transaction, person_id: int) -> None:
    begin_session(tx, person_id, timedelta(hours=1))


def test_a_changed_duty_ends_the_sessions_of_its_holder(administrator: int) -> None:
    person = make_person("Li Na")
    going_on = select(AuthSession.person_id).where(AuthSession.revoked_at.is_(None))
    sign_in(person)
    sign_in(administrator)
    grant = duties.grant(by_id=administrator, person_id=person, duty=Duty.ARBITER)
    assert db.session.scalars(going_on).all() == [administrator]
    sign_in(person)
    duties.revoke(by_id=administrator, grant_id=grant, reason=REASON)
    assert db.session.scalars(going_on).all() == [administrator]
