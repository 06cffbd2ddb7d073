"""Addresses of the archive as nobody types them, texts as nobody writes them: never a fault."""

from __future__ import annotations

from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask import Flask

from models.base import db
from models.people import Person
from operations import feedback
from tests.builders import Cast
from tests.finding import catch_up
from tests.fixtures.pages import Client
from views import feed_token

ODD = (
    "2026-13", "0000", "0000-01", "0000-Q1", "\x00", '"', "'", "\\", "*", "NEAR(a b)", "(", ":",
    "_t", "%", "😀", "²", "\x1f", "\u202e", "\ufffe", "ſ", "𒀀", "a" * 3000, "永" * 900,
)  # fmt: skip
ASKED = ("q", "kind", "award", "cycle", "outcome", "team", "order", "older", "newer", "back")


@pytest.mark.both_databases
def test_whatever_an_address_asks_is_answered(app: Flask, client: Client, cast: Cast) -> None:
    client.sign_in(cast.colleague)
    with app.app_context():
        token = feed_token.of(db.session.get_one(Person, cast.colleague), feed_token.ARCHIVE)
    for text in ODD:
        said, answered = quote(text), {200, 400} if "\x00" in text else {200}
        together = "&".join(f"{name}={said}" for name in ASKED)
        for place in ("/archive/", "/archive/export.json", f"/archive/feed/{token}.atom"):
            assert client.get(f"{place}?{together}").status_code in answered, (place, text[:20])
        for place in (f"/archive/{said}", f"/fairness/{said}/{said}", f"/archive/feed/{said}.atom"):
            assert client.get(place).status_code in {400, 404}, (place, text[:20])
        assert client.get(f"/receipts?case={said}").status_code in answered
        assert client.post("/archive/subscriptions", data={"cycle": text}).status_code == 303


def test_no_character_of_one_text_spoils_everybodys_feed(
    app: Flask, client: Client, cast: Cast
) -> None:
    client.sign_in(cast.colleague)
    with app.app_context():
        person = db.session.get_one(Person, cast.colleague)
        token = feed_token.of(person, feed_token.ARCHIVE)
        for mark in ("\x01", "\ufffe", "\x0b"):
            feedback.post(person_id=person.id, subject=f"Odd {mark}", body=f"a{mark}b")
        catch_up()
    feed = ElementTree.fromstring(client.get(f"/archive/feed/{token}.atom").data)
    assert [each.text for each in feed.iter("{http://www.w3.org/2005/Atom}content")] == ["a�b"] * 3
