"""Long lists in pages by key: the next page costs the same however far one has read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from models.base import db

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the keys by which the pages before and after them are asked for."""

    rows: list[Row]
    before: Any
    after: Any


def page(
    query: Select[Any],
    key: InstrumentedAttribute[Any],
    *,
    before: Any = None,
    after: Any = None,
    size: int = 50,
    descending: bool = False,
) -> Page[Any]:
    """The rows next to a key in the order of that column, which has to be unique."""
    backwards = before is not None
    upwards = backwards == descending
    if (edge := before if backwards else after) is not None:
        query = query.where(key > edge if upwards else key < edge)
    query = query.order_by(key.asc() if upwards else key.desc()).limit(size + 1)
    rows = list(db.session.scalars(query))
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    keys = [getattr(row, key.key) for row in rows]
    return Page(
        rows,
        before=keys[0] if keys and (more if backwards else edge is not None) else None,
        after=keys[-1] if keys and (more or backwards) else None,
    )
