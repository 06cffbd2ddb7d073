"""Every page on the narrowest screen, and for readers who have set their browser's text twice as
large: nothing is cut off, written over something else or too small to hit."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.journeys.looking import axe, looked_at
from tests.journeys.places import Visits
from workflow.vocabulary import Language

pytestmark = [pytest.mark.prove, pytest.mark.browser]

FITTING = Path(__file__).with_name("fitting.js").read_text()
SMALL = {"runOnly": ["target-size"], "rules": {"target-size": {"enabled": True}}}
USUAL, DOUBLE = 16, 32  # pixels: the size of text that a reader sets in the browser
PARTS = 3
in_two_languages = pytest.mark.parametrize("language", [Language.EN, Language.ZH_HANT])
in_parts = pytest.mark.parametrize("part", range(PARTS))


@in_two_languages
@in_parts
def test_every_page_fits_on_the_narrowest_screen(
    demo: Flask, visits: Visits, browser: Browser, demo_address: str, language: Language, part: int
) -> None:
    assert _misfits(demo, visits, browser, demo_address, language, part, 320, USUAL) == []


@in_two_languages
@in_parts
def test_every_page_fits_with_text_twice_as_large(
    demo: Flask,
    visits: Visits,
    large_text: Browser,
    demo_address: str,
    language: Language,
    part: int,
) -> None:
    assert _misfits(demo, visits, large_text, demo_address, language, part, 1280, DOUBLE) == []


def _misfits(
    app: Flask,
    visits: Visits,
    browser: Browser,
    address: str,
    language: Language,
    part: int,
    width: int,
    size: int,
) -> list[str]:
    faults: list[str] = []
    some = [visit for pages in visits.values() for visit in pages][part::PARTS]
    for page, visit in looked_at(app, browser, address, some, language, faults):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(visit.path)
        text = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert text == size, "the page takes the reader's size of text"
        found = [*page.evaluate(FITTING), *axe(page, SMALL)]
        faults += [f"{visit.path}: {each}" for each in found]
    return faults
