"""The cycles of every award: made ahead of time, closed when their time has come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from models.scheme import Award, Cycle, scheme
from operations.transaction import Transaction
from workflow.cycles import Period, period_at


def ensure(tx: Transaction) -> int:
    """Make the current and the next cycle of every active award; returns how many were missing."""
    zone = scheme().zone
    made = 0
    for award in tx.session.scalars(select(Award).where(Award.active).order_by(Award.position)):
        current = period_at(tx.now, award.cadence, zone)
        for period in (current, period_at(current.closes_at, award.cadence, zone)):
            made += _make(tx, award, period)
    return made


def _make(tx: Transaction, award: Award, period: Period) -> bool:
    known = select(Cycle.id).where(Cycle.award_id == award.id, Cycle.key == period.key)
    if tx.session.scalar(known) is not None:
        return False
    before = _end_before(tx, award, period.opens_at)
    opens_at = max(period.opens_at, before or period.opens_at)
    if opens_at >= period.closes_at:
        return False
    tx.add(Cycle(award=award, key=period.key, opens_at=opens_at, closes_at=period.closes_at))
    tx.session.flush()
    return True


def _end_before(tx: Transaction, award: Award, opens_at: datetime) -> datetime | None:
    """Where the cycle before ends: if it was made longer, the next begins then; none overlap."""
    return tx.session.scalar(
        select(Cycle.closes_at)
        .where(Cycle.award_id == award.id, Cycle.opens_at < opens_at)
        .order_by(Cycle.opens_at.desc())
        .limit(1)
    )


def redate(tx: Transaction) -> None:
    """After a change of the time zone: cycles that have not begun run from midnight to midnight
    there, each from where the one before it ends. One that has begun keeps its dates.
    """
    zone = scheme().zone
    ahead = select(Cycle).where(Cycle.opens_at > tx.now).order_by(Cycle.opens_at)
    for cycle in tx.session.scalars(ahead).all():
        middle = cycle.opens_at + (cycle.closes_at - cycle.opens_at) / 2
        period = period_at(middle, cycle.award.cadence, zone)
        cycle.opens_at = _end_before(tx, cycle.award, cycle.opens_at) or period.opens_at
        cycle.closes_at = period.closes_at
        tx.session.flush()


def close(tx: Transaction, cycle_id: int) -> bool:
    """Close a cycle whose time is over, once, with its ledger entry; False when nothing is due."""
    cycle = tx.session.get(Cycle, cycle_id)
    if cycle is None or cycle.closed_seq is not None or tx.now < cycle.closes_at:
        return False
    cycle.closed_seq = tx.note("cycle_closed", {"award": cycle.award.key, "cycle": cycle.key})
    return True
