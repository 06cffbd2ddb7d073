"""The wall display in a real browser: read from afar, turning by itself, never out of date."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize, expect

from operations import displays
from tests.builders import make_award, make_cast, make_person, make_scheme
from tests.roads import make_awarded
from tests.winners import multiply
from views.wall import POLL, SECONDS
from workflow.vocabulary import Duty, Language

pytestmark = pytest.mark.browser

SCREENS: tuple[ViewportSize, ...] = (
    {"width": 1920, "height": 1080},
    {"width": 1080, "height": 1920},
)
SMALLEST = 40  # pixels of a full HD screen; at 55 inches its capitals are 18 mm high
LOOK = """() => {
  const says = (node) => node.nodeType === 3 && node.data.trim();
  const all = [...document.querySelectorAll(".wall *")];
  const shown = all.filter((e) => e.offsetParent && [...e.childNodes].some(says));
  const inside = document.querySelector(".winner:not([hidden])").getBoundingClientRect();
  const frame = document.querySelector(".winners").getBoundingClientRect();
  return [
    Math.min(...shown.map((each) => parseFloat(getComputedStyle(each).fontSize))),
    inside.top >= frame.top && inside.bottom <= frame.bottom && inside.right <= innerWidth,
  ];
}"""


def test_the_wall_is_read_from_afar_turns_and_shows_who_is_new_at_once(
    app: Flask, page: Page
) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        number = make_awarded(cast, award_key="special")
        multiply(number, 2)
        manager = make_person("沈若兰", duties=(Duty.SCHEME_MANAGER,))
        token = displays.make(by_id=manager, place="Entrance", language=Language.ZH_HANS)
    page.clock.install()
    page.goto(f"/honour-roll/wall/{token}")
    order = ["Zoë O'Neill-García 2", "王𠮷 1", "Lin Nominee"]
    for name in (*order, order[0]):
        expect(page.get_by_role("heading", level=2)).to_have_text(name)
        for size in SCREENS:
            page.set_viewport_size(size)
            smallest, fits = page.evaluate(LOOK)
            assert smallest >= SMALLEST
            assert fits, name
        page.clock.run_for(SECONDS * 1000)
    with app.app_context():
        multiply(number, 3)
    expect(page.get_by_role("heading", level=2)).to_have_text(order[1])
    page.clock.run_for(POLL * 1000)
    expect(page.get_by_role("heading", level=2)).to_have_text("歐陽詠詩 3")
    with app.app_context():
        displays.withdraw(by_id=manager, link_id=1)
    page.clock.run_for(POLL * 1000)
    expect(page.get_by_role("heading", level=2)).to_have_text("This screen's link is not in use")
