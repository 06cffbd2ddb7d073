"""A program: reads a PDF or a picture from its input, and writes a page of it as WebP, no larger
than a screen shows it; or says how many pages the PDF has.

`adapters.drawn_pages` runs it, alone and within bounds. It imports nothing of the product.
"""

from __future__ import annotations

import io
import resource
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS = 5  # of the processor
MEMORY = 512 * 1024 * 1024  # of addresses: what is resident is less
WIDEST = 1240  # a little more than A4 at 150 dots an inch
ZOOM_AT_MOST = 4
COLOURS = 4096  # letters and lines have no more; a photograph has


def main(asked: str, longest: int, data: bytes) -> bytes:
    if not data.startswith(b"%PDF"):
        return written(of_picture(data, int(asked), longest))
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    if asked == "count":
        return str(len(document)).encode()
    page = document[int(asked) - 1]
    width, height = page.get_size()
    scale = min(WIDEST / width, longest / height, ZOOM_AT_MOST)
    return written(page.render(scale=scale, draw_annots=True).to_pil().convert("RGB"))


def of_picture(data: bytes, page: int, longest: int) -> Image:
    """The picture, which is its one page."""
    from PIL import Image

    if page != 1:
        raise IndexError(page)
    picture = Image.open(io.BytesIO(data))
    picture.thumbnail((WIDEST, longest))
    return picture


def written(picture: Image) -> bytes:
    """Letters and lines on paper stay sharp, and take less room so; a photograph does not."""
    colours = picture.getcolors(COLOURS) or [(0, None)]
    paper = max(count for count, _colour in colours)
    out = io.BytesIO()
    picture.save(out, "WEBP", lossless=3 * paper > picture.width * picture.height, quality=75)
    return out.getvalue()


def stay_within_bounds() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    stay_within_bounds()
    sys.stdout.buffer.write(main(sys.argv[1], int(sys.argv[2]), sys.stdin.buffer.read()))
