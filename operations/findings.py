"""The internal audit's work: a verdict on each claim, how it was found, and what shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adapters.evidence import File, accept
from adapters.evidence_store import Store
from models import audit_files, worksheets
from models import casework as facts
from models.audit_files import AuditFile
from models.ledger import Wording
from models.nominations import Claim, Finding, Nomination
from models.people import Person
from operations import audits, casework, drafts, evidence, mentions, routing
from operations.transaction import Transaction, operation
from workflow.case import Case
from workflow.refusal import Refused
from workflow.vocabulary import Action, Method, Stage, Verdict


@dataclass(frozen=True)
class Found:
    """A verdict on one claim: how it was checked, the id that was found, and a note."""

    claim_id: int
    verdict: Verdict
    note: str = ""
    method: Method | None = None
    reference: str = ""


@operation
def record(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    findings: Sequence[Found],
    version: int | None = None,
) -> None:
    """Record the verdicts, all or nothing; raises NotVisible, Stale or Refused.

    `version` is that of the page: a verdict is on the claim as it was read, and no other wording.
    Where the award asks for two auditors, an opinion is whole and comes once.
    """
    person, nomination = audits.worker(tx, person_id, number, Stage.INTERNAL_AUDIT, version)
    claims = {found.claim_id: drafts.open_claim(nomination, found.claim_id) for found in findings}
    case = facts.snapshot(nomination)
    for found in _asked_for(case, nomination, person, findings):
        _record(tx, nomination, person, claims[found.claim_id], found)
    worksheets.clear(nomination.id, person.id)
    if case.opinions.are_sealed:
        _call_a_third(tx, nomination)


def attach(
    store: Store,
    *,
    person_id: int,
    number: str,
    claim_id: int,
    name: str,
    data: bytes,
    megabytes: int,
) -> None:
    """Keep a file that the auditor found beside the claim; the same file twice is one.

    Raises RefusedFile, Refused or NotVisible.
    """
    file = accept(name, data, megabytes)
    evidence.keep(store, file)
    put_beside(person_id=person_id, number=number, claim_id=claim_id, file=file)


@operation
def put_beside(tx: Transaction, *, person_id: int, number: str, claim_id: int, file: File) -> None:
    """Put on record a file beside the claim that is in the store; raises NotVisible or Refused."""
    person, nomination = audits.worker(tx, person_id, number, Stage.INTERNAL_AUDIT)
    claim = drafts.open_claim(nomination, claim_id)
    there = [each for each in audit_files.files_on(nomination) if each.claim_id == claim.id]
    if any((each.sha256, each.by_id) == (file.sha256, person.id) for each in there):
        return
    if len(there) >= evidence.FILES_AT_MOST:
        raise Refused("too_many_files", most=evidence.FILES_AT_MOST)
    tx.record(
        AuditFile(
            claim=claim,
            name=file.name,
            sha256=file.sha256,
            media_type=file.media_type,
            size=len(file.data),
            by=person,
            by_id=person.id,
            at=tx.now,
        )
    )


def _asked_for(
    case: Case, nomination: Nomination, person: Person, findings: Sequence[Found]
) -> Sequence[Found]:
    """The verdicts that count; raises Refused for an opinion in pieces, or one too many."""
    if case.opinions.needed == 1 or not findings:
        return findings
    claims = {claim.position: claim.id for claim in nomination.claims}
    asked = {claims[position] for position in case.opinions.asked_of(person.id, claims)}
    if not asked:
        raise Refused("opinions_are_complete")
    if not asked <= {found.claim_id for found in findings}:
        raise Refused("opinion_not_whole")
    return [found for found in findings if found.claim_id in asked]


def _record(
    tx: Transaction, nomination: Nomination, person: Person, claim: Claim, found: Found
) -> None:
    """Record a verdict; the very same again is no new act."""
    if found.method is None and found.verdict is not Verdict.UNVERIFIABLE:
        raise Refused("method_missing", claim=claim.position)
    reference, note = found.reference.strip(), found.note.strip()
    last = _last_word(nomination, person, claim)
    if last and last.says(found.verdict, found.method, reference, note):
        return
    tx.record(
        Finding(
            claim=claim,
            round=nomination.round,
            verdict=found.verdict,
            method=found.method,
            reference=Wording.of(reference) if reference else None,
            note=Wording.of(note),
            by=person,
            at=tx.now,
        )
    )
    mentions.add(tx, nomination, claim, reference)


def _last_word(nomination: Nomination, person: Person, claim: Claim) -> Finding | None:
    """The person's own verdict that counts now, if the last one that counts is theirs."""
    if nomination.award.auditors_needed == 1:
        return claim.finding if claim.finding and claim.finding.by_id == person.id else None
    mine = [f for f in claim.findings if (f.by_id, f.round) == (person.id, nomination.round)]
    return mine[-1] if mine else None


def _call_a_third(tx: Transaction, nomination: Nomination) -> None:
    """Two opinions that differ wait for somebody who gave neither."""
    tx.session.flush()
    tx.session.expire(nomination, ["claims"])
    case = facts.snapshot(nomination)
    if case.opinions.missing and case.opinions.split:
        here = case.stage.value
        values = {"action": Action.APPROVE.value, "stage": here, "dest": here}
        routing.seat(tx, nomination)
        if not case.assigns:
            casework.tell_judges(tx, nomination, case, values, besides=case.opinions.by)
