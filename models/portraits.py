"""Portraits: the picture that a colleague shows of themselves, for as long as they want it shown.

No act of the ledger: a face proves nothing, and taking it down must leave nothing behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Text, db
from models.people import Person


class Portrait(Base):
    """Whose picture lies under which hash, and whether screens without a reader may show it."""

    __tablename__ = "portrait"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, index=True)
    on_wall: Mapped[bool]
    at: Mapped[datetime] = mapped_column(Instant)


def portrait(person_id: int) -> Portrait | None:
    """This colleague's picture, if they put one up."""
    return db.session.get(Portrait, person_id)


def shown(person_ids: Iterable[int], day: date, *, on_wall: bool = False) -> dict[int, str]:
    """The hash of each one's picture, of those who work here on this day.

    `on_wall` leaves out those who keep theirs to signed-in colleagues.
    """
    query = (
        select(Portrait.person_id, Portrait.sha256)
        .join(Person, Person.id == Portrait.person_id)
        .where(
            Portrait.person_id.in_(sorted(set(person_ids))),
            or_(Person.left_on.is_(None), Person.left_on > day),
        )
    )
    if on_wall:
        query = query.where(Portrait.on_wall)
    return dict(db.session.execute(query).all())


def named() -> set[str]:
    """The hash of every picture that somebody shows."""
    return {*db.session.scalars(select(Portrait.sha256))}
