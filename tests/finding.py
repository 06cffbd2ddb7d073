"""What the worker does for the search, in tests that have none."""

from __future__ import annotations

from adapters.folding import folding
from models.base import db
from operations import search


def catch_up() -> int:
    """Let the search take in everything that was done; returns how many entries that was."""
    followed = search.follow(folding())
    db.session.rollback()
    return followed


def look_through() -> None:
    """Let the search take in everything anew, whatever the ledger says."""
    search.forget()
    for chunk in search.everything():
        search.refresh(chunk, folding())
    db.session.rollback()
