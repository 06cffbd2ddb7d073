"""Whose session a browser carries: what every page asks first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import joinedload

from models.base import db
from models.people import AuthSession, Person, token_hash
from models.scheme import Scheme


def signed_in(token: str, at: datetime) -> Person | None:
    """Whose session the token opens at this instant, with their duties.

    The scheme comes with them: every page goes by its time zone.
    """
    found = db.session.execute(
        select(Person, Scheme)
        .join(AuthSession, AuthSession.person_id == Person.id)
        .outerjoin(Scheme, true())
        .where(
            AuthSession.token_hash == token_hash(token),
            AuthSession.expires_at > at,
            AuthSession.revoked_at.is_(None),
        )
        .options(joinedload(Person.grants))
    )
    row = found.unique().one_or_none()
    return row.Person if row else None
