"""Appeals: once, by the nominator or a nominee, judged by an arbiter who decided nothing before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from adapters.evidence import File
from models.appeals import AppealEvidence
from models.decisions import Decision
from models.ledger import Wording
from models.nominations import Nomination
from models.people import Person
from operations import casework
from operations.casework import Request
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Action, EvidenceKind, Reason, Stage

PIECES_AT_MOST = 10  # references and files of one appeal


@operation
def lodge(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    grounds: str,
    request: Request,
    references: Sequence[str] = (),
    files: Sequence[File] = (),
) -> Stage:
    """Appeal against a rejection, with what shows the grounds; the files are in the store already.

    Raises NotVisible, KeyReused, Stale or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "act": "appeal",
        "case": number,
        "grounds": grounds,
        "references": list(references),
        "files": [file.sha256 for file in files],
    }
    if casework.already_done(tx, person_id, request, body):
        return nomination.stage
    casework.check_version(nomination, request.version)
    if len(references) + len(files) > PIECES_AT_MOST:
        raise Refused("too_much_appeal_evidence", most=PIECES_AT_MOST)
    casework.move(tx, nomination, person, Action.APPEAL, sentence=grounds)
    for reference in references:
        _show(tx, nomination, person, EvidenceKind.REFERENCE, reference)
    for file in {file.sha256: file for file in files}.values():
        _show(tx, nomination, person, EvidenceKind.FILE, file.name, file)
    return nomination.stage


def _show(
    tx: Transaction,
    nomination: Nomination,
    person: Person,
    kind: EvidenceKind,
    text: str,
    file: File | None = None,
) -> None:
    tx.record(
        AppealEvidence(
            nomination=nomination,
            kind=kind,
            text=Wording.of(text),
            sha256=file.sha256 if file else None,
            media_type=file.media_type if file else None,
            size=len(file.data) if file else None,
            by=person,
            at=tx.now,
        )
    )


@operation
def resolve(
    tx: Transaction, *, person_id: int, number: str, uphold: bool, sentence: str, request: Request
) -> Stage:
    """Uphold the appeal (the contested stage judges again, by others) or dismiss it.

    Raises NotVisible, KeyReused, Stale or Refused.
    """
    person, nomination = casework.load(tx, person_id, number)
    body: dict[str, object] = {
        "act": "resolve_appeal",
        "case": number,
        "uphold": uphold,
        "sentence": sentence,
    }
    if casework.already_done(tx, person_id, request, body):
        return nomination.stage
    casework.check_version(nomination, request.version)
    casework.move(
        tx,
        nomination,
        person,
        Action.UPHOLD_APPEAL if uphold else Action.DISMISS_APPEAL,
        reason=None if uphold else _contested_reason(tx, nomination),
        sentence=sentence,
    )
    return nomination.stage


def _contested_reason(tx: Transaction, nomination: Nomination) -> Reason | None:
    """A dismissed appeal lets the reason of the rejection stand."""
    return tx.session.scalar(
        select(Decision.reason)
        .where(Decision.nomination_id == nomination.id, Decision.dest == Stage.REJECTED)
        .order_by(Decision.id.desc())
        .limit(1)
    )
