"""Every page that can be opened, looked at by somebody who may, over the demo and over nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from playwright.sync_api import Browser, Page

from operations.preferences import speak
from tests.builders import make_person, make_scheme
from tests.fixtures.pages import Client
from tests.house.sources import ROOT
from tests.journeys.looking import axe, change_places, looked_at, opened
from tests.journeys.places import NO_PAGE, Visit, Visits
from views.language import tag
from workflow.vocabulary import Duty, Language

ALL_BUT_CONTRAST = {"rules": {"color-contrast": {"enabled": False}}}
CONTRAST = {"runOnly": ["color-contrast"]}
PARTS = 4  # so that several processes share the work
WIDTHS = (320, 1280)  # the last is how axe sees the page
PHONE_AND_DESK = (390, 1280)
BY_NIGHT = frozenset(
    {
        "archive.case", "archive.index", "audits.external", "audits.internal", "awards.show",
        "cases.show", "honour.index", "manage.index", "nominations.edit", "reviews.policy",
        "scores.mine", "styleguide.index", "tiering.show", "work.home",
    }
)  # fmt: skip
LISTS = (
    "/", "/queue", "/nominate", "/nominations", "/archive/", "/archive/changes", "/awards/",
    "/honour-roll/", "/honour-roll/?award=", "/honour-roll/?team=", "/honour-roll/?year=",
    "/notices/", "/feedback/", "/manage/wall-displays",
    "/inbox/", "/manage/people?q=nobody", "/manage/results", "/manage/conduct", "/my-score",
    "/tiering/", "/questionnaires/", "/manage/questionnaires",
)  # fmt: skip
# What a page shows where there is nothing to show.
NOTHING = ".empty, .table-empty"
EMPTY = re.compile(r'class="(?:[^"]* )?(?:table-)?empty[ "]')


def test_every_page_is_visited(demo: Flask, visits: Visits) -> None:
    rules = [rule for rule in demo.url_map.iter_rules() if "GET" in (rule.methods or ())]
    assert {rule.endpoint for rule in rules} == {*visits, *NO_PAGE}


@pytest.mark.browser
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound(
    demo: Flask, visits: Visits, browser: Browser, demo_address: str, part: int
) -> None:
    """For eyes, hands and ears: nothing from axe or the console, nothing wider than the screen."""
    one_each = sorted((pages[0] for pages in visits.values()), key=lambda visit: visit.who or 0)
    size = -(-len(one_each) // PARTS)  # a person's pages together: another one loads much anew
    part_of_it = one_each[part * size : (part + 1) * size]
    closely = [visit for visit in part_of_it if visit.endpoint in BY_NIGHT]
    assert _look(demo, browser, demo_address, part_of_it, Language.EN, closely) == []


@pytest.mark.prove
@pytest.mark.browser
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_sound_by_day_and_by_night_on_desk_and_phone(
    demo: Flask, visits: Visits, browser: Browser, demo_address: str, part: int, language: Language
) -> None:
    one_each = [pages[0] for pages in visits.values()][part::PARTS]
    found = _look(demo, browser, demo_address, one_each, language, one_each, PHONE_AND_DESK)
    assert found == []


@pytest.mark.prove
@pytest.mark.browser
@pytest.mark.parametrize("part", range(PARTS))
def test_pages_are_sound_for_whoever_sees_them(
    demo: Flask, visits: Visits, browser: Browser, demo_address: str, part: int
) -> None:
    others = [visit for pages in visits.values() for visit in pages[1:]]
    assert _look(demo, browser, demo_address, others[part::PARTS], Language.EN) == []


@pytest.mark.parametrize(
    ("language", "most"),
    [
        (Language.ZH_HANS, 2),
        pytest.param(Language.ZH_HANS, None, marks=pytest.mark.prove),
        pytest.param(Language.ZH_HANT, None, marks=pytest.mark.prove),
    ],
)
def test_no_page_falls_back_to_english(
    demo: Flask, visits: Visits, language: Language, most: int | None
) -> None:
    """Each page as two see it every day, and as all do in the long proof."""
    found = []
    ours = [pages for endpoint, pages in visits.items() if endpoint != "styleguide.index"]
    people = {visit.who for pages in ours for visit in pages[:most]}
    readers = {who: _reader(demo, who, language) for who in people}
    for visit in (visit for pages in ours for visit in pages[:most]):
        page = _Words()
        page.feed(readers[visit.who].get(visit.path).text)
        found += [f"{visit.path}: {text}" for text in page.texts if _is_english(text, language)]
    assert found == []


def test_headings_say_in_which_language_they_are(demo: Flask, visits: Visits) -> None:
    """A browser takes the right face and voice for a Chinese title in an English page."""
    told = {"zh": 0, "": 0}
    for endpoint in ("archive.index", "archive.case", "cases.show", "honour.index"):
        visit = visits[endpoint][0]
        page = _reader(demo, visit.who, Language.EN).get(visit.path).text
        for lang, text in re.findall(
            r'<h[123][^>]*?(?: lang="(zh)[^"]*")?>(?:<a [^>]*>)?([^<]+)', page
        ):
            assert bool(re.search("[\u4e00-\u9fff]", text)) is bool(lang), text
            told[lang] += 1
    assert all(told.values())


def test_every_list_says_what_to_do_while_it_is_empty(app: Flask, client: Client) -> None:
    client.sign_in(_with_nothing_to_do(app, Language.EN))
    wordless = [address for address in LISTS if not EMPTY.search(client.get(address).text)]
    assert wordless == []


@pytest.mark.prove
@pytest.mark.browser
@pytest.mark.parametrize("language", Language)
def test_every_empty_list_is_sound(
    app: Flask, browser: Browser, live_server: str, language: Language
) -> None:
    person = _with_nothing_to_do(app, language)
    faults: list[str] = []
    with opened(browser, live_server, faults) as page:
        change_places(app, page, live_server, person, language)
        for address in LISTS:
            _judge(page, address, language, faults)
            if page.locator(NOTHING).count() == 0:
                faults.append(f"{address}: no word about there being nothing")
    assert faults == []


def _with_nothing_to_do(app: Flask, language: Language) -> int:
    with app.app_context():
        make_scheme()
        duties = (Duty.ADMINISTRATOR, Duty.SCHEME_MANAGER, Duty.COMMITTEE, Duty.INTERNAL_AUDITOR)
        return make_person(duties=duties, language=language)


def _look(
    app: Flask,
    browser: Browser,
    address: str,
    visits: list[Visit],
    language: Language,
    closely: Collection[Visit] = (),
    widths: Collection[int] = WIDTHS[-1:],
) -> list[str]:
    """What is wrong with these pages in this language, to axe on screens of these widths."""
    faults: list[str] = []
    for page, visit in looked_at(app, browser, address, visits, language, faults):
        _judge(page, visit.path, language, faults, visit in closely, widths)
    return faults


def _judge(
    page: Page,
    path: str,
    language: Language,
    faults: list[str],
    closely: bool = False,
    widths: Collection[int] = WIDTHS[-1:],
) -> None:
    """The page in itself; closely: the contrast of all text too, which is axe's slowest rule."""
    answer = page.goto(path)
    status = answer.status if answer else None
    if status != 200 or (answer and answer.request.redirected_from):
        faults.append(f"{path}: {status}, at {page.url}")
        return
    if page.locator("html").get_attribute("lang") != tag(language):
        faults.append(f"{path}: the page is not in {language}")
    began = page.viewport_size
    assert began is not None
    for width in sorted(
        {*WIDTHS, *widths}, reverse=began["width"] > WIDTHS[0]
    ):  # as narrow as it is, or wide
        page.set_viewport_size({"width": width, "height": 900})
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            faults.append(f"{path}: {wider} px wider than {width}")
        if width in widths:
            faults += [f"{path}, {width}: {found}" for found in _heard(page, closely)]


