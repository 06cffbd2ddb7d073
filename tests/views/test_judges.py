"""Who judges, in pages: shared out, handed over, stepped aside from, away, bound."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask

from adapters import clock
from models import assignments, scheme
from models.base import db
from models.nominations import by_number
from models.people import Person
from tests.builders import (
    Cast,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    version,
)
from tests.fixtures.pages import Client
from workflow.vocabulary import Duty, Language

AUDITOR = (Duty.INTERNAL_AUDITOR,)


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award()
        make_award("strict", assigns=True)
        return make_cast()


@pytest.fixture
def number(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return make_submitted(cast, award_key="strict")


def holder(app: Flask, number: str) -> str:
    with app.app_context():
        nomination = by_number(number)
        assert nomination is not None
        return " ".join(held.person.name for held in assignments.on(nomination))


def employee_number(app: Flask, person_id: int) -> str:
    with app.app_context():
        return db.session.get_one(Person, person_id).employee_number


def test_a_scheme_manager_sees_who_holds_what_and_what_nobody_can_judge(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.scheme_manager)
    page = client.get("/manage/judges").text
    assert number in page
    assert "Nobody can judge these" not in page
    assert (
        client.get("/manage/judges", query_string={"person": cast.external}).text.count(number) == 0
    )
    assert "Who judges" in client.get("/manage/").text
    go_away(app, client, cast.internal)
    client.sign_in(cast.scheme_manager)
    page = client.get("/manage/judges").text
    assert "Nobody can judge these" in page
    assert re.search(r"Internal: is away", page)


def go_away(app: Flask, client: Client, person_id: int, **more: str) -> str:
    client.sign_in(person_id)
    with app.app_context():
        today = scheme.day_at(clock.now())
    days = {"first_day": today.isoformat(), "last_day": (today + timedelta(days=2)).isoformat()}
    answer = client.post("/absences", data=days | more)
    return answer.text if answer.status_code != 303 else client.get("/absences").text


def test_a_case_is_handed_over_to_a_colleague_chosen_from_those_who_may_judge_it(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        second = make_person("Second", duties=AUDITOR)
        make_person("Manager again", duties=AUDITOR)
        seen = version(number)
    client.sign_in(cast.scheme_manager)
    path = f"/manage/judges/{number}"
    assert "holds 0 cases" in client.get(path).text
    assert client.post(path, data={"version": seen}).status_code == 422
    answer = client.post(path, data={"version": seen, "judge": second})
    assert answer.status_code == 303
    assert holder(app, number) == "Second"
    client.sign_in(cast.internal)
    page = client.get(f"/cases/{number}").text
    assert "in the hands of another colleague" in page
    assert number not in client.get("/queue").text


def test_balancing_says_how_many_changed_hands(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        make_submitted(cast)
        make_person("Second", duties=AUDITOR)
    client.sign_in(cast.scheme_manager)
    assert client.post("/manage/judges/balance").status_code == 303
    assert "1 case changed hands." in client.get("/manage/judges").text
    client.post("/manage/judges/balance")
    assert "as evenly as they can be" in client.get("/manage/judges").text


def test_one_click_on_the_case_page_gives_it_to_somebody_else(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        make_person("Second", duties=AUDITOR)
        seen = version(number)
    client.sign_in(cast.internal)
    page = client.get(f"/cases/{number}").text
    assert "This case is in your hands." in page
    assert f'action="/cases/{number}/step-aside"' in page
    assert client.post(f"/cases/{number}/step-aside", data={"version": seen}).status_code == 303
    assert holder(app, number) == "Second"
    page = client.get(f"/cases/{number}").text
    assert "You stepped aside from this case" in page
    assert "step-aside" not in page
    assert "a judge stepped aside" in page


def test_who_has_no_part_in_judging_it_finds_no_button_to_step_aside(
    client: Client, cast: Cast, number: str
) -> None:
    for person in (cast.nominator, cast.external):
        client.sign_in(person)
        assert "step-aside" not in client.get(f"/cases/{number}").text


def test_days_away_are_entered_shown_and_taken_back(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        substitute = make_person("Stand-in", duties=AUDITOR)
    page = go_away(app, client, cast.internal, substitute=employee_number(app, substitute))
    assert "1 case went to a colleague." in page
    assert "Stand-in" in page
    assert holder(app, number) == "Stand-in"
    [path] = re.findall(r'action="(/absences/\d+/cancel)"', page)
    client.sign_in(cast.external)
    assert client.post(path).status_code == 404, "it is not theirs"
    client.sign_in(cast.internal)
    assert client.post(path).status_code == 303
    assert "No days are entered." in client.get("/absences").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"substitute": "E-none"}, "does not work here now"),
        ({"last_day": "2020-01-01"}, "before the first"),
        ({"first_day": "soon"}, "Write the day as"),
        ({"person": "E-none"}, "E-none"),
    ],
)
def test_a_wrong_entry_says_what_is_wrong_and_keeps_what_was_typed(
    app: Flask, client: Client, cast: Cast, typed: dict[str, str], said: str
) -> None:
    page = go_away(app, client, cast.scheme_manager, **typed)
    assert said in page
    assert next(iter(typed.values())) in page


def test_a_declaration_is_read_by_the_two_and_the_scheme_managers_alone(
    app: Flask, client: Client, cast: Cast
) -> None:
    client.sign_in(cast.internal)
    declared = {"other": employee_number(app, cast.nominee), "bond": "family"}
    assert client.post("/declarations", data=declared).status_code == 303
    for reader, sees in (
        (cast.internal, True),
        (cast.nominee, True),
        (cast.scheme_manager, True),
        (cast.external, False),
    ):
        client.sign_in(reader)
        assert ("Lin Nominee" in client.get("/declarations").text) is sees
    [path] = re.findall(
        r'action="(/declarations/\d+/end)"', as_manager(client, cast).get("/declarations").text
    )
    client.sign_in(cast.external)
    assert client.post(path).status_code == 404
    client.sign_in(cast.internal)
    assert client.post(path).status_code == 303
    assert "Nothing is declared." in client.get("/declarations").text


def as_manager(client: Client, cast: Cast) -> Client:
    client.sign_in(cast.scheme_manager)
    return client


def test_a_declaration_about_oneself_or_nobody_is_refused(client: Client, cast: Cast) -> None:
    client.sign_in(cast.internal)
    answer = client.post("/declarations", data={"other": "E-none", "bond": "family"})
    assert answer.status_code == 422
    own = employee_number(client.application, cast.internal)
    answer = client.post("/declarations", data={"other": own, "bond": "family"})
    assert "Name somebody else" in answer.text


@pytest.mark.parametrize("language", [Language.ZH_HANS, Language.ZH_HANT])
def test_the_pages_speak_each_language(
    app: Flask, client: Client, cast: Cast, number: str, language: Language
) -> None:
    with app.app_context():
        reader = make_person("沈若兰", duties=(Duty.SCHEME_MANAGER, *AUDITOR), language=language)
    client.sign_in(reader)
    for path in ("/manage/judges", f"/manage/judges/{number}", "/absences", "/declarations"):
        page = client.get(path)
        assert page.status_code == 200
        assert "Hand over" not in page.text
