"""Tables and the questions asked of them."""

from models import (
    customers,
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
    "customers",
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
