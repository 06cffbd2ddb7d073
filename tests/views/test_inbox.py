"""Everybody reads what they were told, and nothing else."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from models.base import db
from models.nominations import by_number
from models.outbox import Message
from models.people import Person
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_draft
from tests.fixtures.pages import Client
from workflow.vocabulary import FeedbackState, Language, Stage


@operation
def tell(tx: Transaction, person_id: int, number: str) -> None:
    values = {"action": "approve", "stage": Stage.TIERING, "dest": Stage.PUBLIC_NOTICE}
    tx.tell(person_id, "case_moved", by_number(number), **values)
    tx.tell(person_id, "feedback_answered", feedback=7, state=FeedbackState.ADOPTED)


@pytest.fixture
def number(app: Flask, cast: Cast) -> str:
    with app.app_context():
        number = make_draft(cast.nominator, [cast.nominee])
        tell(cast.nominator, number)
    return number


def test_a_message_speaks_leads_to_its_case_and_is_read_then(
    client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.nominator)
    page = client.get("/inbox/").text
    assert f"Case {number} stands in the public notice" in page
    assert "2 messages are new." in page
    assert ">2<span" in page, "the navigation counts them"
    link = re.search(rf'href="(/inbox/\d+)">Case {number}', page)
    assert link
    assert client.get(link[1]).headers["Location"] == f"/cases/{number}"
    assert "1 message is new." in client.get("/inbox/").text


def test_all_are_read_at_once(client: Client, cast: Cast, number: str) -> None:
    client.sign_in(cast.nominator)
    page = client.post("/inbox/read", follow_redirects=True).text
    assert "new." not in page
    assert f"Case {number}" in page


def test_the_reader_s_language_is_spoken(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    with app.app_context():
        speak(cast.nominator)
    client.sign_in(cast.nominator)
    page = client.get("/inbox/").text
    assert 'lang="zh-Hant"' in page
    assert number in page
    assert "公示" in page


@operation
def speak(tx: Transaction, person_id: int) -> None:
    tx.session.get_one(Person, person_id).language = Language.ZH_HANT


def test_nobody_reads_or_marks_what_others_were_told(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    client.sign_in(cast.colleague)
    assert "No messages" in client.get("/inbox/").text
    with app.app_context():
        message = db.session.scalars(select(Message.id)).first()
    assert client.get(f"/inbox/{message}").headers["Location"] == "/inbox/"
    client.post("/inbox/read")
    with app.app_context():
        assert all(m.read_at is None for m in db.session.scalars(select(Message)))


def test_a_signed_out_reader_is_led_to_the_door(client: Client) -> None:
    assert client.get("/inbox/").status_code == 303
    assert client.post("/inbox/read").status_code == 303
