"""What a customer is asked about a case, and what the answers say. Pure: no wording, no tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflow.refusal import Refused
from workflow.vocabulary import ContactOutcome, Extent, Occasion, QuestionKind

Row = Mapping[str, Any]

MARKS = range(1, 6)
ADDRESSES = re.compile(r"[\w.+-]+@[\w.-]+|https?://\S+")
NUMBERS = re.compile(r"\w*\d(?:[\d\s-]*\d){2,}\w*", re.ASCII)
WORDS_AT_MOST = 2000  # characters of an answer in the customer's own words
FREE_TEXTS_AT_MOST = 3

# The question that settles the contact, on each occasion.
SETTLES = {
    Occasion.FIRST: QuestionKind.DID_IT_HAPPEN,
    Occasion.SECOND: QuestionKind.EFFECT_LASTED,
}
ON = {
    Occasion.FIRST: frozenset(
        {
            QuestionKind.DID_IT_HAPPEN,
            QuestionKind.MARKS,
            QuestionKind.SAY_AGAIN,
            QuestionKind.FREE_TEXT,
        }
    ),
    Occasion.SECOND: frozenset(
        {QuestionKind.EFFECT_LASTED, QuestionKind.MARKS, QuestionKind.FREE_TEXT}
    ),
}
CHOICES = {
    QuestionKind.DID_IT_HAPPEN: tuple(extent.value for extent in Extent),
    QuestionKind.EFFECT_LASTED: tuple(extent.value for extent in Extent),
    QuestionKind.SAY_AGAIN: (Extent.YES.value, Extent.NO.value),
    QuestionKind.MARKS: tuple(str(mark) for mark in MARKS),
}


@dataclass(frozen=True)
class Question:
    """One question: its kind says what can be answered; without texts the usual wording holds."""

    key: str
    kind: QuestionKind
    texts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, row: Row) -> Question:
        return cls(row["key"], QuestionKind(row["kind"]), row.get("texts") or {})

    def row(self) -> dict[str, Any]:
        """As an award and a link keep it."""
        return {"key": self.key, "kind": self.kind.value, "texts": dict(self.texts)}


# What an award asks until its scheme managers ask something else.
STANDARD = tuple(Question(kind.value, kind) for kind in QuestionKind)


@dataclass(frozen=True)
class Reading:
    """What a customer's answers come to."""

    outcome: ContactOutcome
    marks: int | None
    coded: tuple[tuple[Question, str], ...]
    words: tuple[tuple[Question, str], ...]


def questions(rows: Iterable[Row]) -> tuple[Question, ...]:
    """An award's questions in their order; the standard ones where it has none of its own."""
    return tuple(Question.of(row) for row in rows) or STANDARD


def asked(every: Iterable[Question], occasion: Occasion) -> tuple[Question, ...]:
    """Those of the questions that are asked on this occasion, the settling one first."""
    found = [question for question in every if question.kind in ON[occasion]]
    return tuple(sorted(found, key=lambda question: question.kind is not SETTLES[occasion]))


def check(every: Iterable[Question]) -> None:
    """Raise Refused for a set of questions that cannot tell what the audit has to know."""
    kinds = [question.kind for question in every]
    for kind in (*SETTLES.values(), QuestionKind.MARKS):
        if kinds.count(kind) != 1:
            raise Refused("survey_needs_once", question=kind)
    if kinds.count(QuestionKind.SAY_AGAIN) > 1:
        raise Refused("survey_asks_twice", question=QuestionKind.SAY_AGAIN)
    if kinds.count(QuestionKind.FREE_TEXT) > FREE_TEXTS_AT_MOST:
        raise Refused("survey_too_wordy", most=FREE_TEXTS_AT_MOST)


def read(every: Iterable[Question], occasion: Occasion, answers: Mapping[str, str]) -> Reading:
    """What the answers (by key of the question) say; raises Refused where a needed one is missing.

    The settling question is needed, and the marks unless it is answered with no: nobody is asked
    to mark what did not happen.
    """
    coded: list[tuple[Question, str]] = []
    words: list[tuple[Question, str]] = []
    extent, marks = None, None
    for question in asked(every, occasion):
        answer = answers.get(question.key, "").strip()
        if question.kind is QuestionKind.FREE_TEXT:
            if answer:
                words.append((question, answer[:WORDS_AT_MOST]))
        elif answer in CHOICES[question.kind]:
            coded.append((question, answer))
            if question.kind is SETTLES[occasion]:
                extent = Extent(answer)
            elif question.kind is QuestionKind.MARKS:
                marks = int(answer)
    if extent is None:
        raise Refused("survey_not_settled")
    if extent is Extent.NO:
        coded = [(question, answer) for question, answer in coded if _is_settling(question)]
        return Reading(ContactOutcome.DISAGREED, None, tuple(coded), tuple(words))
    if marks is None:
        raise Refused("survey_without_marks")
    return Reading(ContactOutcome.CONFIRMED, marks, tuple(coded), tuple(words))


def redacted(text: str) -> str:
    """A first draft of what may be shown: without addresses, and without longer numbers."""
    return NUMBERS.sub("…", ADDRESSES.sub("…", text))


def _is_settling(question: Question) -> bool:
    return question.kind in SETTLES.values()
