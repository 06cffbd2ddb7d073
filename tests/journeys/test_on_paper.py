"""A case and the honour roll as they come out of a printer: the record, and nothing to click."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass

import pypdfium2
import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page

from models.base import db
from models.people import Person
from tests.journeys.looking import change_places, opened
from tests.journeys.places import Visit, Visits
from workflow.vocabulary import Language

pytestmark = [pytest.mark.prove, pytest.mark.browser]

A4 = (595, 842)  # points
RECORD = (
    "h1", ".breadcrumb-line [aria-current]", ".step-word", ".claim-text", ".evidence-title",
    ".entry-act", ".entry-number", ".state", ".honour-name", ".honour-team", ".honour-title",
    ".roll-heading", ".section > h2:visible",
)  # fmt: skip
TO_CLICK = ".site-head, .skip, .tabs, .can, .btn, .roll-choices, button, input, select, textarea"


@dataclass
class Sheet:
    """What was printed, and the page that it was printed from."""

    text: str
    pages: list[tuple[int, int]]
    picture: Image.Image
    page: Page

    def holds(self, words: str) -> bool:
        return _plain(words) in self.text


@pytest.mark.parametrize("endpoint", ["archive.case", "cases.show", "honour.index"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_record_is_printed_and_nothing_to_click(
    demo: Flask, visits: Visits, browser: Browser, demo_address: str, endpoint: str, scheme: str
) -> None:
    visit = _decided(visits, endpoint)
    faults: list[str] = []
    with opened(browser, demo_address, faults) as page:
        change_places(demo, page, demo_address, visit.who, Language.ZH_HANT)
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(visit.path)
        told = [word for part in RECORD for word in page.locator(part).all_inner_texts()]
        sheet = _print(page)
        assert len(told) > 10
        assert [word for word in told if not sheet.holds(word)] == []
        page.emulate_media(media="print")
        assert page.locator(TO_CLICK).locator("visible=true").all_inner_texts() == []
        assert sheet.holds(f"{demo_address}{visit.path}")
        for link in page.locator(".honour-title a").all():
            assert sheet.holds(str(link.get_attribute("href")))
        assert {*sheet.pages} == {A4}
        assert sheet.picture.getpixel((5, 5)) == (255, 255, 255)
        assert max(_darkest(sheet.picture)) < 90, "ink on white, by night too"
    assert faults == []


def test_who_printed_it_is_not_on_the_paper(
    demo: Flask, visits: Visits, browser: Browser, demo_address: str
) -> None:
    stranger = visits["manage.index"][0].who
    with demo.app_context():
        name = db.session.get_one(Person, stranger).name
    faults: list[str] = []
    with opened(browser, demo_address, faults) as page:
        change_places(demo, page, demo_address, stranger, Language.EN)
        for endpoint in ("archive.case", "honour.index"):
            page.goto(_decided(visits, endpoint).path)
            assert name in page.locator("body").inner_text()
            assert not _print(page).holds(name)


def _decided(visits: Visits, endpoint: str) -> Visit:
    """The page of a case that has won, with its whole register."""
    won = next(v.path for v in visits["archive.case"]).rpartition("/")[2]
    fitting = [v for v in visits[endpoint] if v.path.endswith(won)]
    return (fitting or visits[endpoint])[0]


def _print(page: Page) -> Sheet:
    document = pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    pages = list(document)
    text = "".join(_plain(each.get_textpage().get_text_range()) for each in pages)
    sizes = [(round(each.get_width()), round(each.get_height())) for each in pages]
    return Sheet(text, sizes, pages[0].render().to_pil().convert("RGB"), page)


def _plain(words: str) -> str:
    """Letters and figures alone: on paper lines end elsewhere, and some letters are variants."""
    return "".join(c for c in unicodedata.normalize("NFKC", words) if c.isalnum())


def _darkest(picture: Image.Image) -> tuple[int, ...]:
    return tuple(low for low, _high in picture.getextrema())  # type: ignore[misc]
