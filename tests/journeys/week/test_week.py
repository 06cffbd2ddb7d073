"""Each task of the week reaches its aim from home, by what the pages show; what it took is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from app import create_app
from models.base import db
from models.invariants import broken
from models.people import Person
from operations.transaction import Transaction, operation
from tests.fixtures.demo import demo_settings
from tests.fixtures.pages import signed_cookie
from tests.journeys.week import desks, doubt, office, phone, world
from tests.journeys.week.hand import Hand
from tests.journeys.week.people import CUSTOMER, TASKS, Place, Someone, Task, week
from workflow.vocabulary import Language

assert all((phone, desks, office, doubt))  # they enter their tasks
HEIGHT = 844

pytestmark = [
    pytest.mark.prove,
    pytest.mark.browser,
    pytest.mark.skipif(
        not world.LOG.exists(), reason=f"{world.LOG.name} is not beside the project"
    ),
]


@pytest.fixture(scope="module")
def place(demo_day: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The week, shared by its tasks in turn; afterwards the data still hold together."""
    folder = tmp_path_factory.mktemp("week")
    known = world.load(folder)
    app = create_app(demo_settings(folder))
    yield Place(app, known, tmp_path_factory.mktemp("downloads"))
    with app.app_context():
        assert broken() == []
        db.engine.dispose()


@pytest.fixture(scope="module")
def address(place: Place) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, place.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def seated(browser: Browser, address: str, app: Flask, who: Someone) -> Page:
    """A fresh browser of this person's width, signed in, in their language."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": who.width, "height": HEIGHT},
        java_script_enabled=who.has_script,
        locale={"en": "en-GB", "zh_Hans": "zh-CN", "zh_Hant": "zh-TW"}[who.language],
        reduced_motion="reduce",
    )
    if who.employee_number:
        with app.app_context():
            found = select(Person.id).where(Person.employee_number == who.employee_number)
            person_id = db.session.scalars(found).one()
            _speak(person_id, Language(who.language))
        cookie = signed_cookie(app, person_id)
        context.add_cookies([{"name": "plaudit", "value": cookie, "url": address}])
    return context.new_page()


@operation
def _speak(tx: Transaction, person_id: int, language: Language) -> None:
    tx.session.get_one(Person, person_id).language = language


def beginning(place: Place, who: Someone, nth: int) -> str:
    """Home; for a customer the link that they were given."""
    return f"/survey/{place.world.links[nth]}" if who is CUSTOMER else "/"


@pytest.mark.parametrize(
    ("who", "aim", "do"), week(), ids=lambda part: getattr(part, "__name__", "")
)
def test_a_task_reaches_its_aim(
    browser: Browser,
    place: Place,
    address: str,
    record_property: Callable[[str, object], None],
    who: Someone,
    aim: str,
    do: Task,
) -> None:
    page = seated(browser, address, place.app, who)
    surveys = [each for someone, _aim, each in TASKS if someone is CUSTOMER]
    nth = surveys.index(do) if who is CUSTOMER else 0
    hand = Hand(page, who.language, beginning(place, who, nth))
    do(hand, place)
    took = hand.finish()
    page.context.close()
    record_property("week", [who.name, aim, *vars(took).values()])
