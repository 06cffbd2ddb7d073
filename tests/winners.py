"""Many winners at once: one awarded case copied row by row, without walking its road each time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select

from models.base import Base, db
from models.decisions import Decision
from models.ledger import LedgerEntry
from models.nominations import Claim, Nominee, by_number
from tests.builders import make_person
from workflow.vocabulary import Action

NAMES = ("王𠮷", "Zoë O'Neill-García", "歐陽詠詩", "Aleksandra Wójcik", "陈思远")


def multiply(number: str, times: int) -> list[str]:
    """As many more winners of the same award and cycle; returns their cases' numbers."""
    winners = [make_person(f"{NAMES[nth % len(NAMES)]} {nth + 1}") for nth in range(times)]
    case = by_number(number)
    assert case is not None
    given = db.session.scalars(
        select(Decision).where(Decision.nomination_id == case.id, Decision.action == Action.AWARD)
    ).one()
    claim = db.session.scalars(select(Claim).where(Claim.nomination_id == case.id)).first()
    seq = db.session.scalar(select(func.max(LedgerEntry.seq))) or 0
    made = []
    for nth, winner in enumerate(winners, start=1):
        made.append(f"{case.number}-{nth + seq}")
        copy = _copy(case, number=made[-1])
        entry = db.session.get_one(LedgerEntry, given.ledger_seq)
        at = given.at + timedelta(seconds=nth)
        _copy(entry, seq=seq + 10_000 + nth)
        _copy(given, nomination_id=copy, ledger_seq=seq + 10_000 + nth, at=at)
        db.session.execute(insert(Nominee).values(nomination_id=copy, person_id=winner))
        if claim:
            _copy(claim, nomination_id=copy)
    db.session.commit()
    return made


def _copy(row: Base, **changed: Any) -> Any:
    """The same row once more, but for what changed; returns its key."""
    key = next(iter(row.__table__.primary_key)).key
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    if key not in changed:
        del values[key]
    answer = db.session.execute(insert(type(row)).values({**values, **changed}))
    return (answer.inserted_primary_key or (None,))[0]  # type: ignore[attr-defined]
