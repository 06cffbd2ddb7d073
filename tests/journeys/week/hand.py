"""A person's hand at the browser: whatever it does is counted, and the whole is timed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from babel.support import Translations
from playwright.sync_api import Locator, Page, expect

CATALOGUES = Path(__file__).parents[3] / "translations"
PATIENCE = 15_000  # milliseconds


@dataclass
class Counts:
    """What a task took: taps, key presses, characters typed, pages loaded, seconds."""

    taps: int = 0
    keys: int = 0
    typed: int = 0
    pages: int = 0
    seconds: float = 0


@cache
def catalogue(language: str) -> Translations:
    found = Translations.load(str(CATALOGUES), [language])
    assert isinstance(found, Translations) or language == "en"
    return found  # type: ignore[return-value]  # for English, whose catalogue is no file


@dataclass
class Hand:
    """It begins at home, and finds its way by the words on the page, in the person's language."""

    page: Page
    language: str
    start: str = "/"
    counts: Counts = field(default_factory=Counts)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("load", lambda _page: self._loaded())
        self._began = time.perf_counter()
        self.page.goto(self.start)

    def _loaded(self) -> None:
        self.counts.pages += 1

    def finish(self) -> Counts:
        """Stop the clock when the page that shows the end is usable."""
        self.page.wait_for_load_state()
        self.counts.seconds = time.perf_counter() - self._began
        return self.counts

    def word(self, english: str, /, **values: object) -> str:
        """A sentence of the product as this person reads it."""
        text = catalogue(self.language).gettext(english)
        return text % values if values else text

    def see(self, english: str, **values: object) -> None:
        """The page says so."""
        expect(self.page.get_by_text(self.word(english, **values)).first).to_be_visible()

    def link(self, english: str, **values: object) -> None:
        self.tap(self._role("link", self.word(english, **values)))

    def button(self, english: str, **values: object) -> None:
        self.tap(self._role("button", self.word(english, **values)))

    def radio(self, english: str) -> None:
        self.tap(self._role("radio", self.word(english)))

    def own_link(self, text: str) -> None:
        """A link that bears somebody's own words, such as a title."""
        self.tap(self.page.locator("main").get_by_role("link", name=text).first)

    def menu(self, english: str) -> None:
        """A place in the person's own menu."""
        self.tap(self.page.locator("[data-menu] summary"))
        self.tap(self.page.locator("[data-menu]").get_by_role("link", name=self.word(english)))

    def nav(self, english: str) -> None:
        """A place in the rail or bottom bar; in the menu where the screen has no room for it."""
        bar = self.page.locator(".site-nav").get_by_role(
            "link", name=self.word(english), exact=True
        )
        if bar.first.is_visible():
            self.tap(bar.first)
        else:
            self.menu(english)

    def field(self, english: str, text: str, **values: object) -> None:
        label = self.page.get_by_label(self.word(english, **values))
        self.write(label.and_(self.page.locator("input, textarea")).first, text)

    def write(self, box: Locator, text: str) -> None:
        """Tap into it, unless the page has put the person there already, and type."""
        box.wait_for(state="visible")
        if not box.evaluate("box => box === document.activeElement"):
            self.tap(box)
        if box.input_value():
            box.fill("")
        box.fill(text)
        self.counts.typed += len(text)

    def choose(self, english: str, value: str) -> None:
        """Open a choice and take one: two taps."""
        self.counts.taps += 2
        self.page.get_by_label(self.word(english)).first.select_option(value)

    def attach(self, english: str, file: Path, **values: object) -> None:
        """Open the chooser, or the camera, and take the picture: two taps."""
        self.counts.taps += 2
        self.page.get_by_label(self.word(english, **values)).first.set_input_files(file)

    def tap(self, spot: Locator) -> None:
        spot.first.click()
        self.counts.taps += 1
        self.page.wait_for_load_state()

    def key(self, name: str) -> None:
        self.page.keyboard.press(name)
        self.counts.keys += 1
        self.page.wait_for_load_state()

    def _role(self, role: str, name: str) -> Locator:
        main = self.page.locator("main")
        exact = main.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
        exact.or_(main.get_by_role(role, name=name)).first.wait_for()  # type: ignore[arg-type]
        return exact.first if exact.count() else main.get_by_role(role, name=name).first  # type: ignore[arg-type]
