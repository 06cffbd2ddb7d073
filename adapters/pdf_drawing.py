"""A program: reads a PDF from its input, writes one page as PNG, or says how many there are.

`adapters.pdf_pages` runs it, alone and within bounds. It imports nothing of the product.
"""

from __future__ import annotations

import resource
import sys

SECONDS = 5  # of the processor
MEMORY = 512 * 1024 * 1024  # of addresses: what is resident is less
WIDEST, LONGEST = 1240, 2500  # a little more than A4 at 150 dots an inch
ZOOM_AT_MOST = 4


def main(asked: str, data: bytes) -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    if asked == "count":
        return str(len(document)).encode()
    page = document[int(asked) - 1]
    width, height = page.get_size()
    scale = min(WIDEST / width, LONGEST / height, ZOOM_AT_MOST)
    picture = page.render(scale=scale, draw_annots=True).to_pil().convert("RGB")
    picture.save(sys.stdout.buffer, "PNG")
    return b""


def stay_within_bounds() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    stay_within_bounds()
    sys.stdout.buffer.write(main(sys.argv[1], sys.stdin.buffer.read()))
