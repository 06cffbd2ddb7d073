"""The reads that every act begins with see what the house's other reads see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from models import acting
from models.base import db
from models.ledger import Wording
from models.nominations import Nomination, visible_to
from models.people import DutyGrant, DutyRevocation, Person
from models.prepared import attach
from models.scheme import award_by_key
from operations.transaction import Transaction, operation
from tests import builders
from tests.fixtures.questions import asked
from workflow.vocabulary import Duty, JobRole

pytestmark = pytest.mark.usefixtures("context")
HOUR = timedelta(hours=1)


@operation
def _make(tx: Transaction) -> list[int]:
    """People whose one duty is for an award, over, still to come, revoked, or opens nothing."""
    special = award_by_key("special")
    assert special is not None
    auditor, began = Duty.EXTERNAL_AUDITOR, tx.now - HOUR
    grants = [
        DutyGrant(duty=auditor, starts_at=began, award_id=special.id),
        DutyGrant(duty=auditor, starts_at=began, ends_at=tx.now),
        DutyGrant(duty=auditor, starts_at=tx.now + HOUR),
        DutyGrant(duty=auditor, starts_at=began),
        DutyGrant(duty=Duty.ADMINISTRATOR, starts_at=began),
    ]
    for number, grant in enumerate(grants):
        grant.person = Person(employee_number=f"G{number}", name="Li Na", job_role=JobRole.INBOUND)
        tx.add(grant.person)
        tx.record(grant)
    why = Wording.of("Moved to another team.")
    tx.record(DutyRevocation(grant=grants[3], at=tx.now, by=grants[0].person, reason=why))
    tx.session.flush()
    return [grant.person.id for grant in grants]


@operation
def _found(tx: Transaction, person_id: int, number: str) -> bool:
    return acting.who_and_which(tx.session, tx.connection, person_id, number, tx.now) is not None


@operation
def _duties(tx: Transaction, person_id: int, number: str) -> tuple[object, ...]:
    found = acting.who_and_which(tx.session, tx.connection, person_id, number, tx.now)
    assert found is not None
    person, case = found
    return person.name, person.employee_number, person.duties(tx.now), case.number, case.award.key


@operation
def _entrust(tx: Transaction, person_id: int, *duties: Duty) -> None:
    for duty in duties:
        person = tx.session.get_one(Person, person_id)
        tx.record(DutyGrant(person=person, duty=duty, starts_at=tx.now))


@operation
def _seen(tx: Transaction, person_id: int) -> set[str]:
    person = tx.session.get_one(Person, person_id)
    return set(tx.session.scalars(select(Nomination.number).where(visible_to(person, tx.now))))


def test_who_may_act_on_a_case_is_who_sees_it() -> None:
    builders.make_scheme()
    builders.make_award()
    builders.make_award("special")
    cast = builders.make_cast()
    everybody = [*vars(cast).values(), *_make()]
    numbers = [
        builders.make_draft(cast.nominator, [cast.nominee]),
        builders.make_submitted(cast),
        builders.make_submitted(replace(cast, nominee=cast.colleague), award_key="special"),
    ]
    acted = {who: {each for each in numbers if _found(who, each)} for who in everybody}
    assert acted == {who: _seen(who) for who in everybody}
    assert {len(each) for each in acted.values()} == {0, 1, 2, 3}


def test_an_actor_comes_with_the_duties_in_force() -> None:
    builders.make_scheme()
    builders.make_award("special")
    people, nominee = _make(), builders.make_person()
    several = (Duty.COMMITTEE, Duty.ARBITER)
    _entrust(people[3], *several)
    in_force: list[set[Duty]] = [set(), set(), set(), {*several}, {Duty.ADMINISTRATOR}]
    for nth, (person, duties) in enumerate(zip(people, in_force, strict=True)):
        number = builders.make_draft(person, [nominee], "special")
        assert _duties(person, number) == ("Li Na", f"G{nth}", duties, number, "special")
    assert not _found(0, number)
    assert not _found(people[0], "2026-0000")


def test_a_row_read_again_overwrites_nothing_that_was_changed() -> None:
    team = builders.make_team("East")
    person = db.session.get_one(Person, builders.make_person("Li Na", team_id=team))
    there = {"id": person.id, "name": "Li Na", "email": "other@example.org"}
    person.name = "Li Mei"
    db.session.expire(person, ["email"])
    assert attach(db.session(), Person, there) is person
    assert (person.name, person.email) == ("Li Mei", "other@example.org")
    db.session.rollback()
    db.session.expunge_all()
    alone = attach(db.session(), Person, there)
    assert (alone.email, alone.team_id) == ("other@example.org", team)  # what was not given is read


def test_what_was_read_whole_is_not_read_again(context: Flask) -> None:
    builders.make_scheme()
    builders.make_award()
    cast = builders.make_cast()
    number = builders.make_submitted(cast)
    db.session.remove()
    with asked(context) as statements:
        session, at = db.session(), datetime.now(UTC)
        found = acting.who_and_which(session, session.connection(), cast.internal, number, at)
        assert found is not None
        person, case = found
        assert person.name
        assert [grant.revocation for grant in person.grants] == [None]
        assert case.award.road == case.road
        assert case.cycle.opens_at <= at
    assert len(statements) == 1
