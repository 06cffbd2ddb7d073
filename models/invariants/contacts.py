"""With whom contacts about a case were."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from models.customers import CaseCustomer
from models.decisions import ContactAttempt
from models.nominations import Nomination
from models.surveys import SurveyLink


def contacts_are_with_the_cases_customer(session: Session) -> Iterator[str]:
    """A contact was with the customer of its link, or whom the case was about at that time."""
    for number, seq in session.execute(_with_somebody_else()):
        yield f"case {number}, entry {seq}"


@cache
def _with_somebody_else() -> Select[str, int]:
    before = aliased(CaseCustomer)
    last = (
        select(func.max(before.ledger_seq))
        .where(
            before.nomination_id == ContactAttempt.nomination_id,
            before.ledger_seq < ContactAttempt.ledger_seq,
        )
        .scalar_subquery()
    )
    known = func.coalesce(SurveyLink.customer_id, CaseCustomer.customer_id)
    return (
        select(Nomination.number, ContactAttempt.ledger_seq)
        .join(Nomination, Nomination.id == ContactAttempt.nomination_id)
        .outerjoin(SurveyLink, SurveyLink.id == ContactAttempt.link_id)
        .outerjoin(CaseCustomer, CaseCustomer.ledger_seq == last)
        .where(known.is_distinct_from(ContactAttempt.customer_id))
    )


INVARIANTS = (contacts_are_with_the_cases_customer,)
