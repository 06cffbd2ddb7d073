"""By keyboard alone, with large text, without motion, in forced colours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from operations.preferences import speak
from tests.fixtures.pages import signed_cookie
from tests.journeys.places import Places
from workflow.vocabulary import Language, Stage

pytestmark = pytest.mark.browser

PHONE, WIDE = (390, 700), (1280, 700)
PLACES = ("/", "/archive/", "/my-score", "{edit}", "{audit}", "{case}")
NARROW = (
    "/",
    "{edit}",
    "{audit}",
)  # what is tried on a phone every time; the rest on a wide screen
TURNS = ["usual", pytest.param("other", marks=pytest.mark.prove)]
STEPS = 60  # of the tab key: to the end of most pages, and far into the longest
# The element in focus: whether something marks it, and whether something lies over it.
FOCUSED = """() => {
  const isDrawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    && style.outlineColor !== "rgba(0, 0, 0, 0)";
  const element = document.activeElement;
  const inside = element.matches(".verdicts input") ? element.nextElementSibling : element;
  const drawn = element.matches(".row-title") ? "::after" : null;
  const style = getComputedStyle(inside, drawn);
  const line = inside.getClientRects()[0];
  // What is taller than the screen begins above it: then the middle of what is in view.
  const height = line.top < 0 ? Math.min(line.bottom, innerHeight) / 2 : line.top + 10;
  const under = document.elementFromPoint(line.left + line.width / 2, height);
  const own = (node) => inside.contains(node) || node.contains(inside) || element.contains(node);
  return {
    name: element.outerHTML.slice(0, 100),
    isPage: element === document.body,
    isMarked: isDrawn(style) || style.boxShadow !== "none",
    isCovered: !under || !own(under),
  };
}"""

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def addresses(demo: Flask) -> dict[str, tuple[int, str]]:
    """Where to look, and who may."""
    with demo.test_request_context():
        places = Places(demo)
        returned, won = places.case(Stage.RETURNED), places.case(Stage.AWARDED)
        judge, audited = places.judge(Stage.INTERNAL_AUDIT)
        assert returned.nominator_id
        return {
            "{edit}": (returned.nominator_id, f"/nominations/{returned.number}/edit"),
            "{audit}": (judge, f"/cases/{audited.number}/internal-audit"),
            "{case}": (won.nominees[0].id, f"/cases/{won.number}"),
            "": (places.colleague, ""),
        }


@pytest.fixture
def open_page(
    demo: Flask, demo_address: str, browser: Browser, addresses: dict[str, tuple[int, str]]
) -> Iterator[Open]:
    """Opens a place of the demo in a tab that is set up as asked."""
    contexts = []

    def opened(place: str, **settings: Any) -> Page:
        who, path = addresses.get(place, (addresses[""][0], place))
        with demo.app_context():
            speak(person_id=who, language=Language.EN)
        context = browser.new_context(base_url=demo_address, **settings)
        contexts.append(context)
        cookie = signed_cookie(demo, who)
        context.add_cookies([{"name": "plaudit", "value": cookie, "url": demo_address}])
        page = context.new_page()
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("sizes", TURNS)
@pytest.mark.parametrize("place", PLACES)
def test_the_focus_is_always_seen(open_page: Open, place: str, sizes: str) -> None:
    """Each stop of the tab key is marked, and nothing lies over it."""
    is_narrow = (place in NARROW) is (sizes == "usual")
    size = PHONE if is_narrow else WIDE
    page = open_page(place, viewport={"width": size[0], "height": size[1]})
    stops = []
    for _ in range(STEPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop["isPage"]:
            break
        stops.append(stop)
    assert len(stops) > 10
    assert [stop["name"] for stop in stops if not stop["isMarked"]] == []
    assert [stop["name"] for stop in stops if stop["isCovered"]] == []


def test_the_first_tab_leads_past_the_navigation(open_page: Open) -> None:
    page = open_page("/archive/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_the_menu_opens_closes_and_is_left_by_keyboard(open_page: Open) -> None:
    page = open_page("/", viewport={"width": 390, "height": 800})
    menu, summary = page.locator("[data-menu]"), page.locator("[data-menu] > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.menu-panel') !== null")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.closest('[data-menu]') !== null"):
        page.keyboard.press("Tab")
    expect(menu).not_to_have_attribute("open", "")


@pytest.mark.prove
@pytest.mark.parametrize("place", PLACES)
def test_text_twice_as_large_still_fits(open_page: Open, place: str) -> None:
    for width in (1280, 390):
        page = open_page(place, viewport={"width": width, "height": 800})
        sizes = {"fontSizes": {"standard": 32, "fixed": 26}}  # as in the browser's settings
        page.context.new_cdp_session(page).send("Page.setFontSizes", sizes)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, width


@pytest.mark.parametrize(("wish", "animation"), [("reduce", "none"), ("no-preference", "stamp")])
def test_the_seal_moves_for_those_who_do_not_mind(
    open_page: Open, wish: str, animation: str
) -> None:
    page = open_page("{case}", reduced_motion=wish)
    assert (
        page.locator(".seal").evaluate("seal => getComputedStyle(seal).animationName") == animation
    )


def test_what_is_chosen_is_seen_in_forced_colours(open_page: Open) -> None:
    page = open_page("{audit}", forced_colors="active")
    claim = page.locator(".claim", has=page.locator(".verdicts")).first
    page.keyboard.press("j")
    while not claim.evaluate("claim => claim === document.activeElement"):
        page.keyboard.press("j")  # past what other auditors have settled
    page.keyboard.press("1")
    ground = "choice => getComputedStyle(choice.nextElementSibling).backgroundColor"
    confirmed = claim.get_by_label("Confirmed").evaluate(ground)
    assert confirmed != claim.get_by_label("Refuted").evaluate(ground)
    expect(claim).to_be_focused()
    assert claim.evaluate("claim => getComputedStyle(claim).outlineStyle") == "solid"
