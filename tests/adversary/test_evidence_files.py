"""Hostile files, sent by the real form to the real server: refused with a sentence, or kept as
designed. After each one the store holds exactly the files that claims name, and no process has
held more memory than it may."""

from __future__ import annotations

import http.client
import io
import shutil
import socket
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from config import Settings
from models.nominations import by_number
from tests.builders import make_award, make_cast, make_draft, make_scheme
from tests.fixtures.figures import Tell
from tests.fixtures.server import Answer, StartWeb, Visitor, Web

MEGABYTE = 1024 * 1024
MEMORY = 512 * MEGABYTE  # of one process
BOUNDARY = "----evidence"
SCRIPT = b"<script>alert(1)</script>"
PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
HUGE = 4 * 1024 * MEGABYTE


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind)
    return out.getvalue()


def png_of(side: int) -> bytes:
    """A picture of so many pixels a side, black, packed a thousandfold."""
    row = b"\x00" * (1 + side // 8 + 1)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def png_with_a_packed_text() -> bytes:
    """A small picture with a text beside it that unpacks to 200 MB."""
    plain = picture()
    text = b"Comment\x00\x00" + zlib.compress(b"\x00" * (200 * MEGABYTE), 9)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return plain[:33] + chunk + plain[33:]


@cache
def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("all.txt", b"\x00" * (100 * MEGABYTE))
    return out.getvalue()


def largest_photograph() -> bytes:
    """As many pixels as may be, in the form that takes the most memory, and lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    noise = Image.effect_noise((500, 400), 90).convert("RGB").resize((6250, 4000))
    noise.save(out, "JPEG", quality=70, progressive=True, subsampling=0, exif=exif)
    return out.getvalue()


def gif_and_script() -> bytes:
    """A picture to whoever looks for one, and a program to whoever reads it as that."""
    gif = picture("GIF", mode="P")
    return gif[:6] + b"/*" + gif[8:] + b"*/=1;" + SCRIPT


@dataclass
class Desk:
    """A nominator with one claim to show."""

    app: Flask
    web: Web
    visitor: Visitor
    number: str
    claim: int
    folder: Path

    def send(self, name: str, data: bytes, **typed: str) -> Answer:
        """The form as a browser without script sends it."""
        fields = {"csrf_token": self.visitor.csrf, "do": "save", **typed}
        named = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        body = b"".join((named % field).encode() for field in fields.items())
        body += self.file_head(name) + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self.visitor._ask("POST", self.path, body, headers)  # type: ignore[arg-type]  # octets

    def file_head(self, name: str) -> bytes:
        quoted = name.replace("\\", "\\\\")
        where = f'Content-Disposition: form-data; name="file_{self.claim}"; filename="{quoted}"'
        return f"--{BOUNDARY}\r\n{where}\r\nContent-Type: image/png\r\n\r\n".encode()

    @property
    def path(self) -> str:
        return f"/nominations/{self.number}/edit"

    def named(self) -> dict[str, str]:
        """The files that the claim names: name by hash."""
        with self.app.app_context():
            nomination = by_number(self.number)
            assert nomination is not None
            pieces = nomination.claims[0].evidence
            return {piece.sha256: piece.text for piece in pieces if piece.sha256}

    def text(self) -> str:
        with self.app.app_context():
            nomination = by_number(self.number)
            assert nomination is not None
            return nomination.claims[0].text

    def kept(self) -> set[str]:
        return {path.name for path in self.folder.rglob("*") if path.is_file()}

    def nothing_is_half_stored(self) -> bool:
        return self.kept() == {*self.named()}


@pytest.fixture
def number(app: Flask) -> tuple[int, str, int]:
    """A draft: whose, its number, and its claim."""
    with app.app_context():
        make_scheme()
        make_award()
        cast = make_cast()
        number = make_draft(cast.nominator, [cast.nominee])
        nomination = by_number(number)
        assert nomination is not None
        return cast.nominator, number, nomination.claims[0].id


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The server's folder for temporary files."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def desk(app: Flask, number: tuple[int, str, int], scratch: Path, start_web: StartWeb) -> Desk:
    settings: Settings = app.config["SETTINGS"]
    shutil.rmtree(settings.data_dir / "evidence", ignore_errors=True)  # what earlier tests left
    return at_desk(app, start_web(workers=1), number)  # which then holds all that is held


def at_desk(app: Flask, web: Web, number: tuple[int, str, int]) -> Desk:
    settings: Settings = app.config["SETTINGS"]
    visitor = web.visitor(number[0])
    return Desk(app, web, visitor, number[1], number[2], settings.data_dir / "evidence")


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a drawing that can carry scripts": ("chart.svg", lambda: b"<svg onload='alert(1)'/>"),
    "one that calls itself a picture": ("chart.png", lambda: b"<svg onload='alert(1)'/>"),
    "one that calls itself a text": ("chart.txt", lambda: b"\xef\xbb\xbf<SVG onload=alert(1)>"),
    "a web page": ("page.html", lambda: b"<!doctype html>" + SCRIPT),
    "one that calls itself a text, too": ("page.log", lambda: b"12:00 called " + SCRIPT),
    "an archive that unpacks to 100 MB": ("all.zip", zip_bomb),
    "the same as an office document": ("all.docx", zip_bomb),
    "a picture of 300 megapixels": ("wall.png", lambda: png_of(17_321)),
    "a picture of 30 megapixels": ("wide.png", lambda: png_of(5_500)),
    "a picture with a text that unpacks": ("note.png", png_with_a_packed_text),
    "nothing at all": ("empty.pdf", lambda: b""),
    "a program that calls itself a PDF": ("form.pdf", lambda: b"MZ" + b"\x90" * 4000),
    "half a picture": ("half.png", lambda: picture(size=(900, 900))[:200]),
    "more than may be kept": ("long.txt", lambda: b"a" * (11 * MEGABYTE)),
}


KEPT: dict[str, tuple[Callable[[], bytes], str]] = {
    "../../etc/cron.d/shot.png": (gif_and_script, "shot.png"),
    "C:\\Users\\me\\letter.png": (lambda: PDF, "letter.pdf"),
    "wrong.pdf": (lambda: picture() + SCRIPT, "wrong.png"),
    "calls.csv": (lambda: "时间,客户\n09:12,甲\n".encode("gb18030"), "calls.csv"),
}


def test_hostile_files_and_endless_streams_are_refused_or_kept_as_designed(
    desk: Desk, scratch: Path, tell: Tell
) -> None:
    for what, (name, make) in REFUSED.items():
        answer = desk.send(name, make(), **{f"claim_{desk.claim}": what})
        assert answer.status == 422, what
        assert 'class="error"' in answer.body, what
        assert desk.text() == what  # what was typed beside it is kept
        assert desk.named() == {}, what
        assert desk.nothing_is_half_stored(), what
    for name, (make, kept) in KEPT.items():
        for _twice in range(2):
            assert desk.send(name, make()).status == 303, name
        assert list(desk.named().values()).count(kept) == 1
        assert desk.nothing_is_half_stored()
    assert len(desk.named()) == len(KEPT)
    for digest in desk.named():
        assert b"script" not in (desk.folder / digest[:2] / digest).read_bytes()
    tell(f"{len(REFUSED)} hostile files refused, {len(KEPT)} kept: {peak(desk)} MB")
    for announced in (True, False):
        status, taken = stream(desk, HUGE, announced=announced)
        assert status == 413
        assert taken < HUGE // 10
        assert desk.nothing_is_half_stored()
        tell(f"of a file of 4096 MB {taken // MEGABYTE} MB were taken: {peak(desk)} MB")
    assert desk.send("mail.txt", b"The customer wrote.").status == 303  # it goes on working
    assert [*scratch.iterdir()] == []


def peak(desk: Desk) -> int:
    """The most megabytes that a process has held so far: fewer than it may."""
    octets = desk.web.peak_memory()
    assert octets < MEMORY
    return octets // MEGABYTE


def stream(desk: Desk, size: int, *, announced: bool) -> tuple[int, int]:
    """Send a file of this size as fast as it is taken; returns the status and what was taken."""
    head = desk.file_head("call.wav")
    with socket.create_connection(("127.0.0.1", desk.web.port), timeout=120) as wire:
        length = (
            f"Content-Length: {len(head) + size}" if announced else "Transfer-Encoding: chunked"
        )
        wire.sendall(
            f"POST {desk.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {desk.visitor.cookie}\r\n"
            f"X-CSRFToken: {desk.visitor.csrf}\r\n{length}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n".encode()
        )
        block = b"RIFF" + b"\x00" * (MEGABYTE - 4)
        taken = 0
        try:
            for data in (head, *[block] * (size // MEGABYTE)):
                wire.sendall(data if announced else b"%x\r\n%s\r\n" % (len(data), data))
                taken += len(data)
            if not announced:
                wire.sendall(b"0\r\n\r\n")
        except OSError:
            pass  # the server has heard enough
        answer = http.client.HTTPResponse(wire)
        try:
            answer.begin()
        except (OSError, http.client.HTTPException):
            return 0, taken
        return answer.status, taken


@pytest.mark.prove
def test_the_largest_photograph_that_is_taken_stays_within_memory(desk: Desk, tell: Tell) -> None:
    assert desk.send("hall.jpg", largest_photograph()).status == 303
    tell(f"a photograph of 25 megapixels: {peak(desk)} MB")


@pytest.mark.prove
def test_a_full_disk_is_said_to_be_one_and_nothing_is_half_stored(
    app: Flask, number: tuple[int, str, int], scratch: Path, start_web: StartWeb
) -> None:
    settings: Settings = app.config["SETTINGS"]
    folder = settings.data_dir / "evidence"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    under = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    if subprocess.run([*under, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a small disk for a process of their own")
    mount = f'mount -t tmpfs -o size=2m tmpfs "{folder}" && exec "$0" "$@"'
    desk = at_desk(app, start_web([*under, mount]), number)
    desk.folder = Path(f"/proc/{desk.web.process.pid}/root{folder}")
    noise = io.BytesIO()
    Image.effect_noise((2000, 2000), 90).save(noise, "PNG")
    answer = desk.send("noise.png", noise.getvalue(), **{f"claim_{desk.claim}": "Typed beside it."})
    assert answer.status == 422
    assert "storage is full or out of reach" in answer.body
    assert desk.text() == "Typed beside it."
    assert desk.named() == {}
    assert desk.kept() == set()
    assert desk.send("mail.txt", b"The customer wrote.").status == 303  # there is room for this
    assert desk.nothing_is_half_stored()
