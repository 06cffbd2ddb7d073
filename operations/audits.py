"""The work of the two audits before their decision: verdicts on claims, contacts with customers."""

from __future__ import annotations

from models import casework as facts
from models.decisions import ContactAttempt
from models.ledger import Wording
from models.nominations import Finding, Nomination
from models.people import Person
from operations import casework, drafts
from operations.casework import Request
from operations.transaction import Transaction, operation
from workflow import pathway
from workflow.refusal import Refused
from workflow.vocabulary import Channel, ContactOutcome, Role, Stage, Verdict

ANSWERED = frozenset({ContactOutcome.CONFIRMED, ContactOutcome.DISAGREED})
MARKS = range(1, 6)


@operation
def record_finding(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    claim_id: int,
    verdict: Verdict,
    note: str = "",
) -> None:
    """Record the verdict on one claim; the same verdict with the same note again is no new act.

    Raises NotVisible or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    _need(tx, nomination, person, Stage.INTERNAL_AUDIT, Role.INTERNAL_AUDITOR)
    claim = drafts.open_claim(nomination, claim_id)
    last, note = claim.finding, note.strip()
    if last and (last.by_id, last.verdict, last.note.text) == (person_id, verdict, note):
        return
    tx.record(
        Finding(
            claim=claim,
            round=nomination.round,
            verdict=verdict,
            note=Wording.of(note),
            by=person,
            at=tx.now,
        )
    )


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
) -> None:
    """Log one attempt to ask the customer; marks go with an answer and only with one.

    Raises NotVisible, KeyReused or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "case": number,
        "channel": channel.value,
        "outcome": outcome.value,
        "marks": marks,
        "note": note,
    }
    if casework.already_done(tx, person_id, request, body):
        return
    _need(tx, nomination, person, Stage.EXTERNAL_AUDIT, Role.EXTERNAL_AUDITOR)
    if outcome in ANSWERED and marks not in MARKS:
        raise Refused("marks_missing")
    tx.record(
        ContactAttempt(
            nomination=nomination,
            round=nomination.round,
            channel=channel,
            outcome=outcome,
            marks=marks if outcome in ANSWERED else None,
            note=Wording.of(note.strip()),
            by=person,
            at=tx.now,
        )
    )


def _need(
    tx: Transaction, nomination: Nomination, person: Person, stage: Stage, role: Role
) -> None:
    actor = person.actor(tx.now, nomination.award_id)
    refused = pathway.may_work(facts.snapshot(nomination), actor, tx.now, stage, role)
    if refused is not None:
        raise refused
