"""One contact with a case's customer put on record, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from adapters.sealing import Sealer
from ledger.commitment import commit, new_salt
from models import casework as facts
from models import contacts
from models.decisions import ContactAttempt
from models.ledger import Wording
from models.nominations import Nomination
from models.people import Person, holders
from models.scheme import scheme
from models.surveys import FOLLOWED, CustomerWords, SecondContact, SurveyLink, second_contact_of
from operations import casework
from operations.transaction import Transaction
from workflow import conflicts
from workflow.surveys import Question
from workflow.text import normal
from workflow.vocabulary import JUDGE, Channel, ContactOutcome, Duty, Occasion, Stage

ANSWERED = frozenset({ContactOutcome.CONFIRMED, ContactOutcome.DISAGREED})
COMMITTEE = (Duty.COMMITTEE, Duty.ARBITER)


@dataclass(frozen=True, repr=False)
class Said:
    """What came of one attempt. `words` are the customer's own: they are sealed, never logged."""

    outcome: ContactOutcome
    marks: int | None = None
    coded: tuple[tuple[Question, str], ...] = ()
    words: tuple[tuple[Question, str], ...] = ()
    note: str = ""


def auditor(
    tx: Transaction, person_id: int, number: str, version: int | None = None
) -> tuple[Person, Nomination]:
    """The person and the case, if they may ask its customer now.

    `version` is that of the page. Raises NotVisible, Refused, or Stale when the case has gone on.
    """
    person, nomination = casework.load(tx, person_id, number)
    actor = person.actor(tx.now, nomination.award_id)
    planned, case = second_contact_of(nomination), facts.snapshot(nomination)
    refused = contacts.refusal(nomination, planned, case, actor, tx.now)
    if refused is not None:
        is_judge = actor.has(JUDGE[Stage.EXTERNAL_AUDIT], case)
        casework.check_overtaken(nomination, refused, is_judge=is_judge, version=version)
        raise refused
    return person, nomination


def record(
    tx: Transaction,
    nomination: Nomination,
    occasion: Occasion,
    channel: Channel,
    said: Said,
    *,
    by: Person | None,
    link: SurveyLink | None = None,
    sealer: Sealer | None = None,
    customer_id: int | None = None,
) -> ContactAttempt:
    """Put one attempt on record and do what follows from it; words need a sealer."""
    answers = [
        {"key": question.key, "kind": question.kind.value, "answer": answer}
        for question, answer in said.coded
    ]
    sealed = []
    for question, spoken in said.words:
        if sealer is None:
            raise ValueError("the customer's words are kept sealed")
        text, salt = normal(spoken), new_salt()
        words = CustomerWords(customer_id=customer_id, question=question.key, salt=salt)
        words.sealed = sealer.seal(text.encode(), words.bound_to)
        sealed.append(words)
        answers.append(
            {"key": question.key, "kind": question.kind.value, "words": commit(text, salt)}
        )
    attempt = ContactAttempt(
        nomination=nomination,
        round=nomination.round,
        occasion=occasion,
        channel=channel,
        outcome=said.outcome,
        marks=said.marks if said.outcome in ANSWERED else None,
        answers=answers,
        note=Wording.of(said.note.strip()),
        link=link,
        customer_id=customer_id,
        by=by,
        at=tx.now,
        words=sealed,
    )
    tx.record(attempt)
    tx.session.flush()
    if occasion is Occasion.FIRST:
        _plan(tx, nomination, said.outcome)
    else:
        _conclude(tx, nomination, said.outcome)
    return attempt


def concerned(
    tx: Transaction, nomination: Nomination, duties: tuple[Duty, ...], stage: Stage
) -> list[int]:
    """Those with one of the duties for this award, except whom a relation bars at that stage."""
    case = replace(facts.snapshot(nomination), state=stage.value)
    found = [
        person.id
        for duty in duties
        for person in tx.session.scalars(holders(duty, tx.now, nomination.award_id)).unique()
    ]
    return [person for person in found if conflicts.relation(case, person) is None]


def _plan(tx: Transaction, nomination: Nomination, outcome: ContactOutcome) -> None:
    """What was confirmed is asked about again; what was not has no effect that could last."""
    planned, days = second_contact_of(nomination), nomination.award.second_contact_days
    if outcome is ContactOutcome.CONFIRMED and planned is None and days is not None:
        due = tx.now + timedelta(days=days)
        tx.add(SecondContact(nomination_id=nomination.id, due_at=due))
        if nomination.award.waits_for_second_contact:
            _wait(tx, nomination, due)
    elif outcome is ContactOutcome.DISAGREED:
        if planned is not None and planned.done_at is None:
            tx.session.delete(planned)
        if nomination.stage in FOLLOWED:
            for person in concerned(tx, nomination, COMMITTEE, nomination.stage):
                tx.tell(person, "customer_disagreed_late", nomination)


def _wait(tx: Transaction, nomination: Nomination, until: datetime) -> None:
    """Nobody is late with a case that has to wait; no page that shows it becomes stale by that."""
    due_at = tx.terms.due(until, tx.terms.stage_days)
    tx.session.execute(
        update(Nomination).where(Nomination.id == nomination.id).values(due_at=due_at)
    )


def _conclude(tx: Transaction, nomination: Nomination, outcome: ContactOutcome) -> None:
    """An answer ends the second contact, and so do enough attempts without one."""
    planned = second_contact_of(nomination)
    if planned is None:
        return
    if outcome in ANSWERED or _second_attempts(tx, nomination) >= scheme().contact_attempts:
        planned.done_at = planned.done_at or tx.now
    if outcome is ContactOutcome.DISAGREED and nomination.stage in FOLLOWED:
        for person in concerned(tx, nomination, COMMITTEE, nomination.stage):
            tx.tell(person, "effect_did_not_last", nomination)


def _second_attempts(tx: Transaction, nomination: Nomination) -> int:
    found = tx.session.scalar(
        select(func.count()).where(
            ContactAttempt.nomination_id == nomination.id,
            ContactAttempt.occasion == Occasion.SECOND,
        )
    )
    return found or 0
