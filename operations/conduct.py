"""Bringing conduct records in: compared with what is there by reference, applied as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from adapters import conduct_file
from adapters.columns import Progress
from adapters.conduct_file import Line, Reading
from adapters.tables import read_table
from models.base import db
from models.results import ConductRecord, Import, newest_conduct
from operations import employees, imports
from operations.slices import slices
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty

KIND = "conduct"
MAY = (Duty.POLICY_REVIEWER, Duty.ADMINISTRATOR)
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
    Nobody corrects a record of their own: raises Refused.
    """
    row = tx.session.get_one(Import, import_id)
    if row.state == imports.APPLIED:
        done: dict[str, int] = row.summary["counts"]
        return done
    imports.check_entrusted(tx, row, *MAY)
    changes = _changes(tx.session, reading)
    hands = {person.id for person in imports.hands(tx, row)}
    if any(each["person_id"] in hands for each in changes.corrected):
        raise Refused("own_record")
    _write(tx.session, changes, import_id)
    row.rows = reading.rows
    counts = changes.counts()
    imports.close(tx, row, counts, changed=bool(changes.added or changes.corrected))
    return counts


def _changes(session: Session, reading: Reading) -> Changes:
    found = employees.find(session, reading.seen, may_create=False)
    found.note_mistakes(reading.mistakes, reading.employee_column)
    imports.refuse(reading.mistakes)
    there = _existing([line.reference for line in reading.lines])
    changes = Changes()
    for line in reading.lines:
        _compare(changes, line, found.ids[line.employee], there)
    return changes


def _existing(references: list[str]) -> dict[tuple[str, int], ConductRecord]:
    found: dict[tuple[str, int], ConductRecord] = {}
    for some in slices(references, REFERENCES_AT_ONCE):
        found |= newest_conduct(some)
    return found


def _compare(
    changes: Changes, line: Line, person_id: int, there: Mapping[tuple[str, int], ConductRecord]
) -> None:
    record = there.get((line.reference, person_id))
    row = {
        "person_id": person_id,
        "reference": line.reference,
        "kind": line.kind,
        "day": line.day,
        "upheld": line.upheld,
        "effective_from": line.effective_from,
        "revision": record.revision + 1 if record else 1,
    }
    if record is None:
        changes.added.append(row)
    elif _says_the_same(record, line):
        changes.unchanged += 1
    else:
        changes.corrected.append(row)


def _says_the_same(record: ConductRecord, line: Line) -> bool:
    since = line.effective_from or record.effective_from
    return (record.kind, record.day, record.upheld, record.effective_from) == (
        line.kind,
        line.day,
        line.upheld,
        since,
    )


def _write(session: Session, changes: Changes, import_id: int) -> None:
    """New records and corrections alike are rows of their own: nothing is written over."""
    for rows in slices(changes.added + changes.corrected, CHUNK):
        session.connection().execute(insert(ConductRecord).values(import_id=import_id), rows)
