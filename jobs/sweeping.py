"""Files that nobody names any more, of evidence and of portraits: taken away now and then."""

from __future__ import annotations

import time

import structlog

from adapters.evidence_store import OutOfReach, Store
from operations import evidence, portraits

log = structlog.get_logger("plaudit.evidence")

EVERY = 6 * 60 * 60.0  # seconds: the whole store is listed


class Sweeper:
    """Sweeps at once and then every few hours; a store out of reach waits for the next time."""

    def __init__(self, store: Store, pictures: Store) -> None:
        self._store = store
        self._pictures = pictures
        self._next = 0.0

    def __call__(self) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        try:
            swept = evidence.sweep(self._store)
            pictures = portraits.sweep(self._pictures)
        except OutOfReach:  # the store has said so in the log
            return
        log.info("evidence swept", files=swept, portraits=pictures)
