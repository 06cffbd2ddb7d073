"""What was corrected in the results: figure by figure, with the reason that was given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from models.base import db
from models.people import Person
from models.results import IN_FORCE, Correction, Import, Result
from workflow.metrics import Measure


@dataclass(frozen=True)
class Corrected:
    """One figure before and after; None: it was taken away."""

    correction: Correction
    person: Person
    metric: str
    day: date
    before: Measure
    after: Measure | None


def corrections() -> Select[Correction]:
    """Every correction of results, in no order yet."""
    return select(Correction).options(
        joinedload(Correction.imported).joinedload(Import.by), joinedload(Correction.reason)
    )


def figures_of(correction: Correction, most: int) -> list[Corrected]:
    """The first figures that a correction changed."""
    return _figures(Correction.id == correction.id, most)


def of_person(person_id: int, most: int) -> list[Corrected]:
    """What was corrected of one person, the newest first."""
    return _figures(Result.person_id == person_id, most)


def history(result: Result) -> list[Corrected]:
    """What was corrected of the same figure before, the newest first."""
    same = and_(
        Result.person_id == result.person_id,
        Result.metric == result.metric,
        Result.day == result.day,
    )
    return _figures(same, 20)


def in_force(person_id: int, metric: str, day: date) -> Result | None:
    """The figure that counts."""
    return db.session.scalar(
        select(Result).where(
            IN_FORCE, Result.person_id == person_id, Result.metric == metric, Result.day == day
        )
    )


def _figures(wanted: ColumnElement[bool], most: int) -> list[Corrected]:
    anew = aliased(Result)
    rows = db.session.execute(
        select(Correction, Person, Result, anew)
        .join(Result, Result.voided_by_id == Correction.import_id)
        .join(Person, Person.id == Result.person_id)
        .join(Correction.imported)
        .outerjoin(
            anew,
            and_(
                anew.import_id == Correction.import_id,
                anew.person_id == Result.person_id,
                anew.metric == Result.metric,
                anew.day == Result.day,
            ),
        )
        .where(wanted, Result.voided_by_id.is_not(None))
        .order_by(Correction.id.desc(), Result.id)
        .limit(most)
        .options(
            contains_eager(Correction.imported).joinedload(Import.by),
            joinedload(Correction.reason),
        )
    )
    found = cast("Iterable[tuple[Correction, Person, Result, Result | None]]", rows)  # outer join
    return [
        Corrected(one, person, old.metric, old.day, old.measure, new.measure if new else None)
        for one, person, old, new in found
    ]
