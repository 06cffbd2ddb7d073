"""What a customer is asked, and what an auditor gives for it: a survey's link, released words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, RadioField
from wtforms.validators import Length

from forms.fields import OneOf, Required, TextArea, choices
from forms.page import PageForm
from words.labels import label
from words.surveys import HINTS, asked_as
from workflow.surveys import CHOICES, WORDS_AT_MOST, Question
from workflow.vocabulary import Channel, Extent, QuestionKind

ABOUT_AT_LEAST, ABOUT_AT_MOST = 10, 300  # characters


class SurveyForm(Form):
    """The questions of one survey; `survey_form` adds them. Its own token guards it, no cookie."""

    def answers(self) -> dict[str, str]:
        """The answers by key of the question."""
        return {field.short_name.removeprefix("q_"): field.data or "" for field in self}


def survey_form(questions: Iterable[Question], language: str) -> type[SurveyForm]:
    """The form for these questions, worded in the customer's language."""

    class Asked(SurveyForm):
        pass

    for question in questions:
        setattr(Asked, f"q_{question.key}", _field(question, language))
    return Asked


def spoken_fields(questions: Iterable[Question]) -> dict[str, Any]:
    """What a call-back logs beside its outcome and marks, by field name."""
    return {
        f"q_{question.key}": _spoken(question)
        for question in questions
        if question.kind in (QuestionKind.SAY_AGAIN, QuestionKind.FREE_TEXT)
    }


class InvitationForm(PageForm):
    """How the survey reaches the customer, and the one sentence that they read about the case."""

    about = TextArea(
        _l("What is the customer asked about?"),
        [
            Required(_l("Write one sentence for the customer.")),
            Length(ABOUT_AT_LEAST, message=_l("Write a sentence: at least %(min)d characters.")),
        ],
        limit=ABOUT_AT_MOST,
        description=_l(
            "One sentence in the customer's language: what is said to have happened, without "
            "praise, without names or numbers."
        ),
    )
    channel = RadioField(
        _l("How will you hand the link over?"),
        [OneOf()],
        choices=choices(
            (channel.value, label(channel))
            for channel in (Channel.CHAT, Channel.PHONE, Channel.COUNTER, Channel.POST)
        ),
        default=Channel.CHAT.value,
        validate_choice=False,
    )


class ReleaseForm(PageForm):
    text = TextArea(
        _l("What the archive shows"),
        limit=WORDS_AT_MOST,
        description=_l(
            "Take out whatever tells who the customer is: names, numbers, places, dates. Blank: "
            "the archive shows none of it."
        ),
    )


def _field(question: Question, language: str) -> Field:
    wording = asked_as(question, language)
    if question.kind is QuestionKind.FREE_TEXT:
        hint = HINTS[question.kind]
        return TextArea(wording, limit=WORDS_AT_MOST, description=hint)
    return RadioField(
        wording,
        [OneOf()],
        description=HINTS.get(question.kind, ""),
        choices=choices((value, _worded(question, value)) for value in CHOICES[question.kind]),
        validate_choice=False,
    )


def _spoken(question: Question) -> Field:
    """The same question on the auditor's page, in the auditor's language."""
    if question.kind is QuestionKind.FREE_TEXT:
        return TextArea(
            _l("In the customer's own words"),
            limit=WORDS_AT_MOST,
            description=_l(
                "Word for word. It is kept sealed, and shown only in the wording you release."
            ),
        )
    return RadioField(
        label(question.kind),
        [OneOf()],
        choices=choices((value, label(Extent(value))) for value in CHOICES[question.kind]),
        validate_choice=False,
    )


def _worded(question: Question, value: str) -> Any:
    return value if question.kind is QuestionKind.MARKS else label(Extent(value))
