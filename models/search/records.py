"""The tables of the search: a copy of what is public, made from it and made anew whenever asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, Text, table, word
from models.people import Person
from workflow.publication import PublicKind

KINDS = tuple(PublicKind)
KIND_BITS = 4


@dataclass(frozen=True)
class Projected:
    """What is public of one record, as the search keeps it; `seq` is its newest entry."""

    kind: PublicKind
    subject: str
    seq: int
    at: datetime
    title: str = ""
    called: str = ""
    text: str = ""
    award: str | None = None
    cycle: str | None = None
    outcome: str | None = None
    teams: tuple[int, ...] = ()
    shown: Mapping[str, Any] = field(default_factory=dict)


class PublicRecord(Base):
    """One record as all staff may find it. Its key orders by the entry that it last came from."""

    __tablename__ = "public_record"
    __table_args__ = (UniqueConstraint("kind", "subject"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[PublicKind] = mapped_column(word(PublicKind))
    subject: Mapped[str] = mapped_column(Text)  # a case's number, else the row's id
    at: Mapped[datetime] = mapped_column(Instant)
    award: Mapped[str | None] = mapped_column(Text)
    cycle: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    teams: Mapped[list[int]] = mapped_column(JSON)
    title: Mapped[str] = mapped_column(Text)  # empty where a title would name somebody
    called: Mapped[str] = mapped_column(Text)  # what else it is found by: numbers, names, awards
    text: Mapped[str] = mapped_column(Text)
    shown: Mapped[dict[str, Any]] = mapped_column(JSON)  # what a list shows beside these


class SearchProgress(Base):
    """How far the search has followed the ledger, and how its words were cut."""

    __tablename__ = "search_progress"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    version: Mapped[int]


class Subscription(Base):
    """A colleague who is told by mail, once a day, of what newly fits a search."""

    __tablename__ = "archive_subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(Instant)
    key: Mapped[int] = mapped_column(BigInteger)  # of the newest record that they were told of
    told_on: Mapped[date] = mapped_column(Date)  # the day on which it was last looked up

    person: Mapped[Person] = relationship()


def key_of(seq: int, kind: PublicKind) -> int:
    """The key of a record whose newest entry this is."""
    return seq << KIND_BITS | KINDS.index(kind)


FIELDS = tuple(column.key for column in table(PublicRecord).columns)


def fields_of(found: Projected) -> dict[str, Any]:
    """The row of what is public of a record."""
    own: dict[str, Any] = {"key": key_of(found.seq, found.kind)}
    own |= {name: getattr(found, name) for name in FIELDS if name != "key"}
    return own | {"teams": list(found.teams), "shown": dict(found.shown)}
