"""A colleague's picture: square, of one size, upright, and with nothing beside it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from adapters.evidence import RefusedFile
from adapters.portrait import portrait


def drawn(kind: str, size: tuple[int, int], mode: str = "RGB", **options: object) -> bytes:
    """The upper half red, the lower half blue."""
    picture = Image.new(mode, size, "blue")
    picture.paste("red", (0, 0, size[0], size[1] // 2))
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("kind", "size"),
    [("JPEG", (300, 900)), ("PNG", (1400, 400)), ("WEBP", (512, 512)), ("GIF", (200, 160))],
)
def test_every_picture_becomes_a_square_of_one_size(kind: str, size: tuple[int, int]) -> None:
    file = portrait("me.jpg", drawn(kind, size), 10)
    kept = Image.open(io.BytesIO(file.data))
    assert (kept.format, kept.size, kept.mode) == ("WEBP", (512, 512), "RGB")
    assert file.media_type == "image/webp"
    assert file == portrait("other.png", drawn(kind, size), 10)
    red, _green, blue = kept.getpixel((256, 20))  # type: ignore[misc]
    assert red > blue, "what is cut off lies below"


def test_what_the_camera_noted_is_left_behind_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    exif[0x010E] = "CANARY"
    data = drawn("JPEG", (400, 400), exif=exif, comment=b"CANARY")
    assert b"CANARY" in data
    kept = portrait("me.jpg", data, 10).data
    assert b"CANARY" not in kept
    assert b"EXIF" not in kept
    red, _green, blue = Image.open(io.BytesIO(kept)).getpixel((256, 20))  # type: ignore[misc]
    assert blue > red


def test_what_is_seen_through_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    kept = Image.open(io.BytesIO(portrait("me.png", out.getvalue(), 10).data))
    assert min(kept.getpixel((5, 5))) > 250  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.7\n%%EOF\n", "portrait_not_picture"),
        (b"plain words", "file_not_accepted"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, "picture_broken"),
        (drawn("PNG", (159, 900)), "portrait_too_small"),
        (drawn("PNG", (6000, 5000)), "picture_too_large"),
        (drawn("PNG", (300, 300)) + bytes(1024 * 1024), "file_too_large"),
    ],
)
def test_what_is_no_picture_or_too_much_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(RefusedFile) as refused:
        portrait("me.txt" if why == "portrait_not_picture" else "me", data, 1)
    assert refused.value.message == why
