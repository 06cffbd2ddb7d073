"""The three languages are complete, say the same, and are written as each region writes."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from adapters import conduct_file, people_file
from ledger.language import language
from ledger.sentences import FAULTS
from tests.house.chinese import ELSEWHERE, SIMPLIFIED, TERMS, TRADITIONAL
from tests.house.sources import ROOT
from words.labels import label
from workflow.vocabulary import ConductKind, JobRole, Language

CHINESE = ("zh_Hans", "zh_Hant")
SAME_IN_CHINESE = {"%(size)s MB", "%(size)s kB"}
HEADER = {
    "Language",
    "Plural-Forms",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN_MARK = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?![a-z0-9])")

Key = tuple[str | None, str]


@pytest.fixture(scope="module")
def spoken() -> set[Key]:
    """Every sentence that code and templates hand to gettext, with its context."""
    with (ROOT / "translations" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # Babel's
    keywords = {
        **DEFAULT_KEYWORDS,
        "_l": None,
        "lazy_gettext": None,
        "lazy_pgettext": ((1, "c"), 2),
    }
    found = extract_from_dir(ROOT, methods, options, keywords=keywords)
    return {(row[4], row[2] if isinstance(row[2], str) else row[2][0]) for row in found}


def _catalogue(language: str) -> Catalog:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _messages(language: str) -> list[Message]:
    return [message for message in _catalogue(language) if message.id]


@pytest.mark.parametrize("language", CHINESE)
def test_the_catalogue_holds_every_sentence_and_no_other(language: str, spoken: set[Key]) -> None:
    """`make languages` brings the catalogues up to date."""
    kept = {(message.context, _shortest(message)) for message in _messages(language)}
    assert spoken - kept == set()
    assert kept - spoken == set()


@pytest.mark.parametrize("language", CHINESE)
def test_every_sentence_is_translated(language: str) -> None:
    open_ones = [
        message.id for message in _messages(language) if message.fuzzy or not all(_forms(message))
    ]
    assert open_ones == []
    assert _catalogue(language).num_plurals == 1


@pytest.mark.parametrize("language", CHINESE)
def test_a_translation_is_chinese(language: str) -> None:
    english = [
        form
        for message in _messages(language)
        for form in _forms(message)
        if re.search("[A-Za-z]", PLACEHOLDER.sub("", form))
        if not HAN.search(form) and _longest(message) not in SAME_IN_CHINESE
    ]
    assert english == []


@pytest.mark.parametrize("language", CHINESE)
def test_a_translation_names_the_same_placeholders(language: str) -> None:
    wrong = [
        message.id
        for message in _messages(language)
        for form in _forms(message)
        if sorted(PLACEHOLDER.findall(form)) != sorted(PLACEHOLDER.findall(_longest(message)))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", CHINESE)
def test_chinese_is_punctuated_as_chinese(language: str) -> None:
    """A Latin comma, colon, semicolon or stop after a Chinese character is a slip."""
    assert [text for text in _texts(language) if LATIN_MARK.search(text)] == []


@pytest.mark.parametrize("language", CHINESE)
def test_each_chinese_keeps_to_its_own_characters(language: str) -> None:
    foreign = TRADITIONAL if language == "zh_Hans" else SIMPLIFIED
    slips = {text: foreign & set(text) for text in _texts(language) if foreign & set(text)}
    assert slips == {}


@pytest.mark.parametrize("language", CHINESE)
def test_each_chinese_keeps_to_the_words_of_its_region(language: str) -> None:
    foreign = ELSEWHERE[language].split()
    slips = [(word, text) for text in _texts(language) for word in foreign if word in text]
    assert slips == []


@pytest.mark.parametrize(("place", "language"), list(enumerate(CHINESE)))
def test_the_same_term_stands_everywhere(place: int, language: str) -> None:
    slips = [
        (term, form)
        for message in _messages(language)
        for form in _forms(message)
        for term, words in TERMS.items()
        if re.search(term, PLACEHOLDER.sub("", _longest(message)), re.IGNORECASE)
        if words[place] not in form
    ]
    assert slips == []


@pytest.mark.parametrize("language", CHINESE)
def test_a_seal_bears_two_to_four_characters(language: str) -> None:
    words = [str(message.string) for message in _messages(language) if message.context == "seal"]
    assert len(words) > 5
    assert [word for word in words if not re.fullmatch(f"{HAN.pattern}{{2,4}}", word)] == []


@pytest.mark.parametrize("language", CHINESE)
def test_a_catalogue_names_no_machine_and_no_moment(language: str) -> None:
    path = ROOT / "translations" / language / "LC_MESSAGES" / "messages.po"
    head = path.read_text().split("\n\n")[0]
    assert set(re.findall(r'^"([\w-]+): ', head, re.MULTILINE)) == HEADER
    assert "EMAIL" not in head


@pytest.mark.parametrize("language", CHINESE)
def test_a_file_may_say_what_the_pages_say(language: str) -> None:
    """Whoever copies a word from a page into a file is understood."""
    said = _catalogue(language)
    roles = {role: str(said[str(label(role))].string) for role in JobRole}
    kinds = {kind: str(said[str(label(kind))].string) for kind in ConductKind}
    assert {role for role, word in roles.items() if word not in people_file.ROLES[role]} == set()
    assert {kind for kind, word in kinds.items() if conduct_file.KINDS.get(word) != kind} == set()
    for name, heading in zip(
        people_file.COLUMNS, people_file.HEADINGS[Language(language)], strict=True
    ):
        assert heading in people_file.COLUMNS[name]


def _texts(language: str) -> Iterator[str]:
    """All that is kept in this language: the catalogue, and the data that ships with it."""
    for message in _messages(language):
        yield from _forms(message)
    for folder in ("catalogue", "demo"):
        for path in sorted((ROOT / folder).rglob("*.toml")):
            yield from _in_language(tomllib.loads(path.read_text()), language)
        for path in sorted((ROOT / folder).rglob("*.json")):
            yield from _in_language(json.loads(path.read_text()), language)
    samples = ROOT / "templates" / "styleguide" / "samples" / f"{language}.json"
    yield from _strings(json.loads(samples.read_text()))


def _in_language(data: Any, language: str) -> Iterator[str]:
    """The texts under the language's key, however deep."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _strings(value) if key == language else _in_language(value, language)
    elif isinstance(data, list):
        for value in data:
            yield from _in_language(value, language)


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _strings(value)


def _shortest(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _longest(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[-1]


def _forms(message: Message) -> list[str]:
    string = message.string or ""
    return [string] if isinstance(string, str) else list(string)


@pytest.mark.parametrize("name", CHINESE)
def test_the_offline_verifier_names_each_fault_as_the_product_does(name: str) -> None:
    product, alone = _catalogue(name), language(name).translations
    for sentence in FAULTS.values():
        said = product[sentence]
        assert said.string == alone[sentence]
