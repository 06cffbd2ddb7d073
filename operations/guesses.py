"""Private links that lead nowhere, counted by where they were asked from, so that guessing is slow.

A link that exists is never refused: a whole office may sit behind one address, and its customers
with it. Counts are keyed hashes, forgotten after a quarter of an hour.
"""

from __future__ import annotations

import hmac
from datetime import timedelta

from sqlalchemy import delete

from adapters import clock
from models.people import SignInFailure, failed_lately
from operations.transaction import Transaction, operation

WINDOW = timedelta(minutes=15)
AT_MOST = 30  # from one address in the window: letters that broke a link in two make a few


def marked(address: str, key: str) -> str:
    """What is kept of an address: nothing to read."""
    return hmac.digest(key.encode(), f"private link {address}".encode(), "sha256").hex()


def note(mark: str) -> bool:
    """Count one link that led nowhere; False where too many did, and nothing is counted.

    Whoever is refused writes nothing, so a flood of guesses keeps no writer waiting.
    """
    return failed_lately(mark, clock.now() - WINDOW) < AT_MOST and _count(mark)


@operation
def _count(tx: Transaction, mark: str) -> bool:
    since = tx.now - WINDOW
    tx.session.execute(delete(SignInFailure).where(SignInFailure.at <= since))
    if failed_lately(mark, since) >= AT_MOST:
        return False
    tx.add(SignInFailure(identifier_hash=mark, at=tx.now))
    return True
