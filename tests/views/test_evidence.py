"""Evidence in the page: shown beside its claim, in a sandbox, and each opening noted."""

from __future__ import annotations

import io
import shutil
import wave
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from adapters import clock
from config import Settings
from models.base import db
from models.evidence import EvidenceOpening
from models.nominations import by_number
from operations import evidence
from tests import roads
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_draft,
    make_scheme,
)
from tests.fixtures.pages import Client
from views.evidence import store
from workflow.vocabulary import Action, Reason, Stage

MARKED_UP = "Dear team, <b>thank you</b> & goodbye"


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), "teal").save(out, "PNG")
    return out.getvalue()


def pdf(pages: int = 2) -> bytes:
    out = io.BytesIO()
    sheets = [Image.new("RGB", (210, 297), "white") for _ in range(pages)]
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(8000))
    return out.getvalue()


@dataclass
class Desk:
    """A case with one file of each kind, in front of its internal auditor."""

    app: Flask
    client: Client
    cast: Cast
    number: str
    files: dict[str, str]  # hash by name

    def path(self, name: str, way: str = "") -> str:
        return f"/cases/{self.number}/evidence/{self.files[name]}{way}"

    def openings(self) -> list[tuple[int, str]]:
        with self.app.app_context():
            rows = db.session.scalars(select(EvidenceOpening).order_by(EvidenceOpening.id))
            names = {digest: name for name, digest in self.files.items()}
            return [(row.person_id, f"{names[row.sha256]} {row.how.value}") for row in rows]


@pytest.fixture
def desk(app: Flask, client: Client) -> Desk:
    with app.app_context():
        make_scheme()
        make_award(road="instant")
        cast = make_cast()
        number = make_draft(cast.nominator, [cast.nominee])
        shutil.rmtree(app.config["SETTINGS"].data_dir / "evidence", ignore_errors=True)
        files = {}
        for name, data in {
            "shot.png": picture(),
            "letter.pdf": pdf(),
            "call.wav": sound(),
            "mail.txt": MARKED_UP.encode(),
        }.items():
            attach(cast, number, name, data)
            files[name] = newest(number)
        decide(cast.nominator, number, Action.SUBMIT)
    client.sign_in(cast.internal)
    return Desk(app, client, cast, number, files)


def attach(cast: Cast, number: str, name: str, data: bytes) -> None:
    nomination = by_number(number)
    assert nomination is not None
    evidence.attach(
        store(),
        person_id=cast.nominator,
        number=number,
        claim_id=nomination.claims[0].id,
        name=name,
        data=data,
        megabytes=1,
    )


def newest(number: str) -> str:
    nomination = by_number(number)
    assert nomination is not None
    digest = nomination.claims[0].evidence[-1].sha256
    assert digest is not None
    return digest


@pytest.mark.parametrize("place", ["", "/internal-audit"])
def test_files_are_shown_beside_the_claim_that_they_are_named_for(desk: Desk, place: str) -> None:
    page = desk.client.get(f"/cases/{desk.number}{place}").text
    assert f'<img src="{desk.path("shot.png", "/pages/1?small=1")}"' in page
    assert f'<img src="{desk.path("letter.pdf", "/pages/1?small=1")}"' in page
    assert f'src="{desk.path("call.wav", "/content")}"' in page
    assert f'href="{desk.path("mail.txt")}"' in page


def test_what_is_sent_runs_nowhere_and_is_kept_by_no_cache(desk: Desk) -> None:
    for name, way, media_type in (
        ("shot.png", "/content", "image/png"),
        ("shot.png", "/pages/1", "image/webp"),
        ("letter.pdf", "/pages/2", "image/webp"),
        ("call.wav", "/content", "audio/wav"),
        ("letter.pdf", "/file", "application/pdf"),
        ("mail.txt", "/file", "text/plain"),
    ):
        sent = desk.client.get(desk.path(name, way))
        assert (sent.status_code, sent.mimetype) == (200, media_type)
        assert sent.headers["X-Content-Type-Options"] == "nosniff"
        assert sent.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert sent.headers["Cache-Control"] == "no-store"
        attached = sent.headers.get("Content-Disposition", "").startswith("attachment")
        assert attached == (way == "/file")


def test_only_pictures_and_recordings_are_sent_into_a_page(desk: Desk) -> None:
    assert desk.client.get(desk.path("mail.txt", "/content")).status_code == 404
    assert desk.client.get(desk.path("letter.pdf", "/content")).status_code == 404
    assert desk.client.get(desk.path("mail.txt", "/pages/1")).status_code == 404
    assert desk.client.get(desk.path("shot.png", "/pages/2")).status_code == 404
    assert desk.client.get(desk.path("letter.pdf", "/pages/3")).status_code == 404


