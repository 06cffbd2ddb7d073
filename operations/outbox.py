"""What becomes of messages on their way by mail, and the worker's sign of life."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete

from models import outbox
from models.outbox import Heartbeat, Message
from operations.transaction import Transaction, operation

FORGOTTEN_AFTER = timedelta(days=1)


@operation
def note_sent(tx: Transaction, message_id: int) -> None:
    """The mail server has taken it."""
    message = tx.session.get_one(Message, message_id)
    message.taken(tx.now)
    if message.survey_link_id is not None:
        message.values = {}  # the way to the survey is the customer's alone now


@operation
def note_failure(tx: Transaction, message_id: int, reason: str, *, for_good: bool) -> None:
    """The mail server has not taken it."""
    tx.session.get_one(Message, message_id).refused(reason, tx.now, for_good=for_good)


@operation
def note_unmailable(tx: Transaction, message_id: int, reason: str) -> None:
    """It stays in the inbox alone: there is no server for it, or no address."""
    message = tx.session.get_one(Message, message_id)
    message.next_try_at = None
    message.last_error = reason


@operation
def try_again(tx: Transaction) -> int:
    """Give every message that was given up a fresh start; returns how many."""
    found = outbox.undelivered()
    for message in found:
        message.tries, message.next_try_at = 0, tx.now
    return len(found)


@operation
def beat(tx: Transaction, worker: str) -> None:
    """Note that this worker is alive, and forget those that have been silent for long."""
    tx.session.execute(delete(Heartbeat).where(Heartbeat.at < tx.now - FORGOTTEN_AFTER))
    row = tx.session.get(Heartbeat, worker) or Heartbeat(worker=worker)
    row.at = tx.now
    tx.add(row)


@operation
def end(tx: Transaction, worker: str) -> None:
    """The worker has stopped in order."""
    tx.session.execute(delete(Heartbeat).where(Heartbeat.worker == worker))
