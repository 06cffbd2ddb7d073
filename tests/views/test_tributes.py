"""A letter or a citation is drafted from the case, approved by another, and then public."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest
from flask import Flask

from models import tributes
from models.people import Person
from operations.transaction import Transaction, operation
from operations.verification import Verification
from tests.builders import SENTENCE, Cast, decide, make_award, make_cast, make_person, make_scheme
from tests.fixtures.pages import Client
from tests.roads import make_awarded
from workflow.vocabulary import Action, Duty, Reason

CLAIM = "The customer was called back on the same day."
ATOM = "{http://www.w3.org/2005/Atom}"


@dataclass(frozen=True)
class Won:
    cast: Cast
    number: str
    second: int  # another scheme manager


@pytest.fixture
def won(app: Flask) -> Won:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        second = make_person("Second Manager", duties=(Duty.SCHEME_MANAGER,))
        return Won(cast, make_awarded(cast, award_key="special"), second)


def drafted(client: Client, won: Won, kind: str = "citation", language: str = "en") -> str:
    client.sign_in(won.cast.scheme_manager)
    answer = client.post(
        f"/manage/tributes/new/{won.number}", data={"kind": kind, "language": language}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def saved(client: Client, page: str, **typed: str) -> Any:
    return client.post(f"{page}/autosave", data={"title": "T", "version": "1", **typed})


def approve(client: Client, page: str, by: int, version: int, key: str = "k") -> Any:
    client.sign_in(by)
    return client.post(f"{page}/approve", data={"version": version, "request_key": key})


def approved(client: Client, page: str, by: int, version: int, key: str = "k") -> str:
    answer = approve(client, page, by, version, key)
    assert answer.status_code == 303
    return str(answer.location)


def test_the_draft_tells_what_was_confirmed_and_each_writer_is_a_version(
    won: Won, client: Client, app: Flask
) -> None:
    page = drafted(client, won)
    shown = client.get(page).text
    assert CLAIM in shown
    assert "Lin Nominee won the Quarterly Award" in shown
    assert "Spoke with the customer" not in shown, "auditors' notes are told to nobody"
    assert saved(client, page, body="First.").json["version"] == 2
    assert saved(client, page, body="First, and more.", version="2").json["version"] == 2
    client.sign_in(won.second)
    assert saved(client, page, body="Mine.", version="1").status_code == 422, "read it first"
    assert saved(client, page, body="Mine.", version="2").json["version"] == 3
    again = client.get(page).text
    assert "First, and more." in again
    assert CLAIM in again
    with app.app_context():
        (row,) = tributes.tributes()
        assert [version.by_id for version in row.versions] == [
            None,
            won.cast.scheme_manager,
            won.second,
        ]


def test_only_somebody_who_wrote_none_of_it_publishes_it(won: Won, client: Client) -> None:
    page = drafted(client, won)
    saved(client, page, body="She stayed on the line.")
    own = approve(client, page, won.cast.scheme_manager, 2)
    assert own.status_code == 422
    assert "Somebody who wrote none of it" in own.text
    outdated = approve(client, page, won.second, 1)
    assert outdated.status_code == 422, "not the version that they read"
    assert "Somebody has written on in the meantime" in outdated.text
    assert f'href="{page}"' not in client.get("/").text, "the committee's home has it"
    client.sign_in(won.cast.committee)
    assert f'href="{page}"' in client.get("/").text
    published = approved(client, page, won.cast.committee, 2)
    assert published.startswith("/honour-roll/words/")
    assert f'href="{page}"' not in client.get("/").text
    client.sign_in(won.cast.colleague)
    assert "She stayed on the line." in client.get(published).text
    assert published in client.get("/honour-roll/words").text
    client.sign_in(won.cast.scheme_manager)
    assert saved(client, page, body="Changed.", version="2").status_code == 422
    verification = Verification()
    with client.application.app_context():
        verification.begin()
        assert list(verification.faults()) == []


def test_the_feed_is_atom_with_absolute_addresses_for_colleagues_alone(
    won: Won, client: Client, app: Flask
) -> None:
    page = drafted(client, won)
    saved(client, page, title="为她鼓掌 <b>", body="一次通话。\n\n一次回访。")
    published = approved(client, page, won.second, 2)
    client.sign_in(won.cast.colleague)
    (address,) = re.findall(
        r"/honour-roll/feed/[^\"<]+\.atom", client.get("/honour-roll/words").text
    )[:1]
    client.delete_cookie("plaudit")
    answer = client.get(address)
    assert answer.mimetype == "application/atom+xml"
    root = ElementTree.fromstring(answer.data)
    base = app.config["SETTINGS"].base_url
    for name in ("id", "title", "updated", "author"):
        assert root.find(f"{ATOM}{name}") is not None
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert links["self"] == base + address
    (entry,) = root.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "为她鼓掌 <b>"
    assert entry.findtext(f"{ATOM}id") == base + published
    assert entry.findtext(f"{ATOM}content") == "一次通话。\n\n一次回访。"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", entry.findtext(f"{ATOM}updated") or "")
    assert client.get(address.replace("/feed/", "/feed/x")).status_code == 404
    with app.app_context():
        leave(won.cast.colleague)
    assert client.get(address).status_code == 404


@operation
def leave(tx: Transaction, person_id: int) -> None:
    tx.session.get_one(Person, person_id).left_on = tx.now.date()


def test_a_letter_is_a_pdf_on_the_paper_of_the_house(won: Won, client: Client) -> None:
    for language in ("en", "zh_Hans", "zh_Hant"):
        page = drafted(client, won, "letter", language)
        published = approved(client, page, won.second, 1, key=language)
        data = client.get(f"{published}.pdf").data
        assert data == client.get(f"{published}.pdf").data
        document: Any = pypdfium2.PdfDocument(data)
        text = "".join(document[0].get_textpage().get_text_bounded().split())
        document.close()
        assert "LinNominee" in text
        assert "".join(CLAIM.split()) in text
        assert won.number in text


def test_nothing_is_published_of_an_award_that_does_not_stand(
    won: Won, client: Client, app: Flask
) -> None:
    page = drafted(client, won)
    published = approved(client, page, won.second, 1)
    with app.app_context():
        decide(won.cast.arbiter, won.number, Action.REVOKE, Reason.FOUND_FALSE, SENTENCE)
    assert client.get(published).status_code == 404
    assert published not in client.get("/honour-roll/words").text
    client.sign_in(won.cast.scheme_manager)
    answer = client.post(
        f"/manage/tributes/new/{won.number}", data={"kind": "letter", "language": "en"}
    )
    assert answer.status_code in (404, 422)


def test_what_is_published_comes_in_pages_and_drafts_stand_on_each(
    won: Won, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tributes, "APPROVED_AT_ONCE", 1)
    for kind in ("citation", "letter"):
        page = drafted(client, won, kind)
        saved(client, page, title=f"The {kind}", body="She stayed.", signed="The executive")
        approved(client, page, won.second, 2, key=kind)
    drafted(client, won, language="zh_Hans")
    first = client.get("/manage/tributes").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = client.get(older[1]).text
    assert ["The letter" in page for page in (first, second)] == [True, False]
    assert ["The citation" in page for page in (first, second)] == [False, True]
    assert all("简体中文" in page for page in (first, second))
    assert 'rel="next"' not in second
