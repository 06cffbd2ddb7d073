"""Bringing results in: a file is read, compared with what is there, and applied as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from adapters import results_file
from adapters.columns import Progress
from adapters.results_file import Reading
from adapters.tables import read_table
from models.base import db
from models.results import ColumnMapping, Import, Result
from operations import employees, imports
from operations.slices import slices
from operations.transaction import Transaction, operation
from workflow.metrics import METRICS, Measure
from workflow.refusal import Refused

KIND = "results"
CHUNK = 5_000  # rows of one statement
PEOPLE_AT_ONCE = 20
CORRECTIONS_SHOWN = 20

Key = tuple[int, str, date]


@dataclass(frozen=True)
class Correction:
    """A figure that is there already and that the file knows better; None: it is to go."""

    employee: str
    metric: str
    day: date
    before: Measure
    after: Measure | None


@dataclass
class Changes:
    """What a file does to the results: rows to write, and how many stay as they are."""

    added: list[dict[str, Any]] = field(default_factory=list)
    corrected: list[dict[str, Any]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    unchanged: int = 0
    corrections: list[Correction] = field(default_factory=list)

    def counts(self, people: int) -> dict[str, int]:
        return {
            "people": people,
            "added": len(self.added),
            "corrected": len(self.corrected),
            "removed": len(self.removed),
            "unchanged": self.unchanged,
        }


def columns_of(mapping: str) -> Mapping[str, str] | None:
    """The columns of a saved mapping; None for a built-in one; raises Refused for neither."""
    if mapping in results_file.BUILT_IN:
        return None
    columns = db.session.scalar(select(ColumnMapping.columns).where(ColumnMapping.name == mapping))
    if columns is None:
        raise Refused("no_such_mapping", mapping=mapping)
    return columns


def read(
    data: bytes, filename: str, mapping: str, on_row: Progress = lambda done, of: None
) -> Reading:
    """The file's figures; raises Refused when it is not such a file at all."""
    return results_file.read(read_table(data, filename), mapping, columns_of(mapping), on_row)


@dataclass(frozen=True)
class Preview:
    """What bringing the file in would do."""

    counts: dict[str, int]
    newcomers: tuple[str, ...]
    corrections: tuple[Correction, ...]


def preview(reading: Reading, *, create_people: bool) -> Preview:
    """What would change; nothing is written. Raises ImportRefused."""
    found = employees.find(db.session(), reading.seen, may_create=create_people)
    found.note_mistakes(reading.mistakes, reading.employee_column)
    imports.refuse(reading.mistakes)
    known = {name: figures for name, figures in reading.figures.items() if name in found.ids}
    changes = _changes(db.session(), known, found.ids)
    counts = changes.counts(len(found.newcomers))
    counts["added"] += sum(
        measure is not None
        for name in found.newcomers
        for measure in reading.figures.get(name, {}).values()
    )
    return Preview(counts, found.newcomers, tuple(changes.corrections))


@operation
def apply(tx: Transaction, *, import_id: int, reading: Reading) -> dict[str, int]:
    """Bring the file's figures in, all or none; returns what was done. Raises ImportRefused.

    An import that was applied before is left as it is.
    """
    row = tx.session.get_one(Import, import_id)
    if row.state == imports.APPLIED:
        counts: dict[str, int] = row.summary["counts"]
        return counts
    found = employees.find(
        tx.session, reading.seen, may_create=bool(row.options.get("create_people"))
    )
    found.note_mistakes(reading.mistakes, reading.employee_column)
    imports.refuse(reading.mistakes)
    people = len(found.newcomers)
    ids = employees.create(tx, found)
    changes = _changes(tx.session, reading.figures, ids)
    _write(tx.session, changes, import_id)
    row.rows = reading.rows
    counts = changes.counts(people)
    imports.close(tx, row, counts, changed=any(n for k, n in counts.items() if k != "unchanged"))
    return counts


def _changes(
    session: Session,
    figures: Mapping[str, Mapping[tuple[str, date], Measure | None]],
    ids: Mapping[str, int],
) -> Changes:
    changes = Changes()
    for names in slices(list(figures), PEOPLE_AT_ONCE):
        there = _existing(session, {name: figures[name] for name in names}, ids)
        for name in names:
            for (metric, day), measure in figures[name].items():
                _compare(changes, name, (ids[name], metric, day), measure, there)
    return changes


def _existing(
    session: Session,
    figures: Mapping[str, Mapping[tuple[str, date], Measure | None]],
    ids: Mapping[str, int],
) -> dict[Key, tuple[int, Decimal, Decimal | None]]:
    """What is there of these people in the days that the file speaks of."""
    days = [day for of_one in figures.values() for _, day in of_one]
    if not days:
        return {}
    rows = session.execute(
        select(
            Result.person_id,
            Result.metric,
            Result.day,
            Result.id,
            Result.numerator,
            Result.denominator,
        ).where(
            Result.person_id.in_([ids[name] for name in figures]),
            Result.day.between(min(days), max(days)),
        )
    )
    return {(person, metric, day): (id_, n, d) for person, metric, day, id_, n, d in rows}


def _compare(
    changes: Changes,
    name: str,
    key: Key,
    measure: Measure | None,
    there: Mapping[Key, tuple[int, Decimal, Decimal | None]],
) -> None:
    row = there.get(key)
    if row is None:
        if measure is not None:
            changes.added.append(_values(key, measure))
        return
    id_, numerator, denominator = row
    if measure is not None and (measure.numerator, measure.denominator) == (numerator, denominator):
        changes.unchanged += 1
        return
    if measure is None:
        changes.removed.append(id_)
    else:
        changes.corrected.append({"row": id_, **_values(key, measure)})
    if len(changes.corrections) < CORRECTIONS_SHOWN:
        _, metric, day = key
        before = Measure(numerator, denominator, METRICS[metric].kind)
        changes.corrections.append(Correction(name, metric, day, before, measure))


def _values(key: Key, measure: Measure) -> dict[str, Any]:
    person_id, metric, day = key
    return {
        "person_id": person_id,
        "metric": metric,
        "day": day,
        "numerator": measure.numerator,
        "denominator": measure.denominator,
    }


def _write(session: Session, changes: Changes, import_id: int) -> None:
    for rows in slices(changes.added, CHUNK):
        session.connection().execute(insert(Result).values(import_id=import_id), rows)
    correct = (
        update(Result)
        .where(Result.id == bindparam("row"))
        .values(
            numerator=bindparam("numerator"),
            denominator=bindparam("denominator"),
            import_id=import_id,
        )
    )
    for rows in slices(changes.corrected, CHUNK):
        session.connection().execute(correct, rows)
    for ids in slices(changes.removed, 500):
        session.execute(delete(Result).where(Result.id.in_(ids)))


@operation
def save_mapping(tx: Transaction, *, name: str, columns: dict[str, str]) -> None:
    """Keep a way to read call logs under a name; an earlier one of that name is replaced."""
    if name in results_file.BUILT_IN:
        raise Refused("mapping_is_built_in", mapping=name)
    saved = tx.session.scalar(select(ColumnMapping).where(ColumnMapping.name == name))
    if saved is None:
        tx.add(ColumnMapping(name=name, columns=columns))
    else:
        saved.columns = columns
