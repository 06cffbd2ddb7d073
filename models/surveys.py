"""Surveys of customers: private links, the customers' own words, and when to ask again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, Select, select
from sqlalchemy.orm import (
    Mapped,
    contains_eager,
    joinedload,
    mapped_column,
    relationship,
)

from ledger.commitment import commit
from ledger.entry import instant
from models.base import Base, Instant, Text, db, word
from models.customers import Customer
from models.decisions import ContactAttempt
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from models.scheme import holidays, scheme
from workflow import surveys
from workflow.deadlines import due
from workflow.surveys import Question
from workflow.vocabulary import Channel, Language, Occasion, Stage, SurveyWay

OVER = frozenset({Stage.WITHDRAWN, Stage.EXPIRED})  # nobody needs an answer any more

# Where a case may stand when its second contact is due: there, or further on if nobody waited.
FOLLOWED = frozenset(
    {
        Stage.POLICY_REVIEW,
        Stage.PERFORMANCE_REVIEW,
        Stage.TIERING,
        Stage.PUBLIC_NOTICE,
        Stage.OBJECTION,
        Stage.AWARDED,
    }
)
ASKED_AT = FOLLOWED | {Stage.EXTERNAL_AUDIT}


class SurveyLink(Recorded, Base):
    """One private link to one survey: whoever has the token may answer once, until it ends.

    Only the token's hash is stored. What is asked is kept as it was when the link was made.
    """

    __tablename__ = "survey_link"
    ledger_kind = "survey_made"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    round: Mapped[int]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    occasion: Mapped[Occasion] = mapped_column(word(Occasion))
    language: Mapped[Language] = mapped_column(word(Language))
    way: Mapped[SurveyWay] = mapped_column(word(SurveyWay))
    channel: Mapped[Channel] = mapped_column(word(Channel))
    about_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))  # what the customer reads
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)

    nomination: Mapped[Nomination] = relationship()
    customer: Mapped[Customer] = relationship()
    about: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship()
    attempt: Mapped[ContactAttempt | None] = relationship(back_populates="link", uselist=False)

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "round": self.round,
            "customer": self.customer.key,
            "occasion": self.occasion.value,
            "language": self.language.value,
            "way": self.way.value,
            "channel": self.channel.value,
            "about": self.about.commitment,
            "questions": self.questions,
            "token": self.token_hash,
            "expires": instant(self.expires_at),
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number

    def is_open(self, at: datetime) -> bool:
        """Whether it can be answered now."""
        over = self.nomination.stage in OVER
        return self.attempt is None and at < self.expires_at and not over

    @property
    def asked(self) -> tuple[Question, ...]:
        return surveys.asked(surveys.questions(self.questions), self.occasion)


class CustomerWords(Base):
    """What a customer said in their own words: sealed, and read by the case's auditor alone.

    The entry of the contact holds the commitment. `sealed` is None once the data are purged.
    """

    __tablename__ = "customer_words"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("contact_attempt.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    question: Mapped[str] = mapped_column(Text)  # its key
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    salt: Mapped[bytes] = mapped_column(LargeBinary)

    attempt: Mapped[ContactAttempt] = relationship(back_populates="words")
    releases: Mapped[list[WordsRelease]] = relationship(
        back_populates="words", order_by="WordsRelease.id"
    )

    @property
    def released(self) -> WordsRelease | None:
        """The wording that the archive shows: the last one released."""
        return self.releases[-1] if self.releases else None

    @property
    def bound_to(self) -> str:
        """What the sealed text opens with, and nowhere else."""
        return f"words {self.salt.hex()}"

    def is_what_was_said(self, text: str) -> bool:
        """Whether the ledger's entry of the contact commits to this text."""
        said = commit(text, self.salt)
        return any(answer.get("words") == said for answer in self.attempt.answers)


