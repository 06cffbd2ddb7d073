"""The language that the offline verifier answers in: its sentences, and which of them is meant."""

from __future__ import annotations

import json
import locale
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ledger import sentences
from ledger.examination import Fault

ENGLISH, SIMPLIFIED, TRADITIONAL = "en", "zh_Hans", "zh_Hant"
LANGUAGES = (ENGLISH, SIMPLIFIED, TRADITIONAL)
ASKED_IN = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts
TRADITIONAL_IN = re.compile(r"hant|traditional|[_-](tw|hk|mo)\b|taiwan|hong kong|macao")
PLACE = re.compile(r"%\\\((\w+)\\\)s")  # of a value, in an escaped sentence


@dataclass(frozen=True)
class Language:
    """Says each sentence of `ledger.sentences`, in the translation where there is one."""

    translations: Mapping[str, str] = field(default_factory=dict)

    def say(self, sentence: str, **values: object) -> str:
        return self.translations.get(sentence, sentence) % values

    def fault(self, found: Fault) -> str:
        """What is wrong and where, in one line."""
        values = dict(found.values)
        if "detail" in values:
            values["detail"] = self.detail(str(values["detail"]))
        return self.say(sentences.FAULTS[found.code], **values)

    def detail(self, told: str) -> str:
        """What an error says, which has its values in it already."""
        for sentence in sentences.DETAILS:
            if values := _values(sentence, told):
                if "detail" in values:
                    values["detail"] = self.detail(values["detail"])
                return self.say(sentence, **values)
        return self.say(told) if told in sentences.DETAILS else told


def language(name: str) -> Language:
    """The language of this name, one of LANGUAGES."""
    if name == ENGLISH:
        return Language()
    file = Path(__file__).parent / "translations" / f"{name}.json"
    return Language(json.loads(file.read_text(encoding="utf-8")))


def own(environment: Mapping[str, str] = os.environ) -> str:
    """The language that this computer is set to; English where it is none of ours."""
    named = next((each for name in ASKED_IN if (each := environment.get(name))), None)
    named = (named or locale.getlocale()[0] or "").lower()
    if not named.startswith(("zh", "chinese")):
        return ENGLISH
    return TRADITIONAL if TRADITIONAL_IN.search(named) else SIMPLIFIED


def _values(sentence: str, told: str) -> dict[str, str]:
    """The values with which the sentence reads like this; none where it cannot, or has none."""
    pattern = PLACE.sub(r"(?P<\1>.+?)", re.escape(sentence))
    found = re.fullmatch(pattern, told, re.DOTALL) if pattern != re.escape(sentence) else None
    return found.groupdict() if found else {}
