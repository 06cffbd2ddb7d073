"""The components, looked at in a real browser: readable, walkable, and nothing typed is lost."""

from __future__ import annotations

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from config import Environment, Settings
from tests.fixtures.pages import Client
from workflow.vocabulary import Language

pytestmark = pytest.mark.browser

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth > innerWidth"
AN_HOUR = 3_600_000  # milliseconds
# English is looked at every day, with all other pages.
in_every_language = pytest.mark.parametrize(
    "language",
    [
        Language.ZH_HANS,
        *(
            pytest.param(other, marks=pytest.mark.prove)
            for other in (Language.EN, Language.ZH_HANT)
        ),
    ],
)
TYPED = "客户第五次来电 — the fifth call"


def test_the_style_guide_does_not_exist_in_production(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    assert client.get("/styleguide").status_code == 200
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})
    monkeypatch.setitem(app.config, "SETTINGS", production)
    assert client.get("/styleguide").status_code == 404


@in_every_language
def test_axe_finds_nothing_in_any_component(
    page: Page, live_server: str, language: Language
) -> None:
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server}])
    page.goto("/styleguide")
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == [], scheme


@in_every_language
def test_no_component_is_wider_than_the_screen(
    page: Page, live_server: str, language: Language
) -> None:
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server}])
    page.goto("/styleguide")
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(WIDER_THAN_THE_SCREEN) is False, width


def test_a_refused_form_takes_the_reader_to_what_is_wrong(page: Page) -> None:
    page.goto("/styleguide")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("What happened, in one line")).to_be_focused()


def test_text_that_could_not_be_saved_is_offered_back(page: Page) -> None:
    """The style guide saves nowhere, as a server out of reach would."""
    page.goto("/styleguide")
    page.get_by_label("The story").fill(TYPED)
    expect(page.get_by_text("Your text is kept in this browser")).to_be_visible()
    page.reload()
    expect(page.get_by_label("The story")).not_to_have_value(TYPED)
    page.get_by_role("button", name="Bring it back").click()
    expect(page.get_by_label("The story")).to_have_value(TYPED)


def test_offered_text_can_be_thrown_away(page: Page) -> None:
    page.goto("/styleguide")
    page.get_by_label("The story").fill(TYPED)
    expect(page.get_by_text("Your text is kept in this browser")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Throw it away").click()
    page.reload()
    expect(page.get_by_role("button", name="Bring it back")).to_have_count(0)
    assert page.evaluate("localStorage.length") == 0


def test_text_kept_in_a_browser_is_gone_after_a_day_whoever_left_it(page: Page) -> None:
    page.goto("/styleguide")
    keep = "age => localStorage.setItem('plaudit:' + age, JSON.stringify({at: Date.now() - age}))"
    page.evaluate(keep, 23 * AN_HOUR)
    page.evaluate(keep, 25 * AN_HOUR)
    page.reload()
    assert page.evaluate("Object.keys(localStorage)") == [f"plaudit:{23 * AN_HOUR}"]


def test_claims_are_walked_and_judged_by_keyboard(page: Page) -> None:
    page.goto("/styleguide")
    page.keyboard.press("j")
    expect(page.locator("#claim-1")).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("#claim-1").get_by_label("Refuted")).to_be_checked()
    page.keyboard.press("j")
    expect(page.locator("#claim-2")).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("#claim-1")).to_be_focused()


def test_keys_are_letters_again_while_somebody_types(page: Page) -> None:
    page.goto("/styleguide")
    story = page.get_by_label("The story")
    story.fill("")
    story.press_sequentially("jk12")
    expect(story).to_have_value("jk12")
    expect(story).to_be_focused()


def test_the_keys_are_listed_and_can_be_turned_off(page: Page) -> None:
    page.goto("/styleguide")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Tab")  # the box
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    for key in ("j", "?"):
        page.keyboard.press(key)
    expect(page.locator("#claim-1")).not_to_be_focused()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_label("Use these keys in this browser")).not_to_be_checked()


def test_a_theme_once_chosen_outweighs_the_device(client: Client) -> None:
    client.post("/theme", data={"theme": "dark", "next": "/styleguide"})
    assert 'colours-dark.css" media="screen">' in client.get("/styleguide").text
    client.post("/theme", data={"theme": "light", "next": "/styleguide"})
    assert "colours-dark.css" not in client.get("/styleguide").text


def test_a_theme_that_is_none_of_ours_is_refused(client: Client) -> None:
    assert client.post("/theme", data={"theme": "neon"}).status_code == 400
