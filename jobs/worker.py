"""The worker: one process that lets the clock act and sends the outbox, until told to stop."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from dbos import DBOS

from adapters import clock
from adapters.evidence_store import portraits_of, store_of
from adapters.ledger_key import signer_of
from adapters.sealing import Sealer
from adapters.uploads import Uploads
from config import Settings
from jobs import certificates, digests, imports, mail, witnessing
from jobs.indexing import Indexer
from jobs.mail import Office
from jobs.sweeping import Sweeper
from models import outbox
from operations import ballots, checkpoints, clockwork, standings
from operations.outbox import beat, end

log = structlog.get_logger("plaudit.worker")

# Tasks of another version would wait for ever: raise it only when a task's steps change.
TASKS_VERSION = "1"
BREATH = 0.01  # seconds that people get after each act of the clock
DRAIN = 10  # seconds that running tasks get to finish
KEPT = timedelta(days=2)  # how long finished tasks stay on record
UNFINISHED_FOR_GOOD = ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


def run(settings: Settings, office: Office, stop: threading.Event) -> None:
    """Work until `stop` is set; what is under way is finished or taken up at the next start."""
    name = f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}"
    DBOS(
        config={
            "name": "plaudit",
            "system_database_url": settings.worker_database_url,
            "application_version": TASKS_VERSION,
            "executor_id": name,
            "log_level": "WARNING",
        }
    )
    DBOS.launch()
    mail.open_office(office)
    sweeper = Sweeper(store_of(settings), portraits_of(settings))
    indexer = Indexer(office.context)
    log.info("worker started", worker=name)
    try:
        while not stop.is_set():
            _turn(settings, office, name, sweeper)
            indexer.follow(stop, settings.worker_interval)
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=DRAIN)
        with office.context():
            end(name)
        log.info("worker stopped", worker=name)


def stop_on_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _turn(settings: Settings, office: Office, name: str, sweeper: Sweeper) -> None:
    """Do everything that is due now. What fails is logged and tried again at the next turn."""
    sealer = Sealer(settings.customer_secrets())
    parts: dict[str, Callable[[], object]] = {
        "beat": partial(beat, name),
        "clock": partial(clockwork.tick, BREATH),
        "questionnaires": partial(ballots.turn, sealer, BREATH),
        "imports": partial(
            imports.apply_waiting, Uploads(settings.data_dir), sealer, partial(beat, name)
        ),
        "standings": standings.refresh,
        "tasks of the dead": partial(_take_over, settings.worker_lease),
        "checkpoint": partial(checkpoints.daily, signer_of(settings), settings.data_dir),
        "witnesses": witnessing.hand_out,
        "mail": mail.hand_out,
        "certificates": partial(
            certificates.make_waiting, store_of(settings), settings.base_url, partial(beat, name)
        ),
        "subscriptions": digests.tell,
        "unused files": sweeper,
    }
    for part, act in parts.items():
        try:
            with office.context():
                act()
        except Exception:
            log.exception("turn failed", part=part)


def _take_over(lease: timedelta) -> None:
    """Resume what dead workers left, and forget what is finished so that it can be tried anew."""
    alive = outbox.workers_since(clock.now() - lease)
    for task in DBOS.list_workflows(status="PENDING", load_input=False, load_output=False):
        if task.executor_id not in alive:
            DBOS.resume_workflow(task.workflow_id)
    before = (datetime.now(UTC) - KEPT).isoformat()
    done = DBOS.list_workflows(status="SUCCESS", completed_before=before, limit=1000)
    failed = DBOS.list_workflows(status=UNFINISHED_FOR_GOOD, limit=1000)
    DBOS.delete_workflows([task.workflow_id for task in (*done, *failed)])
