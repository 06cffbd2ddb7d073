"""A form that comes when its writer's session has ended is kept for them, and for nobody else."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from adapters import clock, passwords
from models.base import db
from models.people import AuthSession, Person
from models.unsent import KEPT_FOR, UnsentForm
from operations import clockwork
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_award, make_cast, make_scheme, make_submitted, stage
from tests.fixtures.pages import Client
from workflow.vocabulary import Stage

A_MINUTE = timedelta(minutes=1)
PASSWORD = "seven wooden spoons"
SENTENCE = "接線紀錄裡沒有這一通，請補上編號。"


@operation
def let_in(tx: Transaction, people: list[int]) -> None:
    hashed = passwords.hashed(PASSWORD)
    for person_id in people:
        person = tx.session.get_one(Person, person_id)
        person.email, person.password_hash = f"p{person_id}@example.org", hashed


@operation
def end_every_session(tx: Transaction) -> None:
    tx.session.execute(delete(AuthSession))


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award()
        cast = make_cast()
        let_in([cast.internal, cast.external])
        return cast


@pytest.fixture
def number(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return make_submitted(cast)


def token_on(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def enter(client: Client, person_id: int, address: str = "/sign-in") -> str:
    """Sign in by the page, after whoever was signed in here; returns where it leads."""
    if client.get("/sign-in").status_code == 303:
        client.post("/sign-out")
    data = {"email": f"p{person_id}@example.org", "password": PASSWORD}
    data["csrf_token"] = token_on(client.get("/sign-in").text)
    answer = client.post(address, data=data, csrf=False)
    assert answer.status_code == 303
    return str(answer.location)


def send_too_late(app: Flask, client: Client, path: str, **data: object) -> str:
    """Type into the page, lose the session, send; returns where that leads."""
    data["csrf_token"] = token_on(client.get(path).text)
    with app.app_context():
        end_every_session()
    answer = client.post(path, data=data, csrf=False)
    assert answer.status_code == 303
    return str(answer.location)


def kept(app: Flask) -> list[UnsentForm]:
    with app.app_context():
        return list(db.session.scalars(db.select(UnsentForm)))


def test_a_form_that_came_after_the_session_stands_there_filled_in_again(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    enter(client, cast.internal)
    path = f"/cases/{number}/return"
    door = send_too_late(app, client, path, version="1", reason="other", sentence=SENTENCE)
    assert "What you had typed is kept" in client.get(door).text
    assert SENTENCE.encode() not in kept(app)[0].sealed
    page = client.get(enter(client, cast.internal, door)).text
    assert "Your session had ended, so nothing was sent" in page
    assert f">\r\n{SENTENCE}</textarea>" in page
    assert re.search(r'<input[^>]* checked [^>]*value="other"', page)
    with app.app_context():
        assert stage(number) is Stage.INTERNAL_AUDIT

    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    data = {"version": version[1], "reason": "other", "sentence": SENTENCE}
    assert client.post(path, data=data).status_code == 303
    assert kept(app) == []
    with app.app_context():
        assert stage(number) is Stage.RETURNED


def test_nobody_else_sees_what_was_kept_and_its_writer_still_does(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    enter(client, cast.internal)
    path = f"/cases/{number}"
    door = send_too_late(app, client, f"{path}/return", reason="other", sentence=SENTENCE)
    for page in (client.get(door), client.get(enter(client, cast.external, door))):
        assert SENTENCE not in page.text
    assert SENTENCE in client.get(enter(client, cast.internal, door)).text
    client.post("/unsent/discard", data={"path": f"{path}/return"})
    assert SENTENCE not in client.get(f"{path}/return").text


def test_a_page_of_an_earlier_session_is_not_obeyed_and_nothing_typed_in_it_is_lost(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    enter(client, cast.internal)
    path = f"/cases/{number}/return"
    old = {"csrf_token": token_on(client.get(path).text), "reason": "other", "sentence": SENTENCE}
    enter(client, cast.external)  # in another tab
    answer = client.post(path, data=old, csrf=False)
    assert (answer.status_code, SENTENCE in answer.text) == (400, False)
    enter(client, cast.internal)
    old["sentence"] += "。"
    answer = client.post(path, data=old, csrf=False)
    assert (answer.status_code, answer.location) == (303, path)
    assert old["sentence"] in client.get(path).text
    with app.app_context():
        assert stage(number) is Stage.INTERNAL_AUDIT


def test_a_worksheet_comes_back_with_its_verdicts_and_says_which_file_to_choose_again(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    enter(client, cast.internal)
    path = f"/cases/{number}/internal-audit"
    claim = re.search(r'name="verdict_(\d+)"', client.get(path).text)
    assert claim
    typed = {f"verdict_{claim[1]}": "refuted", f"note_{claim[1]}": SENTENCE, "do": "keep"}
    file = (io.BytesIO(b"12:04 answered"), "log.txt")
    door = send_too_late(app, client, path, **typed, **{f"file_{claim[1]}": file})
    page = client.get(enter(client, cast.internal, door)).text
    assert SENTENCE in page
    assert re.search(r'<input[^>]* checked [^>]*value="refuted"', page)
    assert "Files are not kept. Choose again: log.txt" in page


def test_what_is_written_without_a_name_is_shown_to_its_writer_and_kept_nowhere(
    app: Flask, client: Client, cast: Cast
) -> None:
    enter(client, cast.internal)
    data = {"csrf_token": token_on(client.get("/feedback/new").text), "body": SENTENCE}
    with app.app_context():
        end_every_session()
    answer = client.post("/feedback/new", data=data, csrf=False)
    assert (answer.status_code, SENTENCE in answer.text) == (401, True)
    assert kept(app) == []


@pytest.mark.parametrize("path", ["/password", "/cases/{number}/return"])
def test_neither_passwords_nor_forms_of_other_sites_are_kept(
    app: Flask, client: Client, cast: Cast, number: str, path: str
) -> None:
    enter(client, cast.internal)
    path = path.format(number=number)
    data = {"old": PASSWORD, "new": PASSWORD}
    if path != "/password":
        data = {"sentence": SENTENCE}
    token = token_on(client.get(path).text) if path == "/password" else "forged"
    with app.app_context():
        end_every_session()
    assert client.post(path, data=data | {"csrf_token": token}, csrf=False).status_code == 303
    assert kept(app) == []


def test_what_nobody_comes_back_for_is_gone_after_a_day(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    enter(client, cast.internal)
    send_too_late(app, client, f"/cases/{number}/return", reason="other", sentence=SENTENCE)
    for later, left in ((-A_MINUTE, 1), (A_MINUTE, 0)):
        clock.set_offset(KEPT_FOR + later)
        with app.app_context():
            clockwork.tick()
        assert len(kept(app)) == left
