"""Bringing the directory of customers in: compared by number, sealed, applied as a whole."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from adapters import clock, customers_file
from adapters.columns import Mistake, Progress
from adapters.customers_file import HIDDEN, Line, Reading
from adapters.sealing import Sealer, Unsealable
from adapters.tables import read_table
from models.base import db, table
from models.customers import Customer, CustomerReference
from models.results import Import
from models.scheme import day_at
from operations import customers, imports
from operations.customers import Particulars
from operations.slices import slices
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty

KIND = "customers"
STAGED = "staged file of customers"  # what a file that waits is sealed for
CHUNK = 5_000  # rows of one statement
AT_ONCE = 500  # values of one condition
PLAIN = ("language", "consent", "do_not_contact", "keep_until")
DETAILS = ("name", "email", "phone")


@dataclass
class Changes:
    """What a file does to the directory: rows to write, and whose references they are."""

    added: list[dict[str, Any]] = field(default_factory=list)
    corrected: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    references: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of written rows

    def counts(self) -> dict[str, int]:
        return {
            "added": len(self.added),
            "corrected": len(self.corrected),
            "unchanged": self.unchanged,
        }


def read(data: bytes, filename: str, on_row: Progress = lambda done, of: None) -> Reading:
    """The file's customers; raises Refused when it is not such a file at all."""
    try:
        return customers_file.read(read_table(data, filename), on_row)
    except Refused as refused:
        if "header" in refused.values:  # without a heading row it is a customer's name
            raise Refused("customer_heading_twice") from None
        raise


def staged(data: bytes, sealer: Sealer) -> bytes:
    """The file as it may wait on a disk."""
    return sealer.seal(data, STAGED)


def unstaged(sealed: bytes, sealer: Sealer) -> bytes:
    """The file that waited; raises Refused when its key is gone."""
    try:
        return sealer.open(sealed, STAGED)
    except Unsealable:
        raise Refused("import_gone") from None


def preview(reading: Reading, sealer: Sealer) -> dict[str, int]:
    """What would change, in numbers; nothing is written. Raises ImportRefused or Refused."""
    return _changes(db.session(), reading, sealer, day_at(clock.now())).counts()


@operation
def apply(tx: Transaction, *, import_id: int, reading: Reading, sealer: Sealer) -> dict[str, int]:
    """Bring the customers in, all or none; returns what was done.

    A customer is known by the number. An import applied before is left as it is. Raises
    ImportRefused, and Refused when a key is missing.
    """
    row = tx.session.get_one(Import, import_id)
    if row.state == imports.APPLIED:
        done: dict[str, int] = row.summary["counts"]
        return done
    imports.check_entrusted(tx, row, Duty.ADMINISTRATOR)
    changes = _changes(tx.session, reading, sealer, day_at(tx.now))
    _write(tx.session, changes, sealer)
    row.rows = reading.rows
    counts = changes.counts()
    imports.close(tx, row, counts, changed=bool(changes.added or changes.corrected))
    return counts


def _changes(session: Session, reading: Reading, sealer: Sealer, today: date) -> Changes:
    imports.refuse(reading.mistakes)
    there = _existing(session, [line.number for line in reading.lines])
    changes = Changes()
    for line in reading.lines:
        try:
            _compare(changes, line, there.get(line.number), sealer, today)
        except Unsealable:
            raise Refused("customer_key_missing") from None
    _check_references(session, reading, changes, sealer)
    imports.refuse(reading.mistakes)
    return changes


def _existing(session: Session, numbers: list[str]) -> dict[str, Row[Any]]:
    columns = table(Customer).c
    return {
        row.number: row
        for some in slices(numbers, AT_ONCE)
        for row in session.execute(select(*columns).where(columns.number.in_(some)))
    }


def _compare(
    changes: Changes, line: Line, row: Row[Any] | None, sealer: Sealer, today: date
) -> None:
    """Note what the line does: a column that the file lacks, or a plain blank, leaves it as is."""
    given = line.values
    plain = {name: given[name] for name in PLAIN if given.get(name) is not None}
    if row is None:
        secret = _particulars(Particulars(), given)
        new = {"number": line.number, "key": secrets.token_hex(8), "do_not_contact": False}
        changes.added.append(new | plain | {"sealed": secret.seal(sealer, line.number)})
        changes.references[line.number] = secret.references
        return
    before = customers.opened(sealer, line.number, row.sealed)
    secret = _particulars(before, given)
    is_back = row.purged_at is not None and line.values["keep_until"] >= today
    same = secret == before and all(row._mapping[name] == plain[name] for name in plain)
    if not is_back and (same or row.purged_at is not None):
        changes.unchanged += 1
        return
    kept = {name: row._mapping[name] for name in PLAIN} | plain
    changes.corrected.append(kept | {"row": row.id, "sealed": secret.seal(sealer, line.number)})
    changes.references[line.number] = secret.references


def _particulars(before: Particulars, given: Mapping[str, Any]) -> Particulars:
    """What was known, with what the file says; a blank cell empties its field."""
    told = {name: given[name] or "" for name in DETAILS if name in given}
    references = before.references
    if "references" in given:
        references = given["references"] or ()
    return Particulars(replace(before.details, **told), references)


def _check_references(session: Session, reading: Reading, changes: Changes, sealer: Sealer) -> None:
    """Nothing belongs to two customers, unless the file takes it from the one it was of."""
    rows = {line.number: line.row for line in reading.lines}
    claimed = {
        digest: number
        for number, references in changes.references.items()
        for reference in references
        for digest in sealer.digests(reference)
    }
    owner = select(CustomerReference.digest, Customer.number).join(CustomerReference.customer)
    for some in slices(list(claimed), AT_ONCE):
        for digest, number in session.execute(owner.where(CustomerReference.digest.in_(some))):
            if number != claimed[digest] and number not in changes.references:
                place = reading.places["references"]
                row = rows[claimed[digest]]
                reading.mistakes.add(Mistake(row, place, HIDDEN, "own_reference"))


def _write(session: Session, changes: Changes, sealer: Sealer) -> None:
    connection = session.connection()
    for rows in slices(changes.added, CHUNK):
        connection.execute(insert(table(Customer)), rows)
    for rows in slices(changes.corrected, CHUNK):
        connection.execute(_CORRECT, rows)
    numbers = list(changes.references)
    ids: dict[str, int] = {}
    for some in slices(numbers, AT_ONCE):
        found = session.execute(
            select(Customer.number, Customer.id).where(Customer.number.in_(some))
        )
        ids |= {row.number: row.id for row in found}
        connection.execute(
            delete(CustomerReference).where(
                CustomerReference.customer_id.in_([ids[number] for number in some])
            )
        )
    owned = [
        {"customer_id": ids[number], "digest": sealer.digest(reference)}
        for number, references in changes.references.items()
        for reference in references
    ]
    for rows in slices(owned, CHUNK):
        connection.execute(insert(table(CustomerReference)), rows)


_CORRECT = (
    update(table(Customer))
    .where(table(Customer).c.id == bindparam("row"))
    .values({name: bindparam(name) for name in (*PLAIN, "sealed")} | {"purged_at": None})
)
