"""Evidence in a real browser: sent as soon as it is picked, and seen where it belongs."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect

from models.appeals import evidence_of
from models.audit_files import files_on
from models.nominations import by_number
from tests.builders import (
    Cast,
    decide,
    make_draft,
    make_submitted,
)
from tests.fixtures.pages import signed_cookie
from tests.roads import GROUNDS, make_rejected
from tests.views.test_evidence import pdf, picture, sound
from workflow.vocabulary import Action

pytestmark = pytest.mark.browser


def enter(app: Flask, context: BrowserContext, person: int, address: str) -> None:
    cookie = signed_cookie(app, person)
    context.add_cookies([{"name": "plaudit", "value": cookie, "url": address}])


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def test_a_file_is_sent_as_soon_as_it_is_picked_and_what_is_typed_stays(
    app: Flask, cast: Cast, page: Page, browser_context: BrowserContext, live_server: str
) -> None:
    with app.app_context():
        number = make_draft(cast.nominator, [cast.nominee])
    enter(app, browser_context, cast.nominator, live_server)
    page.goto(f"/nominations/{number}/edit")
    picker = page.get_by_label("A file that shows claim 1")
    seen: list[str] = []

    def on_its_way(route: Route) -> None:
        seen.append(page.locator(".sending").inner_text())
        route.continue_()

    page.route("**/files", on_its_way)
    page.get_by_label("What happened, in one line?").fill("Half a sen")
    picker.set_input_files(file("call.wav", sound()))
    expect(page.get_by_text("The file is attached.")).to_be_visible()
    assert seen == ["call.wav · 0%"]
    expect(page.locator(".evidence audio")).to_have_count(1)
    assert page.get_by_label("What happened, in one line?").input_value() == "Half a sen"
    picker.set_input_files(file("page.html", b"<!doctype html><p>hello"))
    expect(page.locator(".sending.is-refused")).to_contain_text("This kind of file is not accepted")
    picker.set_input_files(file("long.txt", b"a" * (10 * 1024 * 1024 + 1)))
    expect(page.locator(".sending.is-refused")).to_contain_text("at most 10 MB")
    assert len(seen) == 2  # what is too large never leaves
    page.unroute("**/files")
    page.route("**/files", lambda route: route.abort())
    picker.set_input_files(file("shot.png", picture()))
    expect(page.get_by_text("It stays chosen here")).to_be_visible()
    page.get_by_role("button", name="Attach the file to claim 1").click()  # as without script
    expect(page.locator(".evidence img")).to_have_count(1)
    with app.app_context():
        nomination = by_number(number)
        assert nomination is not None
        names = [piece.text for piece in nomination.claims[0].evidence if piece.sha256]
        assert names == ["call.wav", "shot.png"]


def test_pictures_pages_and_recordings_are_seen_and_heard_on_a_phone(
    app: Flask, cast: Cast, page: Page, browser_context: BrowserContext, live_server: str
) -> None:
    with app.app_context():
        number = make_draft(cast.nominator, [cast.nominee])
    enter(app, browser_context, cast.nominator, live_server)
    page.goto(f"/nominations/{number}/edit")
    for name, data in {"shot.png": picture(), "letter.pdf": pdf(), "call.wav": sound()}.items():
        page.get_by_label("A file that shows claim 1").set_input_files(file(name, data))
        expect(page.locator(".evidence").get_by_role("link", name=name).first).to_be_visible()
    with app.app_context():
        decide(cast.nominator, number, Action.SUBMIT)
    browser_context.clear_cookies()
    enter(app, browser_context, cast.internal, live_server)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"/cases/{number}/internal-audit")
    for drawn in page.locator(".evidence-view img").all():
        drawn.scroll_into_view_if_needed()
        expect(drawn).to_have_js_property("complete", True)
        assert drawn.evaluate("picture => picture.naturalWidth") > 0
    heard = page.locator("audio").evaluate(
        """async sound => { sound.muted = true; await sound.play(); return sound.duration }"""
    )
    assert heard == 1
    page.get_by_role("link", name="letter.pdf", exact=True).click()
    expect(page.get_by_text("Page 1 of 2")).to_be_visible()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(page).response["violations"] == []


def test_an_appellants_and_an_auditors_files_arrive_before_the_form_and_survive_its_mistakes(
    app: Flask, cast: Cast, page: Page, browser_context: BrowserContext, live_server: str
) -> None:
    with app.app_context():
        rejected, audited = make_rejected(cast), make_submitted(cast)
    enter(app, browser_context, cast.nominator, live_server)
    page.goto(f"/cases/{rejected}/appeal")
    seen: list[str] = []

    def on_its_way(route: Route) -> None:
        seen.append(page.locator(".sending").inner_text())
        route.continue_()

    page.route("**/files", on_its_way)
    picker = page.get_by_label("Files that show it")
    long, odd = (
        file("long.txt", b"a" * (10 * 1024 * 1024 + 1)),
        file("page.html", b"<!doctype html><p>hello"),
    )
    picker.set_input_files([long, file("call.wav", sound()), odd])
    told = page.locator(".sending.is-refused")
    expect(told).to_contain_text(re.compile("long.txt .* at most 10 MB.*page.html .* not accepted"))
    picker.set_input_files(file("shot.png", picture()))
    expect(page.locator(".sending")).to_contain_text("It has arrived")
    assert seen == ["call.wav · 0%", "page.html · 0%", "shot.png · 0%"]
    page.get_by_label("shot.png").uncheck()
    page.get_by_role("button", name="Appeal").click()  # without grounds
    expect(page.locator("#errors")).to_be_visible()
    expect(page.get_by_label("call.wav")).to_be_checked()
    expect(page.get_by_label("shot.png")).to_have_count(0)
    page.get_by_label("What was overlooked or wrong?").fill(GROUNDS)
    page.get_by_role("button", name="Appeal").click()
    expect(page.get_by_text("Your appeal is on record.")).to_be_visible()
    with app.app_context():
        nomination = by_number(rejected)
        assert nomination is not None
        assert [piece.text.text for piece in evidence_of(nomination)] == ["call.wav"]
    browser_context.clear_cookies()
    enter(app, browser_context, cast.internal, live_server)
    page.goto(f"/cases/{audited}/internal-audit")
    page.get_by_text("Keep a file of your own").click()
    picker = page.get_by_label("A file of your own on claim 1")
    picker.set_input_files(file("log.wav", sound()))
    expect(page.get_by_role("checkbox", name="log.wav")).to_be_checked()
    assert seen[-1] == "log.wav · 0%"
    page.get_by_role("button", name="Keep the file on claim 1").click()
    expect(page.locator("audio")).to_have_count(1)
    with app.app_context():
        nomination = by_number(audited)
        assert nomination is not None
        assert [kept.name for kept in files_on(nomination)] == ["log.wav"]
