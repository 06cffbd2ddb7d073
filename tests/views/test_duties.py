"""Granting and ending duties in pages."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from adapters import clock
from models.base import db
from models.ledger import LedgerEntry
from models.people import DutyGrant, Person
from models.scheme import Award
from tests.builders import make_award, make_person, make_scheme
from tests.fixtures.pages import Client
from workflow.vocabulary import Duty


@pytest.fixture
def administrator(app: Flask, client: Client) -> int:
    with app.app_context():
        make_scheme()
        make_award()
        person_id = make_person("Admin", duties=(Duty.ADMINISTRATOR,))
    client.sign_in(person_id)
    return person_id


@pytest.fixture
def colleague(app: Flask, administrator: int) -> int:
    with app.app_context():
        return make_person("Li Na")


def number(app: Flask, person_id: int) -> str:
    with app.app_context():
        return db.session.get_one(Person, person_id).employee_number


def grants(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(DutyGrant)) or 0


def grant(client: Client, person: str, **typed: str) -> tuple[int, str]:
    data = {"person": person, "duty": "arbiter", "award": "", **typed}
    answer = client.post("/manage/duties/new", data=data)
    return answer.status_code, answer.text


def test_a_duty_is_granted_for_one_award_until_the_end_of_its_last_day(
    client: Client, app: Flask, colleague: int
) -> None:
    with app.app_context():
        award = db.session.scalars(select(Award.id)).one()
    status, _ = grant(client, number(app, colleague), award=str(award), ends="2999-12-31")
    assert status == 303
    with app.app_context():
        given = db.session.scalars(select(DutyGrant).order_by(DutyGrant.id.desc())).first()
        assert given is not None
        assert (given.person_id, given.duty, given.award_id) == (colleague, Duty.ARBITER, award)
        assert given.ends_at is not None
        assert given.ends_at.isoformat() == "2999-12-31T16:00:00+00:00", "midnight in Shanghai"
        assert given.is_in_force(clock.now())
    page = client.get("/manage/duties").text
    for word in ("Li Na", "Arbiter", "31 Dec 2999", "in force", "Admin"):
        assert word in page


def test_nobody_grants_a_duty_to_themselves_not_even_by_a_hand_made_post(
    client: Client, app: Flask, administrator: int
) -> None:
    before = grants(app)
    status, page = grant(client, number(app, administrator))
    assert status == 422
    assert "Nobody grants or ends a duty of their own." in page
    assert grants(app) == before


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"person": "nobody"}, "Nobody has the employee number nobody."),
        ({"person": ""}, "Fill this in."),
        ({"duty": ""}, "Fill this in."),
        ({"duty": "king"}, "Choose one of those shown."),
        ({"award": "999"}, "Choose one of those shown."),
        ({"starts": "soon"}, "Write the day as 2026-11-03."),
        ({"ends": "2020-01-01"}, "The duty would end before it starts."),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(
    client: Client, app: Flask, colleague: int, typed: dict[str, str], sentence: str
) -> None:
    before = grants(app)
    given = {"person": number(app, colleague), **typed}
    status, page = grant(client, **given)
    assert status == 422
    assert sentence in page
    assert given["person"] in page
    assert grants(app) == before


def test_a_duty_is_ended_with_a_reason(client: Client, app: Flask, colleague: int) -> None:
    grant(client, number(app, colleague))
    with app.app_context():
        given = db.session.scalars(
            select(DutyGrant.id).where(DutyGrant.person_id == colleague)
        ).one()
    address = f"/manage/duties/{given}/end"
    assert client.post(address, data={"reason": ""}).status_code == 422
    assert client.post(address, data={"reason": "x"}).status_code == 422
    answer = client.post(address, data={"reason": "Moves to another department."})
    assert answer.status_code == 303
    page = client.get("/manage/duties").text
    assert "Moves to another department." in page
    again = client.post(address, data={"reason": "Moves to another department."})
    assert "This duty is over already." in again.text
    with app.app_context():
        kinds = db.session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq)).all()
    assert kinds[-2:] == ["duty_granted", "duty_revoked"]


def test_a_duty_that_is_not_there_cannot_be_ended(client: Client, administrator: int) -> None:
    assert client.get("/manage/duties/999/end").status_code == 404


@pytest.mark.parametrize("duty", [None, *Duty])
def test_only_administrators_come_near(client: Client, app: Flask, duty: Duty | None) -> None:
    with app.app_context():
        make_scheme()
        person = make_person("Somebody", duties=(duty,) if duty else ())
        make_person("Other", duties=(Duty.ARBITER,))
        given = db.session.scalars(select(func.max(DutyGrant.id))).one()
    client.sign_in(person)
    paths = ("/manage/duties", "/manage/duties/new", f"/manage/duties/{given}/end")
    statuses = [client.get(path).status_code for path in paths]
    posts = [client.post(path, data={}).status_code for path in paths[1:]]
    if duty is Duty.ADMINISTRATOR:
        assert (statuses, posts) == ([200] * 3, [422] * 2)
    else:
        first = 200 if duty is Duty.SCHEME_MANAGER else 403
        assert (statuses, posts) == ([first, 403, 403], [403, 403])


def test_the_list_can_be_narrowed_to_one_duty(
    client: Client, app: Flask, administrator: int
) -> None:
    with app.app_context():
        make_person("Arbiter One", duties=(Duty.ARBITER,))
    assert "Arbiter One" in client.get("/manage/duties?duty=arbiter").text
    assert "Arbiter One" not in client.get("/manage/duties?duty=committee").text
    assert client.get("/manage/duties?duty=king").status_code == 200
