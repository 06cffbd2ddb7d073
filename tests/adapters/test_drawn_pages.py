"""Pages and pictures drawn by a process of its own: whatever is in a file, only that ends."""

from __future__ import annotations

import io
import time
import zlib

import pytest
from PIL import Image

from adapters.drawn_pages import GLIMPSE, PAGES_AT_MOST, NotDrawn, count_pages, draw_page


def pdf(*objects: bytes) -> bytes:
    """A file of these objects, numbered from 1; the first is the catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(out))
    )


def stream(content: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), more, content)


A4 = b"0 0 595 842"
CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"


def one_page(
    content: bytes, box: bytes = b"0 0 595 842", *more: bytes, named: bytes = b""
) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << %s >> >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return pdf(CATALOGUE, pages, page % (box, named), content, *more)


def forms_in_forms(depth: int) -> bytes:
    """A page that draws a form ten times, which draws another ten times, and so on."""
    ten, forms = b"/X Do " * 10, []
    for number in range(depth):
        inner = b"/Resources << /XObject << /X %d 0 R >> >>" % (6 + number)
        more = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] "
        forms.append(stream(ten, more + inner))
    forms.append(stream(b"0 0 100 100 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"))
    return one_page(stream(ten), A4, *forms, named=b"/XObject << /X 5 0 R >>")


def test_a_page_is_drawn_as_a_picture_of_a_bounded_size() -> None:
    square = one_page(stream(b"1 0 0 rg 0 0 595 421 re f"))
    assert count_pages(square) == 1
    drawn = Image.open(io.BytesIO(draw_page(square, 1)))
    assert drawn.format == "WEBP"
    assert drawn.width == 1240
    assert drawn.getpixel((600, 1700)) == (255, 0, 0)
    assert drawn.getpixel((600, 20)) == (255, 255, 255)
    for box in (b"0 0 200000 200000", b"0 0 3 200000", b"0 0 1 1"):
        width, height = Image.open(io.BytesIO(draw_page(one_page(stream(b""), box), 1))).size
        assert width <= 1241
        assert height <= 2501


def test_a_photograph_is_drawn_as_large_as_a_screen_shows_it_and_letters_stay_sharp() -> None:
    photograph = io.BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(photograph, "JPEG", quality=90)
    whole, glimpse = (draw_page(photograph.getvalue(), 1, high) for high in (2500, GLIMPSE))
    assert len(glimpse) < 150_000 < len(photograph.getvalue()) / 20
    assert Image.open(io.BytesIO(whole)).size == (1240, 930)
    assert Image.open(io.BytesIO(glimpse)).height == GLIMPSE
    lines = Image.new("RGB", (300, 300), "white")
    lines.paste("navy", (10, 10, 11, 290))
    written = io.BytesIO()
    lines.save(written, "PNG")
    drawn = Image.open(io.BytesIO(draw_page(written.getvalue(), 1)))
    assert drawn.convert("RGB").tobytes() == lines.tobytes()
    with pytest.raises(NotDrawn):
        draw_page(written.getvalue(), 2)


@pytest.mark.parametrize("page", [0, -1, 2, PAGES_AT_MOST + 1])
def test_a_page_that_is_not_there_is_not_drawn(page: int) -> None:
    with pytest.raises(NotDrawn):
        draw_page(one_page(stream(b"")), page)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 and then nothing",
        pdf(CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>"),
        pdf(CATALOGUE, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
        pdf(CATALOGUE, b"<< /Type /Pages /Kids [%s] /Count 900 >>" % (b"3 0 R " * 900), b"<<>>"),
        pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"[" * 100_000),
    ],
    ids=["empty", "broken", "without pages", "its own parent", "900 pages", "nested arrays"],
)
def test_what_cannot_be_drawn_is_said_to_be_so(data: bytes) -> None:
    with pytest.raises(NotDrawn):
        draw_page(data, min(count_pages(data), 1))


@pytest.mark.prove
def test_a_page_that_unpacks_to_a_gigabyte_ends_in_bounded_time_and_memory() -> None:
    packer = zlib.compressobj(9)
    line = b"0 0 m 9 9 l S\n" * 75_000
    packed = b"".join(packer.compress(line) for _ in range(1_000)) + packer.flush()
    bomb = one_page(stream(packed, b"/Filter /FlateDecode"))
    began = time.monotonic()
    with pytest.raises(NotDrawn):
        draw_page(bomb, 1)
    assert time.monotonic() - began < 10


@pytest.mark.prove
def test_a_page_that_would_take_years_ends_in_seconds() -> None:
    began = time.monotonic()
    with pytest.raises(NotDrawn):
        draw_page(forms_in_forms(12), 1)
    assert time.monotonic() - began < 10
