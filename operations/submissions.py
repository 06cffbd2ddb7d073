"""What is kept, word for word, when a nomination is handed in."""

from __future__ import annotations

from ledger.canonical import canonical
from models.decisions import Submission
from models.ledger import Wording
from models.nominations import Nomination, as_submitted
from operations import drafts, mentions
from operations.transaction import Transaction


def keep(tx: Transaction, nomination: Nomination) -> None:
    """Commit the ledger to the story and its evidence as the auditors are given them."""
    drafts.tidy(tx, nomination)
    mentions.enter(tx, nomination)
    evidence = [piece for claim in nomination.claims for piece in claim.evidence]
    tx.record(
        Submission(
            nomination=nomination,
            at=tx.now,
            story=Wording.of(canonical(as_submitted(nomination)).decode()),
            files=sorted(piece.sha256 for piece in evidence if piece.sha256),
        )
    )
