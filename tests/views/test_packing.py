"""What goes compressed: what a browser can unpack, and nothing whose length could tell a secret."""

from __future__ import annotations

import re
from gzip import decompress

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.builders import make_cast, make_scheme
from tests.fixtures.pages import Client
from views.packing import WORTH_IT

PACKED = {"Accept-Encoding": "gzip"}


class Plain(Client):
    """Takes answers as they are: a packed page is not read."""

    def ask(self, path: str, method: str = "GET", **headers: str) -> TestResponse:
        return FlaskClient.open(self, path, method=method, buffered=True, headers=headers)


@pytest.fixture
def reader(app: Flask) -> Plain:
    """Somebody with duties, signed in."""
    with app.app_context():
        make_scheme()
        person = make_cast().scheme_manager
    client = Plain(app)
    client.sign_in(person)
    return client


def sheet(reader: Plain) -> str:
    """A file of the installation that a page links."""
    [found] = re.findall(r'href="([^"]+/css/page\.css)"', reader.ask("/").text)
    return str(found)


@pytest.mark.parametrize(
    ("accepted", "is_packed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
    ],
)
def test_a_page_comes_as_the_browser_can_read_it(
    reader: Plain, accepted: str, is_packed: bool
) -> None:
    for path in ("/manage/", sheet(reader)):
        sent = reader.ask(path, **{"Accept-Encoding": accepted})
        assert (sent.content_encoding == "gzip") is is_packed
        assert "Accept-Encoding" in sent.vary  # no cache gives one to whom the other is for
        assert int(sent.headers["Content-Length"]) == len(sent.data)
        content = decompress(sent.data) if is_packed else sent.data
        assert (b"</html>" in content) is (path == "/manage/")
        assert len(content) > 2 * len(sent.data) if is_packed else len(content) > WORTH_IT


def test_the_head_of_a_page_says_what_the_page_says(reader: Plain) -> None:
    for path in ("/manage/", sheet(reader)):
        whole, head = (reader.ask(path, method, **PACKED) for method in ("GET", "HEAD"))
        assert head.data == b""
        told = ("Content-Encoding", "Vary", "ETag", "Content-Type")
        assert [head.headers.get(name) for name in told] == [
            whole.headers.get(name) for name in told
        ]


def test_a_file_that_is_kept_is_asked_for_by_either_name(reader: Plain) -> None:
    path = sheet(reader)
    packed, plain = reader.ask(path, **PACKED), reader.ask(path)
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    for one in (packed, plain):
        again = reader.ask(path, **{**PACKED, "If-None-Match": one.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert "Accept-Encoding" in again.vary


def test_no_part_of_a_file_is_joined_to_packed_bytes(reader: Plain) -> None:
    path = sheet(reader)
    assert "Accept-Ranges" in reader.ask(path).headers
    assert "Accept-Ranges" not in reader.ask(path, **PACKED).headers
    part = reader.ask(path, **PACKED, Range="bytes=0-9")
    assert part.status_code == 206
    assert part.content_encoding is None
    assert part.data == reader.ask(path).data[:10]


def test_what_mirrors_what_somebody_chose_is_not_packed(reader: Plain) -> None:
    """Its length would tell whoever listens how much of a guess stands in the page already."""
    guess = "csrf_token"
    for path in (f"/archive/?q={guess}", f"/manage/?{guess}", f"/sign-in?next=/{guess}"):
        sent = reader.ask(path, **PACKED)
        assert sent.content_encoding is None, path
    assert reader.ask(f"/manage/?{guess}", **PACKED).text.count(guess) > 2, "it is mirrored"
    refused = reader.ask(f"/no-such-page/{guess}", **PACKED)
    assert refused.status_code == 404
    assert refused.content_encoding is None
    answered = FlaskClient.open(reader, "/feedback/new", method="POST", headers=PACKED, data={})
    assert answered.content_encoding is None


def test_small_things_streams_and_what_is_packed_already_go_as_they_are(
    app: Flask, reader: Plain
) -> None:
    kinds = ("image/webp", "application/pdf", "text/csv", "application/zip")
    for path in ("/manage/", sheet(reader)):
        with app.test_request_context(path, headers=PACKED):
            small = app.process_response(Response("x" * (WORTH_IT - 1), mimetype="text/html"))
            assert small.content_encoding is None
            for kind in kinds:
                parts = Response(iter([b"x" * WORTH_IT, b"y"]), mimetype=kind)
                sent = app.process_response(parts)
                assert sent.is_streamed
                assert sent.content_encoding is None
    assert reader.ask("/archive/export.csv", **PACKED).content_encoding is None
