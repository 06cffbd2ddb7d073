"""Tables and the questions asked of them."""

from models import (
    audit_files,
    customers,
    decisions,
    evidence,
    ledger,
    mentions,
    nominations,
    outbox,
    people,
    results,
    scheme,
    scores,
    surveys,
    tierlists,
    voices,
    waivers,
    worksheets,
)
from models.base import Base, db

__all__ = [
    "Base",
    "audit_files",
    "customers",
    "db",
    "decisions",
    "evidence",
    "ledger",
    "mentions",
    "nominations",
    "outbox",
    "people",
    "results",
    "scheme",
    "scores",
    "surveys",
    "tierlists",
    "voices",
    "waivers",
    "worksheets",
]
