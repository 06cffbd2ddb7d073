"""Attaching a file to a claim."""

from __future__ import annotations

from adapters.evidence import File, Store, accept
from models.nominations import Evidence
from operations import drafts
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import EvidenceKind

FILES_AT_MOST = 10  # for each claim: an auditor has to open every one of them


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
    """Keep the file and name it as evidence of the claim; the same file twice is one.

    Reading and writing the file needs no lock, so it is done before the transaction. Raises
    RefusedFile, Refused or NotVisible.
    """
    file = accept(name, data, megabytes)
    store.keep(file)
    _name(person_id=person_id, number=number, claim_id=claim_id, file=file)


@operation
def _name(tx: Transaction, *, person_id: int, number: str, claim_id: int, file: File) -> None:
    nomination = drafts.writable(tx, person_id, number)
    claim = drafts.open_claim(nomination, claim_id)
    files = [piece.sha256 for piece in claim.evidence if piece.kind is EvidenceKind.FILE]
    if file.sha256 in files:
        return
    if len(files) >= FILES_AT_MOST:
        raise Refused("too_many_files", most=FILES_AT_MOST)
    claim.evidence.append(
        Evidence(
            kind=EvidenceKind.FILE,
            text=file.name,
            sha256=file.sha256,
            media_type=file.media_type,
            size=len(file.data),
            added_at=tx.now,
        )
    )
    drafts.changed(nomination, claim)
