"""Makes the pictures of this folder anew from the demo, in a real browser: `make images`."""

from __future__ import annotations

import io
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from adapters import clock
from app import create_app
from config import Settings
from demo import loading
from models import people
from models.base import db
from models.nominations import Nomination
from models.worklists import waiting
from operations.preferences import speak
from tests.fixtures.browser import FLAGS, font_configuration
from tests.fixtures.pages import signed_cookie
from workflow.vocabulary import Duty, Language, Stage

HERE = Path(__file__).parent
SIZES = {1280: 860, 390: 844}
SHARPNESS = 2  # pixels of the picture for one of the page
COLOURS = 96  # enough for paper, ink and the accents, and a picture stays small
IN_ENGLISH = Nomination.title.regexp_match("^[A-Z]")

Shot = tuple[str, int, str, Callable[[Page], None] | None]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, _demo(Path(folder)) as (app, address):
        with app.app_context():
            shots = _shots()
        for _name, person_id, _path, _act in shots:
            with app.app_context():
                speak(person_id=person_id, language=Language.EN)
        with _browser(Path(folder)) as browser:
            for shot in shots:
                for width, height in SIZES.items():
                    _take(app, browser, address, shot, width, height)


def _shots() -> list[Shot]:
    """What is shown of the demo, and to whom: cases in English, for these pages are."""
    accounts = dict(people.demo_accounts(clock.now()))
    reader, auditor = accounts[None].id, accounts[Duty.INTERNAL_AUDITOR]
    won = db.session.scalars(
        select(Nomination)
        .where(Nomination.stage == Stage.AWARDED, Nomination.road == "standard", IN_ENGLISH)
        .order_by(Nomination.id.desc())
        .limit(1)
    ).one()
    audited = db.session.scalars(
        waiting(auditor, clock.now(), (Stage.INTERNAL_AUDIT,)).where(IN_ENGLISH)
    ).all()
    desk = max(audited, key=lambda case: len(case.claims))
    return [
        ("home", auditor.id, "/", None),
        ("case", won.nominees[0].id, f"/cases/{won.number}", None),
        ("audit", auditor.id, f"/cases/{desk.number}/internal-audit", _judge_one),
        ("archive", reader, "/archive/", None),
        ("honour-roll", reader, "/honour-roll/", None),
    ]


def _judge_one(page: Page) -> None:
    """The worksheet with its first claim judged by keyboard."""
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.locator(".claim").first.scroll_into_view_if_needed()


def _take(app: Flask, browser: Browser, address: str, shot: Shot, width: int, height: int) -> None:
    name, person_id, path, act = shot
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        device_scale_factor=SHARPNESS,
        reduced_motion="reduce",
        locale="en-GB",
    )
    cookie = signed_cookie(app, person_id)
    context.add_cookies([{"name": "plaudit", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    if act:
        act(page)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    reduced = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    reduced.save(HERE / f"{name}-{width}.png", optimize=True)
    context.close()


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[Flask, str]]:
    """The demo, loaded and served."""
    app = create_app(Settings(data_dir=folder, demo=True))
    logging.getLogger().setLevel(logging.WARNING)
    with app.app_context():
        upgrade()
        loading.load()
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def _browser(folder: Path) -> Iterator[Browser]:
    fonts = str(font_configuration(folder))
    environment: dict[str, str | float | bool] = {**os.environ, "FONTCONFIG_FILE": fonts}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, env=environment
        )
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
