"""Customers whose every detail is a canary: a string that nobody else would write.

A text is looked through without its spaces, marks and capitals: no way of writing hides one.
"""

from __future__ import annotations

import html
import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy import select

from adapters import clock, logs
from cli.worker import _link
from jobs.letters import letter
from models import people
from models.base import db
from models.customers import CaseCustomer, CustomerLook, by_number
from models.nominations import Nomination
from models.outbox import Message
from models.people import Person
from operations import contacts
from operations.contacts import Said
from operations.transaction import Transaction, operation
from tests.fixtures.pages import Client
from workflow.surveys import STANDARD
from workflow.text import plain_reference
from workflow.vocabulary import Channel, ContactOutcome, Duty, Occasion, QuestionKind

CUSTOMERS = 100
CANARY = re.compile(r"(?:canary|finch|canarywords)\d{3}quillfeather|99778899112233\d{4}|qfref\d{6}")
HEAD = "customer_number,name,email,phone,language,consent,do_not_contact,keep_until,references"
PATH = "/manage/customers"
TO_COLLEAGUES = (Message.person_id.is_not(None), Message.next_try_at.is_not(None))


def number(n: int) -> str:
    return f"KC-{n:03}"


def canaries(n: int) -> dict[str, str]:
    """What is known of the n-th customer, all of it canaries."""
    return {
        "name": f"Canary {n:03} Quillfeather",
        "email": f"finch{n:03}@quillfeather.example",
        "phone": f"+99 7788 9911 2233 {n:04}",
        "reference": f"QF-REF-{n:06}",
        "words": f"Canary words {n:03}: Quillfeather was glad.",
    }


def found_in(text: str | bytes) -> set[str]:
    """The canaries that stand in the text, as they look without marks and capitals."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "ignore")
    return set(CANARY.findall(plain_reference(html.unescape(text))))


@dataclass
class Net:
    """Where was looked, and where a canary was seen."""

    looked: int = 0
    hits: list[str] = field(default_factory=list)

    def look(self, where: str, text: str | bytes, *, own_words: bool = False) -> None:
        """`own_words` is for the page of those who may read what the customer wrote."""
        self.looked += 1
        seen = {one for one in found_in(text) if not (own_words and "words" in one)}
        self.hits += [f"{where}: {one}" for one in sorted(seen)]


@contextmanager
def overheard() -> Iterator[io.StringIO]:
    """Everything that is logged meanwhile, as it is written."""
    logs.configure()
    heard = io.StringIO()
    listener = logging.StreamHandler(heard)
    listener.setFormatter(next(h.formatter for h in logging.getLogger().handlers if h.formatter))
    logging.getLogger().addHandler(listener)
    try:
        yield heard
    finally:
        logging.getLogger().removeHandler(listener)


def bring_in(app: Flask, net: Net) -> None:
    """The directory comes in through the pages: with mistakes, without headings, as it should."""
    lines = [HEAD]
    wrong = [HEAD]
    for n in range(CUSTOMERS):
        one = canaries(n)
        cells = [one["name"], one["email"], one["phone"]]
        lines.append(",".join([number(n), *cells, "en,yes,no,2030-01-31", one["reference"]]))
        wrong.append(",".join([number(n), one["name"], one["phone"], one["email"], *cells]))
    client = at_desk(app, Duty.ADMINISTRATOR)
    for text in ("\n".join(wrong), "\n".join(lines[1:]), "\n".join(lines)):
        answer = client.post(PATH, data={"file": (io.BytesIO(text.encode()), "customers.csv")})
        net.look("the directory's page", answer.text)
        if answer.status_code == 303:
            shown = client.get(answer.location).text
            net.look("the page of a file", shown)
            net.look("the staged file", _folder(app))
            net.look("the page of a file", client.post(answer.location).text)
            net.look("the page of a file", client.get(answer.location).text)
            net.look("the list of mistakes", client.get(f"{answer.location}/mistakes.csv").text)


def attach(app: Flask) -> int:
    """Every case is about one of them, was looked at, and has their own words; returns how many."""
    with app.app_context():
        ids = list(db.session.scalars(select(Nomination.id).order_by(Nomination.id)))
        auditor = dict(people.demo_accounts(clock.now()))[Duty.EXTERNAL_AUDITOR].id
        for n in range(CUSTOMERS):
            _attach(ids[n % len(ids)], auditor, n, app)
    return len(ids)


@operation
def _attach(tx: Transaction, nomination_id: int, auditor_id: int, n: int, app: Flask) -> None:
    nomination = tx.session.get_one(Nomination, nomination_id)
    customer, auditor = by_number(number(n)), tx.session.get_one(Person, auditor_id)
    assert customer is not None
    about = {"nomination": nomination, "customer": customer, "by": auditor, "at": tx.now}
    tx.record(CaseCustomer(**about, matched=True))
    tx.record(CustomerLook(**about, stage=nomination.stage, round=nomination.round))
    asked = next(question for question in STANDARD if question.kind is QuestionKind.FREE_TEXT)
    contacts.record(
        tx,
        nomination,
        Occasion.FIRST,
        Channel.PHONE,
        Said(ContactOutcome.CONFIRMED, marks=5, words=((asked, canaries(n)["words"]),)),
        by=auditor,
        sealer=app.config["SEALER"],
        customer_id=customer.id,
    )


def at_desk(app: Flask, duty: Duty | None) -> Client:
    """The demo's account with this duty, signed in."""
    with app.app_context():
        person = dict(people.demo_accounts(clock.now()))[duty].id
    client = Client(app)
    client.sign_in(person)
    return client


def look_at_letters(app: Flask, net: Net) -> None:
    """Every message to a colleague that is to be mailed yet, as it will be."""
    with app.test_request_context():
        for message in db.session.scalars(select(Message).where(*TO_COLLEAGUES)):
            mail = letter(message, sender="Plaudit <p@plaudit.example>", link=_link("http://p"))
            net.look(f"a letter ({message.kind})", f"{mail['Subject']}\n{mail.get_content()}")


def look_at_files(app: Flask, net: Net) -> None:
    """The database and everything else in the data folder, byte for byte."""
    for path in sorted(app.config["SETTINGS"].data_dir.rglob("*")):
        if path.is_file():
            net.look(f"the file {path.name}", path.read_bytes())


def _folder(app: Flask) -> bytes:
    folder = app.config["SETTINGS"].data_dir / "imports"
    return b"".join(path.read_bytes() for path in folder.iterdir()) if folder.exists() else b""
