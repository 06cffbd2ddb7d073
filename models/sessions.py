"""Whose session a browser carries: what every page asks first."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select, true
from sqlalchemy.orm import joinedload

from models.base import db
from models.people import AuthSession, Person, token_hash
from models.scheme import Scheme


def signed_in(token: str, at: datetime) -> Person | None:
    """Whose session the token opens at this instant, with their duties.

    The scheme comes with them: every page goes by its time zone.
    """
    found = db.session.execute(_whose(), {"token": token_hash(token), "at": at})
    row = found.unique().one_or_none()
    return row.Person if row else None


@cache
def _whose() -> Select[Person, Scheme]:
    """Put together once: that costs more than asking."""
    return (
        select(Person, Scheme)
        .join(AuthSession, AuthSession.person_id == Person.id)
        .outerjoin(Scheme, true())
        .where(
            AuthSession.token_hash == bindparam("token"),
            AuthSession.expires_at > bindparam("at"),
            AuthSession.revoked_at.is_(None),
        )
        .options(joinedload(Person.grants))
    )
