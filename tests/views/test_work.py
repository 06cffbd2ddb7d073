"""My work: one sentence, then what waits, by duty and due date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from models.base import db
from models.people import Person
from operations.transaction import Transaction, operation
from tests import roads
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_draft,
    make_person,
    make_submitted,
)
from tests.fixtures.pages import Client
from workflow.vocabulary import Action, Duty, Language, Reason

pytestmark = pytest.mark.both_databases  # the lists are SQL


def rows(page: str) -> list[str]:
    """The addresses of the rows, in their order."""
    return re.findall(r'class="row-title" href="([^"]+)"', page)


def lead(page: str) -> str:
    found = re.search(r'<p class="lead">(.*?)</p>', page)
    assert found
    return found[1]


def test_nothing_waiting_is_said_with_what_to_do_next(client: Client, cast: Cast) -> None:
    client.sign_in(cast.colleague)
    page = client.get("/").text
    assert page.count("Nothing waits for you") == 1
    assert "When a case needs your duty, it will stand here with its due date." in page
    assert 'href="/nominate"' in page


def test_the_sentence_counts_what_waits_and_names_the_nearest_due_date(
    app: Flask, client: Client, cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    with app.app_context():
        numbers = [make_submitted(cast) for _ in range(3)]
    client.sign_in(cast.internal)
    page = client.get("/").text
    assert re.fullmatch(r"3 things wait for you; the nearest is due in \d+ days\.", lead(page))
    assert rows(page) == [f"/cases/{number}/internal-audit" for number in numbers]
    pass_time(timedelta(days=20))
    client.sign_in(cast.internal)
    assert re.fullmatch(r"3 things .* is \d+ days late\.", lead(client.get("/").text))


def test_own_and_barred_cases_are_out_of_the_queue(app: Flask, client: Client, cast: Cast) -> None:
    with app.app_context():
        make_submitted(cast)
        judge = make_person("Judge", duties=(Duty.INTERNAL_AUDITOR,))
        own = make_draft(judge, [cast.nominee])
        decide(judge, own, Action.SUBMIT)
        above(cast.nominee, judge)
    client.sign_in(judge)
    home, _, latest = client.get("/").text.partition('id="latest"')
    assert rows(home) == rows(client.get("/queue").text) == []
    assert rows(latest) == [f"/cases/{own}"], "how one's own case stands is no work to do"


@operation
def above(tx: Transaction, person_id: int, manager_id: int) -> None:
    tx.session.get_one(Person, person_id).manager_id = manager_id


def test_drafts_and_returned_cases_stand_with_their_writer(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        draft = make_draft(cast.nominator, [cast.nominee])
        returned = make_submitted(cast)
        decide(cast.internal, returned, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    client.sign_in(cast.nominator)
    page = client.get("/").text
    assert lead(page).startswith("1 thing waits for you; it is due in")
    assert rows(page) == [f"/nominations/{returned}/edit", f"/nominations/{draft}/edit"]


def test_my_nominations_are_those_of_mine_and_those_of_me(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        draft = make_draft(cast.nominator, [cast.nominee])
        sent = make_submitted(cast)
        rejected = roads.make_rejected(cast)
    client.sign_in(cast.nominator)
    page = client.get("/nominations").text
    assert rows(page) == [f"/nominations/{draft}/edit", f"/cases/{rejected}", f"/cases/{sent}"]
    client.sign_in(cast.nominee)
    page = client.get("/nominations").text
    assert rows(page) == [f"/cases/{rejected}", f"/cases/{sent}"]
    assert page.count("You are nominated") == 2
    client.sign_in(cast.colleague)
    assert "No nominations yet" in client.get("/nominations").text


def test_my_nominations_go_on_page_by_page(app: Flask, client: Client, cast: Cast) -> None:
    with app.app_context():
        numbers = [make_submitted(cast) for _ in range(32)]
    client.sign_in(cast.nominee)
    first = client.get("/nominations").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = client.get(older[1]).text
    assert rows(first) + rows(second) == [f"/cases/{number}" for number in reversed(numbers)]


def test_the_queue_is_filtered_by_stage_and_goes_on_page_by_page(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        numbers = [make_submitted(cast) for _ in range(42)]
        judge = make_person("Judge", duties=(Duty.INTERNAL_AUDITOR, Duty.EXTERNAL_AUDITOR))
        roads.find(cast.internal, numbers[0])
        decide(cast.internal, numbers[0], Action.APPROVE)
    client.sign_in(judge)
    assert rows(client.get("/queue?stage=external_audit").text) == [
        f"/cases/{numbers[0]}/external-audit"
    ]
    first = client.get("/queue?stage=internal_audit").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = client.get(older[1].replace("&amp;", "&")).text
    expected = [f"/cases/{number}/internal-audit" for number in numbers[1:]]
    assert rows(first) + rows(second) == expected


@pytest.mark.parametrize(
    "after", ["x", "-", "9" * 19 + "-1", "1-" + "9" * 400, "-1-1", "1-1", "1-" + "9" * 17]
)
def test_a_strange_place_in_the_queue_is_no_error(client: Client, cast: Cast, after: str) -> None:
    client.sign_in(cast.internal)
    assert client.get("/queue", query_string={"after": after, "stage": "x"}).status_code == 200


@pytest.mark.parametrize("before", ["x", "0", "-1", "9" * 10, "9" * 30, "٣", "1.5"])
def test_a_strange_place_in_my_nominations_is_no_error(
    client: Client, cast: Cast, before: str
) -> None:
    client.sign_in(cast.nominator)
    assert client.get("/nominations", query_string={"before": before}).status_code == 200


def test_a_closed_cycle_waits_for_the_committee_as_one_row(
    app: Flask, client: Client, cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    numbers = []
    with app.app_context():
        for _ in range(2):
            number = make_submitted(cast)
            roads.find(cast.internal, number)
            decide(cast.internal, number, Action.APPROVE)
            roads.call(cast.external, number)
            for judge in (cast.external, cast.policy):
                decide(judge, number, Action.APPROVE)
            numbers.append(number)
    client.sign_in(cast.committee)
    assert rows(client.get("/").text) == []
    pass_time(timedelta(days=31))
    with app.app_context():
        roads.confirm(cast, *numbers)
    client.sign_in(cast.committee)
    page = client.get("/").text
    assert rows(page) == ["/tiering/quarterly/2026-Q4"]
    assert "2 cases to rank" in page


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", ["/", "/queue", "/nominations"])
def test_more_rows_cost_no_more_queries(
    app: Flask, client: Client, cast: Cast, statements: list[str], path: str
) -> None:
    def cost(person: int) -> int:
        client.sign_in(person)
        client.get(path)
        statements.clear()
        client.get(path)
        return len(statements)

    with app.app_context():
        make_submitted(cast)
        make_draft(cast.nominator, [cast.nominee])
    few = [cost(person) for person in (cast.internal, cast.nominator, cast.nominee)]
    with app.app_context():
        for _ in range(4):
            make_submitted(cast)
            make_draft(cast.nominator, [cast.nominee])
    many = [cost(person) for person in (cast.internal, cast.nominator, cast.nominee)]
    assert many == few


@pytest.mark.parametrize("language", list(Language))
def test_the_pages_speak_each_language(
    app: Flask, client: Client, cast: Cast, language: Language
) -> None:
    with app.app_context():
        make_submitted(cast)
        judge = make_person("Judge", language=language, duties=(Duty.INTERNAL_AUDITOR,))
        make_draft(judge, [cast.nominee])
    client.sign_in(judge)
    for path in ("/", "/queue", "/nominations", "/nominate"):
        assert client.get(path).status_code == 200
