"""What scheme managers change: terms, awards, tiers, cycles. Each change carries its reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from models import cycles as dates
from models import scheme as stored
from models.scheme import Award, Cycle, Tier
from models.scheme_state import FIELDS, Row, State, state, texts
from operations import cycles
from operations.casework import NotVisible
from operations.scheme_changes import Edit, change
from operations.transaction import Transaction, operation
from workflow.pathways import PATHWAYS
from workflow.refusal import Refused

Values = Mapping[str, Any]

WORDED = ("names", "descriptions", "criteria", "rewards")  # of an award and of its tiers


@operation
def change_terms(tx: Transaction, *, edit: Edit, values: Values) -> None:
    """Change the terms that hold for all awards. A new time zone moves what has not begun yet."""
    terms = stored.scheme()
    zone = terms.timezone

    def write() -> None:
        _set(terms, values)
        if terms.timezone != zone:
            tx.session.flush()
            cycles.redate(tx)

    change(tx, edit, ("scheme", "scheme"), state(terms), _after(terms, values), write)


@operation
def add_award(tx: Transaction, *, edit: Edit, key: str, values: Values) -> None:
    """Add an award on a known road. It can be won once it has a tier and is active."""
    after = texts({**values, "active": False})
    _check_award(values)

    def write() -> None:
        if stored.award_by_key(key) is not None:
            raise Refused("key_taken")
        position = len(tx.session.scalars(select(Award.id)).all())
        tx.add(Award(**{**values, "key": key, "position": position, "active": False}))

    change(tx, edit, ("award", key), {}, after, write)


@operation
def change_award(tx: Transaction, *, edit: Edit, key: str, values: Values) -> None:
    """Change what an award says and asks; the road is that of future nominations."""
    award = _award(key)
    whole = {**{name: getattr(award, name) for name in FIELDS[Award]}, **values}
    _check_award(whole)
    if values.get("active") and not award.tiers:
        raise Refused("award_without_tiers")
    if whole["active"] or award.was_open:
        _check_texts(whole, *({"names": t.names, "rewards": t.rewards} for t in award.tiers))

    def write() -> None:
        _set(award, values)
        tx.session.flush()
        cycles.ensure(tx)

    change(tx, edit, ("award", key), state(award), _after(award, values), write, award.id)


@operation
def add_tier(tx: Transaction, *, edit: Edit, award_key: str, tier_key: str, values: Values) -> None:
    """Add a tier to an award, below those that are there."""
    award = _award(award_key)

    def write() -> None:
        if any(tier.key == tier_key for tier in award.tiers):
            raise Refused("key_taken")
        award.tiers.append(Tier(key=tier_key, position=len(award.tiers), **values))

    _check_tier(award, values)
    change(tx, edit, ("tier", f"{award_key}/{tier_key}"), {}, texts(values), write, award.id)


@operation
def change_tier(
    tx: Transaction, *, edit: Edit, award_key: str, tier_key: str, values: Values
) -> None:
    """Change a tier of an award; lists that were approved keep the places that they gave."""
    award = _award(award_key)
    tier = next((tier for tier in award.tiers if tier.key == tier_key), None)
    if tier is None:
        raise NotVisible(tier_key)
    _check_tier(award, values)
    subject, after = ("tier", f"{award_key}/{tier_key}"), _after(tier, values)
    change(tx, edit, subject, state(tier), after, lambda: _set(tier, values), award.id)


@operation
def change_cycle(
    tx: Transaction,
    *,
    edit: Edit,
    award_key: str,
    cycle_key: str,
    opens_at: datetime,
    closes_at: datetime,
    budget: Decimal | None,
) -> None:
    """Move a cycle's dates or set its budget; dates that somebody relies on stay as they are."""
    award = _award(award_key)
    cycle = next((cycle for cycle in award.cycles if cycle.key == cycle_key), None)
    if cycle is None:
        raise NotVisible(cycle_key)
    if (cycle.opens_at, cycle.closes_at) != (opens_at, closes_at):
        _check_dates(tx, award, cycle, opens_at, closes_at)
    values = {"opens_at": opens_at, "closes_at": closes_at, "budget": budget}
    subject = ("cycle", f"{award_key}/{cycle_key}")
    after = _after(cycle, values)
    change(tx, edit, subject, state(cycle), after, lambda: _set(cycle, values), award.id)


def _check_award(values: Values) -> None:
    road = PATHWAYS[values["road"]]
    if not road.takes_nominations and not values.get("metric"):
        raise Refused("metric_missing")


def _check_tier(award: Award, values: Values) -> None:
    if values["quota"] < 1:
        raise Refused("quota_too_small")
    if award.was_open:
        _check_texts(values)


def _check_texts(*rows: Values) -> None:
    """Everybody reads an award that can be won in their language; until then one is enough."""
    for row in rows:
        if any(stored.unwritten(row[name]) for name in WORDED if name in row):
            raise Refused("texts_missing")


def _check_dates(
    tx: Transaction, award: Award, cycle: Cycle, opens_at: datetime, closes_at: datetime
) -> None:
    if cycle.closed_seq is not None or cycle.closes_at <= tx.now:
        raise Refused("cycle_is_over")
    if dates.has_submissions(cycle):
        raise Refused("cycle_has_cases")
    if opens_at >= closes_at:
        raise Refused("cycle_ends_before_it_begins")
    if closes_at <= tx.now:
        raise Refused("cycle_would_be_over")
    for other in award.cycles:
        if other is not cycle and opens_at < other.closes_at and other.opens_at < closes_at:
            raise Refused("cycle_overlaps", cycle=other.key)


def _award(key: str) -> Award:
    award = stored.award_by_key(key)
    if award is None:
        raise NotVisible(key)
    return award


def _after(row: Row, values: Values) -> State:
    return state(row) | texts(values)


def _set(row: Row, values: Values) -> None:
    for name, value in values.items():
        setattr(row, name, value)
