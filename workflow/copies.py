"""Near-copies of a text: fingerprints to find them by, and the passage that two texts share.

Texts are compared by their letters and figures alone. K bytes of UTF-8 are eight Chinese
characters or some four English words; of each WINDOW of such pieces one is kept (winnowing), so
that any shared run of K + WINDOW - 1 bytes shares a fingerprint.
"""

from __future__ import annotations

import unicodedata
import zlib
from dataclasses import dataclass

K, WINDOW = 24, 32
SIGNED = 1 << 31  # a fingerprint fits a column of four bytes


@dataclass(frozen=True)
class Shared:
    """How much of one text stands in another, and the longest run of it as it was written."""

    share: float  # 0 to 1
    passage: str


def fingerprints(text: str) -> set[int]:
    """The text's fingerprints; empty for a text shorter than K bytes."""
    pieces = [zlib.crc32(piece) - SIGNED for piece in _pieces(_bare(text)[0])]
    windows = range(max(len(pieces) - WINDOW + 1, 1))
    return {min(pieces[at : at + WINDOW]) for at in windows} if pieces else set()


def shared(text: str, other: str) -> Shared | None:
    """What of the text stands in the other as well; None where no piece of it does."""
    bare, places = _bare(text)
    known = set(_pieces(_bare(other)[0]))
    covered, begin, end, longest = 0, -1, -1, (0, 0)
    for at, piece in enumerate(_pieces(bare)):
        if piece not in known:
            continue
        if at > end:
            begin = at
        covered += at + K - max(at, end)
        end = at + K
        longest = max(longest, (begin, end), key=lambda run: run[1] - run[0])
    if not covered:
        return None
    begin, end = longest
    # Two characters may begin or end with the same byte: only whole ones are quoted.
    while begin > 0 and places[begin - 1] == places[begin]:
        begin += 1
    while end < len(places) and places[end] == places[end - 1]:
        end -= 1
    return Shared(covered / len(bare), text[places[begin] : places[end - 1] + 1])


def _pieces(bare: bytes) -> list[bytes]:
    return [bare[at : at + K] for at in range(len(bare) - K + 1)]


def _bare(text: str) -> tuple[bytes, list[int]]:
    """Letters and figures in one width and one case, and where each byte stood in the text."""
    written, places = bytearray(), []
    for place, character in enumerate(text):
        folded = unicodedata.normalize("NFKC", character).casefold()
        kept = "".join(c for c in folded if c.isalnum()).encode()
        written += kept
        places += [place] * len(kept)
    return bytes(written), places
