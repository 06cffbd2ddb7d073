"""Forms that came after their writer's session: sealed, for the writer alone, for a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Text, db

KEPT_FOR = timedelta(hours=24)


class UnsentForm(Base):
    """What one person had typed on a page and could not send; gone once the page's form is."""

    __tablename__ = "unsent_form"
    __table_args__ = (UniqueConstraint("person_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    path: Mapped[str] = mapped_column(Text)  # of the page where the form stands
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant)


def kept(person_id: int, path: str, at: datetime) -> UnsentForm | None:
    """What is kept for this person on this page."""
    query = select(UnsentForm).where(_of(person_id, at), UnsentForm.path == path)
    return db.session.scalar(query)


def is_anything_kept(person_id: int, at: datetime) -> bool:
    return bool(db.session.scalar(select(exists().where(_of(person_id, at)))))


def _of(person_id: int, at: datetime) -> ColumnElement[bool]:
    return (UnsentForm.person_id == person_id) & (UnsentForm.at > at - KEPT_FOR)
