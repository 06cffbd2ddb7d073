"""What customers read and hear: the survey's page and mail, and the same questions to read out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import LazyString, force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from words.days import day
from words.labels import label
from workflow.surveys import Question
from workflow.vocabulary import Channel, Language, Occasion, QuestionKind

QUESTIONS: dict[QuestionKind, LazyString] = {
    QuestionKind.DID_IT_HAPPEN: _l("Did it happen as described?"),
    QuestionKind.MARKS: _l("How well did our colleague do it?"),
    QuestionKind.SAY_AGAIN: _l("If somebody asked you, would you say the same again?"),
    QuestionKind.EFFECT_LASTED: _l("Does what our colleague did for you still hold today?"),
    QuestionKind.FREE_TEXT: _l("Is there anything that you would like to add?"),
}
HINTS: dict[QuestionKind, LazyString] = {
    QuestionKind.MARKS: _l("1 is poor, 5 is excellent."),
    QuestionKind.FREE_TEXT: _l("Only if you like. Please leave out names and numbers."),
}
HEADINGS: dict[Occasion, LazyString] = {
    Occasion.FIRST: _l("May we ask you about your contact with us?"),
    Occasion.SECOND: _l("May we ask you once more?"),
}
WHY: dict[Occasion, LazyString] = {
    Occasion.FIRST: _l(
        "A colleague has been nominated for an award for serving you. Before we honour anybody, "
        "we ask the person who was there."
    ),
    Occasion.SECOND: _l(
        "You told us some time ago how a colleague served you. We would like to know whether it "
        "has lasted."
    ),
}
WHAT_FOR = _l(
    "You need not answer. Your answers are read by the colleague who checks the nomination. The "
    "marks stand on record with it; your name does not, and your own words only in a wording that "
    "does not tell who you are."
)


@dataclass(frozen=True)
class Script:
    """The neutral wording of a call-back in one language, from the first word to the last."""

    language: Language
    opening: str
    about: str
    questions: tuple[tuple[str, str], ...]  # each with how the answers are read out
    closing: str


def asked_as(question: Question, language: str) -> str:
    """The question in this language: the award's own wording, else the usual one."""
    own = question.texts.get(language, "").strip()
    if own:
        return own
    with force_locale(language):
        return str(QUESTIONS[question.kind])


def usual(kind: QuestionKind) -> dict[str, str]:
    """The usual wording in the three languages."""
    return {
        language.value: asked_as(Question(kind.value, kind), language.value)
        for language in Language
    }


def organisation(names: Mapping[str, str], scheme: Mapping[str, str], language: str) -> str:
    """Who asks: the organisation as its customers know it, else the scheme's name."""
    return names.get(language, "").strip() or scheme.get(language, "") or scheme["en"]


def occasion_of_contact(happened_on: date | None, channel: Channel | None, language: str) -> str:
    """When and how the customer and the organisation met: all that is said besides the sentence."""
    with force_locale(language):
        if happened_on is None or channel is None:
            return ""
        return _("%(day)s, %(channel)s", day=day(happened_on), channel=label(channel))


def script(
    who: str,
    questions: Iterable[Question],
    occasion: Occasion,
    met: str,
    language: Language,
) -> Script:
    """What is read out, word for word, so that nobody is led to an answer."""
    with force_locale(language.value):
        return Script(
            language=language,
            opening=_(
                "Good day, this is %(organisation)s. I have a few short questions; it takes about "
                "a minute, and you need not answer. %(why)s",
                organisation=who,
                why=WHY[occasion],
            ),
            about=_(
                "It is about your contact with us (%(met)s). Say in one sentence, without praise "
                "and without names, what is said to have happened.",
                met=met,
            )
            if met
            else _(
                "Say in one sentence, without praise and without names, what is said to have "
                "happened."
            ),
            questions=tuple(
                (asked_as(question, language.value), _read_out(question.kind))
                for question in questions
            ),
            closing=_(
                "Thank you. The marks stand on record with the nomination, your name does not."
            ),
        )


def _read_out(kind: QuestionKind) -> str:
    """The answers as they are offered; nothing where the customer speaks freely."""
    if kind is QuestionKind.MARKS:
        return _("A mark from 1 to 5: 1 is poor, 5 is excellent.")
    if kind is QuestionKind.SAY_AGAIN:
        return _("Yes or no.")
    return "" if kind is QuestionKind.FREE_TEXT else _("Yes, in part, or no.")
