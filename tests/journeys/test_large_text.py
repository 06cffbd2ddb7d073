"""Every page on the narrowest screen, and for readers who have set their browser's text twice as
large: nothing is cut off, written over something else or too small to hit."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession

from tests.journeys.looking import axe, looked_at
from tests.journeys.places import Visits
from workflow.vocabulary import Language

pytestmark = [pytest.mark.prove, pytest.mark.browser]

FITTING = Path(__file__).with_name("fitting.js").read_text()
SMALL = {"runOnly": ["target-size"], "rules": {"target-size": {"enabled": True}}}
PARTS = 3
in_two_languages = pytest.mark.parametrize("language", [Language.EN, Language.ZH_HANT])
in_parts = pytest.mark.parametrize("part", range(PARTS))


@in_two_languages
@in_parts
@pytest.mark.parametrize(("width", "size"), [(320, 16), (1280, 32)])
def test_every_page_fits(
    demo: Flask,
    visits: Visits,
    browser: Browser,
    demo_address: str,
    language: Language,
    part: int,
    width: int,
    size: int,
) -> None:
    """On the narrowest screen with the usual text, and on a wide one with text twice as large."""
    console: list[str] = []  # test_every_page listens to it
    misfits: list[str] = []
    tab: CDPSession | None = None
    some = [visit for pages in visits.values() for visit in pages][part::PARTS]
    for page, visit in looked_at(demo, browser, demo_address, some, language, console):
        tab = tab or page.context.new_cdp_session(page)
        sizes = {"fontSizes": {"standard": size, "fixed": size}}  # as in the browser's settings
        tab.send("Page.setFontSizes", sizes)
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(visit.path)
        text = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert text == size, "the page takes the reader's size of text"
        found = [*page.evaluate(FITTING), *axe(page, SMALL)]
        misfits += [f"{visit.path}: {each}" for each in found]
    assert misfits == []