class WordsRelease(Recorded, Base):
    """A wording of the customer's words that the auditor has released; an empty one takes it back.

    The latest row counts.
    """

    __tablename__ = "words_release"
    ledger_kind = "words_released"

    id: Mapped[int] = mapped_column(primary_key=True)
    words_id: Mapped[int] = mapped_column(ForeignKey("customer_words.id"), index=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    words: Mapped[CustomerWords] = relationship(back_populates="releases")
    wording: Mapped[Wording] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.words.attempt.nomination.number,
            "contact": self.words.attempt.ledger_seq,
            "question": self.words.question,
            "wording": self.wording.commitment,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.words.attempt.nomination.number


class SecondContact(Base):
    """When a case's customer is to be asked whether the effect lasted; one for each case."""

    __tablename__ = "second_contact"

    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant, index=True)
    told_at: Mapped[datetime | None] = mapped_column(Instant)  # the auditors, that it is due
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)  # that nobody has asked yet
    done_at: Mapped[datetime | None] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()


def token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def link_by_token(token: str) -> SurveyLink | None:
    """The link that this token opens, answered or ended as it may be."""
    return db.session.scalar(
        select(SurveyLink)
        .where(SurveyLink.token_hash == token_hash(token))
        .options(
            joinedload(SurveyLink.nomination).joinedload(Nomination.award),
            joinedload(SurveyLink.about),
            joinedload(SurveyLink.attempt),
        )
    )


def links_on(nomination: Nomination) -> list[SurveyLink]:
    """Every link of the case, oldest first."""
    return list(
        db.session.scalars(
            select(SurveyLink)
            .where(SurveyLink.nomination_id == nomination.id)
            .options(joinedload(SurveyLink.attempt))
            .order_by(SurveyLink.id)
        )
    )


def ended_unanswered(at: datetime) -> Select[int]:
    """The ids of links whose time ran out without an answer on record."""
    return (
        select(SurveyLink.id)
        .join(SurveyLink.nomination)
        .outerjoin(ContactAttempt, ContactAttempt.link_id == SurveyLink.id)
        .where(
            SurveyLink.expires_at <= at, ContactAttempt.id.is_(None), Nomination.stage.not_in(OVER)
        )
        .order_by(SurveyLink.id)
    )


def second_contact_of(nomination: Nomination) -> SecondContact | None:
    return db.session.get(SecondContact, nomination.id)


def to_bring_back(at: datetime) -> Select[int]:
    """The ids of cases whose second contact is due and not told of yet."""
    return (
        select(SecondContact.nomination_id)
        .join(SecondContact.nomination)
        .where(
            SecondContact.due_at <= at,
            SecondContact.told_at.is_(None),
            SecondContact.done_at.is_(None),
            Nomination.stage.in_(ASKED_AT),
        )
        .order_by(SecondContact.due_at, SecondContact.nomination_id)
    )


def open_second_contacts(at: datetime) -> list[SecondContact]:
    """Those of cases that have gone on, which are due and which nobody has made; oldest first."""
    return list(
        db.session.scalars(
            select(SecondContact)
            .join(SecondContact.nomination)
            .where(
                SecondContact.due_at <= at,
                SecondContact.done_at.is_(None),
                Nomination.stage.in_(FOLLOWED),
            )
            .options(
                contains_eager(SecondContact.nomination).options(
                    joinedload(Nomination.award), joinedload(Nomination.cycle)
                )
            )
            .order_by(SecondContact.due_at, SecondContact.nomination_id)
        )
    )


def due_by(nominations: Iterable[Nomination]) -> dict[int, datetime]:
    """When the second contact of each of these cases is to be made at last, by the case's id.

    It has as many working days as every stage of a case.
    """
    terms, off = scheme(), holidays()
    planned = select(SecondContact).where(
        SecondContact.nomination_id.in_([nomination.id for nomination in nominations])
    )
    return {
        each.nomination_id: due(each.due_at, terms.stage_days, off, terms.zone)
        for each in db.session.scalars(planned)
    }


def contacts_on(nomination: Nomination) -> list[ContactAttempt]:
    """Every attempt to ask the customer, oldest first, with its note and what the customer said."""
    words = joinedload(ContactAttempt.words).joinedload(CustomerWords.releases)
    found = db.session.scalars(
        select(ContactAttempt)
        .where(ContactAttempt.nomination_id == nomination.id)
        .options(joinedload(ContactAttempt.note), words.joinedload(WordsRelease.wording))
        .order_by(ContactAttempt.id)
    )
    return list(found.unique())


def words_on(nomination: Nomination) -> list[CustomerWords]:
    """What the case's customer said in their own words, oldest first; sealed."""
    return [words for attempt in contacts_on(nomination) for words in attempt.words]
