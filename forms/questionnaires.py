"""What staff are asked in a questionnaire, and what scheme managers say of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, Form, FormField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from forms.fields import DayField, OneOf, Required, TextArea, TextField, choices
from forms.numbers import Plausible, WholeNumber, Within
from forms.page import PageForm
from forms.scheme import ENGLISH, KEY, SHORT, SIMPLIFIED, TRADITIONAL, ChangeForm, Names, Texts
from words.labels import label
from workflow.questionnaires import OPTIONS, QUESTIONS_AT_MOST, WORDS_AT_MOST, Question
from workflow.vocabulary import AnswerKind, Grade, Language

OPTIONS_AT_MOST = 2000  # characters of all options in one language
LONGEST = 92  # days that a round is open


class AnswerForm(PageForm):
    """The questions of one round; `answer_form` adds them."""

    def answers(self) -> dict[str, str]:
        """The answers by key of the question."""
        return {field.short_name.removeprefix("q_"): field.data or "" for field in self.asked()}

    def asked(self) -> list[Field]:
        return [field for field in self if field.short_name.startswith("q_")]


def answer_form(questions: Iterable[Question], language: str) -> AnswerForm:
    """The form of these questions, worded in the reader's language."""

    class Asked(AnswerForm):
        pass

    for question in questions:
        setattr(Asked, f"q_{question.key}", _field(question, language))
    return Asked()


def option_words(question: Question, language: str) -> dict[str, Any]:
    """What each value of the question is called."""
    if question.kind is AnswerKind.GRADES:
        return {value: label(Grade(value)) for value in question.values}
    if question.kind is AnswerKind.CHOICE:
        return {
            value: option.get(language) or option["en"]
            for value, option in zip(question.values, question.options, strict=True)
        }
    return {value: value for value in question.values}


class AskedQuestion(Form):
    """One question in three languages, with its options where it is a choice."""

    key = HiddenField(validators=[SHORT])
    kind = SelectField(_l("What is asked for"), [OneOf()], default="", validate_choice=False)
    en = TextField(ENGLISH, render_kw={"lang": "en"})
    zh_Hans = TextField(SIMPLIFIED, render_kw={"lang": "zh-Hans"})  # noqa: N815
    zh_Hant = TextField(TRADITIONAL, render_kw={"lang": "zh-Hant"})  # noqa: N815
    options_en = TextArea(
        _l("Options in English, one on each line"),
        limit=OPTIONS_AT_MOST,
        render_kw={"lang": "en"},
    )
    options_zh_Hans = TextArea(  # noqa: N815
        _l("The same options in Simplified Chinese"),
        limit=OPTIONS_AT_MOST,
        render_kw={"lang": "zh-Hans"},
    )
    options_zh_Hant = TextArea(  # noqa: N815
        _l("The same options in Traditional Chinese"),
        limit=OPTIONS_AT_MOST,
        render_kw={"lang": "zh-Hant"},
    )


