"""What people choose for themselves."""

from __future__ import annotations

from models.people import Person
from operations.transaction import Transaction, operation
from workflow.vocabulary import Language


@operation
def speak(tx: Transaction, *, person_id: int, language: Language) -> None:
    """Remember in which language the person reads pages and mail."""
    tx.session.get_one(Person, person_id).language = language
