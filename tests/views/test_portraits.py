"""Portraits: put up by oneself, seen by colleagues who are signed in, gone when taken down."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from adapters.portrait import portrait
from models import ledger, scheme
from models.base import db
from models.people import Person
from models.portraits import Portrait
from operations import portraits as operations
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_cast, make_scheme
from tests.fixtures.pages import Client
from tests.roads import make_awarded
from views.portraits import store

pytestmark = pytest.mark.both_databases


def face(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), colour).save(out, "JPEG")
    return out.getvalue()


def put_up(client: Client, colour: str = "teal", **fields: str) -> int:
    data = {"file": (io.BytesIO(face(colour)), "me.jpg"), **fields}
    return client.post("/portrait", data=data).status_code


def kept(app: Flask) -> set[str]:
    with app.app_context():
        return {digest for digest, _since in store().listed()}


@operation
def leave(tx: Transaction, person_id: int) -> None:
    tx.session.get_one(Person, person_id).left_on = scheme.day_at(tx.now) - timedelta(days=1)


@pytest.fixture
def people(app: Flask) -> tuple[int, int]:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        make_awarded(cast, award_key="special")
        operations.sweep(store())
    return cast.nominee, cast.colleague


def test_a_picture_goes_up_and_down_and_leaves_nothing_behind(
    app: Flask, client: Client, people: tuple[int, int]
) -> None:
    winner, reader = people
    with app.app_context():
        before = ledger.head()
        entries = before.size if before else 0
    client.sign_in(winner)
    assert put_up(client) == 303
    first = kept(app)
    assert put_up(client, "navy") == 303
    [digest] = kept(app)
    assert {digest} != first, "the one it replaces is gone"

    client.sign_in(reader)
    shown = client.get(f"/portraits/{winner}")
    assert (shown.status_code, shown.mimetype) == (200, "image/webp")
    assert shown.headers["Content-Security-Policy"].endswith("sandbox")
    assert "no-cache" in shown.headers["Cache-Control"]
    sizes = {"": 512, "?side=80": 80, "?side=81": 512}
    tags = set()
    for asked, side in sizes.items():
        path = f"/portraits/{winner}{asked}"
        sent = client.get(path)
        assert Image.open(io.BytesIO(sent.data)).size == (side, side)
        tags.add(sent.headers["ETag"])
        again = client.get(path, headers={"If-None-Match": sent.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert len(tags) == 2
    for page in ("/honour-roll/", f"/honour-roll/people/{winner}"):
        assert f"/portraits/{winner}?v={digest[:8]}" in client.get(page).text
    assert client.get(f"/portraits/{reader}").status_code == 404
    client.post("/sign-out")
    assert client.get(f"/portraits/{winner}").status_code == 303

    client.sign_in(winner)
    assert client.post("/portrait/take-down").status_code == 303
    assert kept(app) == set()
    assert client.get(f"/portraits/{winner}").status_code == 404
    assert f"/portraits/{winner}" not in client.get("/honour-roll/").text
    with app.app_context():
        after = ledger.head()
        assert (after.size if after else 0) == entries
        assert db.session.scalars(select(Portrait)).all() == []


def test_the_same_picture_stays_while_somebody_shows_it(
    app: Flask, client: Client, people: tuple[int, int]
) -> None:
    for person in people:
        client.sign_in(person)
        put_up(client)
    assert len(kept(app)) == 1
    client.post("/portrait/take-down")
    assert client.get(f"/portraits/{people[0]}").status_code == 200


def test_whoever_has_left_is_shown_no_more_and_the_worker_takes_the_picture(
    app: Flask, client: Client, people: tuple[int, int]
) -> None:
    winner, reader = people
    client.sign_in(winner)
    put_up(client)
    with app.app_context():
        leave(winner)
    client.sign_in(reader)
    assert client.get(f"/portraits/{winner}").status_code == 404
    assert len(kept(app)) == 1
    with app.app_context():
        assert operations.sweep(store()) == 1
        assert operations.sweep(store()) == 0
    assert kept(app) == set()


def test_a_store_that_cannot_be_written_leaves_the_picture_that_was_there(
    app: Flask, client: Client, people: tuple[int, int]
) -> None:
    client.sign_in(people[0])
    put_up(client)
    coming = portrait("me.jpg", face("navy"), 10).sha256
    in_the_way = app.config["SETTINGS"].data_dir / "portraits" / coming[:2]
    if in_the_way.exists():
        in_the_way.rmdir()
    in_the_way.write_text("no folder")
    assert put_up(client, "navy") == 422
    in_the_way.unlink()
    assert client.get(f"/portraits/{people[0]}").status_code == 200
    assert len(kept(app)) == 1


def test_a_mistake_is_said_beside_the_field(client: Client, people: tuple[int, int]) -> None:
    client.sign_in(people[0])
    wrong = client.post("/portrait", data={"file": (io.BytesIO(b"%PDF-1.7\n"), "me.pdf")})
    assert wrong.status_code == 422
    assert "Choose a picture: JPEG, PNG or WebP." in wrong.text
    assert "There is no picture of yours yet." in client.post("/portrait", data={}).text
