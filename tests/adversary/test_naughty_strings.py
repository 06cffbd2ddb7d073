"""The big list of naughty strings, typed into every field of every form: kept exactly or refused.

Forms and fields are found on the pages themselves, and every page is visited, so that a new field
is covered on the day it appears.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import pytest
from flask_wtf import FlaskForm
from playwright.sync_api import Browser, Page
from sqlalchemy import select, update
from werkzeug.test import TestResponse
from wtforms import StringField, TextAreaField
from wtforms.fields.core import UnboundField

import forms
from models.base import db
from models.ledger import Wording
from models.nominations import Claim, Evidence, Nomination
from models.people import Person, Team
from models.scheme import Award, PolicyRule, Scheme, Tier
from models.tributes import TributeApproval
from tests.adversary.desk import Desk, Place, shape
from tests.adversary.paper import LINES, Paper
from tests.fixtures.browser import serving
from tests.fixtures.figures import Tell
from tests.fixtures.pages import signed_cookie
from tests.house.sources import ROOT
from workflow.text import misleads, shows_nothing
from workflow.vocabulary import Language

STRINGS = ROOT.parent / "shared" / "data" / "blns.json"
NAMES: list[Any] = [Person.name, Team.name]
TEXTS: list[Any] = [
    Nomination.title,
    Nomination.story,
    Claim.text,
    Evidence.text,
    Wording.text,
]
TRANSLATED: list[Any] = [
    Scheme.names,
    Award.names,
    Award.descriptions,
    Award.criteria,
    Tier.names,
    Tier.rewards,
    PolicyRule.names,
]
EXPECTED = frozenset({200, 303, 400, 409, 422, 429})
NOT_KEPT = re.compile(r"find|q|email|person|identifier|team|role|search")  # asked for, not stored
NUMERIC = re.compile(r"[\s\d.,+\-/eE$%()]*")
Shown = list[tuple[str, str]]  # fields and what stands in them
OURS = ("/", "#", "http://localhost", "mailto:", "?")

pytestmark = pytest.mark.skipif(not STRINGS.exists(), reason=f"{STRINGS.name} is not there")


def strings() -> list[str]:
    found: list[str] = json.loads(STRINGS.read_text())
    return [text for text in found if text.strip()]


def test_every_string_is_kept_exactly_or_refused_beside_its_field(desk: Desk) -> None:
    """Every second string, the forms in turn; the long proof types each into every field."""
    places = desk.places
    typist = Typist(desk)
    for nth, text in enumerate(strings()[::2]):
        typist.type_into(places[nth % len(places)], text)
    assert typist.faults == []
    assert typist.ended["kept"] > len(places)
    assert typist.ended["refused"] > 0


@pytest.mark.prove
def test_every_string_in_every_field_is_kept_exactly_or_refused(desk: Desk, tell: Tell) -> None:
    typist = Typist(desk)
    for place in desk.places:
        for text in strings():
            typist.type_into(place, text)
    fields = sum(len(desk.form(place).typed) for place in desk.places)
    ended = dict(typist.ended)
    tell(f"{len(strings())} strings in {fields} fields of {len(desk.places)} forms: {ended}")
    assert typist.faults == []


# Each page as one person sees it, and, in the long proof, as everybody does.
@pytest.mark.parametrize("turn", [0, pytest.param(1, marks=pytest.mark.prove)])
def test_whatever_stands_in_the_database_pages_show_it_and_are_as_they_were(
    desk: Desk, turn: int
) -> None:
    faults = []
    one_each = {visit.endpoint: visit for visit in desk.papers}.values()
    with planted(desk, turn):
        for visit in desk.papers if turn else one_each:
            answer = desk.open(visit)
            paper = Paper(answer.text)
            strange = paper.elements - desk.known
            astray = [a for a in paper.addresses if not _leads_home(a)]
            if answer.status_code != 200 or strange or astray:
                faults.append((visit.path, answer.status_code, strange, astray))
    assert faults == []


@pytest.mark.prove
@pytest.mark.browser
def test_a_browser_runs_none_of_what_stands_in_the_database(desk: Desk, browser: Browser) -> None:
    """No dialog opens, nothing breaks the content policy, nothing is said on the console."""
    faults: list[str] = []
    one_each = {visit.endpoint: visit for visit in desk.papers}.values()
    with planted(desk, 2), serving(desk.app) as server:
        for who in {visit.who for visit in one_each}:
            context = browser.new_context(base_url=server.address, reduced_motion="reduce")
            if who is not None:
                cookie = signed_cookie(desk.app, who)
                context.add_cookies([{"name": "plaudit", "value": cookie, "url": server.address}])
            page = context.new_page()
            _watch(page, faults)
            for visit in one_each:
                if visit.who == who:
                    page.goto(visit.path)
            context.close()
    assert faults == []


def test_every_text_field_of_every_form_class_is_on_a_page_that_is_visited(desk: Desk) -> None:
    met = {shape(name) for paper in desk.papers.values() for f in paper.forms for name in f.typed}
    missing = {
        f"{form.__name__}.{name}"
        for form in _form_classes()
        for name in _text_fields(form)
        if shape(name) not in met
    }
    assert missing == set()


class Typist:
    """Types into forms, and notes how each ended and what was wrong."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ended: Counter[str] = Counter()
        self.faults: list[str] = []

    def type_into(self, place: Place, text: str) -> None:
        """Fill every text field of the form with it, and send."""
        answer = page = self.desk.send(place, text)
        if answer.status_code == 303:
            client = self.desk.clients[place.visit.who]
            page = client.get(answer.location, follow_redirects=True)
        paper = Paper(page.text)
        again = self._again(place, paper)
        self.ended[self._outcome(place, text, answer, again)] += 1
        if answer.status_code not in EXPECTED or page.status_code not in EXPECTED:
            self._note(place, text, f"{answer.status_code}, then {page.status_code}")
        for fault in self._faults(place, text, answer, again):
            self._note(place, text, fault)
        if answer.status_code == 303:
            self.desk.restore()
        if strange := self.desk.strange(paper, place):
            self._note(place, text, f"elements that no page has: {sorted(strange)}")
        for address in paper.addresses:
            if not _leads_home(address):
                self._note(place, text, f"an address of {address!r}")

    def _note(self, place: Place, text: str, fault: str) -> None:
        fields = sorted(self.desk.form(place).typed)
        self.faults.append(f"{place.visit.path} {fields}, {text!r}: {fault}")

    def _outcome(self, place: Place, text: str, answer: TestResponse, again: Shown) -> str:
        if answer.status_code != 303:
            return "refused" if again else "answered"
        return "kept" if self._must_be_kept(place, text) else "taken"

    def _faults(self, place: Place, text: str, answer: TestResponse, again: Shown) -> Iterator[str]:
        if answer.status_code == 303:
            if self._must_be_kept(place, text) and not self.desk.holds(_gated(text)):
                yield "accepted and not kept as it is"
            return
        for name, shown in again:
            if shown.strip() not in (text.strip(), _gated(text)):
                yield f"{name} shows {shown!r}"

    def _again(self, place: Place, paper: Paper) -> Shown:
        """What the fields show when the form is there again."""
        typed = self.desk.form(place).typed.keys()
        return [
            (name, form.sent[name])
            for form in paper.forms
            if typed <= form.typed.keys()
            for name in typed
        ]

    def _must_be_kept(self, place: Place, text: str) -> bool:
        form = self.desk.form(place)
        kept = any(not NOT_KEPT.search(name) for name in form.typed)
        # Where nothing need be written, what shows nothing is nothing.
        said = not NUMERIC.fullmatch(text) and not shows_nothing(text)
        return form.method == "post" and kept and said


