"""What is true of the stored data after every act. Each invariant is a function whose docstring
is the promise; it yields the places where the promise is broken.

A question that names a table twice is kept: to put it together takes longer than to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.base import db
from models.invariants import (
    contacts,
    feedback,
    hands,
    outcomes,
    parts,
    questionnaires,
    records,
    rewards,
    road,
    scores,
    search,
)

Invariant = Callable[[Session], Iterator[str]]

INVARIANTS: tuple[Invariant, ...] = (
    *road.INVARIANTS,
    *outcomes.INVARIANTS,
    *scores.INVARIANTS,
    *parts.INVARIANTS,
    *hands.INVARIANTS,
    *contacts.INVARIANTS,
    *records.INVARIANTS,
    *rewards.INVARIANTS,
    *feedback.INVARIANTS,
    *search.INVARIANTS,
    *questionnaires.INVARIANTS,
)


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold, and where."""

    name: str
    promise: str
    where: str


def promise(invariant: Invariant) -> str:
    """What the invariant promises, in one line."""
    return (invariant.__doc__ or invariant.__name__).strip().partition("\n")[0]


def breaches(invariant: Invariant) -> list[Broken]:
    """Where this invariant does not hold now."""
    with Session(db.engine) as session:
        return _found(invariant, session)


def broken() -> list[Broken]:
    """Every promise that does not hold at one instant; a sound database gives an empty list."""
    with Session(db.engine) as session:
        return [breach for invariant in INVARIANTS for breach in _found(invariant, session)]


def _found(invariant: Invariant, session: Session) -> list[Broken]:
    name, said = invariant.__name__, promise(invariant)
    return [Broken(name, said, where) for where in invariant(session)]
