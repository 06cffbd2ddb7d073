"""How an award ranks and whom results nominate: changed in pages, read by everybody in advance."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from models.base import db
from models.scheme import Award
from tests.builders import make_person
from tests.fixtures.pages import Client
from tests.views.test_scheme_pages import REASON, filled
from workflow.vocabulary import Duty

RANKING = "/manage/scheme/awards/monthly-project/ranking"
NOMINATED = "/manage/scheme/awards/monthly-project/eligibility"


@pytest.fixture
def manager(app: Flask, real_scheme: None, client: Client) -> Client:
    with app.app_context():
        person = make_person("Manager", duties=(Duty.SCHEME_MANAGER,))
    client.sign_in(person)
    return client


def award() -> Award:
    return db.session.scalars(select(Award).where(Award.key == "monthly-project")).one()


def test_a_formula_is_changed_with_its_reason_and_shown_to_everybody(
    app: Flask, manager: Client
) -> None:
    assert "Ranked by" in manager.get("/awards/monthly-project").text
    typed = {
        "weight_score": "6", "weight_perception": "3", "weight_strength": "1",
        "first": "strength", "second": "score", "third": "", "fourth": "", "quorum": "2",
    }  # fmt: skip
    assert manager.post(RANKING, data=filled(manager, RANKING, **typed)).status_code == 303
    with app.app_context():
        terms = award().ranking_terms
        assert [*map(str, terms.formula.weights.values())] == ["6.0000", "3.0000", "1.0000"]
        assert terms.tie_breaks == ("strength", "score", "key")
        assert award().quorum == 2
        assert award().cycles[-1].terms is not None  # the open one keeps what it began with
    page = manager.get("/awards/monthly-project").text
    for said in ("Performance score 60%", "Customer marks 30%", "Confirmed claims 10%"):
        assert said in page
    assert "confirmed claims → performance score → case number" in page
    assert "2 members of the committee" in page
    changes = manager.get("/archive/changes").text
    assert REASON in changes
    assert "customer marks, confirmed claims, who was submitted first, case number" in changes


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"weight_score": "0"}, "At least one weight is more than nought."),
        ({"first": "score", "second": "score"}, "Each tie-break stands in the order once."),
        ({"weight_score": "-1"}, "Choose a number from 0 to 1000."),
        ({"quorum": "0"}, "Choose a number from 1 to 15."),
    ],
)
def test_a_formula_that_cannot_rank_is_refused(
    manager: Client, typed: dict[str, str], said: str
) -> None:
    answer = manager.post(RANKING, data=filled(manager, RANKING, **typed))
    assert (answer.status_code, said in answer.text) == (422, True)


def test_rules_of_nomination_are_data_and_read_as_sentences(app: Flask, manager: Client) -> None:
    typed = {
        "most": "3", "most_metric": "calls_answered", "bar_metric": "error_rate",
        "bar_figure": "0.001", "wins_award": "monthly-volume", "wins_count": "2",
        "wins_in_a_row": "y", "led_top": "2", "led_part": "month",
    }  # fmt: skip
    refused = manager.post(NOMINATED, data=filled(manager, NOMINATED, **typed | {"bar_figure": ""}))
    assert refused.status_code == 422
    assert manager.post(NOMINATED, data=filled(manager, NOMINATED, **typed)).status_code == 303
    with app.app_context():
        assert [rule["kind"] for rule in award().eligibility] == ["most", "bar", "wins", "led"]
    page = manager.get("/awards/monthly-project").text
    for said in (
        "At most 3 are put forward, by: Calls answered.",
        "Error rate: only those with 1 ‰ or less.",
        "Whoever won the Monthly Volume Award 2 times in a row is nominated.",
        "Whoever was among the first 2 of their role by score in every month",
    ):
        assert said in page
    assert "Led all the time: Among the first" in manager.get("/archive/changes").text
    again = filled(manager, NOMINATED, most="", wins_award="", led_top="", bar_metric="")
    assert manager.post(NOMINATED, data=again).status_code == 303
    with app.app_context():
        assert award().eligibility == []


def test_the_catalogues_derived_awards_say_whom_they_nominate(manager: Client) -> None:
    for key, said in (
        ("quarterly-project", "Whoever won the Monthly Project Award 2 times in a row"),
        ("employee-of-the-year", "Whoever won the Quarterly Project Award 2 times or more"),
        ("woodpecker", "Inspection pass rate: only those with 98% or more."),
    ):
        assert said in manager.get(f"/awards/{key}").text
