"""Who acts on which case: the one read with which every act begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import takewhile
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

_READ = (Person, Nomination, Award, Cycle, DutyGrant, DutyRevocation)
_OPEN = (Stage.PUBLIC_NOTICE, Stage.OBJECTION)  # any colleague may act here: object


def who_and_which(
    session: Session, connection: Connection, person_id: int, number: str, at: datetime
) -> tuple[Person, Nomination] | None:
    """The person with every duty they were ever given, and the case with its award and cycle.

    None unless they may see the case whole or act in it.
    """
    found = _both().find(connection, {"person": person_id, "number": number, "at": at})
    if not found:
        return None
    person = _object(session, Person, found[0])
    grants = [_grant(session, row) for row in found if _place(DutyGrant, row)[0] is not None]
    set_committed_value(person, "grants", grants)
    nomination = _object(session, Nomination, found[0])
    set_committed_value(nomination, "award", _object(session, Award, found[0]))
    set_committed_value(nomination, "cycle", _object(session, Cycle, found[0]))
    return person, nomination


def _grant(session: Session, row: Sequence[Any]) -> DutyGrant:
    grant, ended = _object(session, DutyGrant, row), None
    if _place(DutyRevocation, row)[0] is not None:
        ended = _object(session, DutyRevocation, row)
    set_committed_value(grant, "revocation", ended)
    return grant


@cache
def _both() -> Prepared:
    visible = visible_in_sql(bindparam("person"), bindparam("at", type_=Instant))
    everybody = [Nomination.stage == stage for stage in _OPEN]
    return Prepared(
        select(*(column for model in _READ for column in _columns(model)))
        .select_from(Person)
        .join(Nomination, Nomination.number == bindparam("number"))
        .join(Award, Award.id == Nomination.award_id)
        .join(Cycle, Cycle.id == Nomination.cycle_id)
        .outerjoin(DutyGrant, DutyGrant.person_id == Person.id)
        .outerjoin(DutyRevocation, DutyRevocation.grant_id == DutyGrant.id)
        .where(Person.id == bindparam("person"), or_(visible, *everybody))
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
    return attach(session, model, dict(zip(_names(model), _place(model, row), strict=True)))


def _place(model: type[Base], row: Sequence[Any]) -> Sequence[Any]:
    """The model's columns in the row, its key first."""
    return row[_slice(model)]


@cache
def _slice(model: type[Base]) -> slice:
    before = sum(len(_columns(each)) for each in takewhile(lambda each: each != model, _READ))
    return slice(before, before + len(_columns(model)))
