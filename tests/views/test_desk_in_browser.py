"""The desks in a real browser: saved as one types, judged by keyboard, open to everybody."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route, expect

from models.base import db
from models.decisions import Decision
from models.nominations import by_number
from tests import roads
from tests.auditing import judge, lay_down
from tests.builders import (
    Cast,
    decide,
    make_draft,
    make_person,
    make_submitted,
    stage,
)
from tests.fixtures.pages import Client
from workflow.vocabulary import Action, Duty, Stage, Verdict

pytestmark = pytest.mark.browser

PAUSE = 1300
PHONE = {"width": 390, "height": 800}


@pytest.fixture
def enter(
    client: Client, browser_context: BrowserContext, live_server: str
) -> Callable[[int], None]:
    """Lets the browser carry a person's session."""

    def entered(person: int) -> None:
        client.sign_in(person)
        cookie = client.get_cookie("plaudit")
        assert cookie
        carried = {"name": "plaudit", "value": cookie.value, "url": live_server}
        browser_context.add_cookies([carried])  # type: ignore[list-item]  # a SetCookieParam

    return entered


def test_a_nomination_is_saved_as_one_types(
    app: Flask, cast: Cast, page: Page, enter: Callable[[int], None]
) -> None:
    with app.app_context():
        number = make_draft(cast.nominator, [cast.nominee], title="")
    enter(cast.nominator)
    page.goto(f"/nominations/{number}/edit")
    page.get_by_label("What happened, in one line?").fill("She stayed on the line")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    with page.expect_response("**/autosave"):
        page.get_by_label("Tell the story").fill("And then some more.")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    with app.app_context():
        nomination = by_number(number)
        assert nomination is not None
        assert (nomination.title, nomination.story) == (
            "She stayed on the line",
            "And then some more.",
        )
    page.get_by_role("button", name="Look at it as the auditor will").click()
    page.get_by_role("button", name="Submit the nomination").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("She stayed on the line")
    with app.app_context():
        assert stage(number) is Stage.INTERNAL_AUDIT


def test_words_typed_while_a_slow_line_saves_are_saved_after_it(
    app: Flask, cast: Cast, page: Page, enter: Callable[[int], None]
) -> None:
    with app.app_context():
        number = make_draft(cast.nominator, [cast.nominee])
    enter(cast.nominator)
    under_way: list[Route] = []

    def hold(route: Route) -> None:
        under_way.append(route)

    page.route("**/autosave", hold, times=1)
    page.clock.install()
    page.goto(f"/nominations/{number}/edit")
    with page.expect_request("**/autosave"):
        page.locator("#story").fill("She stayed.")
        page.clock.run_for(PAUSE)
    page.locator("#story").fill("She stayed, and called back.")
    page.clock.run_for(PAUSE)
    with page.expect_response("**/autosave"):
        under_way[0].continue_()
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved"))
    with page.expect_response("**/autosave"):
        page.clock.run_for(PAUSE)
    with app.app_context():
        nomination = by_number(number)
        assert nomination is not None
        assert nomination.story == "She stayed, and called back."
    with page.expect_response("**/autosave"):
        page.locator("#title").fill("long " * 30)
        page.clock.run_for(PAUSE)
    expect(page.locator("[data-saved]")).to_contain_text(re.compile("Shorten it .* Not saved yet"))


def test_after_an_opinion_is_recorded_keys_lead_to_the_decision_and_nothing_is_said_unsaved(
    app: Flask, cast: Cast, page: Page, enter: Callable[[int], None]
) -> None:
    with app.app_context():
        lay_down(auditors_needed=2)
        second = make_person(name="Second", duties=(Duty.INTERNAL_AUDITOR,))
        number = make_submitted(cast)
        judge(second, number, Verdict.CONFIRMED, reference="CALL-1")
    enter(cast.internal)
    page.goto(f"/cases/{number}/internal-audit")
    for key in ("j", "1", "d", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".flash-success")).to_be_visible()
    expect(page.get_by_text("Text that was not saved")).to_have_count(0)
    page.wait_for_load_state()  # a person reads before they press a key
    page.keyboard.press("d")
    expect(page.get_by_role("button", name="Approve and pass on")).to_be_focused()


def test_a_worksheet_is_judged_by_keyboard_alone(
    app: Flask, cast: Cast, page: Page, enter: Callable[[int], None]
) -> None:
    with app.app_context():
        number = make_submitted(cast, claims=("She called back.", "She found the card."))
    enter(cast.internal)
    page.goto(f"/cases/{number}/internal-audit")
    for key in ("j", "1", "j", "3", "n"):
        page.keyboard.press(key)
    page.keyboard.type("12 minutes in, j k 1 2 3")
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Saved \d\d:\d\d"))
    for key in ("Escape", "d", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/")
    with app.app_context():
        assert stage(number) is Stage.EXTERNAL_AUDIT
        nomination = by_number(number)
        assert nomination is not None
        found = [claim.finding for claim in nomination.claims]
        assert [f.verdict.value for f in found if f] == ["confirmed", "unverifiable"]
        assert found[1] is not None
        assert found[1].note.text == "12 minutes in, j k 1 2 3"
        assert db.session.query(Decision).filter_by(action="approve").count() == 1


@pytest.mark.prove  # every day the pages are looked at over the demo
def test_every_page_of_the_road_is_accessible_and_fits_a_phone(
    app: Flask, cast: Cast, page: Page, enter: Callable[[int], None]
) -> None:
    with app.app_context():
        draft = make_draft(cast.nominator, [cast.nominee])
        waiting = make_submitted(cast)
        asked = make_submitted(cast)
        roads.find(cast.internal, asked)
        decide(cast.internal, asked, Action.APPROVE)
        roads.call(cast.external, asked)
    visits = [
        (cast.nominator, "/"),
        (cast.nominator, "/nominate"),
        (cast.nominator, "/nominations"),
        (cast.nominator, f"/nominations/{draft}/edit?check=1&find=o"),
        (cast.nominator, f"/nominations/{draft}/preview"),
        (cast.nominator, f"/cases/{waiting}"),
        (cast.internal, "/queue"),
        (cast.internal, f"/cases/{waiting}/internal-audit"),
        (cast.internal, f"/cases/{waiting}/reject"),
        (cast.external, f"/cases/{asked}/external-audit"),
    ]
    for person, path in visits:
        enter(person)
        page.goto(path)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a ViewportSize
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wider), path
        page.set_viewport_size({"width": 1280, "height": 900})
