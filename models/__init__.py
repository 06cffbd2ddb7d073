"""Tables and the questions asked of them."""

from models import (
    decisions,
    ledger,
    nominations,
    outbox,
    people,
    results,
    scheme,
    tierlists,
    voices,
    worksheets,
)
from models.base import Base, db

__all__ = [
    "Base",
    "db",
    "decisions",
    "ledger",
    "nominations",
    "outbox",
    "people",
    "results",
    "scheme",
    "tierlists",
    "voices",
    "worksheets",
]
