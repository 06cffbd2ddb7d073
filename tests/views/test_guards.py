"""Who may enter: everybody, colleagues, or those with a duty; and where one is led instead."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app import create_app
from config import Settings
from models.base import db
from tests.builders import make_person, make_scheme
from tests.fixtures.pages import Client
from views.guards import colleague, holds, public, safe_next
from workflow.vocabulary import Duty


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The application with three rooms more, one per kind of guard."""
    settings: Settings = app.config["SETTINGS"]
    other = create_app(settings)
    other.testing = True
    rooms = {
        "hall": public(lambda: {"room": "hall"}),
        "office": colleague(lambda: {"room": "office"}),
        "court": holds(Duty.ARBITER, Duty.COMMITTEE)(lambda: {"room": "court"}),
    }
    for name, view in rooms.items():
        other.add_url_rule(f"/room/{name}", name, view, methods=["GET", "POST"])
    with other.app_context():
        make_scheme()
    yield other
    with other.app_context():
        db.engine.dispose()


def person(app: Flask, *duties: Duty) -> int:
    with app.app_context():
        return make_person(duties=duties)


def test_anybody_enters_a_public_room(client: Client) -> None:
    assert client.get("/room/hall").status_code == 200


def test_a_stranger_is_led_to_sign_in_and_back(client: Client) -> None:
    answer = client.get("/room/office?page=2")
    assert answer.status_code == 303
    assert answer.location == "/sign-in?next=/room/office?page%3D2"


def test_a_stranger_who_sends_a_form_is_led_back_to_the_page_it_stood_on(client: Client) -> None:
    here = {"Referer": "http://localhost/room/hall?x=1"}
    assert client.post("/room/office", headers=here).location == "/sign-in?next=/room/hall"
    elsewhere = {"Referer": "https://evil.example/room/hall"}
    assert client.post("/room/office", headers=elsewhere).location == "/sign-in"


def test_a_script_of_ours_is_told_that_nobody_is_signed_in(client: Client) -> None:
    answer = client.post("/room/office", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.is_json


def test_a_colleague_enters_the_office_but_not_the_court(app: Flask, client: Client) -> None:
    client.sign_in(person(app))
    assert client.get("/room/office").status_code == 200
    assert client.get("/room/court").status_code == 403


@pytest.mark.parametrize("duty", [Duty.ARBITER, Duty.COMMITTEE])
def test_either_duty_opens_the_court(app: Flask, client: Client, duty: Duty) -> None:
    client.sign_in(person(app, duty))
    assert client.get("/room/court").status_code == 200


def test_another_duty_does_not_open_it_not_even_by_a_hand_made_post(
    app: Flask, client: Client
) -> None:
    client.sign_in(person(app, Duty.ADMINISTRATOR))
    assert client.get("/room/court").status_code == 403
    assert client.post("/room/court").status_code == 403


def test_a_form_without_its_token_is_refused(app: Flask, client: Client) -> None:
    client.sign_in(person(app))
    assert client.post("/room/office").status_code == 200
    assert client.post("/room/office", csrf=False).status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "office",
        "//evil.example",
        "/\\evil.example",
        "/a\\b",
        "https://evil.example/",
        "javascript:alert(1)",
        "/a\nb",
        "/\tevil",
    ],
)
def test_no_address_leads_out_of_the_site(target: str | None) -> None:
    assert safe_next(target) is None


def test_a_path_of_ours_is_gone_on_to() -> None:
    assert safe_next("/cases/2026-0042?tab=claims") == "/cases/2026-0042?tab=claims"
