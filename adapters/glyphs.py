"""Which characters a font file has, read from its own table."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path


@cache
def characters(font: Path) -> frozenset[int]:
    """The code points that the first face of the file can show (cmap format 12)."""
    data = font.read_bytes()
    start = _tables(data)[b"cmap"]
    (count,) = struct.unpack_from(">H", data, start + 2)
    found: set[int] = set()
    for record in range(count):
        (offset,) = struct.unpack_from(">I", data, start + 8 + 8 * record)
        (form,) = struct.unpack_from(">H", data, start + offset)
        if form == 12:
            found |= _segments(data, start + offset)
    return frozenset(found)


def _tables(data: bytes) -> dict[bytes, int]:
    """Where each table of the first face begins."""
    face = struct.unpack_from(">I", data, 12)[0] if data.startswith(b"ttcf") else 0
    (count,) = struct.unpack_from(">H", data, face + 4)
    records = (struct.unpack_from(">4sIII", data, face + 12 + 16 * nth) for nth in range(count))
    return {tag: offset for tag, _sum, offset, _length in records}


def _segments(data: bytes, at: int) -> set[int]:
    (groups,) = struct.unpack_from(">I", data, at + 12)
    found: set[int] = set()
    for nth in range(groups):
        first, last, _glyph = struct.unpack_from(">III", data, at + 16 + 12 * nth)
        found.update(range(first, last + 1))
    return found