class QuestionnaireForm(ChangeForm):
    names = FormField(Names, _l("Title"))
    leads = FormField(Texts, _l("What it is about, and what the answers are for"))
    award = SelectField(_l("About"), [OneOf()], validate_choice=False)
    audience = SelectField(_l("Who is asked"), [OneOf()], validate_choice=False)
    grouped_by = SelectField(
        _l("Results broken down"),
        [OneOf()],
        validate_choice=False,
        description=_l("Groups of fewer than five answers are never shown apart."),
    )
    opens_on = DayField(
        _l("Opens on"),
        [Optional(), Plausible()],
        description=_l("From the first minute of that day. Blank: it is still being drawn up."),
    )
    days_open = WholeNumber(
        _l("Days it stays open"), [InputRequired(WholeNumber.MISSING), Within(1, LONGEST)]
    )
    every_months = SelectField(_l("How often it comes round"), [OneOf()], validate_choice=False)
    reply_days = WholeNumber(
        _l("Working days to the official answer"),
        [InputRequired(WholeNumber.MISSING), Within(1, 60)],
    )
    holds = SelectField(
        _l("What waits for it"),
        [OneOf()],
        validate_choice=False,
        description=_l(
            "It cannot be changed or put in force before a round has been counted and officially "
            "answered."
        ),
    )
    questions = FieldList(FormField(AskedQuestion), max_entries=QUESTIONS_AT_MOST)

    def __init__(self, offered: Mapping[str, Iterable[tuple[str, Any]]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, pairs in offered.items():
            self[name].choices = choices(pairs)
        kinds = [("", _l("nothing")), *((kind.value, label(kind)) for kind in AnswerKind)]
        for row in self.questions:
            row.form.kind.choices = choices(kinds)

    def asked(self) -> list[dict[str, Any]]:
        """The questions in their order, as a questionnaire keeps them; each keeps its key."""
        rows = [row.form for row in self.questions if row.form.kind.data]
        for row in rows:
            if not re.fullmatch(KEY, row.key.data or ""):
                row.key.data = ""  # no key of ours: somebody wrote this form by hand
        taken = {row.key.data for row in rows if row.key.data}
        fresh = (key for number in range(1, 1000) if (key := f"q{number}") not in taken)
        seen: set[str] = set()
        found = []
        for row in rows:
            key = row.key.data if row.key.data and row.key.data not in seen else next(fresh)
            seen.add(key)
            kind = AnswerKind(row.kind.data)
            texts = {language.value: row[language.value].data or "" for language in Language}
            options = _options(row) if kind is AnswerKind.CHOICE else ()
            found.append(Question(key, kind, texts, options).row())
        return found


class NewQuestionnaireForm(QuestionnaireForm):
    """The key comes first and never changes."""

    key = TextField(
        _l("Short name in addresses"),
        [Required(), Regexp(KEY, message=_l("Small letters, digits and hyphens only."))],
        limit=40,
        description=_l("Small letters, digits and hyphens, such as spring-2026."),
    )


class OfficialAnswerForm(PageForm):
    body = TextArea(
        _l("Official answer"),
        [
            Required(),
            Length(10, message=_l("Write a sentence: at least %(min)d characters.")),
        ],
        limit=4000,
        description=_l("What you make of the results and what changes. All colleagues read it."),
    )


def shown(questions: Iterable[Question], blank: int) -> list[dict[str, str]]:
    """The rows of the form: each question as it is, and room for more."""
    rows = [
        {
            "key": question.key,
            "kind": question.kind.value,
            **question.texts,
            **{
                f"options_{language.value}": "\n".join(
                    option.get(language.value, "") for option in question.options
                )
                for language in Language
            },
        }
        for question in questions
    ]
    return (rows + [{}] * blank)[:QUESTIONS_AT_MOST]


def _options(row: AskedQuestion) -> tuple[dict[str, str], ...]:
    """The options line by line in the three languages; none where a line has no counterpart."""
    lines = {
        language.value: [
            line.strip()
            for line in (row[f"options_{language.value}"].data or "").splitlines()
            if line.strip()
        ]
        for language in Language
    }
    if len({len(found) for found in lines.values()}) > 1:
        return ()
    found = tuple(
        dict(zip(lines, texts, strict=True)) for texts in zip(*lines.values(), strict=True)
    )
    return found[: OPTIONS[-1] + 1]


def _field(question: Question, language: str) -> Field:
    worded = question.texts.get(language) or question.texts["en"]
    if question.kind is AnswerKind.JUDGEMENT:
        return TextArea(
            worded,
            limit=WORDS_AT_MOST,
            description=_l(
                "Everybody will read this, word for word. Leave out names, dates and whatever "
                "tells who you are."
            ),
        )
    return RadioField(
        worded,
        [OneOf()],
        description=_l("1 is poor, 10 is excellent.") if question.kind is AnswerKind.MARKS else "",
        choices=choices(option_words(question, language).items()),
        validate_choice=False,
    )
