"""The course of one imported file: received, checked, brought in as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.columns import Mistake, Mistakes
from models import people
from models.people import Person
from models.results import Import, ImportRecord
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty

PREVIEWED, WAITING, RUNNING, APPLIED, FAILED = (
    "previewed",
    "waiting",
    "running",
    "applied",
    "failed",
)


class ImportRefused(Exception):
    """A file with mistakes: nothing of it was brought in."""

    def __init__(self, mistakes: Mistakes) -> None:
        super().__init__(mistakes.count)
        self.mistakes = mistakes


@operation
def receive(
    tx: Transaction,
    *,
    kind: str,
    filename: str,
    sha256: str,
    by_id: int | None,
    options: dict[str, Any],
    state: str = RUNNING,
    rows: int = 0,
    summary: dict[str, Any] | None = None,
) -> int:
    """Note that a file came in; returns the import's number."""
    row = Import(
        kind=kind,
        filename=filename,
        sha256=sha256,
        by_id=by_id,
        options=options,
        created_at=tx.now,
        state=state,
        rows=rows,
        summary=summary or {},
    )
    tx.add(row)
    tx.session.flush()
    return row.id


@operation
def advance(tx: Transaction, *, import_id: int, state: str, done: int | None = None) -> None:
    """Say how far the work on the file is, for the page that shows it."""
    row = tx.session.get_one(Import, import_id)
    row.state = state
    row.done = row.done if done is None else done


@operation
def press(tx: Transaction, *, import_id: int, by_id: int) -> None:
    """Keep who has a file applied that somebody else sent: they answer for it too."""
    row = tx.session.get_one(Import, import_id)
    if row.state == PREVIEWED:
        pressed = None if row.by_id == by_id else tx.session.get_one(Person, by_id).key
        row.options = {**row.options, "applied_by": pressed}


@operation
def queue(tx: Transaction, *, import_id: int, options: Mapping[str, str]) -> None:
    """Leave a long file that was looked at to the worker, with what it needs to know besides."""
    row = tx.session.get_one(Import, import_id)
    if row.state == PREVIEWED:
        row.state, row.options = WAITING, {**row.options, **options}


@operation
def fail(tx: Transaction, *, import_id: int, mistakes: Mistakes) -> None:
    """The file was refused; its mistakes are kept for whoever sent it."""
    row = tx.session.get_one(Import, import_id)
    row.state, row.summary = FAILED, refused(mistakes)


@operation
def stop(tx: Transaction, *, import_id: int, refused: Refused) -> None:
    """The file was refused as a whole; why is kept for whoever sent it."""
    row = tx.session.get_one(Import, import_id)
    row.state, row.summary = FAILED, reason(refused)


def check_entrusted(tx: Transaction, row: Import, *duties: Duty) -> None:
    """Raise Refused where one of its hands does not hold one of the duties any more.

    A long file waits for the worker.
    """
    for person in hands(tx, row):
        if not any(person.holds(duty, tx.now) for duty in duties):
            raise Refused("import_not_entrusted")


def hands(tx: Transaction, row: Import) -> list[Person]:
    """Who sent the file, and who had it applied; nobody on the command line."""
    other = people.by_key(row.applied_by) if row.applied_by else None
    return [person for person in (row.by, other) if person is not None]


def refuse(mistakes: Mistakes) -> None:
    """Raise ImportRefused when there is any mistake; they come in the order of the rows."""
    if mistakes.count:
        mistakes.kept.sort(key=lambda mistake: mistake.row)
        raise ImportRefused(mistakes)


def refused(mistakes: Mistakes) -> dict[str, Any]:
    """The mistakes as an import's summary keeps them."""
    return {"mistakes": [each.record() for each in mistakes.kept], "count": mistakes.count}


def reason(refused: Refused) -> dict[str, Any]:
    """Why the whole file was refused, as an import's summary keeps it."""
    return {"refused": refused.message, "values": refused.values}


def mistakes_of(summary: dict[str, Any]) -> Iterable[Mistake]:
    return (Mistake(**record) for record in summary.get("mistakes", ()))


def close(tx: Transaction, row: Import, counts: dict[str, int], changed: bool) -> None:
    """The file is in. The ledger hears of it when it changed anything."""
    row.state, row.applied_at, row.done = APPLIED, tx.now, row.rows
    row.summary = {"counts": counts}
    if changed:
        tx.record(ImportRecord(imported=row, at=tx.now, counts=counts))
