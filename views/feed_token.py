"""The secret part of a colleague's own feed address: signed, and good while they work here."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from models.people import Person

HONOUR_ROLL, ARCHIVE = "honour roll", "archive"  # a token opens the one or the other


def of(person: Person, what: str = HONOUR_ROLL) -> str:
    """The token of this person's feed; the same each time."""
    token: str = _signer(what).dumps(person.key)
    return token


def read(token: str, what: str = HONOUR_ROLL) -> str | None:
    """The key of the person whose token it is; None for one that we did not make."""
    try:
        key = _signer(what).loads(token)
    except BadSignature:
        return None
    return key if isinstance(key, str) else None


def _signer(what: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"feed of the {what}")
