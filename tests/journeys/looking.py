"""A person's tab over the demo, and what is wrong with the page that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page

from operations.preferences import speak
from tests.fixtures.browser import WIDE
from tests.fixtures.pages import signed_cookie
from tests.journeys.places import Visit
from workflow.vocabulary import Language


def looked_at(
    app: Flask,
    browser: Browser,
    address: str,
    visits: list[Visit],
    language: Language,
    faults: list[str],
) -> Iterator[tuple[Page, Visit]]:
    """Each visit, person by person, with the tab in which it is still to be opened."""
    with opened(browser, address, faults) as page:
        for who in {visit.who: None for visit in visits}:
            change_places(app, page, address, who, language)
            for visit in visits:
                if visit.who == who:
                    yield page, visit


@contextmanager
def opened(browser: Browser, address: str, faults: list[str]) -> Iterator[Page]:
    """A tab; what the browser complains about joins the faults."""
    context = browser.new_context(base_url=address, viewport=WIDE, reduced_motion="reduce")
    context.add_init_script(AXE_SCRIPT)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))

    def heard(said: ConsoleMessage) -> None:
        if said.type != "info":  # such as that a second page of this tab moved no focus
            faults.append(f"{page.url}: {said.type}: {said.text}")

    page.on("console", heard)
    yield page
    context.close()


def change_places(
    app: Flask, page: Page, address: str, who: int | None, language: Language
) -> None:
    """Somebody else sits down at the tab: a new one would load everything anew."""
    cookies = {"language": str(language)}
    if who is not None:
        with app.app_context():
            speak(person_id=who, language=language)
        cookies["plaudit"] = signed_cookie(app, who)
    page.goto("about:blank")
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )


def axe(page: Page, rules: dict[str, Any]) -> list[str]:
    """Axe stands in every page already; only what it objects to comes back."""
    run = "options => axe.run(document, options).then(found => found.violations)"
    violations = page.evaluate(run, rules | {"resultTypes": ["violations"]})
    return [f"{rule['id']} {rule['nodes'][0]['target']}" for rule in violations]
