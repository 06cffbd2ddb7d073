"""The secret part of a colleague's own feed address: signed, good until they make a new one."""

from __future__ import annotations

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from adapters import clock
from models import scheme
from models.feeds import renewals
from models.people import Person, person_by_key

HONOUR_ROLL, ARCHIVE = "honour roll", "archive"  # a token opens the one or the other


def of(person: Person, what: str = HONOUR_ROLL) -> str:
    """The token of this person's feed; the same each time, until they renew it."""
    token: str = _signer(what).dumps([person.key, renewals(person.id)])
    return token


def reader(token: str, what: str = HONOUR_ROLL) -> Person | None:
    """Whose token it is; None for one that is not ours, was renewed, or whose owner has left."""
    try:
        key, number = _signer(what).loads(token)
    except (BadSignature, TypeError, ValueError):
        return None
    person = person_by_key(key)
    if person is None or number != renewals(person.id):
        return None
    return person if person.works_on(scheme.day_at(clock.now())) else None


def _signer(what: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"feed of the {what}")
