"""What an internal audit keeps from some readers for a while."""

from __future__ import annotations

from flask_login import current_user

from models import audit_files, mentions
from models.audit_files import AuditFile
from models.nominations import Nomination
from views import loading
from workflow.vocabulary import Stage


def is_party(nomination: Nomination) -> bool:
    """Whether the reader nominated here or is nominated."""
    me = current_user.id
    return me == nomination.nominator_id or me in {person.id for person in nomination.nominees}


def opinion_is_sealed(nomination: Nomination) -> bool:
    """Whether what one auditor found could still sway another."""
    if not mentions.may_be_sealed(nomination):
        return False
    return loading.snapshot(nomination).opinions.are_sealed


def verdicts_are_settled(nomination: Nomination) -> bool:
    """Whether the verdicts on the claims are the ones that count."""
    return not (
        mentions.may_be_sealed(nomination) and loading.snapshot(nomination).opinions.missing
    )


def findings_show(nomination: Nomination) -> bool:
    """While the internal audit is at work, its verdicts are not for the parties."""
    if nomination.stage is Stage.INTERNAL_AUDIT and is_party(nomination):
        return False
    return verdicts_are_settled(nomination)


def register_is_open(nomination: Nomination) -> bool:
    """Whether the register says what was found, to somebody who did not find it."""
    if nomination.stage is Stage.INTERNAL_AUDIT and is_party(nomination):
        return False
    return not opinion_is_sealed(nomination)


def auditors_files(nomination: Nomination) -> dict[int, list[AuditFile]]:
    """The auditors' files by claim: never for the parties, and sealed as long as an opinion is."""
    if is_party(nomination):
        return {}
    only = current_user.id if opinion_is_sealed(nomination) else None
    files: dict[int, list[AuditFile]] = {}
    for file in audit_files.files_on(nomination):
        if only in (None, file.by_id):
            files.setdefault(file.claim_id, []).append(file)
    return files
