"""Customers from the directory: sealed contact details, which case is about whom, who looked."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, Select, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from models.base import Base, Instant, Text, db, word
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.people import Person
from workflow.vocabulary import Language, Stage


class Customer(Base):
    """One customer; `key` stands for them in the ledger. Name and addresses are in `sealed` alone.

    `sealed` is encrypted JSON, bound to the row's number (adapters.sealing); None once purged.
    """

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True, default=lambda: secrets.token_hex(8))
    number: Mapped[str] = mapped_column(Text, unique=True)  # the directory's own
    language: Mapped[Language] = mapped_column(word(Language))
    consent: Mapped[bool]  # to be asked
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    keep_until: Mapped[date] = mapped_column(index=True)  # the last day on which they are kept
    purged_at: Mapped[datetime | None] = mapped_column(Instant)

    references: Mapped[list[CustomerReference]] = relationship(
        back_populates="customer", cascade="all, delete-orphan"
    )


# The rule itself is workflow.contacts.never; here it is for a query of many things at once.
MAY_BE_ASKED = Customer.consent & ~Customer.do_not_contact & Customer.purged_at.is_(None)


class CustomerReference(Base):
    """A call, ticket or order of the customer, by keyed digest: the table gives none away."""

    __tablename__ = "customer_reference"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    digest: Mapped[str] = mapped_column(Text, unique=True)

    customer: Mapped[Customer] = relationship(back_populates="references")


class CaseCustomer(Recorded, Base):
    """Which customer a case is about, as the external auditor said; the latest row counts.

    A later one corrects a mistake, with the reason; `customer` is None where it is nobody's.
    """

    __tablename__ = "case_customer"
    ledger_kind = "customer_chosen"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    reason_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    matched: Mapped[bool]  # whether a reference of the case's evidence is one of theirs
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    customer: Mapped[Customer | None] = relationship()
    reason: Mapped[Wording | None] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        body: dict[str, object] = {
            "case": self.nomination.number,
            "customer": self.customer.key if self.customer else None,
            "matched": self.matched,
            "by": self.by.key,
        }
        return body | ({"reason": self.reason.commitment} if self.reason else {})

    def ledger_subject(self) -> str:
        return self.nomination.number


class CustomerLook(Recorded, Base):
    """One look at a customer's contact details: who, for which case, at which stage of it."""

    __tablename__ = "customer_look"
    ledger_kind = "customer_looked"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    stage: Mapped[Stage] = mapped_column(word(Stage))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    customer: Mapped[Customer] = relationship()
    by: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "customer": self.customer.key,
            "stage": self.stage.value,
            "round": self.round,
            "by": self.by.key,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


class CustomerPurge(Recorded, Base):
    """The end of a customer's data by their retention date."""

    __tablename__ = "customer_purge"
    ledger_kind = "customer_purged"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    kept_until: Mapped[date]
    reference_count: Mapped[int]  # how many references went with it
    at: Mapped[datetime] = mapped_column(Instant)

    customer: Mapped[Customer] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "customer": self.customer.key,
            "kept_until": self.kept_until.isoformat(),
            "references": self.reference_count,
        }


def choice_on(nomination: Nomination) -> CaseCustomer | None:
    """The last word on which customer the case is about; its `customer` may be None."""
    return db.session.scalar(
        select(CaseCustomer)
        .where(CaseCustomer.nomination_id == nomination.id)
        .options(joinedload(CaseCustomer.customer))
        .order_by(CaseCustomer.id.desc())
        .limit(1)
    )


def customer_of(nomination: Nomination) -> Customer | None:
    """The customer whom the case is about, once the external auditor has said so."""
    choice = choice_on(nomination)
    return choice.customer if choice else None


def by_number(number: str) -> Customer | None:
    return db.session.scalar(select(Customer).where(Customer.number == number))


def with_references(digests: Collection[str]) -> list[Customer]:
    """The customers to whom one of these references belongs, the oldest row first."""
    return list(
        db.session.scalars(
            select(Customer)
            .where(
                Customer.id.in_(
                    select(CustomerReference.customer_id).where(
                        CustomerReference.digest.in_(digests)
                    )
                )
            )
            .order_by(Customer.id)
        )
    )


@dataclass(frozen=True)
class Tally:
    """How many customers are kept, and how many of them may be asked."""

    kept: int
    may_be_asked: int
    purged: int
    next_end: date | None


def tally(day: date) -> Tally:
    kept = Customer.purged_at.is_(None)
    row = db.session.execute(
        select(
            func.count().filter(kept),
            func.count().filter(MAY_BE_ASKED),
            func.count().filter(~kept),
            func.min(Customer.keep_until).filter(kept & (Customer.keep_until >= day)),
        ).select_from(Customer)
    ).one()
    return Tally(*row)


def to_purge(day: date) -> Select[Any]:
    """The ids of those whose last day is over."""
    return (
        select(Customer.id)
        .where(Customer.keep_until < day, Customer.purged_at.is_(None))
        .order_by(Customer.id)
    )


def looks() -> Select[CustomerLook]:
    """Every look at contact details, with what a list of them shows."""
    return select(CustomerLook).options(
        joinedload(CustomerLook.nomination),
        joinedload(CustomerLook.customer),
        joinedload(CustomerLook.by),
    )
