"""Appealing and judging appeals through the pages."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.builders import Cast, stage, version
from tests.fixtures.pages import Client
from tests.roads import GROUNDS, appeal, make_rejected
from tests.views.test_objections import sent
from workflow.vocabulary import Stage

SENTENCE = "The recording of the second call was never heard."


@pytest.fixture
def rejected(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return make_rejected(cast)


def stage_of(app: Flask, number: str) -> Stage:
    with app.app_context():
        return stage(number)


def test_a_nominee_appeals_and_an_arbiter_sends_the_case_back(
    app: Flask, client: Client, cast: Cast, rejected: str
) -> None:
    address = f"/cases/{rejected}/appeal"
    client.sign_in(cast.nominee)
    page = client.get(address).text
    assert "The recording shows another date." in page
    answer = client.post(address, data=sent(page, grounds=GROUNDS))
    assert (answer.status_code, answer.location) == (303, f"/cases/{rejected}")
    assert stage_of(app, rejected) is Stage.APPEAL
    client.sign_in(cast.arbiter)
    page = client.get(f"{address}/resolution").text
    assert GROUNDS in page
    assert "The event could not be confirmed" in page
    data = sent(page, resolution="uphold", sentence=SENTENCE)
    assert client.post(f"{address}/resolution", data=data).status_code == 303
    assert stage_of(app, rejected) is Stage.INTERNAL_AUDIT


def test_dismissed_the_rejection_stands_and_the_answer_is_read_by_all(
    app: Flask, client: Client, cast: Cast, rejected: str
) -> None:
    with app.app_context():
        appeal(cast.nominator, rejected)
    client.sign_in(cast.arbiter)
    address = f"/cases/{rejected}/appeal/resolution"
    data = sent(client.get(address).text, resolution="dismiss", sentence=SENTENCE)
    assert client.post(address, data=data).status_code == 303
    assert stage_of(app, rejected) is Stage.REJECTED
    client.sign_in(cast.colleague)
    page = client.get(f"/archive/{rejected}").text
    assert SENTENCE in page
    assert GROUNDS not in page
    client.sign_in(cast.nominee)
    assert "has had its appeal" in client.get(f"/cases/{rejected}/appeal").text


def test_text_that_will_not_do_is_kept(
    app: Flask, client: Client, cast: Cast, rejected: str
) -> None:
    address = f"/cases/{rejected}/appeal"
    client.sign_in(cast.nominator)
    answer = client.post(address, data=sent(client.get(address).text, grounds="Unfair"))
    assert answer.status_code == 422
    assert ">Unfair</textarea>" in answer.text.replace("\r\n", "").replace(">\n", ">")
    assert stage_of(app, rejected) is Stage.REJECTED


def test_who_may_appeal_and_who_may_judge(
    app: Flask, client: Client, cast: Cast, rejected: str
) -> None:
    with app.app_context():
        data = {"version": version(rejected), "grounds": GROUNDS, "sentence": SENTENCE}
    address = f"/cases/{rejected}/appeal"
    assert client.get(address).location.startswith("/sign-in")
    assert client.get(f"{address}/resolution").location.startswith("/sign-in")
    client.sign_in(cast.colleague)
    assert client.get(address).status_code == 404
    assert client.post(address, data=data).status_code == 404
    assert client.post(f"{address}/resolution", data=data).status_code == 403
    client.sign_in(cast.arbiter)
    assert "This step is not yours" in client.get(address).text
    assert "at another stage now" in client.get(f"{address}/resolution").text
    answer = client.post(f"{address}/resolution", data={**data, "resolution": "uphold"})
    assert answer.status_code == 422
    assert stage_of(app, rejected) is Stage.REJECTED
