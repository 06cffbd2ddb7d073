"""No page asks the database more than it must: each question costs a round trip."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.fixtures.pages import Client
from tests.fixtures.questions import asked
from tests.journeys.places import Visits

QUESTIONS = 15
# Pages that still ask more, and how much: a list that only gets shorter.
OVER: dict[str, int] = {}


def test_no_page_asks_the_database_too_often(demo: Flask, visits: Visits) -> None:
    found: dict[str, int] = {}
    clients: dict[int | None, Client] = {}
    for visit in (each for pages in visits.values() for each in pages):
        if visit.who not in clients:
            clients[visit.who] = Client(demo)
            if visit.who is not None:
                clients[visit.who].sign_in(visit.who)
        with asked(demo) as statements:  # other tests read what the pages say
            FlaskClient.open(clients[visit.who], visit.path, buffered=True)
        found[visit.endpoint] = max(len(statements), found.get(visit.endpoint, 0))
    over = {endpoint: count for endpoint, count in found.items() if count > QUESTIONS}
    assert {each: count for each, count in over.items() if count > OVER.get(each, 0)} == {}
    assert OVER.keys() - over.keys() == set(), "these ask little enough by now: strike them out"
