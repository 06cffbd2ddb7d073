"""What staff are asked in a questionnaire, what an answer says, and when a round opens."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.refusal import Refused
from workflow.text import shows_nothing
from workflow.vocabulary import AnswerKind, Grade

MARKS = range(1, 11)
QUESTIONS_AT_MOST = 12
JUDGEMENTS_AT_MOST = 3
OPTIONS = range(2, 9)  # how many there may be to choose from
WORDS_AT_MOST = 1000  # characters of a judgement
SHORTEST_MONTH = 28

# Which changes of the scheme wait when a questionnaire about an award holds it back.
OF_AN_AWARD = frozenset({"award", "tier", "ranking", "eligibility", "rewards", "survey"})
HELD = (*sorted(OF_AN_AWARD), "policy_rule", "kpi_scheme", "scheme")

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """One question in three languages; `key` stays when its wording changes."""

    key: str
    kind: AnswerKind
    texts: Texts
    options: tuple[Texts, ...] = ()

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Question:
        options = tuple(row.get("options") or ())
        return cls(row["key"], AnswerKind(row["kind"]), row["texts"], options)

    def row(self) -> dict[str, Any]:
        """As a questionnaire and its rounds keep it."""
        return {
            "key": self.key,
            "kind": self.kind.value,
            "texts": dict(self.texts),
            "options": [dict(option) for option in self.options],
        }

    @property
    def values(self) -> tuple[str, ...]:
        """What can be answered, in order; nothing for a judgement in words."""
        if self.kind is AnswerKind.MARKS:
            return tuple(str(mark) for mark in MARKS)
        if self.kind is AnswerKind.GRADES:
            return tuple(grade.value for grade in Grade)
        return tuple(str(number) for number in range(1, len(self.options) + 1))


@dataclass(frozen=True)
class Ballot:
    """One person's answers, by key of the question. It is never kept as such."""

    coded: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


def questions(rows: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    return tuple(Question.of(row) for row in rows)


def check(asked: Sequence[Question]) -> None:
    """Raise Refused for what cannot be put to staff."""
    if not asked:
        raise Refused("questionnaire_empty")
    if len(asked) > QUESTIONS_AT_MOST:
        raise Refused("questionnaire_too_long", most=QUESTIONS_AT_MOST)
    if sum(each.kind is AnswerKind.JUDGEMENT for each in asked) > JUDGEMENTS_AT_MOST:
        raise Refused("questionnaire_too_wordy", most=JUDGEMENTS_AT_MOST)
    for number, each in enumerate(asked, start=1):
        if not all(each.texts.get(name, "").strip() for name in ("en", "zh_Hans", "zh_Hant")):
            raise Refused("question_not_worded", number=number)
        if each.kind is AnswerKind.CHOICE and len(each.options) not in OPTIONS:
            raise Refused(
                "question_without_options", number=number, least=OPTIONS[0], most=OPTIONS[-1]
            )


def read(asked: Iterable[Question], answers: Mapping[str, str]) -> Ballot:
    """What was answered; raises Refused when nothing was, or what cannot be answered."""
    coded, words = {}, {}
    for question in asked:
        answer = answers.get(question.key, "").strip()
        if not answer or shows_nothing(answer):
            continue
        if question.kind is AnswerKind.JUDGEMENT:
            words[question.key] = answer[:WORDS_AT_MOST]
        elif answer in question.values:
            coded[question.key] = answer
        else:
            raise Refused("no_such_answer")
    if not coded and not words:
        raise Refused("nothing_answered")
    return Ballot(coded, words)


def opening(first: date | None, every_months: int, latest: date | None, today: date) -> date | None:
    """The day whose round is to be opened today or was to be opened before; None while none is.

    `latest` is the day of the round before. What was missed is not made up for one by one.
    """
    if first is None:
        return None
    due, step = None, 0
    while (day := _months_later(first, step)) <= today:
        due = day
        if not every_months:
            break
        step += every_months
    return due if due is not None and (latest is None or due > latest) else None


def next_opening(
    first: date | None, every_months: int, latest: date | None, today: date
) -> date | None:
    """The day on which the next round opens, today at the earliest; None where none is planned."""
    if first is None:
        return None
    day, step = first, 0
    while day < today or (latest is not None and day <= latest):
        if not every_months:
            return None
        step += every_months
        day = _months_later(first, step)
    return day


def check_times(days_open: int, every_months: int) -> None:
    """Raise Refused where a round would still be open when the next one begins."""
    if every_months and days_open >= every_months * SHORTEST_MONTH:
        raise Refused("rounds_overlap")


def held_by(subject: tuple[str, str]) -> str | None:
    """The name under which a questionnaire holds back changes of this subject (what, key)."""
    what, key = subject
    if what not in HELD:
        return None
    if what in OF_AN_AWARD:
        return f"award/{key.partition('/')[0]}"
    return f"{what}/{key}"


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
