"""Whoever follows a search hears once a day of what newly fits it, and can leave by the letter."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from adapters import clock
from cli.worker import _link
from jobs import digests
from jobs.letters import letter
from models.base import db
from models.outbox import Message
from models.people import Person
from models.search.query import Found, Search
from models.search.records import Subscription
from tests.builders import Cast, make_award, make_cast, make_scheme
from tests.finding import catch_up
from tests.fixtures.pages import Client
from tests.roads import make_noticed


@pytest.fixture
def cast(app: Flask, client: Client) -> Cast:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        made = make_cast()
        make_noticed(made, award_key="special", title="客户 of before")
        catch_up()
    client.sign_in(made.colleague)
    return made


def news(person: int) -> list[Message]:
    digests.tell()
    wanted = {"person_id": person, "kind": "archive_news"}
    return db.session.query(Message).filter_by(**wanted).order_by(Message.id).all()


@pytest.mark.parametrize("asked", [{"q": "客戶\ntraced"}, {"cycle": "2026\u2028", "q": "a\x0bb"}])
def test_lines_in_a_search_break_no_letter(
    app: Flask, client: Client, cast: Cast, asked: dict[str, str]
) -> None:
    client.post("/archive/subscriptions", data=asked)
    with app.test_request_context():
        row = db.session.query(Subscription).one()
        values = {"search": row.asked["called"], "numbers": "1", "given": row.asked["given"]}
        message = Message(
            person=db.session.get_one(Person, cast.colleague),
            kind="archive_news",
            values=values | {"token": "1-secret"},
            created_at=clock.now(),
            message_id="1",
        )
        told = letter(message, sender="Plaudit <p@plaudit.example>", link=_link("http://p"))
    assert "\n" not in told["Subject"]


def test_a_follower_is_told_once_a_day_and_only_of_what_is_new(
    app: Flask, client: Client, cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    for _ in range(2):  # twice the same is one
        assert client.post("/archive/subscriptions", data={"q": "客戶"}).status_code == 303
    assert client.get("/archive/subscriptions").text.count("End the subscription") == 1
    with app.app_context():
        fits = make_noticed(cast, award_key="special", title="客户 traced")
        make_noticed(cast, award_key="special", title="another matter")
        catch_up()
        assert news(cast.colleague) == []  # not on the day itself
        pass_time(timedelta(days=1))
        (told,) = news(cast.colleague)
        assert told.values["numbers"] == fits
        assert len(news(cast.colleague)) == 1
        pass_time(timedelta(days=1))
        assert len(news(cast.colleague)) == 1  # nothing new
    with app.test_request_context():
        told = db.session.query(Message).filter_by(kind="archive_news").one()
        body = letter(
            told, sender="Plaudit <p@plaudit.example>", link=_link("http://p")
        ).get_content()
    assert "http://p/archive/?q=" in body
    out = re.search(r"http://p(/archive/subscriptions/by-letter/\S+)", body)
    assert out is not None
    stranger = Client(app)
    assert "客戶" in stranger.get(out[1]).text  # looking ends nothing: machines look
    with app.app_context():
        assert db.session.query(Subscription).count() == 1
    assert "No more messages" in stranger.post(out[1]).text
    assert "No more messages" in stranger.get(out[1]).text
    with app.app_context():
        assert db.session.query(Subscription).count() == 0


def test_a_subscription_is_its_owners_alone(app: Flask, client: Client, cast: Cast) -> None:
    client.post("/archive/subscriptions", data={"q": "客戶"})
    with app.app_context():
        own = db.session.query(Subscription).one().id
    client.sign_in(cast.nominator)
    assert client.post(f"/archive/subscriptions/{own}/end").status_code == 404
    assert "No subscriptions yet" in client.get("/archive/subscriptions").text
    for wrong in (f"{own}-guessed", "x", "99999999999999-x", f"{own}-", "¹-x"):
        client.post(f"/archive/subscriptions/by-letter/{wrong}")
    with app.app_context():
        assert db.session.query(Subscription).count() == 1
    client.sign_in(cast.colleague)
    assert client.post(f"/archive/subscriptions/{own}/end").status_code == 303
    with app.app_context():
        assert db.session.query(Subscription).count() == 0


def test_one_search_that_fails_leaves_the_others_their_news(
    app: Flask,
    client: Client,
    cast: Cast,
    pass_time: Callable[[timedelta], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for words in ("another", "客戶"):
        client.post("/archive/subscriptions", data={"q": words})
    find = Search.find

    def failing(search: Search, *args: Any, **kwargs: Any) -> Found:
        if search.asked.text == "another":
            raise ValueError("no such search")
        return find(search, *args, **kwargs)

    monkeypatch.setattr(Search, "find", failing)
    with app.app_context():
        make_noticed(cast, award_key="special", title="客户 traced")
        catch_up()
        pass_time(timedelta(days=1))
        assert len(news(cast.colleague)) == 1
