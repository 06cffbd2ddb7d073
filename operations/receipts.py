"""A receipt on its way to its holder's mailbox."""

from __future__ import annotations

from models.receipts import Held
from operations.transaction import Transaction, operation
from workflow.refusal import Refused


@operation
def send(tx: Transaction, *, person_id: int, one: Held) -> None:
    """Mail the way to it. Raises Refused for feedback without a name: the outbox would know it."""
    if one.is_confidential:
        raise Refused("receipt_confidential")
    tx.tell(person_id, "receipt", receipt=one.entry.seq, fingerprint=one.entry.leaf_hash.hex())
