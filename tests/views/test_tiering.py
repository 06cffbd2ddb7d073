"""The committee's pages: a ranking with reasons, approved as it was seen, by whom nothing bars."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from adapters import clock
from tests.builders import (
    Cast,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    stage,
)
from tests.fixtures.pages import Client
from tests.fixtures.questions import asked
from tests.reviewing import set_score
from tests.roads import confirm, make_waiting
from workflow.vocabulary import Duty, Stage

PAGE = "/tiering/quarterly/2026-Q4"


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award(quotas=(1,))
        return make_cast()


@pytest.fixture
def cases(app: Flask, cast: Cast) -> tuple[str, str]:
    """Two confirmed cases of two nominees, the better one second; the cycle has closed."""
    with app.app_context():
        found = []
        for title in ("The patient one", "The quick one"):
            nominee = make_person(f"Nominee of {title}")
            found.append(make_waiting(Cast(**{**vars(cast), "nominee": nominee}), title=title))
        clock.set_offset(clock.offset() + timedelta(days=31))
        confirm(cast, *found)
        for number, score in zip(found, ("80", "91.25"), strict=True):
            set_score(number, score)
    return found[0], found[1]


def approve(client: Client, page: str, **differently: str) -> tuple[int, str]:
    fields = {
        name: value
        for name in ("input_hash", "version", "request_key")
        for value in re.findall(rf'name="{name}" value="([^"]*)"', page)
    }
    answer = client.post(PAGE, data=fields | differently)
    return answer.status_code, answer.text


def test_the_ranking_shows_every_place_with_its_reason(
    client: Client, cast: Cast, cases: tuple[str, str]
) -> None:
    client.sign_in(cast.committee)
    page = client.get(PAGE).text
    assert page.index("The quick one") < page.index("The patient one")
    assert "Gold: place 1 of 1." in page
    assert "Ahead of rank 2 by score." in page
    assert "Gold: 11.25 below the last place." in page
    assert "2 confirmed cases" in page
    assert PAGE in client.get("/tiering/").text


def test_the_committee_approves_and_the_cases_go_their_ways(
    client: Client, app: Flask, cast: Cast, cases: tuple[str, str]
) -> None:
    client.sign_in(cast.committee)
    status, _ = approve(client, client.get(PAGE).text)
    assert status == 303
    with app.app_context():
        assert [stage(number) for number in cases] == [Stage.NOT_PLACED, Stage.PUBLIC_NOTICE]
    page = client.get(PAGE).text
    assert "List 1, approved" in page
    assert "Gold: place 1 of 1." in page
    assert "Approve the tiers" not in page
    assert "No cycle waits for you" in client.get("/tiering/").text


def test_a_page_that_is_out_of_date_approves_nothing_and_shows_the_new_ranking(
    client: Client, app: Flask, cast: Cast, cases: tuple[str, str]
) -> None:
    client.sign_in(cast.committee)
    old = client.get(PAGE).text
    with app.app_context():
        set_score(cases[0], "99")
    status, page = approve(client, old)
    assert status == 409
    assert "The ranking has changed since this page was made" in page
    assert page.index("The patient one") < page.index("The quick one")
    assert approve(client, page)[0] == 303


def test_cases_under_way_are_named_with_their_number(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        first, late = make_waiting(cast), make_submitted(cast)
        confirm(cast, first)
        assert stage(late) is Stage.INTERNAL_AUDIT
    client.sign_in(cast.committee)
    page = client.get(PAGE).text
    assert "Some cases of this cycle are still under way" in page
    assert "Internal audit: 1" in page
    assert "Approve the tiers" in page


def test_a_member_whom_a_case_bars_reads_why_and_cannot_approve(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        member = make_person("Bound member", duties=(Duty.COMMITTEE,))
        own = make_waiting(Cast(**{**vars(cast), "nominator": member}))
        confirm(cast, own, make_waiting(cast))
    client.sign_in(member)
    page = client.get(PAGE).text
    assert f"Case {own}: You nominated in this case" in page
    assert "Approve the tiers" not in page
    client.sign_in(cast.committee)
    free = client.get(PAGE).text
    client.sign_in(member)
    status, answer = approve(client, free)
    assert status == 422
    assert f"Case {own}: You nominated in this case" in answer
    with app.app_context():
        assert stage(own) is Stage.TIERING


def test_only_the_committee_of_the_award_opens_the_page(client: Client, cast: Cast) -> None:
    for who in (cast.colleague, cast.scheme_manager, cast.performance):
        client.sign_in(who)
        assert client.get(PAGE).status_code == 403
    client.sign_in(cast.committee)
    assert client.get(PAGE).status_code == 200
    assert client.get("/tiering/quarterly/1999-Q1").status_code == 404
    assert client.get("/tiering/unheard-of/2026-Q4").status_code == 404


def test_an_empty_cycle_says_what_will_come_here(client: Client, cast: Cast) -> None:
    client.sign_in(cast.committee)
    assert "No confirmed case waits here" in client.get(PAGE).text


def test_a_longer_ranking_costs_no_more_queries(client: Client, app: Flask, cast: Cast) -> None:
    client.sign_in(cast.committee)

    def cost() -> int:
        with asked(app) as statements:
            page = client.get(PAGE).text
        assert "confirmed case" in page
        return len(statements)

    with app.app_context():
        first, *more = (
            make_waiting(Cast(**{**vars(cast), "nominee": make_person("Nominee")})) for _ in "abcd"
        )
        confirm(cast, first)
    client.sign_in(cast.committee)
    one = cost()
    with app.app_context():
        confirm(cast, *more)
    assert cost() == one
