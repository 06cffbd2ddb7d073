"""The survey's pages: what a customer meets, what an auditor sends and releases, who sees words."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from models.base import db
from models.nominations import by_number
from models.scheme import Award, SchemeChange
from models.surveys import words_on
from tests.builders import version
from tests.fixtures.pages import Client
from tests.surveying import ABOUT, WELL, Asked, answer, attempts, make_asked, make_link
from workflow.vocabulary import ContactOutcome

SAID = WELL["free_text"]


@pytest.fixture
def asked(app: Flask) -> Asked:
    with app.app_context():
        return make_asked("zh_Hant")


@pytest.fixture
def path(app: Flask, asked: Asked) -> str:
    with app.app_context():
        return f"/survey/{make_link(asked)}"


def test_the_page_speaks_the_customers_language_and_the_one_they_choose(
    client: Client, path: str
) -> None:
    answer = client.get(path)
    assert '<html lang="zh-Hant">' in answer.text
    assert "送出答覆" in answer.text
    assert ABOUT in answer.text
    assert "Send my answer" in client.get(f"{path}?lang=en").text


def test_the_page_is_small_and_needs_neither_script_nor_cookie(client: Client, path: str) -> None:
    answer = client.get(path)
    assert "<script" not in answer.text
    assert len(answer.data) < 10_000
    assert answer.headers.getlist("Set-Cookie") == []
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_page_tells_no_name_and_no_story(client: Client, asked: Asked, path: str) -> None:
    page = client.get(path).text
    hidden = ("Wang Fang", "K-7", asked.number, "Lin Nominee", "Chen Nominator", "old gentleman")
    assert [word for word in hidden if word in page] == []


def test_what_was_typed_is_kept_when_something_is_missing(
    app: Flask, client: Client, asked: Asked, path: str
) -> None:
    form = client.get(path).text.split('name="form" value="')[1].split('"')[0]
    data = {"form": form, "lang": "en", "q_marks": "4", "q_free_text": SAID}
    page = client.post(path, data=data, csrf=False)
    assert page.status_code == 422
    assert "Please answer the first question." in page.text
    assert SAID in page.text
    too_long = {**data, "q_did_it_happen": "yes", "q_free_text": "x" * 2001}
    assert client.post(path, data=too_long, csrf=False).status_code == 422
    with app.app_context():
        assert attempts(asked.number) == []


def test_a_call_back_is_read_from_a_script_in_three_languages_and_its_words_are_sealed(
    app: Flask, client: Client, asked: Asked
) -> None:
    client.sign_in(asked.cast.external)
    address = f"/cases/{asked.number}/external-audit"
    page = client.get(address).text
    for question in ("Did it happen as described?", "情况如上所述吗？", "情況如上所述嗎？"):
        assert question in page
    with app.app_context():
        seen = version(asked.number)
    data = {
        "channel": "phone",
        "outcome": "partly",
        "marks": "4",
        "q_say_again": "yes",
        "q_free_text": SAID,
        "version": str(seen),
    }
    assert client.post(address, data=data).status_code == 303
    with app.app_context():
        [attempt] = attempts(asked.number)
        coded = {each["key"]: each.get("answer") for each in attempt.answers}
        assert coded["did_it_happen"] == "partly"
        assert (attempt.outcome, attempt.marks) == (ContactOutcome.CONFIRMED, 4)
    assert SAID not in client.get(address).text


def test_what_the_customer_said_stands_on_the_releasing_page_alone(
    app: Flask, client: Client, asked: Asked
) -> None:
    with app.app_context():
        answer(make_link(asked))
        nomination = by_number(asked.number)
        assert nomination is not None
        [words] = words_on(nomination)
        release = f"/cases/{asked.number}/words/{words.id}"
    client.sign_in(asked.cast.external)
    assert SAID in client.get(release).text
    others = (f"/cases/{asked.number}", f"/cases/{asked.number}/external-audit", "/", "/inbox/")
    for person in vars(asked.cast).values():
        client.sign_in(person)
        shown = [page for page in others if SAID in client.get(page, follow_redirects=True).text]
        assert shown == []
        if person != asked.cast.external:
            assert SAID not in client.get(release, follow_redirects=True).text


def test_an_autosaved_call_back_keeps_no_words_of_the_customer(
    app: Flask, client: Client, asked: Asked
) -> None:
    client.sign_in(asked.cast.external)
    address = f"/cases/{asked.number}/worksheet"
    saved = client.post(address, data={"note": "Call again.", "q_free_text": SAID})
    assert saved.status_code == 200
    page = client.get(f"/cases/{asked.number}/external-audit").text
    assert "Call again." in page
    assert SAID not in page


def test_scheme_managers_change_what_is_asked_with_a_reason(
    app: Flask, client: Client, asked: Asked
) -> None:
    client.sign_in(asked.cast.scheme_manager)
    address = "/manage/scheme/awards/quarterly/survey"
    seen = client.get(address).text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    kinds = ["did_it_happen", "marks", "effect_lasted", "free_text"]
    rows = {f"questions-{n}-kind": kind for n, kind in enumerate(kinds)}
    data = {
        **rows,
        "questions-0-zh_Hant": "同仁當日回電了嗎？",
        "second_contact_days": "14",
        "waits": "y",
        "reason": "The effect is what the award is for.",
        "seen": seen,
    }
    refused = client.post(address, data={**data, "questions-1-kind": "did_it_happen"})
    assert refused.status_code == 422
    assert "once, no more and no less" in refused.text
    assert client.post(address, data=data).status_code == 303
    with app.app_context():
        award = db.session.scalars(select(Award)).one()
        assert [each["kind"] for each in award.survey_questions] == kinds
        assert (award.second_contact_days, award.waits_for_second_contact) == (14, True)
        change = db.session.scalars(select(SchemeChange)).one()
        assert change.changes["second_contact_days"] == ["", "14"]
        link = make_link(asked)
    assert "同仁當日回電了嗎？" in client.get(f"/survey/{link}").text
    assert "Question 1 (繁體中文)" in client.get("/archive/changes").text
