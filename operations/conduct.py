"""Bringing conduct records in: compared with what is there by reference, applied as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from adapters import conduct_file
from adapters.columns import Progress
from adapters.conduct_file import Line, Reading
from adapters.tables import read_table
from models.base import db
from models.results import ConductRecord, Import
from operations import employees, imports
from operations.slices import slices
from operations.transaction import Transaction, operation

KIND = "conduct"
CHUNK = 5_000  # rows of one statement
REFERENCES_AT_ONCE = 500


@dataclass
class Changes:
    """What a file does to the records."""

    added: list[dict[str, Any]] = field(default_factory=list)
    corrected: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0

    def counts(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "corrected": len(self.corrected),
            "unchanged": self.unchanged,
        }


def read(data: bytes, filename: str, on_row: Progress = lambda done, of: None) -> Reading:
    """The file's records; raises Refused when it is not such a file at all."""
    return conduct_file.read(read_table(data, filename), on_row)


def preview(reading: Reading) -> dict[str, int]:
    """What would change, in numbers; nothing is written. Raises ImportRefused."""
    return _changes(db.session(), reading).counts()


@operation
def apply(tx: Transaction, *, import_id: int, reading: Reading) -> dict[str, int]:
    """Bring the records in, all or none; returns what was done. Raises ImportRefused.

    A record is known by its person and reference. An import applied before is left as it is.
    """
    row = tx.session.get_one(Import, import_id)
    if row.state == imports.APPLIED:
        done: dict[str, int] = row.summary["counts"]
        return done
    changes = _changes(tx.session, reading)
    _write(tx.session, changes, import_id)
    row.rows = reading.rows
    counts = changes.counts()
    imports.close(tx, row, counts, changed=bool(changes.added or changes.corrected))
    return counts


def _changes(session: Session, reading: Reading) -> Changes:
    found = employees.find(session, reading.seen, may_create=False)
    found.note_mistakes(reading.mistakes, reading.employee_column)
    imports.refuse(reading.mistakes)
    there = _existing(session, [line.reference for line in reading.lines])
    changes = Changes()
    for line in reading.lines:
        _compare(changes, line, found.ids[line.employee], there)
    return changes


def _existing(session: Session, references: list[str]) -> dict[tuple[str, int], ConductRecord]:
    return {
        (record.reference, record.person_id): record
        for some in slices(references, REFERENCES_AT_ONCE)
        for record in session.scalars(
            select(ConductRecord).where(ConductRecord.reference.in_(some))
        )
    }


def _compare(
    changes: Changes, line: Line, person_id: int, there: Mapping[tuple[str, int], ConductRecord]
) -> None:
    record = there.get((line.reference, person_id))
    values = {"kind": line.kind, "day": line.day, "upheld": line.upheld}
    if record is None:
        key = {"person_id": person_id, "reference": line.reference}
        changes.added.append(values | key)
    elif (record.kind, record.day, record.upheld) == (line.kind, line.day, line.upheld):
        changes.unchanged += 1
    else:
        changes.corrected.append(values | {"row": record.id})


def _write(session: Session, changes: Changes, import_id: int) -> None:
    for rows in slices(changes.added, CHUNK):
        session.connection().execute(insert(ConductRecord).values(import_id=import_id), rows)
    correct = (
        update(ConductRecord)
        .where(ConductRecord.id == bindparam("row"))
        .values(
            kind=bindparam("kind"),
            day=bindparam("day"),
            upheld=bindparam("upheld"),
            import_id=import_id,
        )
    )
    for rows in slices(changes.corrected, CHUNK):
        session.connection().execute(correct, rows)
