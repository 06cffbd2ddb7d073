"""How much there is to manage: the counts on the page that leads to it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select

from models import assignments, certificates, deadlines, fulfilment, results, scheme
from models import displays as links
from models.base import db
from models.customers import Customer, CustomerLook
from models.fairness_reports import published
from models.people import DutyGrant, DutyRevocation, counted, directory
from models.results import Import
from models.tributes import Tribute


def people(at: datetime) -> int:
    """Colleagues who work here today."""
    return counted(directory("", None, scheme.day_at(at)))


def duties(at: datetime) -> int:
    """Duties in force."""
    in_force = (
        select(func.count(DutyGrant.id))
        .outerjoin(DutyRevocation)
        .where(
            DutyGrant.starts_at <= at,
            or_(DutyGrant.ends_at.is_(None), DutyGrant.ends_at > at),
            DutyRevocation.id.is_(None),
        )
    )
    return db.session.scalar(in_force) or 0


def imports_of_results() -> int:
    """Files of results and conduct records that were applied."""
    applied = results.imports("results", "conduct").where(Import.applied_at.is_not(None))
    return counted(applied)


def customers() -> int:
    """Customers whose details are kept."""
    return counted(select(Customer).where(Customer.purged_at.is_(None)))


def looks() -> int:
    """Looks at customers' details so far."""
    return counted(select(CustomerLook))


def awards() -> int:
    """Awards that can be won."""
    return counted(scheme.catalogue())


def cases_in_hand() -> int:
    """Cases that a judge holds."""
    return counted(assignments.open_assignments())


def late(at: datetime) -> int:
    """Cases whose due date is over."""
    return sum(late for _number, late in deadlines.counts("", at).values())


def fairness_reports() -> int:
    """Cycles whose fairness report is published."""
    return counted(published())


def rewards_to_hand_over(at: datetime) -> int:
    """Rewards that are not handed over and signed for yet, or are to come back."""
    return sum(owed.state in fulfilment.OPEN for owed in fulfilment.of_cycles("", "", at))


def cycles_with_awards() -> int:
    """Cycles in which something was won."""
    return len(certificates.cycles())


def tributes_being_written() -> int:
    """Letters and citations that nobody has approved yet."""
    return counted(select(Tribute).where(~Tribute.approval.has()))


def displays() -> int:
    """Screens whose links are in use."""
    return links.in_use()
