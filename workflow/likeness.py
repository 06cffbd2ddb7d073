"""Whether two nominations look like one event told twice: a hint for people, never a rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

TITLES_ALIKE = 0.7  # share of characters in common, in order
DAYS_NEAR = timedelta(days=1)
ID_AT_LEAST = 4  # characters of a reference that can tell one event from another
WORD_AT_LEAST = 6  # the same for one word of a longer reference
LOOKS_LIKE_A_DAY = re.compile(r"(19|20)\d{6}")


class Likeness(StrEnum):
    """What two tellings have in common, the strongest first."""

    REFERENCE = "reference"
    TITLE = "title"
    DAY = "day"


@dataclass(frozen=True)
class Telling:
    """What of a nomination is compared; the nominee and the cycle are the same already."""

    title: str
    happened_on: date | None
    references: Collection[str]


def identifiers(reference: str) -> set[str]:
    """The call, ticket or order ids in a reference, as they compare: "CALL-0087" is "call 0087".

    The whole reference is one, and so is each longer word of it that has a figure and is no day.
    """
    whole = _plain(reference)
    words = {_plain(word) for word in re.split(r"[\s,;、，；:：()（）]+", reference)}
    found = {word for word in words if len(word) >= WORD_AT_LEAST}
    if len(whole) >= ID_AT_LEAST:
        found.add(whole)
    return {
        each
        for each in found
        if any(c.isdigit() for c in each) and not LOOKS_LIKE_A_DAY.fullmatch(each)
    }


def likeness(one: Telling, other: Telling) -> Likeness | None:
    """The strongest thing in common; None when they look like two events."""
    if _plain_all(one.references) & _plain_all(other.references):
        return Likeness.REFERENCE
    if _titles_alike(_plain(one.title), _plain(other.title)):
        return Likeness.TITLE
    if one.happened_on and other.happened_on:
        near = abs(one.happened_on - other.happened_on) <= DAYS_NEAR
        return Likeness.DAY if near else None
    return None


def _titles_alike(one: str, other: str) -> bool:
    if not one or not other:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= TITLES_ALIKE


def _plain_all(texts: Collection[str]) -> set[str]:
    return {plain for text in texts if (plain := _plain(text))}


def _plain(text: str) -> str:
    """Letters and figures alone, in one width and one case: "CALL-0087" is "call 0087"."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
