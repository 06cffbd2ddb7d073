"""How much there is to manage: the counts on the page that leads to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from models import (
    assignments,
    certificates,
    deadlines,
    displays,
    fulfilment,
    proof,
    questionnaires,
    results,
    scheme,
)
from models.base import db
from models.customers import Customer, CustomerLook
from models.fairness_reports import published
from models.nominations import Nomination
from models.people import DutyGrant, DutyRevocation, directory
from models.results import Import
from models.tributes import Tribute


def counts(asked: Collection[str], at: datetime) -> dict[str, int]:
    """How many there are of each of these, in one question; rewards are told one by one."""
    there = _there(at)
    numbers = [
        select(func.count()).select_from(there[name].subquery()).scalar_subquery().label(name)
        for name in asked
        if name in there
    ]
    found = dict(db.session.execute(select(*numbers)).mappings().one())
    return found | ({"rewards": _rewards_to_hand_over(at)} if "rewards" in asked else {})


def _there(at: datetime) -> dict[str, Select[Any]]:
    in_force = (
        select(DutyGrant.id)
        .outerjoin(DutyRevocation)
        .where(
            DutyGrant.starts_at <= at,
            or_(DutyGrant.ends_at.is_(None), DutyGrant.ends_at > at),
            DutyRevocation.id.is_(None),
        )
    )
    return {
        "people": directory("", None, scheme.day_at(at)),  # who work here today
        "duties": in_force,
        "cases in hand": assignments.open_assignments(),
        "late cases": deadlines.watched(None, "", None).where(Nomination.due_at <= at),
        "fairness reports": published(),
        "imports": results.imports("results", "conduct").where(Import.applied_at.is_not(None)),
        "customers": select(Customer.id).where(Customer.purged_at.is_(None)),
        "looks": select(CustomerLook.id),
        "awarded cycles": certificates.cycles(),
        "tributes": select(Tribute.id).where(~Tribute.approval.has()),
        "questionnaires": questionnaires.open_rounds(at),
        "displays": displays.in_use(),
        "witnesses": proof.in_office(),
        "awards": scheme.catalogue(),
    }


def _rewards_to_hand_over(at: datetime) -> int:
    """What is not handed over and signed for yet, or is to come back."""
    return sum(owed.state in fulfilment.OPEN for owed in fulfilment.of_cycles("", "", at))
