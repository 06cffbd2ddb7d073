"""People at their browsers: each journey ends with a ledger that verifies and data that hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from models.invariants import broken
from operations import clockwork
from operations.verification import Verification
from tests.builders import Cast, make_award, make_cast, make_scheme
from tests.fixtures.pages import signed_cookie
from tests.journeys.places import Places, Visits, bring_files

PATIENCE = 10_000  # milliseconds: what is not there by then is missing


@pytest.fixture(scope="session")
def visits(demo: Flask) -> Visits:
    """Every page of the demo, with those who look at it."""
    bring_files(demo)
    with demo.test_request_context():
        return Places(demo).all()


@dataclass
class Organisation:
    """A served application with its people; `as_` puts one of them at the browser."""

    app: Flask
    cast: Cast
    page: Page
    browser: BrowserContext
    address: str
    pass_time: Callable[[timedelta], None]
    folder: Path

    def as_(self, person_id: int) -> Page:
        """The same tab, with this person signed in."""
        cookie = signed_cookie(self.app, person_id)
        self.browser.clear_cookies()
        self.browser.add_cookies([{"name": "plaudit", "value": cookie, "url": self.address}])
        return self.page

    def days_pass(self, days: int) -> None:
        """Let days go by, and the worker's clock do what is due."""
        self.pass_time(timedelta(days=days))
        with self.app.app_context():
            clockwork.tick()


@pytest.fixture
def organisation(
    app: Flask,
    page: Page,
    browser_context: BrowserContext,
    live_server: str,
    pass_time: Callable[[timedelta], None],
    tmp_path: Path,
) -> Iterator[Organisation]:
    with app.app_context():
        make_scheme()
        make_award()
        cast = make_cast()
    page.set_default_timeout(PATIENCE)
    yield Organisation(app, cast, page, browser_context, live_server, pass_time, tmp_path)
    with app.app_context():
        assert broken() == []
        reading = Verification()
        reading.begin()
        assert list(reading.faults()) == []
