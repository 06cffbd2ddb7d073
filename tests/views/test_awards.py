"""The awards: what can be won, until when, and how it is decided."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from models.base import db
from models.scheme import Award
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_person, make_scheme
from tests.fixtures.pages import Client
from workflow.pathways import PATHWAYS
from workflow.vocabulary import Language


@pytest.fixture
def reader(app: Flask, real_scheme: None, client: Client) -> Client:
    with app.app_context():
        person = make_person()
    client.sign_in(person)
    return client


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent to the database meanwhile."""
    sent: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_every_award_stands_in_the_list_with_the_day_until_which_it_is_open(
    reader: Client,
) -> None:
    page = reader.get("/awards/").text
    assert page.count('<li class="record">') == 10
    assert page.count("Open until") == 10
    assert "As many as earn it" in page  # an instant award has no number of places


def test_an_award_says_what_it_asks_what_it_brings_and_who_judges(reader: Client) -> None:
    page = reader.get("/awards/monthly-project").text
    for told in (
        "Every claim can be shown",
        "A gift worth 200 yuan",
        "Did the claimed event really happen?",
        "Every claim has a verdict.",
        "within 5 working days",
        "back to the contested stage, and to other people",
        "whoever took part in the case at another stage",
    ):
        assert told in page


def test_who_may_judge_follows_the_award_s_settings(app: Flask, reader: Client) -> None:
    before = reader.get("/awards/woodpecker").text
    with app.app_context():
        set_bars(team_mates=True, separate=False)
    after = reader.get("/awards/woodpecker").text
    assert "whoever works in a nominee" not in before
    assert "whoever works in a nominee" in after
    assert "at another stage" in before
    assert "at another stage" not in after


@operation
def set_bars(tx: Transaction, team_mates: bool, separate: bool) -> None:
    award = tx.session.query(Award).filter_by(key="woodpecker").one()
    award.team_mates_are_barred, award.stages_are_separate = team_mates, separate


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("key", ["monthly-project", "monthly-volume", "special-contribution"])
def test_each_road_is_drawn_in_each_language(
    app: Flask, real_scheme: None, client: Client, key: str, language: Language
) -> None:
    with app.app_context():
        person = make_person(language=language)
        road = PATHWAYS[db.session.query(Award).filter_by(key=key).one().road]
    client.sign_in(person)
    page = client.get(f"/awards/{key}").text
    assert page.count('class="station') >= len(road.stages)
    assert page.count("aria-current") >= 1


def test_results_decide_where_nobody_nominates(reader: Client) -> None:
    page = reader.get("/awards/monthly-volume").text
    assert "Nobody has to be nominated" in page
    assert "Nominate for this award" not in page
    assert "Nominate for this award" in reader.get("/awards/woodpecker").text


def test_an_award_that_is_not_there_is_not_found(reader: Client) -> None:
    assert reader.get("/awards/lost").status_code == 404


def test_without_an_award_the_page_says_what_will_stand_there(app: Flask, client: Client) -> None:
    with app.app_context():
        make_scheme()
        person = make_person()
    client.sign_in(person)
    assert "No award can be won yet" in client.get("/awards/").text


def test_the_list_costs_as_many_statements_for_three_awards_as_for_one(
    app: Flask, client: Client
) -> None:
    with app.app_context():
        make_scheme()
        make_award("first")
        person = make_person()
    client.sign_in(person)
    with counted(app) as for_one:
        client.get("/awards/")
    with app.app_context():
        make_award("second")
        make_award("third")
    with counted(app) as for_three:
        client.get("/awards/")
    assert len(for_three) == len(for_one)
