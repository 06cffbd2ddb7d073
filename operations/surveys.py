"""Surveys of customers: a link is made or mailed, answered once, and ends; words are released."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.sealing import Sealer
from models import casework as facts
from models import surveys as stored
from models.contacts import occasion, words_refusal
from models.customers import Customer, customer_of
from models.ledger import Wording
from models.nominations import Nomination
from models.outbox import Message
from models.people import Person
from models.surveys import (
    CustomerWords,
    SecondContact,
    SurveyLink,
    WordsRelease,
    second_contact_of,
    token_hash,
)
from operations import casework, contacts, customers
from operations.casework import NotVisible, Request
from operations.contacts import Said
from operations.transaction import Transaction, operation
from workflow import surveys
from workflow.refusal import Refused
from workflow.text import shows_nothing
from workflow.vocabulary import (
    Channel,
    ContactOutcome,
    Duty,
    Language,
    Stage,
    SurveyWay,
)

LASTS = timedelta(days=14)
TOKEN = 32  # random bytes: nobody guesses one of 2**256
ABOUT_AT_LEAST, ABOUT_AT_MOST = 10, 300  # characters


class LinkOver(LookupError):
    """The link cannot be answered; `link` is None where there is no such link."""

    def __init__(self, link: SurveyLink | None = None) -> None:
        super().__init__()
        self.link = link


@dataclass(frozen=True)
class Invitation:
    """What the auditor decides about a survey: how it reaches the customer, and what they read."""

    way: SurveyWay
    channel: Channel
    about: str


@operation
def invite(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    invitation: Invitation,
    sealer: Sealer,
    request: Request,
) -> str | None:
    """Make a link to a survey and mail it, or hand back its token to be copied, once.

    None when it is mailed, or when this very request was carried out before. Raises NotVisible,
    Stale, KeyReused or Refused.
    """
    person, nomination = contacts.auditor(tx, person_id, number, request.version)
    body: dict[str, object] = {"case": number, **vars(invitation)}
    if casework.already_done(tx, person_id, request, body):
        return None
    casework.check_version(nomination, request.version)
    customer = _reachable(tx, nomination)
    about = invitation.about.strip()
    if len(about) < ABOUT_AT_LEAST or shows_nothing(about):
        raise Refused("survey_about_missing", least=ABOUT_AT_LEAST)
    token = secrets.token_urlsafe(TOKEN)
    link = _make(tx, nomination, customer, person, invitation, token)
    if invitation.way is SurveyWay.COPIED:
        return token
    details = customers.contact_details(tx, customer, sealer)
    if details is None or not details.email:
        raise Refused("customer_without_email")
    sealed = sealer.seal(token.encode(), bound_to(link))
    tx.add(
        Message(
            survey_link=link,
            kind="survey",
            values={"token": sealed.hex()},
            created_at=tx.now,
            next_try_at=tx.now,
        )
    )
    return None


@operation
def answer(tx: Transaction, *, token: str, answers: Mapping[str, str], sealer: Sealer) -> None:
    """Take the customer's answers, once; raises LinkOver, or Refused where one is missing."""
    link = stored.link_by_token(token)
    if link is None or not link.is_open(tx.now):
        raise LinkOver(link)
    reading = surveys.read(surveys.questions(link.questions), link.occasion, answers)
    contacts.record(
        tx,
        link.nomination,
        link.occasion,
        link.channel,
        Said(reading.outcome, reading.marks, reading.coded, reading.words),
        by=None,
        link=link,
        sealer=sealer,
        customer_id=link.customer_id,
    )
    tx.tell(link.by_id, "customer_answered", link.nomination)


