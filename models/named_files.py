"""Every file that a case names or has named, whoever brought it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from models.appeals import AppealEvidence
from models.audit_files import AuditFile
from models.base import db
from models.decisions import Submission
from models.nominations import Claim, Evidence, Nomination

OF_CLAIMS = select(Evidence.sha256, Nomination.number).join(Evidence.claim).join(Claim.nomination)
OF_AUDITORS = select(AuditFile.sha256, Nomination.number).join(AuditFile.claim)
NAMED = (
    OF_CLAIMS.where(Evidence.sha256.is_not(None)),
    OF_AUDITORS.join(Claim.nomination),
    select(AppealEvidence.sha256, Nomination.number)
    .join(AppealEvidence.nomination)
    .where(AppealEvidence.sha256.is_not(None)),
)


def named_files() -> dict[str, str]:
    """The number of a case that names it, by the hash of each file."""
    return dict(sorted(_rows()))


def _rows() -> Iterator[tuple[str, str]]:
    submitted = select(Submission.files, Nomination.number).join(Submission.nomination)
    for files, number in db.session.execute(submitted):  # what a correction took out, too
        yield from ((digest, number) for digest in files)
    for named in NAMED:
        yield from db.session.execute(named).all()  # type: ignore[misc]  # none without a hash
