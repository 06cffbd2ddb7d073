"""Customers in a case: which one it is about, whether they may be asked, who looks at them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from adapters.sealing import Sealer
from models import contacts as asking
from models import customers
from models.base import table
from models.customers import (
    CaseCustomer,
    Customer,
    CustomerLook,
    CustomerPurge,
    CustomerReference,
    choice_on,
    customer_of,
)
from models.ledger import Wording
from models.nominations import Nomination
from models.scheme import day_at
from operations import casework
from operations.casework import Request
from operations.contacts import auditor
from operations.transaction import Transaction, operation
from workflow import contacts
from workflow.likeness import identifiers
from workflow.refusal import Refused
from workflow.rules import sentence_in
from workflow.text import plain_reference
from workflow.vocabulary import EvidenceKind

PURGED_AT_ONCE = 200  # customers in one transaction


@dataclass(frozen=True, repr=False)
class ContactDetails:
    """How to reach a customer; blank what is not known. It does not show itself in logs."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, repr=False)
class Particulars:
    """All that is sealed of a customer: the details, and the ids that they are found by."""

    details: ContactDetails = ContactDetails()
    references: tuple[str, ...] = ()

    def seal(self, sealer: Sealer, number: str) -> bytes:
        """Bound to the customer's number: in another customer's row it does not open."""
        text = json.dumps([*vars(self.details).values(), list(self.references)])
        return sealer.seal(text.encode(), _bound(number))


def particulars(sealer: Sealer, customer: Customer) -> Particulars:
    """What is sealed of the customer; raises Unsealable. Nothing when it is purged."""
    return opened(sealer, customer.number, customer.sealed)


def opened(sealer: Sealer, number: str, sealed: bytes | None) -> Particulars:
    """The same from a row's values."""
    if sealed is None:
        return Particulars()
    name, email, phone, references = json.loads(sealer.open(sealed, _bound(number)))
    return Particulars(ContactDetails(name, email, phone), tuple(references))


def contact_details(tx: Transaction, customer: Customer, sealer: Sealer) -> ContactDetails | None:
    """How to reach the customer, for whoever may: the caller has checked it. None once purged."""
    return particulars(sealer, customer).details if customer.sealed is not None else None


def may_contact(
    tx: Transaction, nomination: Nomination, customer: Customer, at: datetime
) -> Refused | None:
    """Why the customer may not be asked about this case at that instant; None when they may."""
    return contacts.refusal(asking.reach(nomination, customer), at)


def check_may_contact(tx: Transaction, nomination: Nomination) -> None:
    """Raise Refused when the case's customer may not be asked now; without one, they may."""
    customer = customer_of(nomination)
    refused = may_contact(tx, nomination, customer, tx.now) if customer else None
    if refused is not None:
        raise refused


def proposed(nomination: Nomination, sealer: Sealer) -> list[Customer]:
    """The customers to whom a reference in the case's evidence belongs; mostly one, or none."""
    digests = _digests(nomination, sealer)
    return customers.with_references(digests) if digests else []


@operation
def choose(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    customer_number: str | None,
    sealer: Sealer,
    request: Request,
    reason: str = "",
) -> None:
    """Say which customer the case is about; the same one again is no new act.

    Until somebody was asked a mistake can be set right, with the reason: by another customer, or
    by None. Afterwards an answer that does not please finds no other customer. A customer whom
    nobody may ask ends the question: without a reference in the evidence it needs a reason why
    the case is theirs.

    Raises NotVisible, Stale, KeyReused or Refused.
    """
    person, nomination = auditor(tx, person_id, number)
    body: dict[str, object] = {"case": number, "customer": customer_number, "reason": reason}
    if casework.already_done(tx, person_id, request, body):
        return
    casework.check_version(nomination, request.version)
    customer = customers.by_number(customer_number) if customer_number else None
    if customer_number and customer is None:
        raise Refused("no_such_customer")
    last = choice_on(nomination)
    if customer is (last.customer if last else None):
        return
    corrects = last is not None and last.customer is not None
    matched = customer in proposed(nomination, sealer)
    ends_it = customer is not None and not matched and _may_never_be_asked(nomination, customer)
    if last is not None and asking.was_asked(nomination):
        raise Refused("customer_asked_already")
    says_why = corrects or ends_it
    if says_why:
        sentence_in(reason)
    tx.record(
        CaseCustomer(
            nomination=nomination,
            customer=customer,
            reason=Wording.of(reason.strip()) if says_why else None,
            matched=matched,
            by=person,
            at=tx.now,
        )
    )


@operation
def look(tx: Transaction, *, person_id: int, number: str, sealer: Sealer) -> ContactDetails:
    """The contact details of the case's customer, for its external auditor; the look is recorded.

    Raises NotVisible or Refused, and Unsealable when the key is not here.
    """
    person, nomination = auditor(tx, person_id, number)
    customer = customer_of(nomination)
    if customer is None:
        raise Refused("no_customer_chosen")
    details = contact_details(tx, customer, sealer)
    if details is None:
        raise Refused("customer_purged")
    tx.record(
        CustomerLook(
            nomination=nomination,
            customer=customer,
            stage=nomination.stage,
            round=nomination.round,
            by=person,
            at=tx.now,
        )
    )
    return details


def purge(tx: Transaction) -> int:
    """Empty those whose last day is over; returns how many."""
    found = tx.session.scalars(customers.to_purge(day_at(tx.now)).limit(PURGED_AT_ONCE)).all()
    for customer_id in found:
        _purge(tx, tx.session.get_one(Customer, customer_id))
    return len(found)


def _purge(tx: Transaction, customer: Customer) -> None:
    references = table(CustomerReference)
    gone = tx.execute(delete(references).where(references.c.customer_id == customer.id))
    customer.sealed, customer.purged_at = None, tx.now
    tx.record(
        CustomerPurge(
            customer=customer,
            kept_until=customer.keep_until,
            reference_count=gone.rowcount,
            at=tx.now,
        )
    )


def _may_never_be_asked(nomination: Nomination, customer: Customer) -> bool:
    return contacts.never(asking.reach(nomination, customer)) is not None


def _digests(nomination: Nomination, sealer: Sealer) -> set[str]:
    written = [
        piece.text
        for claim in nomination.claims
        for piece in claim.evidence
        if piece.kind is EvidenceKind.REFERENCE
    ]
    found = {each for text in written for each in (plain_reference(text), *identifiers(text))}
    return {digest for each in found - {""} for digest in sealer.digests(each)}


def _bound(number: str) -> str:
    return f"customer {number}"
