"""What a search finds is taken away whole: as a table that runs nothing, as JSON, as a feed."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from xml.etree import ElementTree

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from models.base import db
from models.people import Person
from tests.builders import make_award, make_cast, make_scheme
from tests.finding import catch_up
from tests.fixtures.pages import Client
from tests.roads import make_noticed, make_rejected
from views import feed_token

FORMULA = '=HYPERLINK("http://evil.example","Refund")'
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def cases(app: Flask, client: Client) -> list[str]:
    """Two cases in the notice, one with a title that is a formula, and one that was refused."""
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        numbers = [
            make_noticed(cast, award_key="special", title=FORMULA),
            make_noticed(cast, award_key="special", title="为客户追回退款"),
            make_rejected(cast, award_key="special", title="Nobody reads this title"),
        ]
        catch_up()
    client.sign_in(cast.colleague)
    return numbers


def test_a_spreadsheet_runs_nothing_that_was_typed(client: Client, cases: list[str]) -> None:
    book = client.get("/archive/export.xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert FORMULA in [row[3] for row in rows]  # as a text: a formula would show its result
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    text = client.get("/archive/export.csv").data.decode("utf-8-sig")
    assert f"'{FORMULA}" in [line[3] for line in csv.reader(io.StringIO(text))]


def test_a_file_holds_what_is_filtered_and_nothing_that_is_withheld(
    client: Client, cases: list[str]
) -> None:
    told = json.loads(client.get("/archive/export.json").data)["records"]
    assert [each["number"] for each in told] == cases[::-1]
    assert set(told[0]) == {
        "kind", "number", "at", "title", "award", "cycle", "outcome", "tier", "people", "team",
        "text", "address",
    }  # fmt: skip
    assert told[0]["people"] == []
    assert "Nobody reads this title" not in json.dumps(told)
    assert told[1]["people"] == ["Lin Nominee"]
    found = json.loads(client.get("/archive/export.json?q=退&outcome=public_notice").data)
    assert [each["number"] for each in found["records"]] == [cases[1]]


def test_a_feed_tells_its_owner_what_fits_until_they_renew_its_address(
    app: Flask, client: Client, cases: list[str]
) -> None:
    page = client.get("/archive/?q=客戶").text
    address = re.search(r'<code class="long">http://[^/]+(/archive/feed/[^<]+)</code>', page)
    assert address is not None
    stranger = Client(app)
    feed = ElementTree.fromstring(stranger.get(address[1]).data)
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}title") for entry in entries] == ["为客户追回退款"]
    assert (entries[0].findtext(f"{ATOM}id") or "").endswith(f"/archive/{cases[1]}")
    with app.test_request_context():
        honours = feed_token.of(db.session.query(Person).order_by(Person.id).limit(1).one())
    assert stranger.get(f"/archive/feed/{honours}.atom").status_code == 404
    assert stranger.get("/archive/feed/made-up.atom").status_code == 404
    assert client.post("/archive/subscriptions/feeds").status_code == 303
    assert stranger.get(address[1]).status_code == 404
    page = client.get("/archive/subscriptions").text
    for new in re.findall(r'<code class="long">http://[^/]+(/[^<]+)</code>', page):
        assert stranger.get(new).status_code == 200
    assert stranger.get("/archive/export.csv").status_code != 200
