"""The work of the two audits before their decision: verdicts on claims, contacts with customers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models import casework as facts
from models import worksheets
from models.decisions import ContactAttempt
from models.ledger import Wording
from models.nominations import Finding, Nomination
from models.people import Person
from models.worksheets import Worksheet
from operations import casework, drafts
from operations.casework import Request
from operations.transaction import Transaction, operation
from workflow import pathway
from workflow.pathways.sideways import JUDGE
from workflow.refusal import Refused
from workflow.vocabulary import Channel, ContactOutcome, Stage, Verdict

ANSWERED = frozenset({ContactOutcome.CONFIRMED, ContactOutcome.DISAGREED})
MARKS = range(1, 6)


@dataclass(frozen=True)
class Found:
    """A verdict on one claim, with the note that goes with it."""

    claim_id: int
    verdict: Verdict
    note: str = ""


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
    """Record the verdict on one claim; raises NotVisible or Refused."""
    person, nomination = _worker(tx, person_id, number, Stage.INTERNAL_AUDIT)
    _record(tx, nomination, person, Found(claim_id, verdict, note))


@operation
def record_findings(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    findings: Sequence[Found],
    version: int | None = None,
) -> None:
    """Record the whole worksheet, all or nothing; raises NotVisible, Stale or Refused.

    `version` is that of the page: a verdict is on the claim as it was read, and no other wording.
    """
    person, nomination = _worker(tx, person_id, number, Stage.INTERNAL_AUDIT)
    _check_page(nomination, version)
    for found in findings:
        _record(tx, nomination, person, found)
    worksheets.clear(nomination.id, person.id)


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
    person, nomination = _worker(tx, person_id, number, stage)
    _check_page(nomination, version)
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
    _need(tx, nomination, person, Stage.EXTERNAL_AUDIT)
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
    worksheets.clear(nomination.id, person.id)


def _check_page(nomination: Nomination, version: int | None) -> None:
    """What was written on a page is about the case as that page showed it."""
    if version is not None:
        casework.check_version(nomination, version)


def _record(tx: Transaction, nomination: Nomination, person: Person, found: Found) -> None:
    """Record a verdict; the same one with the same note again is no new act."""
    claim = drafts.open_claim(nomination, found.claim_id)
    last, note = claim.finding, found.note.strip()
    if last and (last.by_id, last.verdict, last.note.text) == (person.id, found.verdict, note):
        return
    tx.record(
        Finding(
            claim=claim,
            round=nomination.round,
            verdict=found.verdict,
            note=Wording.of(note),
            by=person,
            at=tx.now,
        )
    )


def _worker(
    tx: Transaction, person_id: int, number: str, stage: Stage
) -> tuple[Person, Nomination]:
    """The person and the case, if its stage asks for their work now."""
    person, nomination = casework.load(tx, person_id, number)
    _need(tx, nomination, person, stage)
    return person, nomination


def _need(tx: Transaction, nomination: Nomination, person: Person, stage: Stage) -> None:
    actor = person.actor(tx.now, nomination.award_id)
    refused = pathway.may_work(facts.snapshot(nomination), actor, tx.now, stage, JUDGE[stage])
    if refused is not None:
        raise refused
