"""The certificates of a whole cycle: set one by one, kept as one file under its hash."""

from __future__ import annotations

import tempfile
import time
import zipfile
from collections.abc import Callable

import structlog

from adapters import certificates as paper
from adapters.certificates import MissingGlyph
from adapters.evidence import File
from adapters.evidence_store import Store
from models import certificate_runs, certificates
from operations import certificate_runs as operations
from words.certificates import certificate_texts, file_name

log = structlog.get_logger("plaudit.certificates")

EVERY = 1.0  # seconds between two notes of how far it is
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # in the archive file: the same certificates are the same bytes


def make_waiting(store: Store, base_url: str, beat: Callable[[], None] = lambda: None) -> None:
    """Make what was asked for. Where one certificate cannot be set, the run says which and why."""
    for run in certificate_runs.waiting():
        run_id, cycle_id = run.id, run.cycle_id
        try:
            done, data = _made(run_id, cycle_id, base_url, beat)
        except _Unset as unset:
            operations.fail(run_id=run_id, failure=unset.failure)
            log.warning("certificate not set", run=run_id, number=unset.failure["number"])
            continue
        file = File("certificates.zip", "application/zip", data)
        store.keep(file)
        operations.finish(run_id=run_id, done=done, sha256=file.sha256)
        log.info("certificates made", run=run_id, count=done, octets=len(data))


class _Unset(Exception):
    def __init__(self, number: str, character: str) -> None:
        super().__init__(number)
        self.failure = {"number": number, "character": character}


def _made(run_id: int, cycle_id: int, base_url: str, beat: Callable[[], None]) -> tuple[int, bytes]:
    """How many there are, and the archive of them: on disk as it grows, read once at the end."""
    last, done = time.monotonic(), 0
    with tempfile.TemporaryFile() as spool:
        with zipfile.ZipFile(spool, "w", zipfile.ZIP_STORED) as archive:
            for done, certificate in enumerate(list(certificates.of_cycle(cycle_id)), start=1):
                texts = certificate_texts(certificate, base_url)
                try:
                    pdf = paper.certificate(texts, certificate.at)
                except MissingGlyph as missing:
                    raise _Unset(certificate.number, str(missing)) from missing
                archive.writestr(zipfile.ZipInfo(file_name(certificate), LONG_AGO), pdf)
                if time.monotonic() - last >= EVERY:
                    operations.advance(run_id=run_id, done=done)
                    beat()
                    last = time.monotonic()
        spool.seek(0)
        return done, spool.read()
