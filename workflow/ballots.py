"""A ballot box: sums and shuffled words, never one person's answers; and what of it is published.

The box knows no person, no instant and no order. It is as large for one answer as for a thousand.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from workflow.questionnaires import Ballot, Question
from workflow.vocabulary import AnswerKind, Grade

LEAST = 5  # fewer people than this are not counted apart
SMALLEST = 64 * 1024  # bytes; a fuller box is twice as large, and twice again
LENGTH = 8  # bytes that say how much of a box is filled
WELL = (Grade.EXCELLENT.value, Grade.GOOD.value)
TWO_PLACES = Decimal("0.01")

Counts = Mapping[str, int]  # how often each value was given


@dataclass
class Box:
    """What was answered so far: by group and question how often each value, and all words."""

    answered: int = 0
    groups: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)

    def drop(self, ballot: Ballot, group: str, random: Random) -> None:
        """Count the answers in, and mix the words anew."""
        self.answered += 1
        counted = self.groups.setdefault(group, {})
        for key, value in ballot.coded.items():
            counted.setdefault(key, Counter())[value] += 1
        for key, text in ballot.words.items():
            self.words.setdefault(key, []).append(text)
        for texts in self.words.values():
            random.shuffle(texts)

    def counts(self, key: str) -> Counter[str]:
        """How often each value was given to the question, by everybody."""
        return sum((group.get(key, Counter()) for group in self.groups.values()), Counter())

    def to_bytes(self) -> bytes:
        """The box in a fixed size that does not follow what is in it; groups in sorted order."""
        data = json.dumps(
            {"answered": self.answered, "groups": self.groups, "words": self.words},
            sort_keys=True,
            ensure_ascii=False,
        ).encode()
        size = SMALLEST
        while size < LENGTH + len(data):
            size *= 2
        return (len(data).to_bytes(LENGTH, "big") + data).ljust(size, b"\0")

    @classmethod
    def of(cls, data: bytes) -> Box:
        """The box that `to_bytes` wrote."""
        length = int.from_bytes(data[:LENGTH], "big")
        said = json.loads(data[LENGTH : LENGTH + length])
        groups = {
            name: {key: Counter(counts) for key, counts in group.items()}
            for name, group in said["groups"].items()
        }
        return cls(said["answered"], groups, said["words"])


def published(box: Box, asked: Iterable[Question]) -> dict[str, Any]:
    """What everybody may read of a closed box: counts per question, and figures per group.

    Nothing is said of fewer than LEAST people, nor of a group whose figure would tell what each
    of them said, nor where either could be found by subtraction.
    """
    counts: dict[str, dict[str, int]] = {}
    groups: dict[str, dict[str, dict[str, Any]]] = {}
    for question in asked if box.answered >= LEAST else ():
        if question.kind is AnswerKind.JUDGEMENT:
            continue
        all_given = box.counts(question.key)
        if all_given.total() < LEAST:
            continue
        counts[question.key] = {value: all_given[value] for value in question.values}
        if question.kind in (AnswerKind.MARKS, AnswerKind.GRADES):
            groups[question.key] = _by_group(box, question)
    return {"v": 1, "counts": counts, "groups": groups}


def published_words(box: Box, random: Random) -> list[tuple[str, str]]:
    """Every judgement with the key of its question, in no order; none of too few people."""
    if box.answered < LEAST:
        return []
    found = [(key, text) for key, texts in box.words.items() for text in texts]
    random.shuffle(found)
    return found


def figure(kind: AnswerKind, counts: Counts) -> str:
    """The mean mark, or the share of good and excellent in percent; as text."""
    given = sum(counts.values())
    if kind is AnswerKind.MARKS:
        total = Decimal(sum(int(value) * number for value, number in counts.items()))
    else:
        total = Decimal(100 * sum(counts.get(value, 0) for value in WELL))
    return str((total / given).quantize(TWO_PLACES, ROUND_HALF_UP))


def _by_group(box: Box, question: Question) -> dict[str, dict[str, Any]]:
    """The groups that may be told apart, each with how many answered and their figure."""
    given = {
        name: counts for name, group in box.groups.items() if (counts := group.get(question.key))
    }
    if len(given) < 2:  # one group is everybody
        return {}
    return {
        name: {"answered": given[name].total(), "figure": figure(question.kind, given[name])}
        for name in sorted(_tellable(question.kind, given))
    }


def _tellable(kind: AnswerKind, given: Mapping[str, Counter[str]]) -> set[str]:
    """The groups whose figures hide each single answer; what is left over hides them too."""
    shown = {name for name, counts in given.items() if _hides(kind, counts)}
    while shown and not _hides(kind, _together(given, given.keys() - shown), nobody=True):
        shown.remove(min(shown, key=lambda name: (given[name].total(), name)))
    return shown


def _together(given: Mapping[str, Counter[str]], names: Iterable[str]) -> Counter[str]:
    return sum((given[name] for name in names), Counter())


def _hides(kind: AnswerKind, counts: Counter[str], *, nobody: bool = False) -> bool:
    """Whether these people are enough, and did not all say what their figure would tell."""
    if nobody and not counts:
        return True
    if kind is AnswerKind.GRADES:
        well = sum(counts[value] for value in WELL)
        return counts.total() >= LEAST and 0 < well < counts.total()
    return counts.total() >= LEAST and len(+counts) > 1
