"""Files of evidence: attached to claims, and each opening of them noted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from adapters import clock
from adapters.evidence import File, accept
from adapters.evidence_store import Damaged, OutOfReach, Store
from models import certificate_runs, evidence, feedback
from models.base import db
from models.evidence import EvidenceOpening, EvidenceUpload
from models.named_files import named_files
from models.nominations import Claim, Evidence
from operations import casework, drafts
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import EvidenceKind, Opening

FILES_AT_MOST = 10  # for each claim: an auditor has to open every one of them
GRACE = timedelta(days=2)  # between bringing a file and naming it; a request takes seconds
SWEPT_AT_ONCE = 20  # files in one transaction: others wait for it
SAME_OPENING = timedelta(minutes=5)  # a recording is heard, a file is leafed through, in pieces


def attach(
    store: Store,
    *,
    person_id: int,
    number: str,
    claim_id: int,
    name: str,
    data: bytes,
    megabytes: int,
) -> int:
    """Keep the file and name it as evidence of the claim; the same file twice is one.

    Reading and writing the file takes long and needs no lock, so it is done between two
    transactions: what may not be named is not stored. Returns the case's version. Raises
    RefusedFile, Refused or NotVisible.
    """
    file = accept(name, data, megabytes)
    _may_be_named(person_id=person_id, number=number, claim_id=claim_id, file=file)
    keep(store, file)
    return _name(person_id=person_id, number=number, claim_id=claim_id, file=file)


def keep(store: Store, file: File) -> None:
    """Put the file into the store; raises Refused where that cannot be done now."""
    _note_upload(file.sha256)
    try:
        store.keep(file)
    except OutOfReach as error:
        raise Refused("file_not_kept") from error


@operation
def name_again(
    tx: Transaction, *, person_id: int, number: str, claim_id: int, evidence_id: int
) -> None:
    """Name what shows another claim of the case for this one too; raises NotVisible or Refused."""
    nomination = drafts.writable(tx, person_id, number)
    claim = drafts.open_claim(nomination, claim_id)
    pieces = [piece for other in nomination.claims for piece in other.evidence]
    named = next((piece for piece in pieces if piece.id == evidence_id), None)
    if named is None:
        raise casework.NotVisible(number)
    if any(is_same(piece, named) for piece in claim.evidence):
        return
    copied = ("kind", "text", "sha256", "media_type", "size")
    _add(tx, claim, Evidence(**{name: getattr(named, name) for name in copied}))
    drafts.changed(nomination, claim)


def is_same(one: Evidence, other: Evidence) -> bool:
    """Whether two pieces are the same file, or the same words."""
    if one.sha256 or other.sha256:
        return one.sha256 == other.sha256
    return (one.kind, one.text) == (other.kind, other.text)


@operation
def note_opening(
    tx: Transaction, *, person_id: int, number: str, digest: str, how: Opening
) -> None:
    """Note that somebody opens a file of the case; raises NotVisible."""
    person, nomination = casework.load(tx, person_id, number)
    since = tx.now - SAME_OPENING
    if evidence.was_opened(nomination.id, digest, person.id, how, since):
        return
    tx.add(
        EvidenceOpening(
            nomination_id=nomination.id,
            sha256=digest,
            person_id=person.id,
            how=how,
            at=tx.now,
        )
    )


def lost(store: Store) -> Iterator[tuple[str, str]]:
    """Each file that the store has no longer as it was: its hash, and what names it.

    That is the number of a case, or the entry of feedback.
    """
    told = {digest: f"feedback {seq}" for digest, seq in feedback.kept_files().items()}
    for digest, named_by in (told | named_files()).items():
        try:
            store.read(digest)
        except Damaged:
            yield digest, named_by


def unused(store: Store) -> list[str]:
    """The hashes of files that no case names and nobody is bringing in; raises OutOfReach."""
    before = clock.now() - GRACE
    old = [digest for digest, since in store.listed() if since < before]
    spared = _spared(before)
    return sorted(digest for digest in old if digest not in spared)


def sweep(store: Store) -> int:
    """Take away what is unused; returns how many files. Raises OutOfReach."""
    _forget_uploads()
    digests, swept = unused(store), 0
    while batch := digests[swept : swept + SWEPT_AT_ONCE]:
        _sweep(store=store, digests=batch)
        swept += len(batch)
    return swept


@operation
def _sweep(tx: Transaction, *, store: Store, digests: list[str]) -> None:
    """Look once more, now that nobody can name a file or begin to bring it in, and take it away."""
    spared = _spared(tx.now - GRACE)
    for digest in digests:
        if digest not in spared:
            store.forget(digest)


def _spared(before: datetime) -> set[str]:
    """What cases and feedback name, certificates that were made, and what came in since then."""
    on_their_way = select(EvidenceUpload.sha256).where(EvidenceUpload.at >= before)
    made = certificate_runs.kept()
    named = {*named_files(), *feedback.kept_files()}
    return {*named, *made, *db.session.scalars(on_their_way)}


@operation
def _note_upload(tx: Transaction, digest: str) -> None:
    upload = tx.session.get(EvidenceUpload, digest)
    if upload is None:
        tx.add(EvidenceUpload(sha256=digest, at=tx.now))
    else:
        upload.at = tx.now


@operation
def _forget_uploads(tx: Transaction) -> None:
    """Whoever has not named a file by now will not."""
    tx.session.execute(delete(EvidenceUpload).where(EvidenceUpload.at < tx.now - GRACE))


@operation
def _may_be_named(
    tx: Transaction, *, person_id: int, number: str, claim_id: int, file: File
) -> None:
    """Raise NotVisible or Refused where the claim takes no such file now."""
    claim = drafts.open_claim(drafts.writable(tx, person_id, number), claim_id)
    _need_room(claim, _piece(file))


@operation
def _name(tx: Transaction, *, person_id: int, number: str, claim_id: int, file: File) -> int:
    nomination = drafts.writable(tx, person_id, number)
    claim = drafts.open_claim(nomination, claim_id)
    new = _piece(file)
    if not any(is_same(piece, new) for piece in claim.evidence):
        _add(tx, claim, new)
        drafts.changed(nomination, claim)
        tx.session.flush()
    return nomination.version


def _piece(file: File) -> Evidence:
    return Evidence(
        kind=EvidenceKind.FILE,
        text=file.name,
        sha256=file.sha256,
        media_type=file.media_type,
        size=len(file.data),
    )


def _add(tx: Transaction, claim: Claim, piece: Evidence) -> None:
    _need_room(claim, piece)
    piece.added_at = tx.now
    claim.evidence.append(piece)


def _need_room(claim: Claim, piece: Evidence) -> None:
    """Raise Refused where the claim has as many files as it may; one that it has needs none."""
    files = [each for each in claim.evidence if each.kind is EvidenceKind.FILE]
    if piece.kind is not EvidenceKind.FILE or any(is_same(each, piece) for each in files):
        return
    if len(files) >= FILES_AT_MOST:
        raise Refused("too_many_files", most=FILES_AT_MOST)
