"""The search is kept up with the ledger between the worker's turns, and looked through slowly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import structlog

from adapters.folding import folding
from operations import search

log = structlog.get_logger("plaudit.search")

EVERY = 1.0  # seconds: so soon is found what was done


class Indexer:
    """Follows the ledger; what fails is logged and tried again."""

    def __init__(self, context: Callable[[], AbstractContextManager[object]]) -> None:
        self._context = context
        self._patrol = search.Patrol()

    def follow(self, stop: threading.Event, seconds: float) -> None:
        """Keep up for so long, or until told to stop."""
        until = time.monotonic() + seconds
        self._do(lambda: self._patrol(folding()))
        while True:
            self._do(lambda: search.follow(folding(), stop.is_set))
            left = until - time.monotonic()
            if left <= 0 or stop.wait(min(EVERY, left)):
                return

    def _do(self, act: Callable[[], int]) -> None:
        try:
            with self._context():
                done = act()
        except Exception:
            log.exception("search not kept up")
        else:
            if done:
                log.info("search kept up", done=done)
