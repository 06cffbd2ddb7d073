"""Processes that act at the same instant, each over connections of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.pool import Pool
from threading import Barrier
from typing import Any, TypeVar

from flask import Flask

from app import create_app
from config import Settings
from models.base import db

T = TypeVar("T")

PROCESSES = 4
PATIENCE = 60  # seconds until a process that does not come fails the race


class Attempt:
    """One try of somebody to do something: an operation with what it is given."""

    def __init__(self, operation: Callable[..., object], **given: object) -> None:
        self.operation, self.given = operation, given


class Starters:
    """The processes that wait for the starting shot of a race over the database of `settings`."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self._pool, self._settings = pool, settings.model_dump()

    def race(self, attempts: list[Attempt]) -> list[str]:
        """Make all attempts at once, dealt out to all processes; returns how each ended."""
        hands = [(self._settings, attempts[nth::PROCESSES]) for nth in range(PROCESSES)]
        ended = self._pool.starmap(_run, hands, chunksize=1)
        return [outcome for hand in ended for outcome in hand]


def at_once(acts: Sequence[Callable[[], T]]) -> list[T]:
    """Do all of it at the same instant from this process; returns every answer."""
    together = Barrier(len(acts))

    def start(act: Callable[[], T]) -> T:
        together.wait(PATIENCE)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(start, acts))


@contextmanager
def processes() -> Iterator[Pool]:
    """Real processes, for as many races as there are: one of them reads the product's code, which
    takes seconds, and the others begin as its copies.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    barrier = context.Barrier(PROCESSES)
    with context.Pool(PROCESSES, _come_up, (barrier,)) as pool:
        yield pool
        pool.close()
        pool.join()


_process: dict[str, Any] = {}  # what this process has open


def _come_up(barrier: Any) -> None:
    _process["barrier"] = barrier


def _run(values: dict[str, Any], attempts: list[Attempt]) -> list[str]:
    app = _opened(values)
    together = Barrier(len(attempts), action=lambda: _process["barrier"].wait(PATIENCE))
    with ThreadPoolExecutor(len(attempts)) as threads:
        return list(threads.map(lambda attempt: _try(app, attempt, together), attempts))


def _opened(values: dict[str, Any]) -> Flask:
    """The application over this database, which is another one by now than at the last race."""
    address = values["database_url"]
    if address not in _process:
        _process[address] = create_app(Settings(**values))
    app: Flask = _process[address]
    with app.app_context():
        db.engine.dispose()
    return app


def _try(app: Flask, attempt: Attempt, together: Barrier) -> str:
    """`applied`, or the name of what refused it; anything unforeseen shows as its own name."""
    with app.app_context():
        db.session.connection()  # the race is about the case, not about opening files
        db.session.rollback()
        together.wait(PATIENCE)
        try:
            attempt.operation(**attempt.given)
        except Exception as error:
            return type(error).__name__
        return "applied"
