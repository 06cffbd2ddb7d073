"""Pages of a PDF, and pictures, as large as a screen shows them, drawn by a process of its own.

What reads PDF files may crash, and a picture unpacks to a hundred times its size.

That process has a bounded time, memory and picture, writes no file and never sees the database.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SECONDS = 8
PAGES_AT_MOST = 500
DRAWING = Path(__file__).with_name("drawing.py")
MEDIA_TYPE = "image/webp"
LONGEST, GLIMPSE = 2500, 640  # pixels: a page to be read, and one beside its name


class NotDrawn(Exception):
    """The page cannot be drawn: there is none, or the file is broken, locked or too heavy."""


def count_pages(data: bytes) -> int:
    """How many pages the file has; raises NotDrawn."""
    pages = int(_run("count", LONGEST, data))
    if not 0 < pages <= PAGES_AT_MOST:
        raise NotDrawn
    return pages


def draw_page(data: bytes, page: int, longest: int = LONGEST) -> bytes:
    """The page (from 1) as WebP, so many pixels high at most; raises NotDrawn."""
    if not 0 < page <= PAGES_AT_MOST:
        raise NotDrawn
    return _run(str(page), longest, data)


def _run(asked: str, longest: int, data: bytes) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 — our own program; the file comes by its input
            [sys.executable, "-I", str(DRAWING), asked, str(longest)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotDrawn from error
    if done.returncode != 0 or not done.stdout:
        raise NotDrawn
    return done.stdout
