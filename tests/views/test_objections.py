"""Objecting and settling objections through the pages: open to all, settled by fresh eyes."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from models.base import db
from models.voices import Objection
from tests.builders import Cast, make_award, make_cast, make_person, make_scheme, stage, version
from tests.fixtures.pages import Client
from tests.roads import GROUNDS, let_the_notice_end, make_noticed, object_to
from workflow.vocabulary import Duty, ObjectionState, Stage

SENTENCE = "The log names both of them, and both are nominated."


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        return make_cast()


@pytest.fixture
def noticed(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return make_noticed(cast, award_key="special")


def sent(page: str, **answers: object) -> dict[str, object]:
    """What a browser would send of the page's form: its hidden fields and the answers."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    return {**hidden, **answers}


def states(app: Flask) -> list[ObjectionState]:
    with app.app_context():
        return list(db.session.scalars(select(Objection.state).order_by(Objection.id)))


def stage_of(app: Flask, number: str) -> Stage:
    with app.app_context():
        return stage(number)


def test_any_colleague_objects_and_the_award_freezes(
    app: Flask, client: Client, cast: Cast, noticed: str
) -> None:
    client.sign_in(cast.colleague)
    assert f"/archive/{noticed}" in client.get("/notices/").text
    assert f"/cases/{noticed}/objection" in client.get(f"/archive/{noticed}").text
    form = client.get(f"/cases/{noticed}/objection").text
    answer = client.post(f"/cases/{noticed}/objection", data=sent(form, grounds=GROUNDS))
    assert (answer.status_code, answer.location) == (303, f"/archive/{noticed}")
    assert stage_of(app, noticed) is Stage.OBJECTION
    page = client.get(f"/archive/{noticed}").text
    assert "The award is frozen" in page
    assert GROUNDS in page


def test_the_same_form_sent_twice_is_one_objection(
    app: Flask, client: Client, cast: Cast, noticed: str
) -> None:
    client.sign_in(cast.colleague)
    data = sent(client.get(f"/cases/{noticed}/objection").text, grounds=GROUNDS)
    for _ in range(2):
        assert client.post(f"/cases/{noticed}/objection", data=data).status_code == 303
    assert states(app) == [ObjectionState.OPEN]


@pytest.mark.parametrize("grounds", ["", "   ", "No.", "x" * 4001, "bad\x00byte"])
def test_grounds_that_will_not_do_are_kept_and_explained(
    app: Flask, client: Client, cast: Cast, noticed: str, grounds: str
) -> None:
    client.sign_in(cast.colleague)
    form = client.get(f"/cases/{noticed}/objection").text
    answer = client.post(f"/cases/{noticed}/objection", data=sent(form, grounds=grounds))
    assert answer.status_code == 422
    assert 'id="errors"' in answer.text
    assert grounds.strip().replace("\x00", "") in answer.text
    assert stage_of(app, noticed) is Stage.PUBLIC_NOTICE


def test_after_the_notice_one_is_told_so(
    app: Flask, client: Client, cast: Cast, noticed: str
) -> None:
    with app.app_context():
        let_the_notice_end(noticed)
    client.sign_in(cast.colleague)
    answer = client.get(f"/cases/{noticed}/objection", follow_redirects=True)
    assert "no objection can be raised" in answer.text
    assert client.get("/cases/2026-none/objection").status_code == 404


def test_an_arbiter_settles_several_objections_one_after_the_other(
    app: Flask, client: Client, cast: Cast, noticed: str
) -> None:
    with app.app_context():
        object_to(cast.colleague, noticed)
        object_to(make_person("Second"), noticed, "The date in the story is wrong.")
    client.sign_in(cast.arbiter)
    address = f"/cases/{noticed}/objections"
    page = client.get(address).text
    assert GROUNDS in page
    assert "Waiting after this one" in page
    answers = {"resolution": "dismiss", "sentence": SENTENCE}
    first = client.post(address, data=sent(page, **answers))
    assert (first.status_code, first.location) == (303, address)
    page = client.get(address).text
    assert "The date in the story is wrong." in page
    last = client.post(address, data=sent(page, **answers))
    assert (last.status_code, last.location) == (303, f"/cases/{noticed}")
    assert states(app) == [ObjectionState.DISMISSED] * 2
    assert stage_of(app, noticed) is Stage.PUBLIC_NOTICE
    assert SENTENCE in client.get(f"/archive/{noticed}").text
    case = client.get(f"/cases/{noticed}").text
    assert "Objection raised" in case
    assert "Objection under way" not in case


