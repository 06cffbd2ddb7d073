"""Mailing one message: a durable task, taken up again when its worker dies."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.message import EmailMessage

import structlog
from dbos import DBOS, SetWorkflowID

from adapters import clock, mail
from adapters.mail import Server, Undelivered
from adapters.sealing import Sealer
from jobs.letters import Link, letter, survey_letter
from models import outbox
from models.base import db
from models.contacts import reach
from models.outbox import Message
from models.scheme import day_at, scheme
from models.surveys import SurveyLink
from operations.customers import particulars
from operations.outbox import note_failure, note_sent, note_unmailable
from operations.surveys import bound_to
from words.surveys import organisation
from workflow import contacts

log = structlog.get_logger("plaudit.mail")

QUEUE = "mail"
AT_ONCE = 4
BATCH = 200


@dataclass(frozen=True)
class Office:
    """What mailing needs; there is one in a worker's process."""

    context: Callable[[], AbstractContextManager[object]]  # the application's
    server: Server | None
    sender: str
    link: Link
    sealer: Sealer  # opens a customer's address for the moment of sending
    webhooks_inside: bool = False  # whether a witness may live in a private network


office: Office


def open_office(new: Office) -> None:
    """Say with what this process mails, before the first task runs."""
    global office  # noqa: PLW0603  # DBOS calls tasks by name: they cannot be handed anything
    office = new
    DBOS.register_queue(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=0.5)
    if new.server is None:
        log.warning("no mail server configured: messages stay in the inbox")


def hand_out() -> None:
    """Make a task of every message that is due. Its name makes a second one for it impossible."""
    for message in outbox.due(clock.now(), BATCH):
        with SetWorkflowID(f"{message.message_id}-{message.next_try_at:%Y%m%d%H%M%S%f}"):
            DBOS.enqueue_workflow(QUEUE, send_one, message.id)


@dataclass(frozen=True)
class Outcome:
    """What came of one try: `reason` says why it was not taken, None that it was."""

    reason: str | None = None
    mailable: bool = True
    for_good: bool = False


@DBOS.workflow()
def send_one(message_id: int) -> None:
    """Hand the message to the mail server and note what came of it."""
    outcome = _deliver(message_id)
    if outcome is not None:
        _note(message_id, outcome)


@DBOS.step()
def _deliver(message_id: int) -> Outcome | None:
    """What came of handing it over; None when it was no longer to be mailed."""
    with office.context():
        message = db.session.get(Message, message_id)
        if message is None or message.sent_at or message.next_try_at is None:
            return None
        if office.server is None:
            return Outcome("no mail server configured", mailable=False)
        try:
            text = _worded(message)
            if isinstance(text, Outcome):
                return text
            db.session.rollback()  # no transaction stays open while the server takes its time
            mail.deliver(office.server, text)
        except Undelivered as error:
            return Outcome(error.reason, for_good=error.for_good)
        except Exception:
            log.exception("letter failed", message=message_id)
            return Outcome("could not be written")
        return Outcome()


def _worded(message: Message) -> EmailMessage | Outcome:
    """The letter, or why there is nobody to write to."""
    if message.survey_link is not None:
        return _to_customer(message, message.survey_link)
    reader = message.person
    if reader is None or not reader.email:
        return Outcome("no address", mailable=False)
    if reader.left_on is not None and reader.left_on <= day_at(clock.now()):
        return Outcome("has left", mailable=False)
    return letter(message, sender=office.sender, link=office.link)


def _to_customer(message: Message, survey: SurveyLink) -> EmailMessage | Outcome:
    """The letter to a customer, who may have asked since then to be left in peace."""
    customer = survey.customer
    if contacts.never(reach(survey.nomination, customer)) is not None:
        return Outcome("not to be contacted", mailable=False)
    if not survey.is_open(clock.now()):
        return Outcome("not needed any more", mailable=False)
    address = particulars(office.sealer, customer).details.email
    if not address:
        return Outcome("no address", mailable=False)
    sealed = bytes.fromhex(message.values["token"])
    token = office.sealer.open(sealed, bound_to(survey)).decode()
    terms, language = scheme(), survey.language.value
    return survey_letter(
        message,
        survey,
        address,
        sender=office.sender,
        who=organisation(terms.organisation, terms.names, language),
        link=office.link("survey.answer", token=token),
    )


@DBOS.step()
def _note(message_id: int, outcome: Outcome) -> None:
    with office.context():
        if outcome.reason is None:
            note_sent(message_id)
        elif not outcome.mailable:
            note_unmailable(message_id, outcome.reason)
        else:
            note_failure(message_id, outcome.reason, for_good=outcome.for_good)
            log.warning("not mailed", message=message_id, reason=outcome.reason)
