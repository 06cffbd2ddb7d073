"""The external audit's work: contacts with customers; and what both audits' worksheets share."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.sealing import Sealer
from models import casework as facts
from models import contacts as asking
from models import worksheets
from models.customers import customer_of
from models.nominations import Nomination
from models.people import Person
from models.surveys import second_contact_of
from models.worksheets import Worksheet
from operations import casework, contacts, customers
from operations.casework import Request
from operations.contacts import ANSWERED, Said
from operations.transaction import Transaction, operation
from workflow import pathway, surveys
from workflow.refusal import Refused
from workflow.surveys import MARKS
from workflow.vocabulary import JUDGE, Channel, ContactOutcome, Stage


@operation
def keep_worksheet(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    stage: Stage,
    answers: Mapping[str, str],
    version: int | None = None,
) -> None:
    """Keep what is typed at this stage until it is recorded; raises NotVisible, Stale, Refused."""
    person, nomination = worker(tx, person_id, number, stage, version)
    sheet = tx.session.get(Worksheet, (nomination.id, person.id))
    if sheet is None:
        sheet = Worksheet(nomination_id=nomination.id, person_id=person.id)
        tx.add(sheet)
    sheet.answers, sheet.at = dict(answers), tx.now


@operation
def log_contact(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    channel: Channel,
    outcome: ContactOutcome,
    marks: int | None,
    note: str,
    request: Request,
    answers: Mapping[str, str] | None = None,
    sealer: Sealer | None = None,
) -> None:
    """Log one attempt to ask the customer; marks go with an answer and only with one.

    `answers` are those to the questions that were read out, by key; they need a sealer for what
    is in the customer's own words. Raises NotVisible, KeyReused, Stale or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "case": number,
        "channel": channel.value,
        "outcome": outcome.value,
        "marks": marks,
        "note": note,
    }
    if answers:
        body["answers"] = dict(answers)
    if casework.already_done(tx, person_id, request, body):
        return
    contacts.auditor(tx, person_id, number, request.version)
    occasion = asking.occasion(second_contact_of(nomination), tx.now)
    if outcome is ContactOutcome.CONFIRMED and marks not in MARKS:
        raise Refused("marks_missing")
    if answers and outcome in ANSWERED:
        every = surveys.questions(nomination.award.survey_questions)
        reading = surveys.read(every, occasion, answers)
        said = Said(reading.outcome, reading.marks, reading.coded, reading.words, note)
    elif outcome in ANSWERED and marks not in MARKS:
        raise Refused("marks_missing")
    else:
        said = Said(outcome, marks, note=note)
    customers.check_may_contact(tx, nomination)
    customer = customer_of(nomination)
    contacts.record(
        tx,
        nomination,
        occasion,
        channel,
        said,
        by=person,
        sealer=sealer,
        customer_id=customer.id if customer else None,
    )
    worksheets.clear(nomination.id, person.id)


def worker(
    tx: Transaction, person_id: int, number: str, stage: Stage, version: int | None = None
) -> tuple[Person, Nomination]:
    """The person and the case, if its stage asks for their work now.

    `version` is that of the page: what was written on it is about the case as it showed it.
    """
    person, nomination = casework.load(tx, person_id, number)
    actor, case = person.actor(tx.now, nomination.award_id), facts.snapshot(nomination)
    refused = pathway.may_work(case, actor, tx.now, stage, JUDGE[stage])
    if refused is not None:
        is_judge = actor.has(JUDGE[stage], case)
        casework.check_overtaken(nomination, refused, is_judge=is_judge, version=version)
        raise refused
    if version is not None:
        casework.check_version(nomination, version)
    return person, nomination
