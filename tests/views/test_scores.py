"""Scores on their pages: the arithmetic, the role beside, what is frozen, what came later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from adapters import clock
from models.nominations import by_number
from operations import standings
from operations.transaction import Transaction, operation
from tests.builders import (
    Cast,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_team,
    stage,
    version,
)
from tests.fixtures.pages import Client
from tests.reviewing import make_targets, record
from tests.roads import confirm, let_the_cycle_close, make_waiting
from workflow.vocabulary import Stage, Subject


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award()
        make_targets(productivity=("0.75", 60), errors=("0", 20))
        return make_cast()


def seen(app: Flask, number: str) -> int:
    with app.app_context():
        return version(number)


def test_a_score_is_shown_with_its_arithmetic_and_its_peers(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        number = make_waiting(cast)
        record(cast.nominee, "productivity", "71", "90")
        peer = make_person("Peer")
        record(peer, "productivity", "90", "100")
        let_the_cycle_close(number)
    client.sign_in(cast.performance)
    page = client.get(f"/cases/{number}/performance").text
    assert "105.19" in page
    assert "78.89% against a target of 75%: 1.0519 attained." in page
    assert "1.0519 × weight 60 / measured weight 60 × 100 = 105.19 points." in page
    assert "Nothing was recorded, so its weight of 20 is left out." in page
    assert "the median is 112.60" in page


def test_missing_results_are_said_plainly_and_do_not_stop_the_case(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        number = make_waiting(cast)
        let_the_cycle_close(number)
    client.sign_in(cast.performance)
    page = client.get(f"/cases/{number}/performance").text
    assert "No score" in page
    assert "The case can be approved without a score" in page
    answer = client.post(f"/cases/{number}/approve", data={"version": seen(app, number)})
    assert answer.status_code == 303
    with app.app_context():
        assert stage(number) is Stage.TIERING
        nomination = by_number(number)
        assert nomination is not None
        assert nomination.score is None


def test_a_frozen_score_is_read_by_the_committee_and_by_the_nominee_it_is_of(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        number = make_waiting(cast)
        record(cast.nominee, "productivity", "75", "100")
        confirm(cast, number)
    for who in (cast.committee, cast.performance):
        client.sign_in(who)
        page = client.get(f"/cases/{number}/performance").text
        assert "These scores are frozen into the case" in page
        assert "100.00" in page
    client.sign_in(cast.nominee)
    assert client.get(f"/cases/{number}/performance").status_code == 303
    page = client.get("/my-score").text
    assert "Frozen into nominations of you" in page
    assert "She stayed on the line for two hours" in page
    client.sign_in(cast.nominator)
    assert client.get(f"/cases/{number}/performance").status_code == 303
    assert "Frozen into nominations of you" not in client.get("/my-score").text


def test_a_colleague_sees_their_own_score_of_the_open_cycle(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        record(cast.colleague, "productivity", "60", "100")
    client.sign_in(cast.colleague)
    page = client.get("/my-score").text
    assert "No results of yours have come in yet" not in page
    assert "80.00" in page
    assert "60% against a target of 75%" in page
    assert "Quarterly Award" in page


def test_a_period_without_results_is_one_sentence_and_no_table(client: Client, cast: Cast) -> None:
    client.sign_in(cast.colleague)
    page = client.get("/my-score").text
    assert page.count("No results of yours have come in yet for: ") == 1
    assert "not recorded" not in page


def test_without_an_open_cycle_the_score_page_says_what_will_stand_there(
    client: Client, app: Flask
) -> None:
    with app.app_context():
        make_scheme()
        somebody = make_person("Somebody")
    client.sign_in(somebody)
    assert "No cycle is open that looks at results" in client.get("/my-score").text


def test_before_the_close_the_reviewer_sees_how_it_stands_and_cannot_approve(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        number = make_waiting(cast)
        record(cast.nominee, "productivity", "60", "100")
    client.sign_in(cast.performance)
    page = client.get(f"/cases/{number}/performance").text
    assert "The cycle is still open" in page
    assert "80.00" in page
    assert "Approve and pass on" not in page


def test_a_frozen_score_says_on_its_pages_what_later_results_would_make_of_it(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        number = make_waiting(cast)
        record(cast.nominee, "productivity", "75", "100")
        confirm(cast, number)
    client.sign_in(cast.performance)
    address = f"/cases/{number}/performance"
    assert "since would" not in client.get(address).text
    with app.app_context():
        clock.set_offset(timedelta())  # back to a day of the cycle
        record(cast.nominee, "errors", "3", None)
    for reader, page in ((cast.performance, address), (cast.nominee, "/my-score")):
        client.sign_in(reader)
        # 75 % is met: 60 / 80 x 100 = 75; three errors: 1/4 x 20 / 80 x 100 = 6.25
        said = "since would change it by \u221218.75, to 81.25. The frozen score stays."
        assert said in client.get(page).text


def test_my_score_shows_the_place_among_the_role_and_the_days_it_came_from(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        for part in ("75", "60", "45", "30"):
            record(make_person(f"Peer {part}"), "productivity", part, "100")
        record(cast.colleague, "productivity", "66", "100")
        standings.refresh()
    client.sign_in(cast.colleague)
    page = client.get("/my-score").text
    assert "5 colleagues of the role Inbound calls have a score; the median is 80.00." in page
    assert "This is place 2." in page
    assert "Judged on the 1 day that was worked." in page
    assert "How it came about, day by day" in page


def test_a_team_is_shown_among_the_teams_and_how_each_member_counts(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        make_award("team", subject=Subject.TEAM)
        other = make_team("Another team")
        record(make_person("Peer", team_id=other), "productivity", "75", "100")
        record(cast.nominee, "productivity", "60", "100")
        number = make_waiting(cast, award_key="team")
        of_the_nominee(number)
        let_the_cycle_close(number)
    client.sign_in(cast.performance)
    page = client.get(f"/cases/{number}/performance").text
    assert "2 teams have a score; the median is 90.00." in page
    assert "This team is in place 2." in page
    assert "1 of 2" in page  # the nominator is in it too, without a score
    assert "Each score is divided by 1, the member with a score, and added up: 80.0000." in page


@operation
def of_the_nominee(tx: Transaction, number: str) -> None:
    """Nominate the whole team of the one who is nominated."""
    nomination = by_number(number)
    assert nomination is not None
    team = nomination.nominees[0].team
    assert team is not None
    nomination.team_id, nomination.nominees = team.id, list(team.members)
