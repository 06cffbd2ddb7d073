"""The pages of the door, of people, duties and messages: open to everybody, on any width."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from models.people import Person
from operations import duties
from operations import people as operations
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_person, make_scheme
from tests.fixtures.pages import signed_cookie
from workflow.vocabulary import Duty, Language

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
PAGES = (
    "/manage/",
    "/manage/people",
    "/manage/people/2",
    "/manage/people/import",
    "/manage/duties",
    "/manage/duties/new",
    "/manage/duties/2/end",
    "/inbox/",
    "/password",
)
IN = [
    Language.ZH_HANS,
    *(pytest.param(other, marks=pytest.mark.prove) for other in (Language.EN, Language.ZH_HANT)),
]
NEW = "employee_number,name,role\nN1,李娜,inbound\n"
WRONG = "employee_number,name,role,joined\nN1,李娜,inbund,soon\n"


@operation
def tell(tx: Transaction, person_id: int, language: Language) -> None:
    tx.session.get_one(Person, person_id).language = language
    tx.tell(person_id, "feedback_answered", feedback=1, state="adopted")


@pytest.fixture(params=IN)
def administrator(app: Flask, request: pytest.FixtureRequest) -> int:
    with app.app_context():
        make_scheme()
        make_award()
        person_id = make_person("郑启明", duties=(Duty.ADMINISTRATOR,))
        held = make_person("Margaret Okafor")
        duties.grant(by_id=person_id, person_id=held, duty=Duty.ARBITER, award_id=1)
        tell(person_id, request.param)
    return person_id


def check(page: Page) -> None:
    """Axe finds nothing, and nothing is wider than the window."""
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], page.url
    for size in (PHONE, {"width": 1280, "height": 900}):
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url


@pytest.mark.prove  # every day all pages are looked at in English, over the demo
def test_every_page_is_open_to_everybody(
    app: Flask, page: Page, browser_context: BrowserContext, live_server: str, administrator: int
) -> None:
    page.goto("/sign-in")
    check(page)
    cookie = signed_cookie(app, administrator)
    browser_context.add_cookies([{"name": "plaudit", "value": cookie, "url": live_server}])
    for path in PAGES:
        page.goto(path)
        check(page)
    for file in (NEW, WRONG):
        page.goto("/manage/people/import")
        page.set_input_files(
            "#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": file.encode()}
        )
        page.locator("form .btn-primary").click()
        page.wait_for_url("**/import/*")
        check(page)


def test_a_file_is_applied_by_two_clicks(
    app: Flask, page: Page, browser_context: BrowserContext, live_server: str, administrator: int
) -> None:
    cookie = signed_cookie(app, administrator)
    browser_context.add_cookies([{"name": "plaudit", "value": cookie, "url": live_server}])
    page.goto("/manage/people/import")
    page.set_input_files(
        "#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": NEW.encode()}
    )
    page.locator("form .btn-primary").click()
    page.wait_for_url("**/import/*")
    page.locator("form .btn-primary").click()
    page.locator(".actions .btn-primary").click()
    expect(page.get_by_text("李娜")).to_have_count(1)
    with app.app_context():
        plan = operations.preview(operations.read(NEW.encode(), "people.csv"))
    assert plan.changes == []
