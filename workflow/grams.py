"""What a text is found by: each Chinese character, each pair of neighbours, each mark, and each
beginning of a word of letters.

A query is cut the same way. A word of one or two characters, or of letters alone, is told by its
grams; of a longer one they say where it may be, and the text itself whether it is there. `Folding`
makes Traditional and Simplified, capitals and full-width letters meet, character by character, so
that a place in the folded text is the same place in the text.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from workflow.text import UnstorableText, normal


@dataclass(frozen=True, eq=False)
class Folding:
    """The one way of writing that texts are compared in, and all that come to it, by character."""

    table: Mapping[int, str]
    spellings: Mapping[str, str]


VERSION = 3  # counts up whenever the same text would be cut otherwise, or a kind is new
WORDS_AT_MOST = 8
GRAM_AT_MOST = 40  # of a longer word of letters the beginning; the text says the rest
GRAMS_AT_MOST = 20_000
SPELLINGS_AT_MOST = 100  # of a name
WAYS_AT_MOST = 16  # of writing a word that the database looks for

# Chinese with its extensions and repetition marks, kana, bopomofo, hangul: written without spaces.
_RUN = "\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u3040-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff"
_RUN += "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U000323af"
_PIECES = re.compile(rf"[{_RUN}]+|[^\W_{_RUN}]+|[^\w\s]|_")
_RUNS = re.compile(rf"[{_RUN}]")


@dataclass(frozen=True)
class Word:
    """One word of a query: the grams that a record must have, and what its text must hold."""

    folded: str
    grams: frozenset[str]
    exact: bool  # whether the grams alone say that it is there

    @property
    def is_beginning(self) -> bool:
        """Whether it is of letters alone, found where a word begins with it."""
        return self.exact and not _RUNS.match(self.folded)

    def stands_in(self, text: str, folding: Folding) -> bool:
        """Whether the text, as it was written, holds it."""
        if self.is_beginning:
            return self.folded in grams(fold(text, folding))
        # Looking for all spellings costs a fraction of folding the whole text.
        return self.folded in text or _spelt(self.folded, folding).search(text) is not None

    def ways(self, folding: Folding) -> list[str]:
        """Every way of writing it, one of which a text that holds it holds; none if too many."""
        each = [folding.spellings.get(char, char) for char in self.folded]
        if math.prod(map(len, each)) > WAYS_AT_MOST:
            return []
        return ["".join(spelt) for spelt in itertools.product(*each)]

    def places(self, folded: str) -> list[tuple[int, int]]:
        """Where in the text it stands."""
        if self.is_beginning:
            pieces = _PIECES.finditer(folded)
            starts = (each.start() for each in pieces if each[0].startswith(self.folded))
            return [(start, start + len(self.folded)) for start in starts]
        return [found.span() for found in re.finditer(re.escape(self.folded), folded)]


@dataclass(frozen=True)
class Excerpt:
    """Some of a text around what was looked for: parts in a row, each a hit or not."""

    parts: tuple[tuple[str, bool], ...]
    begins: bool  # at the text's beginning
    ends: bool  # at its end


def fold(text: str, folding: Folding) -> str:
    """The text as it is compared: every character gives way to one, or stays."""
    return text.translate(folding.table)


def spellings(text: str, folding: Folding) -> list[str]:
    """A short text with its Chinese characters in every way of writing them; long ones as they are.

    For a search by pattern, which cannot fold what it looks through.
    """
    folded = fold(text, folding)
    ways = [folding.spellings.get(char, char) if _RUNS.match(char) else char for char in folded]
    if math.prod(map(len, ways)) > SPELLINGS_AT_MOST:
        return [text, folded]
    return ["".join(way) for way in itertools.product(*ways)]


def grams(folded: str) -> set[str]:
    """Everything that the folded text is found by."""
    found: set[str] = set()
    for piece in _PIECES.findall(folded):
        if _RUNS.match(piece):
            found.update(piece)
            found.update(map(str.__add__, piece, piece[1:]))
        else:
            whole = _whole(piece)
            found.update([whole] if whole[0] == "_" else itertools.accumulate(whole))
        if len(found) > GRAMS_AT_MOST:
            break
    return found


def words(query: str, folding: Folding) -> list[Word] | None:
    """What a query asks for; None where it asks for what no text of ours can hold."""
    try:
        typed = fold(normal(query), folding).split()
    except UnstorableText:
        return None
    return [_word(each) for each in typed[:WORDS_AT_MOST]]


def excerpt(text: str, folded: str, wanted: list[Word], *, length: int = 120) -> Excerpt:
    """The part of the text with the first hit, its hits told apart; the beginning without one."""
    hits = sorted(hit for word in wanted for hit in word.places(folded))
    lead = length // 4
    start = max(0, hits[0][0] - lead) if hits else 0
    end = min(len(text), start + length)
    parts: list[tuple[str, bool]] = []
    at = start
    for hit_starts, hit_ends in hits:
        first, last = max(hit_starts, at), min(hit_ends, end)
        if first >= last:
            continue
        if first > at:
            parts.append((text[at:first], False))
        parts.append((text[first:last], True))
        at = last
    if at < end:
        parts.append((text[at:end], False))
    return Excerpt(tuple(parts), begins=start == 0, ends=end == len(text))


@functools.lru_cache(maxsize=256)
def _spelt(folded: str, folding: Folding) -> re.Pattern[str]:
    """The word in every way of writing it."""
    each = (f"[{re.escape(folding.spellings.get(char, char))}]" for char in folded)
    return re.compile("".join(each))


def _whole(piece: str) -> str:
    """A word of letters, its beginning; a mark by its number, behind what no word begins with."""
    is_mark = len(piece) == 1 and not piece.isalnum()
    return f"_p{ord(piece):x}" if is_mark else piece[:GRAM_AT_MOST]


def _word(folded: str) -> Word:
    pieces = _PIECES.findall(folded)
    wanted: set[str] = set()
    for piece in pieces:
        if _RUNS.match(piece) and len(piece) > 1:
            wanted.update(map(str.__add__, piece, piece[1:]))
        else:
            wanted.add(_whole(piece))
    return Word(folded, frozenset(wanted), exact=len(wanted) == 1 and folded in wanted)
