"""The one gate that every text passes, typed, imported or sent, the same on both databases."""

from __future__ import annotations

import re
import unicodedata

# Marks that turn the direction of what follows: a name with one shows another name than it is.
BIDI_CONTROLS = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}\W+[A-Za-z]{2,}")
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols that are blank


# What no XML document may hold, even escaped.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class UnstorableText(ValueError):
    """Text that no database of ours may hold: a NUL or a lone surrogate."""


def normal(text: str) -> str:
    """Text through the gate: NFC, no NUL, no lone surrogate; raises UnstorableText."""
    if UNSTORABLE.search(text):
        raise UnstorableText
    return unicodedata.normalize("NFC", text)


def for_xml(text: str) -> str:
    """The text as a feed can hold it: what XML forbids gives way to a mark."""
    return NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def shows_nothing(text: str) -> bool:
    """Whether there is nothing to see in the text: blanks and invisible characters at most."""
    return all(c.isspace() or unicodedata.category(c) == "Cf" or c in FILLERS for c in text)


def misleads(name: str) -> bool:
    """Whether the name holds direction marks, line breaks or other control characters."""
    return any(c in BIDI_CONTROLS or unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in name)


def plain_reference(text: str) -> str:
    """A call, ticket or order id by its letters and figures: "Call 0087" is "CALL-0087"."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def written_in(text: str) -> str | None:
    """The language that the characters tell: zh where they belong to both Chinese scripts."""
    han = set(HAN.findall(str(text)))
    if not han:
        return "en" if ENGLISH.search(str(text)) else None
    simplified = any(_is_in(one, "gb2312") and not _is_in(one, "big5") for one in han)
    traditional = any(_is_in(one, "big5") and not _is_in(one, "gb2312") for one in han)
    if simplified is traditional:
        return "zh"
    return "zh-Hans" if simplified else "zh-Hant"


def _is_in(character: str, charset: str) -> bool:
    """The old character sets held one script each."""
    return bool(character.encode(charset, "ignore"))
