"""A survey reaches its customer by mail once, in their language, and leaves no address behind."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from models.base import Base, db
from models.outbox import Message
from tests.directory import HEAD, bring, customer
from tests.fixtures.mail import Postbox
from tests.fixtures.worker import Start, stop, until
from tests.surveying import ABOUT, Asked, answer, mail_link, make_asked

ADDRESS = "k-7@example.org"


@pytest.fixture
def asked(context: Flask) -> Asked:
    return make_asked("zh_Hant")


def message_row() -> Message:
    """The survey's message as it is now; no transaction stays open in the worker's way."""
    found = db.session.scalars(select(Message).where(Message.kind == "survey")).one()
    db.session.expunge_all()
    db.session.rollback()
    return found


def to_customers(postbox: Postbox) -> list[EmailMessage]:
    return [mail for mail in postbox.messages if mail["To"] == ADDRESS]


def stored(text: str) -> bool:
    """Whether the text stands anywhere in the tables."""
    rows = (
        str(tuple(row))
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(select(table))
    )
    found = any(text in row for row in rows)
    db.session.rollback()
    return found


def test_a_survey_is_mailed_once_and_its_link_answers(
    asked: Asked, start_worker: Start, postbox: Postbox, worker_log: Callable[[], str]
) -> None:
    mail_link(asked)
    worker = start_worker(postbox)
    until(lambda: message_row().sent_at)
    assert stop(worker) == 0
    [mail] = to_customers(postbox)
    text = mail.get_content()
    assert mail["Subject"] == "想請您花一分鐘，說說那次服務"
    assert mail["Message-ID"].startswith(f"<{message_row().message_id}@")
    assert not any(word in text for word in (ABOUT, asked.number, "Wang Fang", "Lin Nominee"))
    token = text.split("https://plaudit.example/survey/")[1].split()[0]
    assert message_row().values == {}
    assert not stored(token)
    assert not stored(ADDRESS)
    assert ADDRESS not in worker_log()
    assert token not in worker_log()
    answer(token)


@pytest.mark.prove
def test_whoever_asked_to_be_left_in_peace_meanwhile_gets_no_mail(
    asked: Asked, start_worker: Start, postbox: Postbox
) -> None:
    mail_link(asked)
    bring(f"{HEAD}\n{customer('K-7', do_not_contact='yes')}\n")
    worker = start_worker(postbox)
    until(lambda: message_row().next_try_at is None)
    assert stop(worker) == 0
    assert to_customers(postbox) == []
    assert message_row().last_error == "not to be contacted"
