"""Links for screens in the hall: made and withdrawn by scheme managers; each act is an entry."""

from __future__ import annotations

import secrets

from models.displays import DisplayLink, DisplayWithdrawal
from models.ledger import Wording
from models.people import Person, token_hash
from operations.casework import NotVisible
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Language


@operation
def make(tx: Transaction, *, by_id: int, place: str, language: Language) -> str:
    """A link for one screen; returns its token, of which only the hash is kept. Raises Refused."""
    by = _manager(tx, by_id)
    token = secrets.token_urlsafe(32)
    tx.record(
        DisplayLink(
            token_hash=token_hash(token),
            language=language,
            place=Wording.of(place),
            by=by,
            at=tx.now,
        )
    )
    return token


@operation
def withdraw(tx: Transaction, *, by_id: int, link_id: int) -> None:
    """The screen shows nothing any more; twice is no fault. Raises NotVisible or Refused."""
    by = _manager(tx, by_id)
    link = tx.session.get(DisplayLink, link_id)
    if link is None:
        raise NotVisible(str(link_id))
    if link.withdrawal is None:
        tx.record(DisplayWithdrawal(link=link, by=by, at=tx.now))


def _manager(tx: Transaction, by_id: int) -> Person:
    by = tx.session.get_one(Person, by_id)
    if not by.holds(Duty.SCHEME_MANAGER, tx.now):
        raise Refused("scheme_managers_only")
    return by
