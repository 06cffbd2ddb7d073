"""Tables and the questions asked of them."""

from models import (
    customers,
    decisions,
    evidence,
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
    "evidence",
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
