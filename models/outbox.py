"""Messages to people: written by the deciding transaction, shown in the inbox, mailed later."""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Select, bindparam, func, literal, select, true
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db
from models.ledger import LedgerHead
from models.nominations import Nomination
from models.people import Person
from models.surveys import SurveyLink
from models.tries import Tried


class Message(Tried, Base):
    """One thing to tell one person, or the invitation to one customer's survey.

    `words.messages` has the sentence in the person's language, `jobs.letters` the customer's mail.
    """

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_unsent", "sent_at", "next_try_at"),)
    most_tries = 8

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(Text, unique=True, default=lambda: uuid.uuid4().hex)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), index=True
    )  # None: a customer, by the survey's link
    survey_link_id: Mapped[int | None] = mapped_column(ForeignKey("survey_link.id"), index=True)
    nomination_id: Mapped[int | None] = mapped_column(ForeignKey("nomination.id"))
    kind: Mapped[str] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)

    person: Mapped[Person | None] = relationship()
    survey_link: Mapped[SurveyLink | None] = relationship()
    nomination: Mapped[Nomination | None] = relationship()


class RequestKey(Base):
    """A request carried out: the same again gets the same answer, another body a refusal."""

    __tablename__ = "request_key"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    body_hash: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[datetime] = mapped_column(Instant, index=True)


class Heartbeat(Base):
    """When each worker was last seen alive."""

    __tablename__ = "heartbeat"

    worker: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


def messages_of(person_id: int) -> Select[Message]:
    """Everything that this person was told, with the cases that it is about."""
    about = joinedload(Message.nomination).joinedload(Nomination.award)
    return select(Message).where(Message.person_id == person_id).options(about)


def message_of(person_id: int, message_id: int) -> Message | None:
    """One of this person's own messages."""
    return db.session.scalar(messages_of(person_id).where(Message.id == message_id))


def unread_and_head(person: Person) -> tuple[int, LedgerHead | None]:
    """How many messages the person has not read yet, and the ledger's head, in one round trip."""
    unread, head = db.session.execute(_around(), {"reader": person.id}).one()
    return unread, head


@cache
def _around() -> Select[int, LedgerHead]:
    """Put together once: every page asks it."""
    unread = Message.person_id == bindparam("reader"), Message.read_at.is_(None)
    counted = select(func.count(Message.id)).where(*unread).scalar_subquery()
    one = select(literal(1)).subquery()
    return select(counted, LedgerHead).select_from(one.outerjoin(LedgerHead, true()))


def due(at: datetime, limit: int) -> list[Message]:
    """Messages whose time to be mailed has come, the longest waiting first."""
    return list(
        db.session.scalars(
            select(Message)
            .where(Message.sent_at.is_(None), Message.next_try_at <= at)
            .order_by(Message.next_try_at, Message.id)
            .limit(limit)
        )
    )


def deliveries(link_ids: list[int]) -> dict[int, str]:
    """How far the mail of each survey has come: waits, sent or unsent, by the link's id."""
    rows = db.session.execute(
        select(Message.survey_link_id, Message.sent_at, Message.next_try_at).where(
            Message.survey_link_id.in_(link_ids)
        )
    )
    return {
        link: "sent" if sent else "waits" if next_try else "unsent"
        for link, sent, next_try in rows
        if link is not None
    }


def undelivered() -> list[Message]:
    """Messages that were given up, newest first: each says why."""
    given_up = (
        Message.sent_at.is_(None),
        Message.next_try_at.is_(None),
        Message.tries > 0,
    )
    return list(db.session.scalars(select(Message).where(*given_up).order_by(Message.id.desc())))


def workers_since(at: datetime) -> frozenset[str]:
    """The workers that have given a sign of life since then."""
    return frozenset(db.session.scalars(select(Heartbeat.worker).where(Heartbeat.at >= at)))
