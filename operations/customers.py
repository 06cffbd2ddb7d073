"""Customers in a case: which one it is about, whether they may be asked, who looks at them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from adapters.sealing import Sealer
from models import casework as facts
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
from models.nominations import Nomination
from models.people import Person
from models.scheme import day_at
from operations import casework
from operations.casework import Request
from operations.transaction import Transaction, operation
from workflow import contacts, pathway
from workflow.pathways.sideways import JUDGE
from workflow.refusal import Refused
from workflow.text import plain_reference
from workflow.vocabulary import EvidenceKind, Stage

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
    return contacts.refusal(customers.reach(nomination, customer), at)


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
    customer_number: str,
    sealer: Sealer,
    request: Request,
) -> None:
    """Say which customer the case is about; the same one again is no new act.

    Raises NotVisible, Stale, KeyReused or Refused.
    """
    person, nomination = _auditor(tx, person_id, number)
    body: dict[str, object] = {"case": number, "customer": customer_number}
    if casework.already_done(tx, person_id, request, body):
        return
    casework.check_version(nomination, request.version)
    customer = customers.by_number(customer_number)
    if customer is None:
        raise Refused("no_such_customer")
    last = choice_on(nomination)
    if last is not None and last.customer_id == customer.id:
        return
    tx.record(
        CaseCustomer(
            nomination=nomination,
            customer=customer,
            matched=customer in proposed(nomination, sealer),
            by=person,
            at=tx.now,
        )
    )


@operation
def look(tx: Transaction, *, person_id: int, number: str, sealer: Sealer) -> ContactDetails:
    """The contact details of the case's customer, for its external auditor; the look is recorded.

    Raises NotVisible or Refused, and Unsealable when the key is not here.
    """
    person, nomination = _auditor(tx, person_id, number)
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


def reseal(tx: Transaction, sealer: Sealer, after: int, at_most: int) -> tuple[int, int | None]:
    """Seal the next rows with the first key; returns how many were, and the last row looked at.

    The digests of their references go along. Raises Unsealable.
    """
    rows = tx.session.scalars(
        select(Customer)
        .where(Customer.id > after, Customer.sealed.is_not(None))
        .order_by(Customer.id)
        .limit(at_most)
    ).all()
    sealed = 0
    for customer in rows:
        if customer.sealed is None or sealer.is_current(customer.sealed):
            continue
        known = particulars(sealer, customer)
        customer.sealed = known.seal(sealer, customer.number)
        customer.references.clear()
        tx.session.flush()
        customer.references.extend(
            CustomerReference(digest=sealer.digest(each)) for each in known.references
        )
        sealed += 1
    return sealed, rows[-1].id if rows else None


def _digests(nomination: Nomination, sealer: Sealer) -> set[str]:
    references = {
        plain_reference(piece.text)
        for claim in nomination.claims
        for piece in claim.evidence
        if piece.kind is EvidenceKind.REFERENCE
    }
    return {digest for each in references - {""} for digest in sealer.digests(each)}


def _auditor(tx: Transaction, person_id: int, number: str) -> tuple[Person, Nomination]:
    """The person and the case, if its external audit is theirs now."""
    person, nomination = casework.load(tx, person_id, number)
    actor, stage = person.actor(tx.now, nomination.award_id), Stage.EXTERNAL_AUDIT
    refused = pathway.may_work(facts.snapshot(nomination), actor, tx.now, stage, JUDGE[stage])
    if refused is not None:
        raise refused
    return person, nomination


def _bound(number: str) -> str:
    return f"customer {number}"
