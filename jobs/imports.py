"""Long files that were looked at on a page: applied by the worker, one after another."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

import structlog

from adapters.columns import Progress
from adapters.sealing import Sealer
from adapters.uploads import Uploads
from models import results
from models.base import db
from models.results import Import
from operations import conduct, directory, imports, people
from operations import results as daily
from operations.imports import ImportRefused
from workflow.refusal import Refused

log = structlog.get_logger("plaudit.imports")

EVERY = 1.0  # seconds between two notes of how far it is

Apply = Callable[[Import, bytes, Progress], None]


def apply_waiting(
    uploads: Uploads, sealer: Sealer, beat: Callable[[], None] = lambda: None
) -> None:
    """Apply every file that waits. One that cannot be applied is marked so, with the reason.

    `beat` is called now and then: a long file must not make the worker look dead.
    """
    kinds: dict[str, Apply] = {
        **KINDS,
        directory.KIND: partial(_customers, sealer),
    }
    waiting = results.imports(*kinds).where(Import.state == imports.WAITING).order_by(Import.id)
    for row in db.session.scalars(waiting).all():
        import_id, kind, sha256 = row.id, row.kind, row.sha256
        try:
            kinds[kind](row, uploads.read(sha256), _noting(import_id, beat))
        except ImportRefused as refused:
            imports.fail(import_id=import_id, mistakes=refused.mistakes)
        except Refused as refused:
            imports.stop(import_id=import_id, refused=refused)
        uploads.forget(sha256)
        log.info("import settled", number=import_id, kind=kind)


def _people(row: Import, data: bytes, note: Progress) -> None:
    import_id, digest = row.id, row.options["digest"]
    reading = people.read(data, row.filename, note)
    people.apply(import_id=import_id, reading=reading, digest=digest)


def _results(row: Import, data: bytes, note: Progress) -> None:
    import_id, mapping = row.id, row.options["mapping"]
    reading = daily.read(data, row.filename, mapping, note)
    imports.advance(import_id=import_id, state=imports.WAITING, done=reading.rows)
    daily.apply(import_id=import_id, reading=reading)


def _conduct(row: Import, data: bytes, note: Progress) -> None:
    import_id = row.id
    reading = conduct.read(data, row.filename, note)
    conduct.apply(import_id=import_id, reading=reading)


def _customers(sealer: Sealer, row: Import, data: bytes, note: Progress) -> None:
    import_id = row.id
    reading = directory.read(directory.unstaged(data, sealer), row.filename, note)
    directory.apply(import_id=import_id, reading=reading, sealer=sealer)


def _noting(import_id: int, beat: Callable[[], None]) -> Progress:
    """Notes how many rows are read, for the page that waits."""
    last = time.monotonic()

    def note(done: int, of: int) -> None:
        nonlocal last
        if time.monotonic() - last >= EVERY:
            imports.advance(import_id=import_id, state=imports.WAITING, done=done)
            beat()
            last = time.monotonic()

    return note


KINDS: Mapping[str, Apply] = {
    people.KIND: _people,
    daily.KIND: _results,
    conduct.KIND: _conduct,
}
