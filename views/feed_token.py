"""The secret part of a colleague's own feed address: signed, and good while they work here."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from models.people import Person


def of(person: Person) -> str:
    """The token of this person's feed; the same each time."""
    token: str = _signer().dumps(person.key)
    return token


def read(token: str) -> str | None:
    """The key of the person whose token it is; None for one that we did not make."""
    try:
        key = _signer().loads(token)
    except BadSignature:
        return None
    return key if isinstance(key, str) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="feed of the honour roll")
