"""An auditor with forty cases and no mouse, whose session ends in the middle."""

from __future__ import annotations

import time
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from adapters import passwords
from models.base import db
from models.nominations import Finding, Nomination
from models.people import AuthSession, Person
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_award, make_cast, make_scheme, make_submitted, stage
from tests.fixtures.figures import Tell
from workflow.vocabulary import Stage, Verdict

pytestmark = [pytest.mark.browser, pytest.mark.prove]

CASES = 40
EMAIL, PASSWORD = "lin@example.org", "seven wooden spoons"
NOTE = "通話紀錄 12:04 起，錄音第 3 分鐘可以聽到。"
SENTENCE = "The call log has no such call on that day; name the one that is meant."


@operation
def let_in(tx: Transaction, person_id: int) -> None:
    person = tx.session.get_one(Person, person_id)
    person.email, person.password_hash = EMAIL, passwords.hashed(PASSWORD)


@operation
def end_every_session(tx: Transaction) -> None:
    tx.session.execute(delete(AuthSession))


@dataclass
class Keys:
    """The keyboard, and how often it was struck."""

    page: Page
    struck: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.struck += len(keys)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.struck += len(text)

    def sign_in(self) -> None:
        expect(self.page.get_by_label("E-mail")).to_be_focused()
        self.type(EMAIL)
        self.press("Tab")
        self.type(PASSWORD)
        self.press("Enter")


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award()
        cast = make_cast()
        let_in(cast.internal)
        return cast


def test_forty_cases_are_decided_by_keyboard_alone_and_nothing_typed_is_lost(
    app: Flask, cast: Cast, page: Page, tell: Tell
) -> None:
    with app.app_context():
        numbers = [make_submitted(cast, claims=("She called.", "He wrote.")) for _ in range(CASES)]
    keys = Keys(page)
    page.goto("/queue")
    keys.sign_in()
    began = time.perf_counter()
    expect(page.locator("[data-keys]")).to_be_visible()
    keys.press("j", "Enter")
    for at, number in enumerate(numbers):
        page.wait_for_url(f"**/cases/{number}/internal-audit")
        expect(page.locator("[data-keys]")).to_be_visible()
        if at == 0:
            keys.press("j")
        else:
            expect(page.get_by_role("status")).to_contain_text(f"Case {numbers[at - 1]}: ")
            left = f"{CASES - at} remain" if at < CASES - 1 else "Here is the last one"
            expect(page.get_by_role("status")).to_contain_text(left)
        expect(page.locator("#claim-1")).to_be_focused()
        if at == CASES // 2:
            _lose_the_session(app, keys, number)
        elif at % 10 == 9:
            _send_away(keys, "2", returned=at % 20 == 9)
        else:
            keys.press("1", "j", "1", "d", "Enter")
    page.wait_for_url("**/")
    expect(page.get_by_text("No other case waits for you here.")).to_be_visible()
    seconds = time.perf_counter() - began
    with app.app_context():
        ends = [stage(number) for number in numbers]
        assert ends.count(Stage.EXTERNAL_AUDIT) == CASES - 4
        assert (ends.count(Stage.RETURNED), ends.count(Stage.REJECTED)) == (2, 2)
        assert len(set(ends[9::20])) == 1
        note = db.select(Finding).join(Finding.claim).join(Nomination)
        found = db.session.scalars(note.where(Nomination.number == numbers[CASES // 2])).all()
        assert [(one.verdict, one.note.text) for one in found] == [
            (Verdict.CONFIRMED, NOTE),
            (Verdict.UNVERIFIABLE, ""),
        ]
    each = f"{keys.struck / CASES:.1f} keys and {seconds / CASES:.2f} s each"
    tell(f"{CASES} cases by keyboard: {keys.struck} keys, {seconds:.1f} s; {each}")


def _lose_the_session(app: Flask, keys: Keys, number: str) -> None:
    """The session ends while the note is written; who is back finds all of it, and goes on."""
    page = keys.page
    keys.press("1", "n")
    keys.type(NOTE[:9])
    with app.app_context():
        end_every_session()
    keys.type(NOTE[9:])
    keys.press("Escape", "j", "3", "d", "Enter")
    expect(page.get_by_text("What you had typed is kept")).to_be_visible()
    keys.sign_in()
    page.wait_for_url(f"**/cases/{number}/internal-audit")
    expect(page.get_by_text("Your session had ended, so nothing was sent")).to_be_visible()
    expect(page.get_by_label("Note on claim 1")).to_have_value(NOTE)
    expect(page.locator("#claim-1").get_by_label("Confirmed")).to_be_checked()
    expect(page.locator("#claim-2").get_by_label("Unverifiable")).to_be_checked()
    keys.press("d", "Enter")


def _send_away(keys: Keys, verdict: str, *, returned: bool) -> None:
    """A verdict against the case, then a coded reason and a sentence on the next page."""
    buttons = 3 if returned else 4
    keys.press(verdict, "j", "1", *(["d"] * buttons), "Enter")
    page = keys.page
    page.wait_for_url("**/return" if returned else "**/reject")
    expect(page.get_by_role("radio").first).to_be_focused()
    keys.press("Space", "Tab")
    keys.type(SENTENCE)
    keys.press("Tab", "Enter")
