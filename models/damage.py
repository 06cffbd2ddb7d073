"""Reading what somebody may have damaged: a row that cannot be read does not hide the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import RelationshipDirection, Session, selectinload

from models.base import Base
from models.ledger import Recorded

# What a damaged row can raise: a broken number or date, an unknown word, bytes that are no text,
# a relation that leads nowhere.
DAMAGE = (SQLAlchemyError, LookupError, ValueError, TypeError, AttributeError)


@dataclass(frozen=True)
class Damaged:
    """Stands in the place of a row that cannot be read."""

    key: int
    detail: str

    @classmethod
    def by(cls, key: int, error: Exception) -> Damaged:
        return cls(key, str(error).partition("\n")[0][:200])


def read(session: Session, wanted: Select[Any], key: ColumnElement[int]) -> Iterator[Any]:
    """The rows of the query in the order of the key, or `Damaged` in the place of one."""
    try:
        rows = session.execute(wanted.order_by(key)).all()
    except DAMAGE:
        session.rollback()
        session.expunge_all()
        yield from _one_by_one(session, wanted, key)
    else:
        yield from rows


def _one_by_one(session: Session, wanted: Select[Any], key: ColumnElement[int]) -> Iterator[Any]:
    keys = session.scalars(wanted.with_only_columns(key).order_by(key)).all()
    for each in keys:
        try:
            yield session.execute(wanted.where(key == each)).one()
        except DAMAGE as error:
            session.rollback()
            session.expunge_all()
            yield Damaged.by(each, error)


def recorded() -> dict[str, type[Any]]:
    """Every table whose rows are acts, by the kind of their ledger entries."""
    tables = [mapper.class_ for mapper in Base.registry.mappers]
    return {table.ledger_kind: table for table in tables if issubclass(table, Recorded)}


def acts(table: type[Any], low: int, high: int) -> Select[Any]:
    """The rows that stand for the entries from `low` to `high`, with all that their body names."""
    return (
        select(table)
        .where(table.ledger_seq.between(low, high))
        .options(*(selectinload(relation.class_attribute) for relation in _names(table)))
    )


def leads_nowhere(row: Any) -> str | None:
    """The column that names a row which is not there."""
    mapper = inspect(type(row))
    for relation in _names(type(row)):
        (column,) = relation.local_columns
        named = getattr(row, mapper.get_property_by_column(column).key)
        if named is not None and getattr(row, relation.key) is None:
            return str(column.name)
    return None


def _names(table: type[Any]) -> list[Any]:
    """The relations by which a row names another row."""
    return [
        relation
        for relation in inspect(table).relationships
        if relation.direction is RelationshipDirection.MANYTOONE
    ]
