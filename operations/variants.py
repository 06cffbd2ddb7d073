"""What the simulator keeps: variants by name, saved and deleted. They decide nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from models import tierlists
from models.people import Person
from models.scheme import Cycle
from models.variants import TierVariant
from operations.casework import NotVisible
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty

SIMULATE = (Duty.COMMITTEE, Duty.SCHEME_MANAGER)


def may_simulate(person: Person, cycle: Cycle, at: datetime) -> bool:
    """Whether the person is of the award's committee or its scheme manager at this instant."""
    return not person.duties(at, cycle.award_id).isdisjoint(SIMULATE)


@operation
def save(
    tx: Transaction,
    *,
    person_id: int,
    award_key: str,
    cycle_key: str,
    name: str,
    changes: Mapping[str, Any],
) -> int:
    """Keep these changes under a name of their own; returns the variant.

    The same variant sent twice is one. Raises NotVisible or Refused.
    """
    person, cycle = _load(tx, person_id, award_key, cycle_key)
    if not changes:
        raise Refused("variant_changes_nothing")
    there = tx.session.scalar(
        select(TierVariant).where(TierVariant.cycle_id == cycle.id, TierVariant.name == name)
    )
    if there is not None:
        if (there.by_id, there.changes) != (person.id, dict(changes)):
            raise Refused("variant_name_taken")
        return there.id
    variant = TierVariant(cycle=cycle, name=name, changes=dict(changes), by=person, at=tx.now)
    tx.add(variant)
    tx.session.flush()
    return variant.id


@operation
def delete(
    tx: Transaction, *, person_id: int, award_key: str, cycle_key: str, variant_id: int
) -> None:
    """Delete a variant of one's own; one that is gone already stays gone.

    Raises NotVisible or Refused.
    """
    person, cycle = _load(tx, person_id, award_key, cycle_key)
    variant = tx.session.get(TierVariant, variant_id)
    if variant is None or variant.cycle_id != cycle.id:
        return
    if variant.by_id != person.id:
        raise Refused("variant_of_a_colleague")
    tx.session.delete(variant)


def _load(tx: Transaction, person_id: int, award_key: str, cycle_key: str) -> tuple[Person, Cycle]:
    """Raises NotVisible for whoever is neither of the award's committee nor its scheme manager."""
    person = tx.session.get(Person, person_id)
    cycle = tierlists.cycle_of(award_key, cycle_key)
    if person is None or cycle is None or not may_simulate(person, cycle, tx.now):
        raise NotVisible(f"{award_key} {cycle_key}")
    return person, cycle