def test_upheld_the_nomination_is_rejected(
    app: Flask, client: Client, cast: Cast, noticed: str
) -> None:
    with app.app_context():
        object_to(cast.colleague, noticed)
    client.sign_in(cast.arbiter)
    address = f"/cases/{noticed}/objections"
    data = sent(client.get(address).text, resolution="uphold", sentence=SENTENCE)
    assert client.post(address, data=data).status_code == 303
    assert stage_of(app, noticed) is Stage.REJECTED


def test_a_resolution_without_its_sentence_or_choice_comes_back(
    app: Flask, client: Client, cast: Cast, noticed: str
) -> None:
    with app.app_context():
        object_to(cast.colleague, noticed)
    client.sign_in(cast.arbiter)
    address = f"/cases/{noticed}/objections"
    page = client.get(address).text
    for answers in ({"resolution": "uphold"}, {"sentence": SENTENCE}, {"resolution": "both"}):
        answer = client.post(address, data=sent(page, **answers))
        assert answer.status_code == 422
        assert answers.get("sentence", "") in answer.text
    assert states(app) == [ObjectionState.OPEN]


@pytest.mark.parametrize("objection", ["0", "-1", str(2**31), "9" * 30, "x", ""])
def test_a_resolution_of_no_possible_objection_is_a_bad_request(
    app: Flask, client: Client, cast: Cast, noticed: str, objection: str
) -> None:
    with app.app_context():
        object_to(cast.colleague, noticed)
    client.sign_in(cast.arbiter)
    form = sent(client.get(f"/cases/{noticed}/objections").text, resolution="uphold")
    answer = form | {"sentence": SENTENCE, "objection": objection}
    assert client.post(f"/cases/{noticed}/objections", data=answer).status_code == 400
    assert states(app) == [ObjectionState.OPEN]


def test_grounds_that_nobody_can_see_are_none(
    app: Flask, client: Client, cast: Cast, noticed: str
) -> None:
    client.sign_in(cast.colleague)
    form = client.get(f"/cases/{noticed}/objection").text
    for unseen in ("\u200b" * 20, "\u3164 " * 20, "\u2060\ufeff" * 20):
        answer = client.post(f"/cases/{noticed}/objection", data=sent(form, grounds=unseen))
        assert answer.status_code == 422
    assert stage_of(app, noticed) is Stage.PUBLIC_NOTICE


def test_an_objection_settled_meanwhile_gives_the_text_back(
    app: Flask, client: Client, cast: Cast, noticed: str
) -> None:
    with app.app_context():
        object_to(cast.colleague, noticed)
    client.sign_in(cast.arbiter)
    address = f"/cases/{noticed}/objections"
    page = client.get(address).text
    client.post(address, data=sent(page, resolution="dismiss", sentence=SENTENCE))
    with app.app_context():
        other = make_person("Other arbiter", duties=(Duty.ARBITER,))
    client.sign_in(other)
    late = sent(page, resolution="uphold", sentence="I see it differently.", request_key="other")
    answer = client.post(address, data=late)
    assert answer.status_code == 409
    assert "I see it differently." in answer.text


def test_who_may_settle_objections(app: Flask, client: Client, cast: Cast, noticed: str) -> None:
    with app.app_context():
        objector = make_person("Objector", duties=(Duty.ARBITER,))
        object_to(objector, noticed)
        data = {
            "version": version(noticed),
            "objection": db.session.scalars(select(Objection.id)).one(),
            "resolution": "uphold",
            "sentence": SENTENCE,
        }
    address = f"/cases/{noticed}/objections"
    assert client.get(address).location.startswith("/sign-in")
    for person in (cast.colleague, cast.internal, cast.scheme_manager, cast.nominee):
        client.sign_in(person)
        assert client.get(address).status_code == 403
        assert client.post(address, data=data).status_code == 403
    client.sign_in(objector)
    assert "You took part in this case at another stage" in client.get(address).text
    answer = client.post(address, data=data)
    assert answer.status_code == 422
    assert "You took part in this case at another stage" in answer.text
    assert states(app) == [ObjectionState.OPEN]


def test_the_notices_are_for_colleagues(client: Client, cast: Cast, noticed: str) -> None:
    for address in ("/notices/", f"/cases/{noticed}/objection"):
        assert client.get(address).location.startswith("/sign-in")
