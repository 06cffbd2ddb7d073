"""Three languages: whose choice counts, and what a browser's wishes mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from models.base import db
from models.people import Person
from tests.builders import make_person
from tests.fixtures.pages import Client, Page
from views.filters import entitled, sentences
from views.language import from_header, lang
from words.refusals import sentence
from workflow.refusal import Refused
from workflow.text import written_in
from workflow.vocabulary import Language

NOWHERE = "/no-such-page"


def spoken(client: Client, wish: str = "") -> str:
    return Page(client.get(NOWHERE, headers={"Accept-Language": wish}).text).language


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-Hant", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-Hans-HK", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("en-GB,zh-TW;q=0.9", "en"),
        ("fr-FR,zh-TW;q=0.4", "zh-Hant"),
        ("fr", "en"),
        ("", "en"),
        ("*", "en"),
    ],
)
def test_a_browser_gets_the_first_language_that_we_speak(
    client: Client, wish: str, language: str
) -> None:
    assert spoken(client, wish) == language


def test_odd_wishes_are_answered_in_english() -> None:
    assert from_header(["", "-", "_", "*", "x" * 1000]) is Language.EN


def test_a_choice_counts_more_than_what_the_browser_wishes(client: Client) -> None:
    answer = client.post("/language", data={"language": "zh_Hans", "next": NOWHERE})
    assert (answer.status_code, answer.location) == (303, NOWHERE)
    assert spoken(client, "en") == "zh-Hans"


def test_a_colleague_takes_the_choice_along(app: Flask, client: Client) -> None:
    with app.app_context():
        person_id = make_person(language=Language.EN)
    client.sign_in(person_id)
    client.post("/language", data={"language": "zh_Hant", "next": NOWHERE})
    client.delete_cookie("language")
    assert spoken(client) == "zh-Hant"
    with app.app_context():
        assert db.session.get_one(Person, person_id).language is Language.ZH_HANT


@pytest.mark.parametrize("language", ["", "de", "zh", "EN", "zh-Hant", "\x00"])
def test_a_language_that_we_do_not_speak_is_refused(client: Client, language: str) -> None:
    assert client.post("/language", data={"language": language}).status_code == 400


def test_the_switch_leads_nowhere_else(client: Client) -> None:
    data = {"language": "en", "next": "//evil.example"}
    assert "evil" not in client.post("/language", data=data).location


def test_chinese_sentences_stand_side_by_side_without_a_gap(app: Flask) -> None:
    with app.test_request_context("/"):
        with force_locale("zh_Hant"):
            assert sentences(["第一名。", "得分最高。"]) == "第一名。得分最高。"
        with force_locale("en"):
            assert sentences(["First.", "By score."]) == "First. By score."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Stayed on the line for two hours", "en"),
        ("两小时电话，帮走失老人找回回家的路", "zh-Hans"),
        ("國際組：跨三個時區，一張訂單都沒掉", "zh-Hant"),
        ("王小明 stayed on the line", "zh"),  # its characters are in both scripts
        ("头髮", "zh"),  # and these are in neither together
        ("TKT-48213", None),
        ("2026", None),
        ("", None),
    ],
)
def test_the_characters_of_a_text_tell_its_language(text: str, language: str | None) -> None:
    assert written_in(text) == language


def test_what_colleagues_wrote_is_marked_where_it_is_not_in_the_readers_language(
    app: Flask,
) -> None:
    with app.test_request_context("/"):
        with force_locale("en"):
            assert lang("两小时电话") == ' lang="zh-Hans"'
            assert lang("Two hours on the line") == ""
        with force_locale("zh_Hant"):
            assert lang("两小时电话") == ' lang="zh-Hans"'
            assert lang("王小明") == ""
            assert lang("Two hours on the line") == ' lang="en"'


def test_a_case_by_numbers_is_titled_in_the_readers_language(app: Flask) -> None:
    award = {"en": "Monthly Volume Award", "zh_Hans": "月度接待量奖", "zh_Hant": "月度接聽量獎"}
    with app.test_request_context("/"), force_locale("en"):
        title = entitled("月度接待量奖 2026-10", award, "2026-10")
        assert title == "Monthly Volume Award · October 2026"
        assert entitled("月度接待量奖 的故事", award, "2026-10") == "月度接待量奖 的故事"
        assert entitled(None, award, "2026-10") == ""


def test_a_refusal_writes_its_days_as_the_pages_do(app: Flask) -> None:
    refused = Refused("appeal_too_late", until=datetime(2026, 10, 5, 13, 48, 29, tzinfo=UTC))
    with app.test_request_context("/"):
        with force_locale("en"):
            assert "until 5 Oct 2026, 13:48" in sentence(refused)
        with force_locale("zh_Hans"):
            assert "2026年10月5日 13:48" in sentence(refused)
