"""What a page costs: questions to the database, each a round trip, and bytes to its reader."""

from __future__ import annotations

import re
from gzip import decompress
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.fixtures.pages import Client
from tests.fixtures.questions import asked
from tests.journeys.places import Visit, Visits

QUESTIONS = 15
FIRST_VISIT, LATER_VISIT = 150_000, 40_000  # bytes of the page with all that it links
LINKED = re.compile(r'<(?:link|script|img|source)[^>]* (?:href|src)="(/[^"#]+)')


class Browsers:
    """A browser for each reader; all of them keep what may be kept, and have looked before."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.clients: dict[int | None, Client] = {}
        self.files: dict[str, int] = {}

    def enter(self, who: int | None) -> None:
        """Sign in, where this reader has not yet."""
        if who not in self.clients:
            self.clients[who] = Client(self.app)
            if who is not None:
                self.clients[who].sign_in(who)

    def open(self, who: int | None, path: str, **headers: str) -> TestResponse:
        headers["Accept-Encoding"] = "gzip, deflate, br"
        # Other tests read what the pages say.
        return FlaskClient.open(self.clients[who], path, buffered=True, headers=headers)

    def weight(self, visit: Visit, page: TestResponse) -> tuple[int, int]:
        """Bytes on the first visit, and on one in the hour after it."""
        content = decompress(page.data) if page.content_encoding == "gzip" else page.data
        first = later = len(page.data)
        for address in {unescape(each) for each in LINKED.findall(content.decode())}:
            new, again = self._linked(visit.who, address)
            first, later = first + new, later + again
        return first, later

    def _linked(self, who: int | None, address: str) -> tuple[int, int]:
        if address in self.files:
            return self.files[address], 0
        sent = self.open(who, address)
        assert sent.status_code == 200, address
        kept = sent.headers["Cache-Control"]
        if "immutable" in kept:
            self.files[address] = len(sent.data)
            return len(sent.data), 0
        if "no-store" in kept:
            return len(sent.data), len(sent.data)
        again = self.open(who, address, **{"If-None-Match": sent.headers["ETag"]})
        return len(sent.data), len(again.data)


def test_no_page_asks_the_database_too_often_or_is_heavy(demo: Flask, visits: Visits) -> None:
    curious: dict[str, int] = {}
    heavy: dict[str, tuple[int, int]] = {}
    browsers = Browsers(demo)
    for visit in (each for pages in visits.values() for each in pages):
        browsers.enter(visit.who)
        with asked(demo) as statements:
            page = browsers.open(visit.who, visit.path)
        if len(statements) > QUESTIONS:
            curious[visit.path] = len(statements)
        first, later = browsers.weight(visit, page)
        if first > FIRST_VISIT or later > LATER_VISIT:
            heavy[visit.path] = (first, later)
    assert curious == {}
    assert heavy == {}
