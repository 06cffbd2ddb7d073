"""Signing in and out: who gets in, who does not, and what an observer learns from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import select, update

from adapters import passwords
from app import create_app
from config import Settings
from models.base import db
from models.people import AuthSession, Person, SignInFailure, token_hash
from operations import signing_in
from operations.transaction import Transaction, operation
from tests.builders import make_person
from tests.fixtures.pages import Client
from workflow.vocabulary import Duty

PASSWORD = "seven wooden spoons"
OTHER = "nine paper lanterns"


@pytest.fixture
def person(app: Flask) -> int:
    with app.app_context():
        person_id = make_person("Lin Wei")
        set_up(person_id)
    return person_id


@cache
def stored_password() -> str:
    """Hashed once for all these tests: it is slow on purpose."""
    return passwords.hashed(PASSWORD)


@operation
def set_up(tx: Transaction, person_id: int, email: str = "lin@example.org") -> None:
    person = tx.session.get_one(Person, person_id)
    person.email, person.password_hash = email, stored_password()


@operation
def leave(tx: Transaction, person_id: int) -> None:
    tx.session.get_one(Person, person_id).left_on = tx.now.date()


@pytest.fixture
def other_browser(app: Flask) -> Client:
    browser = app.test_client()
    assert isinstance(browser, Client)
    return browser


def sign_in(client: Client, password: str = PASSWORD, email: str = "lin@example.org") -> int:
    answer = client.post("/sign-in?next=/password", data={"email": email, "password": password})
    return answer.status_code


def is_inside(client: Client) -> bool:
    return client.get("/password").status_code == 200


def token_of(client: Client) -> str:
    with client.session_transaction() as session:
        return str(session["token"])


def test_the_right_password_leads_to_the_page_asked_for(client: Client, person: int) -> None:
    asked = client.get("/password")
    assert asked.headers["Location"] == "/sign-in?next=/password"
    answer = client.post(
        asked.headers["Location"], data={"email": " LIN@example.org ", "password": PASSWORD}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/password")
    assert is_inside(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [("lin@example.org", "wrong"), ("nobody@example.org", PASSWORD)],
)
def test_a_wrong_password_and_an_unknown_address_look_the_same(
    client: Client, person: int, email: str, password: str
) -> None:
    answer = client.post("/sign-in", data={"email": email, "password": password})
    assert answer.status_code == 422
    assert "The e-mail address or the password is not right." in answer.text
    assert email in answer.text, "what was typed is kept"
    assert not is_inside(client)


def test_an_unknown_address_costs_the_same_work(
    client: Client, person: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[str] = []
    hasher = passwords._hasher.__class__
    verify = hasher.verify

    def counted(self: object, stored: str, typed: str) -> bool:
        worked.append(stored[:9])
        return verify(self, stored, typed)  # type: ignore[arg-type]  # the hasher itself

    monkeypatch.setattr(hasher, "verify", counted)
    sign_in(client, "wrong")
    sign_in(client, "wrong", "nobody@example.org")
    assert worked == ["$argon2id", "$argon2id"]


def test_a_person_without_a_password_cannot_sign_in(client: Client, app: Flask) -> None:
    with app.app_context():
        make_person("New")
        email = db.session.scalars(select(Person.email)).one()
    assert sign_in(client, "", str(email)) == 422
    assert sign_in(client, "nobody has this password", str(email)) == 422


def test_five_failures_lock_the_address_out_for_a_while(
    client: Client, person: int, pass_time: Callable[[timedelta], None]
) -> None:
    assert [sign_in(client, "wrong") for _ in range(5)] == [422] * 5
    answer = client.post("/sign-in", data={"email": "lin@example.org", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "Try again in 15 minutes." in answer.text
    pass_time(timedelta(minutes=14))
    assert sign_in(client) == 429
    pass_time(timedelta(minutes=1, seconds=1))
    assert sign_in(client) == 303


def test_an_unknown_address_is_locked_out_like_a_known_one(client: Client, person: int) -> None:
    tries = [sign_in(client, "wrong", "nobody@example.org") for _ in range(6)]
    assert tries == [422] * 5 + [429]


def test_success_forgets_the_failures_before_it(client: Client, person: int) -> None:
    for _ in range(3):
        assert [sign_in(client, "wrong") for _ in range(4)] == [422] * 4
        assert sign_in(client) == 303
        client.post("/sign-out")


def test_many_addresses_from_one_place_are_stopped(client: Client, person: int) -> None:
    with client.application.app_context():
        fail_from("127.0.0.1", signing_in.FAILURES_PER_ADDRESS, str(client.application.secret_key))
    assert sign_in(client) == 429


@operation
def fail_from(tx: Transaction, address: str, times: int, key: str) -> None:
    mark = signing_in.Attempt.of("", address, key).address
    tx.session.add_all(SignInFailure(identifier_hash=mark, at=tx.now) for _ in range(times))


def test_what_is_counted_does_not_tell_whose_address_it_is(client: Client, person: int) -> None:
    sign_in(client, "wrong")
    with client.application.app_context():
        marks = db.session.scalars(select(SignInFailure.identifier_hash)).all()
    assert sorted(len(mark) for mark in marks) == [64, 64]
    assert token_hash("lin@example.org") not in marks


def test_signing_in_changes_the_token_and_ends_the_session_before(
    client: Client, other_browser: Client, person: int
) -> None:
    sign_in(client)
    first = token_of(client)
    with other_browser.session_transaction() as session:
        session["token"] = first
    assert is_inside(other_browser)
    sign_in(client)
    assert token_of(client) != first
    assert is_inside(client)
    assert not is_inside(other_browser)


def test_the_database_keeps_no_token(client: Client, person: int) -> None:
    sign_in(client)
    with client.application.app_context():
        kept = db.session.scalars(select(AuthSession.token_hash)).one()
    assert kept == token_hash(token_of(client)) != token_of(client)


def test_signing_out_ends_the_session_for_a_copied_cookie_too(
    client: Client, other_browser: Client, person: int
) -> None:
    sign_in(client)
    with other_browser.session_transaction() as session:
        session["token"] = token_of(client)
    assert is_inside(other_browser)
    client.post("/sign-out")
    assert not is_inside(client)
    assert not is_inside(other_browser)


def test_a_session_ends_by_the_clock(
    client: Client, person: int, settings: Settings, pass_time: Callable[[timedelta], None]
) -> None:
    sign_in(client)
    pass_time(timedelta(hours=settings.session_hours, minutes=-1))
    assert is_inside(client)
    pass_time(timedelta(minutes=1))
    assert not is_inside(client)


def test_whoever_has_left_is_out_at_once(client: Client, person: int) -> None:
    sign_in(client)
    assert is_inside(client)
    with client.application.app_context():
        leave(person)
    assert not is_inside(client)
    assert sign_in(client) == 422


@pytest.mark.usefixtures("real_passwords")
def test_an_old_hash_is_renewed_when_its_password_is_used(client: Client, person: int) -> None:
    from argon2 import PasswordHasher

    with client.application.app_context():
        weaken(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    assert sign_in(client) == 303
    with client.application.app_context():
        kept = db.session.scalars(select(Person.password_hash)).one()
        assert not passwords.is_outdated(str(kept))
    assert sign_in(client) == 303


@operation
def weaken(tx: Transaction, stored: str) -> None:
    tx.session.execute(update(Person).values(password_hash=stored))


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_no_address_leads_out_of_the_site(client: Client, person: int, target: str) -> None:
    data = {"email": "lin@example.org", "password": PASSWORD}
    answer = client.post("/sign-in", query_string={"next": target}, data=data)
    assert answer.headers["Location"] == "/"


def test_no_log_line_carries_an_address_or_a_password(
    client: Client, person: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        sign_in(client, "wrong")
        sign_in(client)
        client.get("/sign-in?next=/lin@example.org")
    said = caplog.text + "".join(capfd.readouterr())
    assert "/sign-in" in said
    assert "lin@example.org" not in said
    assert PASSWORD not in said


def test_what_is_missing_is_said_beside_its_field(client: Client) -> None:
    page = client.post("/sign-in", data={"email": "", "password": ""})
    assert page.status_code == 422
    assert page.text.count("Fill this in.") == 2


def test_a_forged_form_is_refused(client: Client, person: int) -> None:
    data = {"email": "lin@example.org", "password": PASSWORD}
    assert client.post("/sign-in", data=data, csrf=False).status_code == 400


# The own password


def change(client: Client, **typed: str) -> tuple[int, str]:
    data = {"old": PASSWORD, "new": OTHER, "again": OTHER, **typed}
    answer = client.post("/password", data=data)
    return answer.status_code, answer.text


def test_a_changed_password_signs_every_other_browser_out(
    client: Client, other_browser: Client, person: int
) -> None:
    sign_in(client)
    sign_in(other_browser)
    before = token_of(client)
    assert change(client)[0] == 303
    assert token_of(client) != before
    assert is_inside(client)
    assert not is_inside(other_browser)
    assert sign_in(other_browser) == 422
    assert sign_in(other_browser, OTHER) == 303


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"old": "wrong"}, "This is not your present password."),
        ({"again": "nine paper lantern"}, "The two are not the same."),
        ({"new": "short", "again": "short"}, "Take at least 10 characters."),
        ({"new": "a" * 201, "again": "a" * 201}, "Take at most 200 characters."),
        ({"new": "LIN@example.org", "again": "LIN@example.org"}, "the first thing others"),
        ({"new": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "at least 5 different"),
        ({"new": "", "again": ""}, "Fill this in."),
        ({"new": "nine\x00paper lanterns", "again": "nine\x00paper lanterns"}, "cannot be stored"),
    ],
)
def test_a_poor_password_is_refused_in_words(
    client: Client, person: int, typed: dict[str, str], sentence: str
) -> None:
    sign_in(client)
    status, text = change(client, **typed)
    assert status == 422
    assert sentence in text
    assert OTHER not in text, "a password is never shown again"
    client.post("/sign-out")
    assert sign_in(client) == 303, "the old one still holds"


def test_the_old_password_cannot_be_guessed_for_long(client: Client, person: int) -> None:
    sign_in(client)
    for _ in range(5):
        assert "not your present password" in change(client, old="wrong")[1]
    assert "Too many attempts" in change(client)[1]


# The link that sets a password


def invite(person_id: int) -> str:
    admin = make_person("Admin", duties=(Duty.ADMINISTRATOR,))
    return signing_in.invite(by_id=admin, person_id=person_id)


def test_an_invitation_sets_the_password_once(client: Client, app: Flask) -> None:
    with app.app_context():
        token = invite(make_person("Newcomer"))
    assert "Welcome, Newcomer." in client.get(f"/invitation/{token}").text
    answer = client.post(f"/invitation/{token}", data={"new": OTHER, "again": OTHER})
    assert answer.status_code == 303
    assert is_inside(client)
    assert client.get(f"/invitation/{token}").status_code == 404


def test_an_invitation_ends_after_three_days_and_when_a_newer_one_is_sent(
    client: Client, app: Flask, pass_time: Callable[[timedelta], None]
) -> None:
    with app.app_context():
        newcomer = make_person("Newcomer")
        first, second = invite(newcomer), invite(newcomer)
    assert client.get(f"/invitation/{first}").status_code == 404
    pass_time(timedelta(hours=71))
    assert client.get(f"/invitation/{second}").status_code == 200
    pass_time(timedelta(hours=1))
    answer = client.post(f"/invitation/{second}", data={"new": OTHER, "again": OTHER})
    assert answer.status_code == 404
    assert "Ask an administrator for a new link." in answer.text


def test_a_poor_password_does_not_use_up_the_invitation(client: Client, app: Flask) -> None:
    with app.app_context():
        token = invite(make_person("Newcomer"))
    answer = client.post(f"/invitation/{token}", data={"new": "Newcomer", "again": "Newcomer"})
    assert answer.status_code == 422
    assert client.get(f"/invitation/{token}").status_code == 200


# The demo


@pytest.fixture
def demo(settings: Settings) -> Iterator[Client]:
    """The same database, served in demo mode."""
    app = create_app(settings.model_copy(update={"demo": True}))
    app.testing = True
    app.test_client_class = Client
    yield app.test_client()  # type: ignore[misc]  # Client, as said above
    with app.app_context():
        db.engine.dispose()


def test_the_demo_offers_one_account_per_duty(demo: Client) -> None:
    with demo.application.app_context():
        arbiter = make_person("Arbiter One", duties=(Duty.ARBITER,))
        make_person("Arbiter Two", duties=(Duty.ARBITER,))
        make_person("Colleague One")
    page = demo.get("/sign-in").text
    assert "Arbiter One" in page
    assert "Arbiter Two" not in page
    assert "Colleague One" in page
    answer = demo.post("/sign-in/demo?next=/password", data={"person": arbiter})
    assert answer.status_code == 303
    assert is_inside(demo)


def test_the_demo_lets_nobody_else_in(demo: Client) -> None:
    with demo.application.app_context():
        make_person("Arbiter One", duties=(Duty.ARBITER,))
        second = make_person("Arbiter Two", duties=(Duty.ARBITER,))
    assert demo.post("/sign-in/demo", data={"person": second}).status_code == 400
    for nobody in ("x", "9" * 30):
        assert demo.post("/sign-in/demo", data={"person": nobody}).status_code == 400
    assert not is_inside(demo)


def test_there_is_no_demo_outside_the_demo(client: Client, person: int) -> None:
    with client.application.app_context():
        arbiter = make_person("Arbiter One", duties=(Duty.ARBITER,))
    assert "Arbiter One" not in client.get("/sign-in").text
    assert client.post("/sign-in/demo", data={"person": arbiter}).status_code == 404
    assert not is_inside(client)
