"""Long files that were looked at on a page: applied by the worker, one after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import structlog

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

EVERY = 500  # rows between two notes of how far it is


def apply_waiting(uploads: Uploads, sealer: Sealer) -> None:
    """Apply every file that waits. One that cannot be applied is marked so, with the reason."""
    kinds: dict[str, Callable[[Import, bytes], None]] = {
        **KINDS,
        directory.KIND: partial(_customers, sealer),
    }
    waiting = results.imports(*kinds).where(Import.state == imports.WAITING).order_by(Import.id)
    for row in db.session.scalars(waiting).all():
        import_id, kind, sha256 = row.id, row.kind, row.sha256
        try:
            kinds[kind](row, uploads.read(sha256))
        except ImportRefused as refused:
            imports.fail(import_id=import_id, mistakes=refused.mistakes)
        except Refused as refused:
            imports.stop(import_id=import_id, refused=refused)
        uploads.forget(sha256)
        log.info("import settled", number=import_id, kind=kind)


def _people(row: Import, data: bytes) -> None:
    import_id, digest = row.id, row.options["digest"]
    reading = people.read(data, row.filename, _noting(import_id))
    people.apply(import_id=import_id, reading=reading, digest=digest)


def _results(row: Import, data: bytes) -> None:
    import_id, mapping = row.id, row.options["mapping"]
    reading = daily.read(data, row.filename, mapping, _noting(import_id))
    daily.apply(import_id=import_id, reading=reading)


def _conduct(row: Import, data: bytes) -> None:
    import_id = row.id
    reading = conduct.read(data, row.filename, _noting(import_id))
    conduct.apply(import_id=import_id, reading=reading)


def _customers(sealer: Sealer, row: Import, data: bytes) -> None:
    import_id = row.id
    reading = directory.read(directory.unstaged(data, sealer), row.filename, _noting(import_id))
    directory.apply(import_id=import_id, reading=reading, sealer=sealer)


def _noting(import_id: int) -> Callable[[int, int], None]:
    """Notes how many rows are read, for the page that waits."""

    def note(done: int, of: int) -> None:
        if done % EVERY == 0:
            imports.advance(import_id=import_id, state=imports.WAITING, done=done)

    return note


KINDS: Mapping[str, Callable[[Import, bytes], None]] = {
    people.KIND: _people,
    daily.KIND: _results,
    conduct.KIND: _conduct,
}
