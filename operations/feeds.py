"""Feed addresses that somebody else may have seen: made anew, the old ones closed."""

from __future__ import annotations

from models.feeds import FeedRenewal
from models.people import Person
from operations.transaction import Transaction, operation


@operation
def renew(tx: Transaction, *, person_id: int) -> None:
    """Give this person new feed addresses; those from before lead nowhere at once."""
    tx.record(FeedRenewal(person=tx.session.get_one(Person, person_id), at=tx.now))
