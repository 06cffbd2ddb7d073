"""What scheme managers watch: due dates, who has what, and how far up the late ones have gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from models.nominations import by_number
from operations import clockwork
from operations.transaction import Transaction, operation
from tests.builders import (
    Cast,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    put_above,
)
from tests.fixtures.pages import Client
from workflow.vocabulary import Duty, Stage

Passing = Callable[[timedelta], None]
WATCH = "/manage/watch"


@pytest.fixture
def cast(app: Flask, client: Client) -> Cast:
    with app.app_context():
        make_scheme()
        make_award()
        cast = make_cast()
    client.sign_in(cast.scheme_manager)
    return cast


def test_an_empty_page_says_when_something_will_stand_there(client: Client, cast: Cast) -> None:
    page = client.get(WATCH)
    assert "Nothing is late." in page.text
    assert "as soon as it is submitted" in page.text


def test_each_case_stands_there_with_its_judge_and_its_due_date(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        number = make_submitted(cast)
    page = client.get(WATCH)
    assert number in page.text
    assert ">Internal<" in page.text.replace("\n", "").replace("  ", "")
    assert "Nothing is late." in page.text
    assert "due in" in page.text


def test_a_late_case_shows_how_late_it_is_and_who_up_the_line_was_told(
    client: Client, app: Flask, cast: Cast, pass_time: Passing
) -> None:
    with app.app_context():
        lead = make_person("Team Lead")
        put_above(cast.internal, lead)
        make_submitted(cast)
        pass_time(timedelta(days=10))
        clockwork.tick()
    client.sign_in(cast.scheme_manager)
    page = client.get(WATCH)
    assert "1 case is late." in page.text
    assert "days late" in page.text
    assert "Team Lead" in page.text
    assert "Level 1" in page.text
    assert "1 case late" in client.get("/manage/").text
    client.sign_in(lead)
    inbox = client.get("/inbox/").text
    assert "is overdue" in inbox
    assert "It is in the hands of Internal" in inbox


def test_cases_are_found_by_stage_and_award(client: Client, app: Flask, cast: Cast) -> None:
    with app.app_context():
        make_award("instant", road="instant")
        first, other = make_submitted(cast), make_submitted(cast, award_key="instant")
    assert first in client.get(WATCH, query_string={"award": "quarterly"}).text
    assert other not in client.get(WATCH, query_string={"award": "quarterly"}).text
    assert other in client.get(WATCH, query_string={"stage": "internal_audit"}).text
    assert "No case of this award" not in client.get(WATCH, query_string={"award": "x"}).text
    with app.app_context():
        make_award("third")
    assert "No case of this award" in client.get(WATCH, query_string={"award": "third"}).text


def test_what_nobody_can_judge_is_said_first(client: Client, app: Flask, cast: Cast) -> None:
    with app.app_context():
        put_above(cast.nominator, cast.internal)
        number = make_submitted(cast)
    page = client.get(WATCH)
    assert "Nobody can judge 1 case" in page.text
    assert page.text.index("Nobody can judge 1 case") < page.text.rindex(number)
    assert 'href="/manage/judges"' in page.text


def test_a_cycle_that_waits_for_its_ranking_is_one_line(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        for number in (make_submitted(cast), make_submitted(cast)):
            _put_to_the_committee(number)
    page = client.get(WATCH)
    assert page.text.count("2 cases to rank") == 1
    assert "Quarterly Award" in page.text


@operation
def _put_to_the_committee(tx: Transaction, number: str) -> None:
    case = by_number(number)
    assert case is not None
    case.stage = Stage.TIERING


def test_a_long_list_is_read_page_by_page(
    client: Client, app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("views.watch.PER_PAGE", 2)
    with app.app_context():
        numbers = [make_submitted(cast) for _ in range(3)]
        last = by_number(numbers[1])
        assert last is not None
        after = last.id
    assert numbers[2] not in client.get(WATCH).text
    assert f"{WATCH}?after={after}" in client.get(WATCH).text
    rest = client.get(WATCH, query_string={"after": after}).text
    assert numbers[2] in rest
    assert numbers[0] not in rest


def test_it_is_for_scheme_managers_alone(client: Client, app: Flask, cast: Cast) -> None:
    with app.app_context():
        others = [cast.colleague, cast.internal, make_person(duties=(Duty.ADMINISTRATOR,))]
    for person in others:
        client.sign_in(person)
        assert client.get(WATCH).status_code == 403
