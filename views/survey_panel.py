"""What the external auditor's worksheet shows of asking the customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_login import current_user

from adapters import clock
from forms.audit import ContactForm, contact_form
from models import contacts, worksheets
from models.customers import Customer
from models.decisions import ContactAttempt
from models.nominations import Nomination
from models.outbox import deliveries
from models.scheme import scheme
from models.surveys import (
    CustomerWords,
    SecondContact,
    SurveyLink,
    contacts_on,
    links_on,
)
from views import loading
from words.surveys import Script, occasion_of_contact, organisation, script
from workflow import surveys
from workflow.surveys import Question
from workflow.vocabulary import (
    ContactOutcome,
    Extent,
    Language,
    Occasion,
    QuestionKind,
    SurveyWay,
)


@dataclass(frozen=True)
class Sent:
    """A link that is on its way: how far it has come."""

    link: SurveyLink
    state: str  # waits, sent, unsent, copied, answered or ended


@dataclass(frozen=True)
class Round:
    """One occasion of asking: every attempt, and the answer that counts."""

    occasion: Occasion
    attempts: list[ContactAttempt]

    @property
    def answer(self) -> ContactAttempt | None:
        return next((each for each in reversed(self.attempts) if each.is_answer), None)


@dataclass(frozen=True)
class Asking:
    """All that is known of asking the customer, and the script for the next call."""

    occasion: Occasion  # of a contact that is made now
    rounds: list[Round]
    planned: SecondContact | None
    is_due: bool
    is_followed_up: bool
    sent: list[Sent]
    words: list[CustomerWords]
    scripts: list[Script]

    @property
    def was_begun(self) -> bool:
        """Whether anybody was asked yet, or was sent the way to answer."""
        return bool(self.rounds or self.sent)

    @staticmethod
    def extent(word: str) -> Extent:
        """The word of an answer that was coded."""
        return Extent(word)

    @property
    def difference(self) -> int | None:
        """By how much the marks changed from the first contact to the second."""
        marks = [each.answer.marks if each.answer else None for each in self.rounds]
        if len(marks) != len(Occasion) or None in marks:
            return None
        first, second = (mark or 0 for mark in marks)
        return second - first


def panel(nomination: Nomination, customer: Customer | None) -> Asking:
    now, planned = clock.now(), loading.second_contact(nomination)
    occasion, attempts = contacts.occasion(planned, now), contacts_on(nomination)
    return Asking(
        occasion=occasion,
        rounds=rounds(attempts),
        planned=planned,
        is_due=planned is not None and planned.done_at is None and planned.due_at <= now,
        is_followed_up=contacts.is_followed_up(nomination, planned, now),
        sent=_sent(nomination, now),
        words=[words for attempt in attempts for words in attempt.words],
        scripts=_scripts(nomination, occasion, customer),
    )


def rounds(attempts: Iterable[ContactAttempt]) -> list[Round]:
    """The attempts by occasion, the first contact first; an occasion without any is left out."""
    found = list(attempts)
    by_occasion = [
        Round(occasion, [each for each in found if each.occasion is occasion])
        for occasion in Occasion
    ]
    return [each for each in by_occasion if each.attempts]


def form_for(nomination: Nomination, **given: Any) -> ContactForm:
    """The form for a call-back with what was typed and not logged; asked as the last one was."""
    last = contacts.last_channel(current_user.id)
    kept: dict[str, str] = {"channel": last.value} if last else {}
    kept |= worksheets.answers(nomination, current_user.id)
    return contact_form(_asked(nomination))(data=kept, **given)


def in_their_words(nomination: Nomination) -> list[str]:
    """The form's fields that hold what the customer said, word for word."""
    free = QuestionKind.FREE_TEXT
    return [f"q_{each.key}" for each in _asked(nomination) if each.kind is free]


def answers_of(nomination: Nomination, form: ContactForm) -> dict[str, str]:
    """The form's answers by key of the question: what came of it answers the settling one."""
    questions = _asked(nomination)
    answers = form.spoken()
    for question in questions:
        if question.kind in surveys.SETTLES.values():
            answers[question.key] = EXTENTS.get(form.outcome.data or "", "")
        elif question.kind is QuestionKind.MARKS:
            answers[question.key] = form.marks.data or ""
    return answers


EXTENTS = {
    ContactOutcome.CONFIRMED.value: Extent.YES.value,
    Extent.PARTLY.value: Extent.PARTLY.value,
    ContactOutcome.DISAGREED.value: Extent.NO.value,
}


def _asked(nomination: Nomination) -> tuple[Question, ...]:
    occasion = contacts.occasion(loading.second_contact(nomination), clock.now())
    return surveys.asked(surveys.questions(nomination.award.survey_questions), occasion)


def _sent(nomination: Nomination, now: datetime) -> list[Sent]:
    links = links_on(nomination)
    by_mail = deliveries([link.id for link in links])
    return [Sent(link, _state(link, by_mail.get(link.id, ""), now)) for link in links]


def _state(link: SurveyLink, delivery: str, now: datetime) -> str:
    if link.attempt is not None:
        return "answered" if link.attempt.is_answer else "ended"
    if link.expires_at <= now:
        return "ended"
    return "copied" if link.way is SurveyWay.COPIED else delivery


def _scripts(nomination: Nomination, occasion: Occasion, customer: Customer | None) -> list[Script]:
    """The script in every language, the customer's own first."""
    terms = scheme()
    own = Language(customer.language) if customer else None
    questions = _asked(nomination)
    return [
        script(
            organisation(terms.organisation, terms.names, language.value),
            questions,
            occasion,
            occasion_of_contact(nomination.happened_on, nomination.channel, language.value),
            language,
        )
        for language in sorted(Language, key=lambda each: each is not own)
    ]
