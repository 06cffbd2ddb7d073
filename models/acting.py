"""Who acts on which case: the two reads with which every act begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import JSON, ColumnElement, Connection, bindparam, inspect, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.base import Base, Instant
from models.nominations import Nomination, visible_in_sql
from models.people import DutyGrant, DutyRevocation, Person
from models.prepared import Prepared, attach
from models.scheme import Award, Cycle
from workflow.vocabulary import Stage

Model = TypeVar("Model", bound=Base)

_OPEN = (Stage.PUBLIC_NOTICE, Stage.OBJECTION)  # any colleague may act here: object


def actor(session: Session, connection: Connection, person_id: int) -> Person | None:
    """The person with every duty that they were ever given."""
    found = _person().find(connection, {"person": person_id})
    if not found:
        return None
    person, grants = _object(session, Person, found[0]), []
    for row in found:
        grant, revocation = row[_width(Person) :], row[-_width(DutyRevocation) :]
        if grant[0] is not None:
            grants.append(_object(session, DutyGrant, grant))
            ended = _object(session, DutyRevocation, revocation) if revocation[0] else None
            set_committed_value(grants[-1], "revocation", ended)
    set_committed_value(person, "grants", grants)
    return person


def case(
    session: Session, connection: Connection, number: str, person_id: int, at: datetime
) -> Nomination | None:
    """The case with its award and cycle, if the person may see it whole or act in it."""
    asked = {"number": number, "reader": person_id, "at": at}
    found = _case().find(connection, asked)
    if not found:
        return None
    [row] = found
    nomination = _object(session, Nomination, row)
    award, cycle = row[_width(Nomination) :], row[-_width(Cycle) :]
    set_committed_value(nomination, "award", _object(session, Award, award))
    set_committed_value(nomination, "cycle", _object(session, Cycle, cycle))
    return nomination


@cache
def _person() -> Prepared:
    return Prepared(
        select(*_columns(Person), *_columns(DutyGrant), *_columns(DutyRevocation))
        .outerjoin(DutyGrant, DutyGrant.person_id == Person.id)
        .outerjoin(DutyRevocation, DutyRevocation.grant_id == DutyGrant.id)
        .where(Person.id == bindparam("person"))
    )


@cache
def _case() -> Prepared:
    visible = visible_in_sql(bindparam("reader"), bindparam("at", type_=Instant))
    everybody = [Nomination.stage == stage for stage in _OPEN]
    return Prepared(
        select(*_columns(Nomination), *_columns(Award), *_columns(Cycle))
        .join(Award, Award.id == Nomination.award_id)
        .join(Cycle, Cycle.id == Nomination.cycle_id)
        .where(Nomination.number == bindparam("number"), or_(visible, *everybody))
    )


@cache
def _columns(model: type[Base]) -> tuple[ColumnElement[Any], ...]:
    """What an act may need at once; texts in several languages are read when they are wanted."""
    mapped = [(each, each.columns[0]) for each in inspect(model).column_attrs]
    return tuple(
        column for each, column in mapped if not each.deferred and not isinstance(column.type, JSON)
    )


@cache
def _names(model: type[Base]) -> tuple[str, ...]:
    return tuple(column.key or "" for column in _columns(model))


def _object(session: Session, model: type[Model], row: Sequence[Any]) -> Model:
    """The object whose columns the row begins with."""
    return attach(session, model, dict(zip(_names(model), row, strict=False)))


def _width(model: type[Base]) -> int:
    return len(_columns(model))
