"""The three languages are complete: every sentence and every placeholder."""

from __future__ import annotations

import re
import string

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.house.sources import ROOT

CHINESE = ("zh_Hans", "zh_Hant")
NAMED = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def spoken() -> set[str]:
    """Every sentence that code and templates hand to gettext."""
    with (ROOT / "translations" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel's
    keywords = {
        "_": None,
        "_l": None,
        "gettext": None,
        "lazy_gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
    }
    found = extract_from_dir(ROOT, methods, options, keywords=keywords)
    return {row[2] if isinstance(row[2], str) else row[2][0] for row in found}


def _catalogue(language: str) -> Catalog:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _messages(language: str) -> list[Message]:
    return [message for message in _catalogue(language) if message.id]


@pytest.mark.parametrize("language", CHINESE)
def test_the_catalogue_holds_every_sentence_and_no_other(language: str, spoken: set[str]) -> None:
    """`make languages` brings the catalogues up to date."""
    kept = {_key(message) for message in _messages(language)}
    assert spoken - kept == set()
    assert kept - spoken == set()


@pytest.mark.parametrize("language", CHINESE)
def test_every_sentence_is_translated(language: str) -> None:
    open_ones = [
        _key(message)
        for message in _messages(language)
        if message.fuzzy or not all(_forms(message))
    ]
    assert open_ones == []


@pytest.mark.parametrize("language", CHINESE)
def test_a_translation_names_the_same_placeholders(language: str) -> None:
    wrong = [
        _key(message)
        for message in _messages(language)
        for form in _forms(message)
        if set(NAMED.findall(form)) != set(NAMED.findall(_longest(message)))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", CHINESE)
def test_chinese_is_punctuated_as_chinese(language: str) -> None:
    """A Latin comma, colon, semicolon or stop after a Chinese character is a slip."""
    slips = [
        form
        for message in _messages(language)
        for form in _forms(message)
        if re.search(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?![a-z0-9])", form)
    ]
    assert slips == []


def test_traditional_is_not_simplified_copied() -> None:
    """Characters that exist in one script only must not stand in the other's catalogue."""
    simplified_only = set("这们个为时说对发会员现经问题实证据历记录优简导处请项")
    slips = [
        form
        for message in _messages("zh_Hant")
        for form in _forms(message)
        if simplified_only & set(form) - set(string.printable)
    ]
    assert slips == []


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _longest(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[-1]


def _forms(message: Message) -> list[str]:
    string = message.string or ""
    return [string] if isinstance(string, str) else list(string)
