"""The results of a round as pages show them: each question with its chart and its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import format_decimal, format_percent
from flask_babel import gettext as _

from adapters import charts
from adapters.charts import Bar, Drawing
from adapters.charts import Row as ChartRow
from forms.questionnaires import option_words
from models.questionnaires import Judgement, Round
from words.days import day
from words.labels import label
from workflow.ballots import figure
from workflow.questionnaires import MARKS, Question
from workflow.vocabulary import AnswerKind, Grouping, JobRole


@dataclass(frozen=True)
class Part:
    """What one question came to; `table` has the value, how often it was given, and the share."""

    question: Question
    title: str
    answered: int
    figure: str
    table: tuple[tuple[str, int, str], ...]
    chart: Drawing | None
    groups: tuple[tuple[str, int, str], ...]  # name, how many answered, figure
    groups_chart: Drawing | None
    words: tuple[Judgement, ...]


@dataclass(frozen=True)
class Compared:
    """One question over the rounds; `table` has the day of each with its figure, or None."""

    title: str
    table: tuple[tuple[str, str | None], ...]
    chart: Drawing


def shown(round_: Round, language: str) -> list[Part]:
    """The questions of a counted round with what everybody may read of the answers."""
    return [_part(round_, question, language) for question in round_.asked]


def compared(rounds: Sequence[Round], language: str) -> list[Compared]:
    """The questions with a figure that the last round shares with an earlier one."""
    found = []
    for question in rounds[-1].asked:
        if question.kind not in (AnswerKind.MARKS, AnswerKind.GRADES):
            continue
        figures = [_figure_in(each, question) for each in rounds]
        if sum(each is not None for each in figures) > 1 and figures[-1] is not None:
            title = question.texts.get(language) or question.texts["en"]
            found.append(_compared(question, title, rounds, figures))
    return found


def rates(rounds: Sequence[Round]) -> list[tuple[str, int, str]]:
    """The day of each round, how many answered, and the response rate."""
    return [
        (day(each.at), each.result.answered, rate(each.result.answered, each.result.asked))
        for each in rounds
        if each.result
    ]


def rate(answered: int, asked: int) -> str:
    return format_percent(answered / asked, "#,##0%") if asked else "–"


def _part(round_: Round, question: Question, language: str) -> Part:
    figures = round_.result.figures if round_.result else {}
    counts: Mapping[str, int] = figures.get("counts", {}).get(question.key, {})
    title = question.texts.get(language) or question.texts["en"]
    words = option_words(question, language)
    given = sum(counts.values())
    table = tuple(
        (str(words[value]), counts[value], rate(counts[value], given))
        for value in question.values
        if value in counts
    )
    groups = _groups(round_, question, figures.get("groups", {}).get(question.key, {}))
    return Part(
        question=question,
        title=title,
        answered=given,
        figure=_said(question.kind, figure(question.kind, counts)) if given else "",
        table=table,
        chart=_chart(question.kind, title, table) if given else None,
        groups=tuple(
            (name, said["answered"], _said(question.kind, said["figure"])) for name, said in groups
        ),
        groups_chart=_by_group(question.kind, title, groups) if groups else None,
        words=_words(round_, question),
    )


def _words(round_: Round, question: Question) -> tuple[Judgement, ...]:
    if round_.result is None or question.kind is not AnswerKind.JUDGEMENT:
        return ()
    return tuple(each for each in round_.result.judgements if each.question == question.key)


def _groups(
    round_: Round, question: Question, found: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, Any]]]:
    """The groups by name in the reader's language, the highest figure first."""
    by_role = round_.grouped_by is Grouping.JOB_ROLE
    named = [
        (str(label(JobRole(name))) if by_role else name or _("Without a team"), said)
        for name, said in found.items()
    ]
    return sorted(named, key=lambda each: (-Decimal(each[1]["figure"]), each[0]))


def _chart(kind: AnswerKind, title: str, table: Sequence[tuple[str, int, str]]) -> Drawing:
    rows = [ChartRow(name, (Bar(number, format_decimal(number)),)) for name, number, _rate in table]
    return charts.columns(title, rows) if kind is AnswerKind.MARKS else charts.bars(title, rows)


def _by_group(
    kind: AnswerKind, title: str, groups: Sequence[tuple[str, Mapping[str, Any]]]
) -> Drawing:
    rows = [ChartRow(name, (_bar(kind, said["figure"]),)) for name, said in groups]
    return charts.bars(title, rows, share=kind is AnswerKind.GRADES, top=_top(kind))


def _compared(
    question: Question, title: str, rounds: Sequence[Round], figures: Sequence[str | None]
) -> Compared:
    rows = [
        ChartRow(day(round_.at), (_bar(question.kind, said),))
        for round_, said in zip(rounds, figures, strict=True)
    ]
    drawn = charts.bars(
        title, rows, share=question.kind is AnswerKind.GRADES, top=_top(question.kind)
    )
    table = tuple(
        (day(round_.at), None if said is None else _said(question.kind, said))
        for round_, said in zip(rounds, figures, strict=True)
    )
    return Compared(title, table, drawn)


def _figure_in(round_: Round, question: Question) -> str | None:
    """What the same question came to in that round; None where it was asked otherwise."""
    counts = round_.result.figures["counts"].get(question.key) if round_.result else None
    asked = {each.key: each.kind for each in round_.asked}
    if not counts or asked.get(question.key) is not question.kind:
        return None
    return figure(question.kind, counts)


def _bar(kind: AnswerKind, said: str | None) -> Bar:
    if said is None:
        return Bar(None, "–")
    value = float(said) / 100 if kind is AnswerKind.GRADES else float(said)
    return Bar(value, _said(kind, said))


def _top(kind: AnswerKind) -> float:
    return 1.0 if kind is AnswerKind.GRADES else float(MARKS[-1])


def _said(kind: AnswerKind, said: str) -> str:
    """7.25, or 68 %: the mean mark, or the share of good and excellent."""
    if kind is AnswerKind.GRADES:
        return format_percent(Decimal(said) / 100, "#,##0%")
    if kind is AnswerKind.MARKS:
        return format_decimal(Decimal(said), "0.00")
    return ""