def _heard(page: Page, closely: bool) -> Iterator[str]:
    yield from axe(page, {} if closely else ALL_BUT_CONTRAST)
    if closely:
        page.emulate_media(color_scheme="dark")
        yield from (f"dark: {found}" for found in axe(page, CONTRAST))
        page.emulate_media(color_scheme="light")


def _reader(app: Flask, who: int | None, language: Language) -> Client:
    """Whoever may see a page, who reads this language."""
    client = Client(app)
    if who is None:
        client.set_cookie("language", language)
    else:
        with app.app_context():
            speak(person_id=who, language=language)
        client.sign_in(who)
    return client


class _Words(HTMLParser):
    """Gathers what a reader sees or hears of a page, piece by piece."""

    SHOWN = {"alt", "aria-label", "placeholder", "title"}

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.english: list[str] = []  # the open elements that say they are in English

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("lang", "en") in attrs or tag in self.english:
            self.english.append(tag)
        self.texts += [value for name, value in attrs if name in self.SHOWN and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.english:
            self.english.remove(tag)

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.english:
            self.texts.append(" ".join(data.split()))


def _is_english(text: str, language: Language) -> bool:
    verbatim, with_values = _english(language)
    return text in verbatim or bool(with_values.fullmatch(text))


@cache
def _english(language: Language) -> tuple[frozenset[str], re.Pattern[str]]:
    """The catalogue's English: sentences as they stand, and one pattern for those with values."""
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]
    english = {
        str(form)
        for message in messages
        for form in (message.id if isinstance(message.id, tuple) else (message.id,))
        if message.string != message.id and re.search("[A-Za-z]{2}", str(form))
    }
    pieces = {text: re.split(r"%\((\w+)\)[sd]", text.replace("%%", "%")) for text in english}
    verbatim = frozenset(" ".join(text.split()) for text, cut in pieces.items() if len(cut) == 1)
    patterns = [
        _with_values(cut)
        for cut in pieces.values()
        if len(cut) > 1 and re.search("[A-Za-z]{2}", "".join(cut[::2]))
    ]
    return verbatim, re.compile("|".join(patterns))


def _with_values(cut: list[str]) -> str:
    """Words and the names of what stands between them, in turns; `num` is a number."""
    words, names = cut[::2], [*cut[1::2], ""]
    values = [r"[\d.,\s]+" if name == "num" else ".+" if name else "" for name in names]
    return "".join(re.escape(each) + value for each, value in zip(words, values, strict=True))
