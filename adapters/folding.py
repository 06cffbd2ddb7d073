"""One way of writing for finding: Simplified, small, half-width; each character becomes one."""

from __future__ import annotations

import functools
import unicodedata

from opencc import OpenCC

from workflow.grams import Folding

LAST = 0x323AF  # of the Chinese characters
SURROGATES = range(0xD800, 0xE000)


@functools.cache
def folding() -> Folding:
    """The tables, made once in a process.

    Character by character and never by phrases: a query lacks the words around it that would
    choose another character, and has to meet the text all the same.
    """
    characters = [chr(code) for code in range(0x80, LAST + 1) if code not in SURROGATES]
    plain = "\n".join(_plain(character) for character in characters)
    chinese = OpenCC("t2s")
    simplified = chinese.convert(chinese.convert(plain)).split("\n")  # one is simplified twice
    table = {ord(capital): capital.lower() for capital in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    for character, simple in zip(characters, simplified, strict=True):
        if simple != character and len(simple) == 1:
            table[ord(character)] = simple
    spellings: dict[str, str] = {}
    for code, folded in table.items():
        spellings[folded] = spellings.get(folded, folded) + chr(code)
    return Folding(table, spellings)


def _plain(character: str) -> str:
    """Without capitals and width, where that is one character still."""
    for folded in (unicodedata.normalize("NFKC", character), character):
        if len(small := folded.lower()) == 1:
            return small
    return character
