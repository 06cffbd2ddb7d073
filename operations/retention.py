"""What was written of customers goes when its time is over; what it was committed to stays."""

from __future__ import annotations

from models import retention
from models.decisions import ContactAttempt
from models.retention import WordsPurge
from models.scheme import day_at
from operations.transaction import Transaction

PURGED_AT_ONCE = 200  # contacts in one transaction


def purge(tx: Transaction) -> int:
    """Empty what is kept no longer; returns how many contacts and unrecorded sheets it was on."""
    day = day_at(tx.now)
    contacts = tx.session.scalars(retention.words_to_purge(day).limit(PURGED_AT_ONCE)).all()
    for attempt in contacts:
        _purge(tx, attempt)
    sheets = tx.session.scalars(retention.sheets_to_purge(day).limit(PURGED_AT_ONCE)).all()
    for sheet in sheets:
        tx.session.delete(sheet)
    return len(contacts) + len(sheets)


def _purge(tx: Transaction, attempt: ContactAttempt) -> None:
    end = retention.kept_until(attempt)
    for words in attempt.words:
        words.sealed = None
    if attempt.note.text:
        attempt.note.erase(tx.now)
    tx.record(WordsPurge(attempt=attempt, kept_until=end, at=tx.now))
