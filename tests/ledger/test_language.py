"""The offline verifier speaks to its reader: every sentence, in each of the three languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import ledger
from ledger import sentences
from ledger.language import LANGUAGES, SIMPLIFIED, TRADITIONAL, language, own
from tests.house.chinese import SIMPLIFIED as SIMPLIFIED_ONLY
from tests.house.chinese import TRADITIONAL as TRADITIONAL_ONLY

CHINESE = (SIMPLIFIED, TRADITIONAL)
ELSEWHERE = {SIMPLIFIED: TRADITIONAL_ONLY, TRADITIONAL: SIMPLIFIED_ONLY}
PLACE = re.compile(r"%\(\w+\)s")


def spoken() -> set[str]:
    """Every sentence that the verifier may say."""
    kept = [value for name, value in vars(sentences).items() if name.isupper()]
    lists = [value.values() if isinstance(value, dict) else value for value in kept]
    return {each for one in lists for each in ((one,) if isinstance(one, str) else one)}


def raised() -> set[str]:
    """What the errors of the package say, with a 7 for each value."""
    found = set()
    for file in Path(str(ledger.__file__)).parent.glob("*.py"):
        # A Signer is of whoever runs the product: no verifier holds a private key.
        tree = [each for each in ast.parse(file.read_text()).body if _name(each) != "Signer"]
        calls = [call for each in tree for call in ast.walk(each) if isinstance(call, ast.Call)]
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id in ERRORS and call.args:
                found |= {_text(call.args[-1])}
    return found - {""}


ERRORS = {
    f"{name}Error"
    for name in ("Canonical", "Entry", "Note", "Checkpoint", "Proof", "Receipt", "Export")
}


def _name(node: ast.stmt) -> str:
    return node.name if isinstance(node, ast.ClassDef) else ""


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)


@pytest.mark.parametrize("name", CHINESE)
def test_every_sentence_has_its_translation_with_the_same_values(name: str) -> None:
    translations = language(name).translations
    assert translations.keys() == spoken()
    for sentence, said in translations.items():
        assert sorted(PLACE.findall(said)) == sorted(PLACE.findall(sentence)), sentence
        assert not ELSEWHERE[name] & {*said}, said


@pytest.mark.parametrize("name", CHINESE)
def test_what_an_error_says_is_said_in_chinese_too(name: str) -> None:
    words = language(name)
    told = raised()
    assert len(told) > 40
    for each in told:
        assert re.search("[\u4e00-\u9fff]", words.detail(each)), each
        assert each.count("7") == words.detail(each).count("7"), each
    nested = words.detail("line 3: its key is none: not Base64")
    assert nested == words.say(
        "line %(line)s: %(detail)s",
        line=3,
        detail=words.say("its key is none: %(detail)s", detail=words.say("not Base64")),
    )


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, SIMPLIFIED),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, TRADITIONAL),
        ({"LC_MESSAGES": "zh_HK", "LANG": "zh_CN"}, TRADITIONAL),
        ({"LANG": "zh-Hant-MO"}, TRADITIONAL),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANG": "zh_CN"}, "en"),
    ],
)
def test_it_speaks_as_the_computer_is_set(environment: dict[str, str], expected: str) -> None:
    assert own(environment) == expected
    assert expected in LANGUAGES
