"""How long what is written of customers is kept: their own words, and the notes of contacts.

Those of a customer in the directory go with the customer; those of nobody in it are kept for the
days that the scheme says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ForeignKey, Select, and_, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Instant, db
from models.customers import CaseCustomer, Customer
from models.decisions import ContactAttempt
from models.ledger import Recorded, Wording
from models.nominations import Nomination
from models.scheme import day_at, scheme
from models.surveys import CustomerWords
from models.worksheets import Worksheet


class WordsPurge(Recorded, Base):
    """The end of what was written at one contact; the commitments to it stay."""

    __tablename__ = "words_purge"
    ledger_kind = "words_purged"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("contact_attempt.id"), unique=True)
    kept_until: Mapped[date]
    at: Mapped[datetime] = mapped_column(Instant)

    attempt: Mapped[ContactAttempt] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.attempt.nomination.number,
            "contact": self.attempt.ledger_seq,
            "kept_until": self.kept_until.isoformat(),
        }

    def ledger_subject(self) -> str:
        return self.attempt.nomination.number


# What can still be read of a contact.
READABLE = or_(
    and_(Wording.text.is_not(None), Wording.text != ""),
    select(CustomerWords.id)
    .where(CustomerWords.attempt_id == ContactAttempt.id, CustomerWords.sealed.is_not(None))
    .exists(),
)


def kept_until(attempt: ContactAttempt) -> date:
    """The last day on which what was written at the contact is kept."""
    if attempt.customer is not None:
        return attempt.customer.keep_until
    return day_at(attempt.at) + timedelta(days=scheme().words_kept_days)


def words_to_purge(day: date) -> Select[ContactAttempt]:
    """The contacts whose words are kept no longer on this day."""
    return (
        _written()
        .outerjoin(Customer, Customer.id == ContactAttempt.customer_id)
        .where(
            or_(
                and_(Customer.id.is_(None), ContactAttempt.at < _first_kept(day)),
                Customer.purged_at.is_not(None),
                Customer.keep_until < day,
            )
        )
        .order_by(ContactAttempt.id)
    )


def sheets_to_purge(day: date) -> Select[Worksheet]:
    """What auditors typed and never recorded, and is kept no longer either."""
    gone = (
        select(CaseCustomer.id)
        .join(CaseCustomer.customer)
        .where(
            CaseCustomer.nomination_id == Worksheet.nomination_id,
            Customer.purged_at >= Worksheet.at,
        )
    )
    return select(Worksheet).where(or_(Worksheet.at < _first_kept(day), gone.exists()))


@dataclass(frozen=True)
class WordsTally:
    """How many contacts have something written on them, and when the next of it goes."""

    kept: int
    outside: int  # of them, with nobody in the directory
    next_end: date | None


def words_tally() -> WordsTally:
    outside = ContactAttempt.customer_id.is_(None)
    counts = _written().with_only_columns(
        func.count(),
        func.count().filter(outside),
        func.min(ContactAttempt.at).filter(outside),
    )
    row = db.session.execute(counts).one()
    first: datetime | None = row[2]
    ends = [day_at(first) + timedelta(days=scheme().words_kept_days)] if first else []
    directory = (
        _written()
        .join(Customer, Customer.id == ContactAttempt.customer_id)
        .with_only_columns(func.min(Customer.keep_until))
    )
    if (end := db.session.scalar(directory)) is not None:
        ends.append(end)
    return WordsTally(row[0], row[1], min(ends, default=None))


def _written() -> Select[ContactAttempt]:
    return (
        select(ContactAttempt)
        .join(ContactAttempt.note)
        .join(Nomination, Nomination.id == ContactAttempt.nomination_id)
        .where(READABLE)
    )


def _first_kept(day: date) -> datetime:
    """The beginning of the first day whose contacts are still kept on this one."""
    terms = scheme()
    return datetime.combine(day - timedelta(days=terms.words_kept_days), time.min, terms.zone)
