"""A session may end while somebody writes: what they wrote is there when they are back."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from adapters import passwords
from models.nominations import by_number
from models.people import Person
from operations import signing_in
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_cast, make_draft, make_scheme

pytestmark = pytest.mark.browser

PASSWORD = "seven wooden spoons"
TITLE = "She called back at ten at night"


@operation
def let_in(tx: Transaction, person_id: int) -> None:
    person = tx.session.get_one(Person, person_id)
    person.email, person.password_hash = "lin@example.org", passwords.hashed(PASSWORD)


@operation
def end_sessions(tx: Transaction, person_id: int) -> None:
    signing_in.end_sessions(tx, person_id)


def sign_in(page: Page) -> None:
    page.get_by_label("E-mail").fill("lin@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_text_typed_after_the_session_ended_stands_there_again(app: Flask, page: Page) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        cast = make_cast()
        number = make_draft(cast.nominator, [cast.nominee])
        let_in(cast.nominator)
    address = f"/nominations/{number}/edit"
    page.goto(address)
    sign_in(page)
    expect(page).to_have_url(address)

    with app.app_context():
        end_sessions(cast.nominator)
    page.locator("#title").fill(TITLE)
    page.get_by_role("button", name="Save", exact=False).last.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(page)

    expect(page).to_have_url(address)
    expect(page.locator("#title")).to_have_value(TITLE)
    expect(page.get_by_text("Your session had ended, so nothing was sent")).to_be_visible()
    expect(page.get_by_role("button", name="Bring it back")).to_have_count(0)
    with app.app_context():
        nomination = by_number(number)
        assert nomination is not None
        assert nomination.title != TITLE
