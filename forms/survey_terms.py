"""What scheme managers say of an award's survey: its questions, and the second contact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, SelectField
from wtforms.validators import Optional

from forms.fields import OneOf, TextField, choices
from forms.numbers import WholeNumber, Within
from forms.scheme import DAYS, ENGLISH, SIMPLIFIED, TRADITIONAL, ChangeForm
from words.labels import label
from words.surveys import usual
from workflow.surveys import Question
from workflow.vocabulary import Language, QuestionKind

ROWS_AT_MOST = 8


class AskedQuestion(Form):
    """One question in three languages; blank texts stand for the usual wording."""

    kind = SelectField(_l("What is asked"), [OneOf()], default="", validate_choice=False)
    en = TextField(ENGLISH, render_kw={"lang": "en"})
    zh_Hans = TextField(SIMPLIFIED, render_kw={"lang": "zh-Hans"})  # noqa: N815
    zh_Hant = TextField(TRADITIONAL, render_kw={"lang": "zh-Hant"})  # noqa: N815


class SurveyTermsForm(ChangeForm):
    questions = FieldList(FormField(AskedQuestion), max_entries=ROWS_AT_MOST)
    second_contact_days = WholeNumber(
        _l("Ask again after how many days?"),
        [Optional(), Within(1, DAYS)],
        description=_l("Counted from the customer's first answer. Blank: there is no second time."),
    )
    waits = BooleanField(
        _l("The case waits for the second contact"),
        description=_l(
            "Otherwise it goes on, comes back to an external auditor when the day has come, and "
            "those who judge are told if the effect did not last."
        ),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        kinds = choices(
            [("", _l("nothing")), *((kind.value, label(kind)) for kind in QuestionKind)]
        )
        for row in self.questions:
            row.form.kind.choices = kinds

    def asked(self) -> list[Question]:
        """The questions in their order; what is worded as usual is kept as the usual wording."""
        found: list[Question] = []
        for row in self.questions:
            if row.form.kind.data:
                kind = QuestionKind(row.form.kind.data)
                found.append(Question(_key(kind, found), kind, _own_words(row.form, kind)))
        return found


def shown(questions: Iterable[Question], blank: int) -> list[dict[str, str]]:
    """The rows of the form: each question as customers read it now, and room for more."""
    rows = [
        {"kind": question.kind.value, **usual(question.kind), **_given(question)}
        for question in questions
    ]
    return (rows + [{}] * blank)[:ROWS_AT_MOST]


def _given(question: Question) -> dict[str, str]:
    return {language: text for language, text in question.texts.items() if text}


def _own_words(row: AskedQuestion, kind: QuestionKind) -> dict[str, str]:
    worded = usual(kind)
    given = {language.value: row[language.value].data or "" for language in Language}
    return {language: text for language, text in given.items() if text and text != worded[language]}


def _key(kind: QuestionKind, found: Iterable[Question]) -> str:
    """The kind; where it is asked for another time, with a number."""
    times = sum(question.kind is kind for question in found)
    return kind.value if not times else f"{kind.value}_{times + 1}"
