"""Reading one's messages."""

from __future__ import annotations

from sqlalchemy import update

from models.outbox import Message
from operations.transaction import Transaction, operation


@operation
def mark_read(tx: Transaction, *, person_id: int, message_id: int | None = None) -> None:
    """Mark one of the person's own messages as read, or all of them."""
    unread = update(Message).where(Message.person_id == person_id, Message.read_at.is_(None))
    if message_id is not None:
        unread = unread.where(Message.id == message_id)
    tx.session.execute(unread.values(read_at=tx.now))
