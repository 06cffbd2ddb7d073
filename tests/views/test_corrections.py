"""Correcting one result on its page, and where the correction can be read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask

from adapters import clock
from models.base import db
from models.corrections import in_force
from models.scheme import day_at
from tests.builders import make_award, make_person, make_scheme
from tests.fixtures.pages import Client
from tests.reviewing import make_targets, record
from workflow.vocabulary import Duty


@pytest.fixture
def agent(app: Flask) -> int:
    with app.app_context():
        make_scheme()
        make_award()
        make_targets(productivity=("0.75", 60))
        person_id = make_person("Diane")
        record(person_id, "productivity", "60", "100")
    return person_id


@pytest.fixture
def manager(app: Flask, agent: int) -> int:
    with app.app_context():
        return make_person("Manager", duties=(Duty.SCHEME_MANAGER,))


def figure_page(client: Client, app: Flask) -> str:
    with app.app_context():
        day = day_at(clock.now()).isoformat()
    asked = {"employee": "Diane", "day": day, "metric": "productivity"}
    answer = client.get("/manage/results/corrections/new", query_string=asked)
    assert answer.status_code == 303
    return str(answer.location)


def test_a_manager_finds_a_figure_corrects_it_and_the_colleague_reads_why(
    client: Client, app: Flask, agent: int, manager: int
) -> None:
    client.sign_in(manager)
    page = figure_page(client, app)
    assert "60%" in client.get(page).text
    typed = {"value": "75%", "events": "100", "reason": "One hour was training.", "version": "0"}
    assert client.post(page, data=typed).status_code == 303
    with app.app_context():
        row = in_force(agent, "productivity", day_at(clock.now()))
        assert row is not None
        assert (row.numerator, row.denominator) == (Decimal(75), Decimal(100))
    assert "This figure does not count any more." in client.get(page).text
    assert "One hour was training." in client.get("/manage/results/corrections").text
    client.sign_in(agent)
    mine = client.get("/my-score").text
    for said in ("100.00", "60%", "75%", "One hour was training.", "Manager"):
        assert said in mine


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"value": "lots"}, "A number from 0 on"),
        ({"value": "300"}, "A number from 0 on"),  # a share of 30,000 %
        ({"value": ""}, "Say what the figure should be."),
        ({"value": "0.75", "reason": "typo"}, "at least 10 characters"),
        ({"value": "0.75", "taken_away": "y"}, "Either take the figure away"),
        ({"value": "0.6"}, "nothing"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_typed_is_kept(
    client: Client, app: Flask, agent: int, manager: int, typed: dict[str, str], said: str
) -> None:
    client.sign_in(manager)
    page = figure_page(client, app)
    given = {"events": "100", "reason": "One hour was training.", "version": "0", **typed}
    answer = client.post(page, data=given)
    assert answer.status_code == 422
    assert said in answer.text.replace("Nothing", "nothing")
    assert f'value="{typed["value"]}"' in answer.text


def test_a_manager_is_told_that_their_own_figure_is_for_another_to_correct(
    client: Client, app: Flask, agent: int
) -> None:
    with app.app_context():
        manager = make_person("Own", duties=(Duty.SCHEME_MANAGER,))
        record(manager, "errors", "3", None)
        row = in_force(manager, "errors", day_at(clock.now()))
        assert row is not None
        page = f"/manage/results/figures/{row.id}"
        db.session.remove()
    client.sign_in(manager)
    assert "Ask another scheme manager" in client.get(page).text
    typed = {"value": "0", "reason": "They were not mine at all.", "version": "0"}
    answer = client.post(page, data=typed)
    assert answer.status_code == 422
    with app.app_context():
        row = in_force(manager, "errors", day_at(clock.now()))
        assert row is not None
        assert row.numerator == 3