def _watch(page: Page, faults: list[str]) -> None:
    page.on("dialog", lambda dialog: faults.append(f"{page.url}: {dialog.message}"))
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}"))


@contextmanager
def planted(desk: Desk, turn: int) -> Iterator[None]:
    """The demo with a naughty string in the place of everything that somebody has written."""
    told = strings()[turn * 97 :] + strings()
    names = cycle([text for text in told if not misleads(text)])
    texts = cycle(told)
    with desk.app.app_context():
        for column in NAMES:
            for key in db.session.scalars(select(column.class_.id)).all():
                own = f"{next(names)} {key}"  # some are unique
                db.session.execute(
                    update(column.class_).values({column.key: own}).filter_by(id=key)
                )
        for column in TEXTS:
            for key in db.session.scalars(select(column.class_.id)).all():
                said = {column.key: _gated(next(texts))}
                db.session.execute(update(column.class_).values(said).filter_by(id=key))
        for key in db.session.scalars(select(TributeApproval.text_id)).all():
            sealed = {part: _gated(next(texts)) for part in ("title", "body", "signed")}
            db.session.execute(
                update(Wording).values(text=json.dumps(sealed)).where(Wording.id == key)
            )
        for column in TRANSLATED:
            for key in db.session.scalars(select(column.class_.id)).all():
                names_of_it = {language.value: next(texts) for language in Language}
                named = update(column.class_).values({column.key: names_of_it})
                db.session.execute(named.filter_by(id=key))
        db.session.commit()
    yield
    desk.restore()


def _gated(text: str) -> str:
    storable = "".join(c for c in text if c != "\x00" and not "\ud800" <= c <= "\udfff")
    return unicodedata.normalize("NFC", storable.replace("\r\n", "\n").strip())


def _leads_home(address: str) -> bool:
    return address == "" or address.startswith(OURS)


def _form_classes() -> list[type[FlaskForm]]:
    for module in pkgutil.iter_modules(forms.__path__, "forms."):
        importlib.import_module(module.name)
    waiting, found = [FlaskForm], []
    while waiting:
        waiting += (subclasses := waiting.pop().__subclasses__())
        found += [each for each in subclasses if each.__module__.startswith("forms.")]
    return found


def _text_fields(form: type[FlaskForm]) -> list[str]:
    fields = ((name, getattr(form, name)) for name in dir(form))
    return [
        name
        for name, field in fields
        if isinstance(field, UnboundField)
        and issubclass(field.field_class, StringField | TextAreaField)
        and getattr(field.field_class.widget, "input_type", "textarea") in (*LINES, "textarea")
    ]
