"""Makes the pictures of this folder anew from the demo, in a real browser: `make images`."""

from __future__ import annotations

import io
import logging
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2 as pdfium
from flask import Flask
from flask_migrate import upgrade
from PIL import Image
from playwright.sync_api import Browser, Page
from sqlalchemy import ColumnElement, func, select
from werkzeug.serving import make_server

from adapters import certificates as paper
from adapters import clock
from app import create_app
from config import Settings
from demo import loading
from models import certificates, fairness_reports, people
from models.base import db
from models.nominations import Nomination
from models.people import Person
from models.questionnaires import RoundResult
from models.scheme import Award
from models.worklists import waiting
from operations.preferences import speak
from tests.fixtures.browser import chromium, font_configuration
from tests.fixtures.pages import signed_cookie
from words.certificates import certificate_texts
from workflow.vocabulary import Duty, Language, Stage

HERE = Path(__file__).parent
SIZES = {1280: 860, 390: 844}
TALL = {1280: 1500, 390: 1700}
SHARPNESS = 2  # pixels of the picture for one of the page
COLOURS = 96  # enough for paper, ink and the accents, and a picture stays small
LARGEST = 250_000  # bytes of one picture
IN_ENGLISH = Nomination.title.regexp_match("^[A-Z]")
TAGS = {Language.EN: "en-GB", Language.ZH_HANS: "zh-CN", Language.ZH_HANT: "zh-TW"}
ADDRESS = "https://plaudit.example"
TRIED = "tier_second-quota=2"


@dataclass(frozen=True)
class Shot:
    """One page as somebody sees it; without languages in English alone."""

    name: str
    person_id: int
    path: str
    act: Callable[[Page], None] | None = None
    languages: tuple[Language, ...] = ()
    sizes: Mapping[int, int] = field(default_factory=lambda: SIZES)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, _demo(Path(folder)) as (app, address):
        with app.app_context():
            shots = _shots()
            _certificates(app)
        with chromium(font_configuration(Path(folder))) as browser:
            for shot in shots:
                for language in shot.languages or (Language.EN,):
                    with app.app_context():
                        speak(person_id=shot.person_id, language=language)
                    for width, height in shot.sizes.items():
                        _take(app, browser, address, shot, language, width, height)


def _shots() -> list[Shot]:
    """What is shown of the demo, and to whom; cases in English where their page is."""
    accounts = dict(people.demo_accounts(clock.now()))
    reader, auditor = accounts[None].id, accounts[Duty.INTERNAL_AUDITOR]
    won = _newest(Nomination.road == "standard", IN_ENGLISH)
    audited = db.session.scalars(
        waiting(auditor, clock.now(), (Stage.INTERNAL_AUDIT,)).where(IN_ENGLISH)
    ).all()
    desk = max(audited, key=lambda case: len(case.claims))
    ranked = _newest(Nomination.award.has(key="monthly-project"))
    simulated = f"/tiering/{ranked.award.key}/{ranked.cycle.key}/simulate?{TRIED}"
    honoured = _newest(Nomination.award.has(key="quarterly-project")).nominees[0].id
    every = tuple(Language)
    monthly = fairness_reports.published().where(Award.key == "monthly-project")
    reported = db.session.scalars(monthly).first()
    counted = db.session.scalar(select(func.max(RoundResult.round_id)))
    if reported is None:
        raise LookupError("no fairness report")
    return [
        Shot("home", auditor.id, "/"),
        Shot("case", won.nominees[0].id, f"/cases/{won.number}"),
        Shot("audit", auditor.id, f"/cases/{desk.number}/internal-audit", _judge_one),
        Shot("archive", reader, "/archive/", languages=every),
        Shot("search", reader, "/archive/?q=%E5%AE%A2%E6%88%B7&order=best", languages=every),
        Shot("record", reader, f"/archive/{won.number}", languages=every, sizes=TALL),
        Shot("questionnaire", reader, f"/questionnaires/{counted}", languages=every, sizes=TALL),
        Shot("proof", reader, "/archive/proof", languages=every, sizes=TALL),
        Shot("honour-roll", reader, "/honour-roll/", languages=every),
        Shot("person", reader, f"/honour-roll/people/{honoured}", languages=every),
        Shot(
            "fairness",
            reader,
            f"/fairness/monthly-project/{reported.cycle.key}",
            languages=every,
            sizes=TALL,
        ),
        Shot("wall", reader, "/honour-roll/wall", languages=every, sizes={1280: 720, 390: 694}),
        Shot("simulator", accounts[Duty.COMMITTEE].id, simulated, languages=every, sizes=TALL),
    ]


def _newest(*asked: ColumnElement[bool]) -> Nomination:
    query = select(Nomination).where(Nomination.stage == Stage.AWARDED, *asked)
    return db.session.scalars(query.order_by(Nomination.id.desc()).limit(1)).one()


def _judge_one(page: Page) -> None:
    """The worksheet with its first claim judged by keyboard."""
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.locator(".claim").first.scroll_into_view_if_needed()


def _certificates(app: Flask) -> None:
    """A certificate in each language, as it is printed."""
    for language in Language:
        won = _newest(
            Nomination.road == "standard", Nomination.nominees.any(Person.language == language)
        )
        found = certificates.of_case(won.number, won.nominees[0].id)
        if found is None:
            raise LookupError(won.number)
        with app.test_request_context():
            sheet = pdfium.PdfDocument(
                paper.certificate(certificate_texts(found, ADDRESS), found.at)
            )
        for width in SIZES:
            scale = SHARPNESS * width / sheet[0].get_width()
            _save(sheet[0].render(scale=scale).to_pil(), "certificate", language, width)


def _take(
    app: Flask,
    browser: Browser,
    address: str,
    shot: Shot,
    language: Language,
    width: int,
    height: int,
) -> None:
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        device_scale_factor=SHARPNESS,
        reduced_motion="reduce",
        locale=TAGS[language],
    )
    cookie = signed_cookie(app, shot.person_id)
    context.add_cookies([{"name": "plaudit", "value": cookie, "url": address}])
    page = context.new_page()
    page.goto(shot.path, wait_until="networkidle")
    if shot.act:
        shot.act(page)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    _save(picture, shot.name, language if shot.languages else None, width)
    context.close()


def _save(picture: Image.Image, name: str, language: Language | None, width: int) -> None:
    """In few colours, and in fewer where the file would be too large."""
    parts = (name, language.value.replace("_", "-") if language else "", str(width))
    path = HERE / f"{'-'.join(part for part in parts if part)}.png"
    for colours in (COLOURS, COLOURS // 2, COLOURS // 4):
        picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size < LARGEST:
            return
    raise ValueError(f"{path.name} is too large")


@contextmanager
def _demo(folder: Path) -> Iterator[tuple[Flask, str]]:
    """The demo, loaded and served."""
    app = create_app(Settings(data_dir=folder, demo=True))
    for name in ("", "werkzeug", "plaudit.access"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with app.app_context():
        upgrade()
        loading.load()
        db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield app, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


if __name__ == "__main__":
    main()
