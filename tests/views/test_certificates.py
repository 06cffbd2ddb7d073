"""Whoever won may take their certificate away, and anybody may check one by its code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pypdfium2
import pytest
from flask import Flask

from models import certificates
from models.base import db
from models.ledger import LedgerEntry
from models.people import Person
from operations.transaction import Transaction, operation
from tests.builders import SENTENCE, Cast, decide, make_award, make_cast, make_scheme
from tests.fixtures.pages import Client
from tests.roads import make_awarded
from workflow.vocabulary import Action, Language, Reason


@dataclass(frozen=True)
class Won:
    cast: Cast
    number: str
    code: str

    @property
    def address(self) -> str:
        return f"/certificates/{self.number}/{self.cast.nominee}"


@operation
def call_them(tx: Transaction, person_id: int, name: str, language: Language) -> None:
    person = tx.session.get_one(Person, person_id)
    person.name, person.language = name, language


@pytest.fixture
def won(app: Flask, request: pytest.FixtureRequest) -> Won:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        name, language = getattr(request, "param", ("王𠮷", Language.ZH_HANS))
        call_them(cast.nominee, name, language)
        number = make_awarded(cast, award_key="special")
        found = certificates.of_case(number, cast.nominee)
        assert found is not None
    return Won(cast, number, found.code)


def text_of(pdf: bytes) -> str:
    document: Any = pypdfium2.PdfDocument(pdf)
    text: str = document[0].get_textpage().get_text_bounded()
    document.close()
    return "".join(text.split())


@pytest.mark.parametrize(
    "won",
    [("王𠮷", Language.ZH_HANS), ("O'Neill-García", Language.EN)],
    indirect=True,
)
def test_the_code_on_the_paper_proves_the_award_to_anybody(won: Won, client: Client) -> None:
    client.sign_in(won.cast.nominee)
    answer = client.get(won.address)
    assert answer.mimetype == "application/pdf"
    assert answer.data == client.get(won.address).data
    text = text_of(answer.data)
    (printed,) = re.findall(r"\d+(?:-[0-9A-Z]{4}){4}", text)
    assert printed == won.code

    client.delete_cookie("plaudit")
    page = client.get("/verify", query_string={"code": printed.lower().replace("-", " ")}).text
    assert "The certificate is genuine" in page
    assert won.number in page
    assert f"/archive/{won.number}" not in page, "the archive is for colleagues"
    assert "membership card" not in page, "what happened stands on no certificate"
    client.sign_in(won.cast.colleague)
    assert f"/archive/{won.number}" in client.get("/verify", query_string={"code": printed}).text


def test_a_code_that_was_never_given_proves_nothing(won: Won, client: Client) -> None:
    seq, _rest = won.code.split("-", 1)
    for wrong in (f"{seq}-0000-0000-0000-0000", f"1{won.code}", "nonsense", "%", "'", "9" * 80):
        page = client.get("/verify", query_string={"code": wrong}).text
        assert "There is no such certificate" in page
        assert won.number not in page
    assert "no such certificate" not in client.get("/verify").text


def test_the_certificate_of_a_revoked_award_says_so_and_is_not_made_again(
    app: Flask, won: Won, client: Client
) -> None:
    with app.app_context():
        decide(won.cast.arbiter, won.number, Action.REVOKE, Reason.FOUND_FALSE, SENTENCE)
    page = client.get("/verify", query_string={"code": won.code}).text
    assert "This award was taken back" in page
    assert "genuine, but" in page
    client.sign_in(won.cast.nominee)
    assert client.get(won.address).status_code == 404


def test_an_entry_that_was_changed_proves_nothing_any_more(
    app: Flask, won: Won, client: Client
) -> None:
    with app.app_context():
        entry = db.session.get_one(LedgerEntry, int(won.code.split("-")[0]))
        entry.leaf_hash = bytes(32)
        db.session.commit()
    page = client.get("/verify", query_string={"code": won.code}).text
    assert "There is no such certificate" in page


def test_only_the_winner_and_scheme_managers_have_the_paper(won: Won, client: Client) -> None:
    for person, status in (
        (won.cast.nominee, 200),
        (won.cast.scheme_manager, 200),
        (won.cast.colleague, 404),
        (won.cast.nominator, 404),
        (won.cast.committee, 404),
    ):
        client.sign_in(person)
        assert client.get(won.address).status_code == status
    client.sign_in(won.cast.nominator)
    own = f"/certificates/{won.number}/{won.cast.nominator}"
    assert client.get(own).status_code == 404, "nobody gets one for what another has won"


def test_a_name_that_no_typeface_has_is_a_sentence_that_names_the_character(
    app: Flask, won: Won, client: Client
) -> None:
    with app.app_context():
        call_them(won.cast.nominee, "王\U0002f00f", Language.EN)
    client.sign_in(won.cast.nominee)
    answer = client.get(won.address)
    assert answer.status_code == 422
    assert "U+2F00F" in answer.text