@operation
def release(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    words_id: int,
    text: str,
    request: Request,
) -> None:
    """Release a wording of the customer's words to the archive; an empty one takes it back.

    Raises NotVisible, KeyReused or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {"case": number, "words": words_id, "text": text}
    if casework.already_done(tx, person_id, request, body):
        return
    actor = person.actor(tx.now, nomination.award_id)
    refused = words_refusal(facts.snapshot(nomination), actor, tx.now)
    if refused is not None:
        raise refused
    words = tx.session.get(CustomerWords, words_id)
    if words is None or words.attempt.nomination_id != nomination.id:
        raise NotVisible(number)
    text = text.strip()
    shown = words.released
    if text == (shown.wording.text if shown else ""):
        return
    tx.record(WordsRelease(words=words, wording=Wording.of(text), by=person, at=tx.now))


def read_words(words: CustomerWords, sealer: Sealer) -> str | None:
    """What the customer said; None once purged. Raises Unsealable."""
    if words.sealed is None:
        return None
    return sealer.open(words.sealed, words.bound_to).decode()


def bound_to(link: SurveyLink) -> str:
    """What a token on its way by mail is sealed to."""
    return f"survey {link.token_hash}"


def end_unanswered(tx: Transaction, link_id: int) -> int:
    """A link ran out: that is one attempt without an answer, by the clock."""
    link = tx.session.get_one(SurveyLink, link_id)
    if link.attempt is not None or link.expires_at > tx.now:
        return 0
    said = Said(ContactOutcome.NO_ANSWER)
    contacts.record(
        tx,
        link.nomination,
        link.occasion,
        link.channel,
        said,
        by=None,
        link=link,
        customer_id=link.customer_id,
    )
    return 1


def bring_back(tx: Transaction, nomination_id: int) -> int:
    """The second contact is due: tell the external auditors, once; else the scheme managers."""
    planned = tx.session.get_one(SecondContact, nomination_id)
    if planned.told_at is not None or planned.done_at is not None or planned.due_at > tx.now:
        return 0
    planned.told_at = tx.now
    nomination, stage = planned.nomination, Stage.EXTERNAL_AUDIT
    auditors = contacts.concerned(tx, nomination, (Duty.EXTERNAL_AUDITOR,), stage)
    for person in auditors:
        tx.tell(person, "second_contact_due", nomination)
    if not auditors:  # nobody may ask: the scheme managers hear of it at once
        for person in contacts.concerned(tx, nomination, (Duty.SCHEME_MANAGER,), stage):
            tx.tell(person, "second_contact_late", nomination)
    return 1


def to_remind_again(at: datetime) -> list[int]:
    """Cases that have gone on, whose second contact nobody has made in the days it had."""
    waiting = [
        planned.nomination
        for planned in stored.open_second_contacts(at)
        if planned.told_at and planned.reminded_at is None
    ]
    by = stored.due_by(waiting)
    return [nomination.id for nomination in waiting if by[nomination.id] <= at]


def remind_again(tx: Transaction, nomination_id: int) -> int:
    """Tell the external auditors and the scheme managers that the customer still waits, once."""
    planned = tx.session.get_one(SecondContact, nomination_id)
    nomination = planned.nomination
    late = stored.due_by([nomination])[nomination.id] <= tx.now
    if planned.reminded_at is not None or planned.done_at is not None or not late:
        return 0
    planned.reminded_at = tx.now
    people = contacts.concerned(
        tx, nomination, (Duty.EXTERNAL_AUDITOR, Duty.SCHEME_MANAGER), Stage.EXTERNAL_AUDIT
    )
    for person in people:
        tx.tell(person, "second_contact_late", nomination)
    return 1


def _reachable(tx: Transaction, nomination: Nomination) -> Customer:
    customer = customer_of(nomination)
    if customer is None:
        raise Refused("no_customer_chosen")
    refused = customers.may_contact(tx, nomination, customer, tx.now)
    if refused is not None:
        raise refused
    return customer


def _make(
    tx: Transaction,
    nomination: Nomination,
    customer: Customer,
    person: Person,
    invitation: Invitation,
    token: str,
) -> SurveyLink:
    every = surveys.questions(nomination.award.survey_questions)
    mailed = invitation.way is SurveyWay.MAIL
    link = SurveyLink(
        token_hash=token_hash(token),
        nomination=nomination,
        round=nomination.round,
        customer=customer,
        occasion=occasion(second_contact_of(nomination), tx.now),
        language=Language(customer.language),
        way=invitation.way,
        channel=Channel.EMAIL if mailed else invitation.channel,
        about=Wording.of(invitation.about.strip()),
        questions=[question.row() for question in every],
        by=person,
        at=tx.now,
        expires_at=tx.now + LASTS,
    )
    tx.record(link)
    tx.session.flush()
    return link
