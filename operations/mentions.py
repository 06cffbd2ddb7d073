"""Entering a case into the register of events, by what it names and by its words."""

from __future__ import annotations

from sqlalchemy import delete, insert

from models.base import table
from models.mentions import Mention, TextPrint, references_of, text_of
from models.nominations import Claim, Nomination
from operations.transaction import Transaction
from workflow.copies import fingerprints
from workflow.likeness import identifiers


def enter(tx: Transaction, nomination: Nomination) -> None:
    """Enter what the case names and says as it is handed in, instead of what it said before."""
    prints, mentions = table(TextPrint), table(Mention)
    tx.execute(delete(prints).where(prints.c.nomination_id == nomination.id))
    tx.execute(
        delete(mentions).where(
            mentions.c.nomination_id == nomination.id, mentions.c.by_auditor.is_(False)
        )
    )
    rows = [
        {"print": each, "nomination_id": nomination.id}
        for each in sorted(fingerprints(text_of(nomination)))
    ]
    if rows:
        tx.execute(insert(prints), rows)
    for claim in nomination.claims:
        for reference in references_of(claim):
            _add(tx, nomination, claim, reference, by_auditor=False)


def add(tx: Transaction, nomination: Nomination, claim: Claim, reference: str) -> None:
    """Enter what an auditor found of a claim."""
    _add(tx, nomination, claim, reference, by_auditor=True)


def _add(
    tx: Transaction, nomination: Nomination, claim: Claim, reference: str, *, by_auditor: bool
) -> None:
    rows = [
        {
            "identifier": identifier,
            "nomination_id": nomination.id,
            "claim_id": claim.id,
            "by_auditor": by_auditor,
        }
        for identifier in sorted(identifiers(reference))
    ]
    if rows:
        tx.execute(insert(table(Mention)), rows)