def test_a_pdf_is_leafed_through_page_by_page(desk: Desk) -> None:
    path = desk.path("letter.pdf")
    first, last, beyond = (desk.client.get(f"{path}?page={page}").text for page in (1, 2, 99))
    assert "Page 1 of 2" in first
    assert f'href="{path}?page=2"' in first
    assert "Previous page" not in first
    assert "Page 2 of 2" in last
    assert "Next page" not in last
    assert "Page 2 of 2" in beyond
    drawn = desk.client.get(desk.path("letter.pdf", "/pages/1")).data
    assert Image.open(io.BytesIO(drawn)).format == "WEBP"


def test_a_pdf_that_cannot_be_drawn_is_offered_for_download(desk: Desk) -> None:
    broken = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
    with desk.app.app_context():
        number = make_draft(desk.cast.nominator, [desk.cast.nominee])
        attach(desk.cast, number, "broken.pdf", broken)
        digest = newest(number)
    desk.client.sign_in(desk.cast.nominator)
    page = desk.client.get(f"/cases/{number}/evidence/{digest}")
    assert page.status_code == 200
    assert "cannot be shown in the page" in page.text


def test_a_stored_file_that_is_lost_or_changed_is_said_to_be(
    desk: Desk, settings: Settings
) -> None:
    digest = desk.files["mail.txt"]
    (settings.data_dir / "evidence" / digest[:2] / digest).write_bytes(b"Another mail.")
    page = desk.client.get(desk.path("mail.txt"))
    assert "no longer what was handed in" in page.text
    assert "Another mail." not in page.text
    assert desk.client.get(desk.path("mail.txt", "/file")).status_code == 404


def test_a_recording_is_sent_in_any_part_that_the_player_asks_for(desk: Desk) -> None:
    path, whole = desk.path("call.wav", "/content"), sound()
    part = desk.client.get(path, headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.data == whole[100:200]
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert desk.client.get(path, headers={"Range": "bytes=999999-"}).status_code == 416
    assert desk.openings() == [(desk.cast.internal, "call.wav shown")]


def test_text_is_shown_as_it_was_typed_and_as_nothing_else(desk: Desk) -> None:
    page = desk.client.get(desk.path("mail.txt")).text
    assert "Dear team, &lt;b&gt;thank you&lt;/b&gt; &amp; goodbye" in page


def test_each_opening_is_noted_and_only_the_schemes_managers_read_of_it(desk: Desk) -> None:
    desk.client.get(desk.path("mail.txt"))
    desk.client.get(desk.path("mail.txt"))
    desk.client.get(desk.path("mail.txt", "/file"))
    internal = desk.cast.internal
    assert desk.openings() == [(internal, "mail.txt shown"), (internal, "mail.txt downloaded")]
    log = f"/cases/{desk.number}/openings"
    for reader in (internal, desk.cast.nominator, desk.cast.arbiter):
        desk.client.sign_in(reader)
        assert desk.client.get(log).status_code == 404
        assert log not in desk.client.get(f"/cases/{desk.number}").text
    desk.client.sign_in(desk.cast.scheme_manager)
    assert log in desk.client.get(f"/cases/{desk.number}").text
    page = desk.client.get(log).text
    assert page.count("mail.txt") == 2
    assert page.count("Internal") >= 2
    assert "downloaded" in page
    assert desk.openings()[2:] == []


def test_a_file_is_opened_by_nobody_who_may_not_see_the_case(desk: Desk) -> None:
    desk.client.sign_in(desk.cast.colleague)
    for name in desk.files:
        for way in ("", "/content", "/file", "/pages/1"):
            assert desk.client.get(desk.path(name, way)).status_code == 404
    assert desk.openings() == []


def test_evidence_that_came_later_is_marked_for_auditors_parties_and_the_archive(
    desk: Desk,
) -> None:
    cast, number = desk.cast, desk.number
    with desk.app.app_context():
        decide(cast.internal, number, Action.RETURN, Reason.EVIDENCE_MISSING, SENTENCE)
        clock.set_offset(timedelta(days=2))
        attach(cast, number, "late.txt", b"The bank wrote, too.")
        decide(cast.nominator, number, Action.RESUBMIT)
    for reader, place in (
        (cast.internal, "/internal-audit"),
        (cast.internal, ""),
        (cast.nominee, ""),
    ):
        desk.client.sign_in(reader)
        page = desk.client.get(f"/cases/{number}{place}").text
        assert page.count("added later, on") == 1
    with desk.app.app_context():
        roads.find(cast.internal, number)
        decide(cast.internal, number, Action.APPROVE)
        roads.call(cast.external, number)
        decide(cast.external, number, Action.APPROVE)
        assert decide(cast.policy, number, Action.APPROVE) is Stage.PUBLIC_NOTICE
    desk.client.sign_in(cast.colleague)
    assert "some of it added later, on" in desk.client.get(f"/archive/{number}").text
