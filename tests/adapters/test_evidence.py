"""Files of evidence: what is accepted, what is left out of it, and what the store promises."""

from __future__ import annotations

import io
import wave
import zipfile

import pytest
from PIL import Image

from adapters.evidence import RefusedFile, accept, clean_name

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (12, 8), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def sound() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x00" * 80)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("inside.txt", "hello")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "media_type", "kept_as"),
    [
        ("scan.pdf", PDF, "application/pdf", "scan.pdf"),
        ("shot.png", picture("PNG"), "image/png", "shot.png"),
        ("photo.JPG", picture("JPEG"), "image/jpeg", "photo.jpg"),
        ("photo.webp", picture("WEBP"), "image/webp", "photo.webp"),
        ("moving.gif", picture("GIF"), "image/png", "moving.png"),
        ("call.wav", sound(), "audio/wav", "call.wav"),
        ("call.mp3", b"ID3\x04" + b"\x00" * 300, "audio/mpeg", "call.mp3"),
        ("call.ogg", b"OggS" + b"\x00" * 300, "audio/ogg", "call.ogg"),
        ("call.m4a", b"\x00\x00\x00\x20ftypM4A " + b"\x00" * 300, "audio/mp4", "call.m4a"),
        ("mail.txt", "客户来信：谢谢".encode(), "text/plain; charset=utf-8", "mail.txt"),
        ("old.txt", "客户来信：谢谢".encode("gb18030"), "text/plain; charset=utf-8", "old.txt"),
    ],
)
def test_what_can_show_something_is_accepted_by_its_content(
    name: str, data: bytes, media_type: str, kept_as: str
) -> None:
    file = accept(name, data, 10)
    assert (file.name, file.media_type) == (kept_as, media_type)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.txt", b"", "file_empty"),
        ("large.txt", b"a" * (1024 * 1024 + 1), "file_too_large"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_not_accepted"),
        ("drawing.txt", b"\xef\xbb\xbf <SVG onload=alert(1)>", "file_markup"),
        ("page.html", b"<!doctype html><p>hello", "file_not_accepted"),
        ("page.txt", b"hello <script>alert(1)</script>", "file_markup"),
        ("archive.zip", archive(), "file_archive"),
        ("sheet.xlsx", archive(), "file_archive"),
        ("tool.exe", b"MZ" + b"\x00" * 300, "file_archive"),
        ("binary.txt", b"\x00\x01\x02\x03 text", "file_not_accepted"),
        ("half.png", picture("PNG")[:40], "picture_broken"),
        ("nothing", b"just words", "file_not_accepted"),
    ],
)
def test_what_could_run_or_cannot_be_read_is_refused_with_its_reason(
    name: str, data: bytes, message: str
) -> None:
    with pytest.raises(RefusedFile) as refused:
        accept(name, data, 1)
    assert refused.value.message == message


def test_a_picture_is_written_anew_without_its_metadata() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at the customer's home"
    data = picture("JPEG", exif=exif)
    assert b"customer's home" in data
    kept = accept("photo.jpg", data, 10).data
    assert b"customer's home" not in kept
    assert Image.open(io.BytesIO(kept)).size == (12, 8)


def test_a_picture_keeps_nothing_that_was_hidden_behind_it() -> None:
    kept = accept("photo.png", picture("PNG") + b"<script>alert(1)</script>", 10).data
    assert b"script" not in kept


def test_a_picture_stands_upright_as_its_camera_meant_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    kept = accept("photo.jpg", picture("JPEG", exif=exif), 10).data
    assert Image.open(io.BytesIO(kept)).size == (8, 12)


@pytest.mark.parametrize("side", [10_000, 20_000])
def test_a_picture_that_unpacks_to_too_many_pixels_is_refused(side: int) -> None:
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    assert len(out.getvalue()) < 1024 * 1024
    with pytest.raises(RefusedFile) as refused:
        accept("bomb.png", out.getvalue(), 10)
    assert refused.value.message == "picture_too_large"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.pdf"),
        ("C:\\Users\\me\\scan.png", "scan.pdf"),
        ("银行确认函.PDF", "银行确认函.pdf"),
        ("evil\u202egnp.exe\x00.txt", "evilgnp.exe.pdf"),
        ("...", "evidence.pdf"),
        ("", "evidence.pdf"),
        ("a" * 500, "a" * 120 + ".pdf"),
    ],
)
def test_a_name_is_kept_without_folders_controls_or_a_false_ending(given: str, kept: str) -> None:
    assert clean_name(given, ".pdf") == kept
