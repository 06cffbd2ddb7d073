"""kill -9 in the middle of decisions: what was answered stands, nothing is there by halves."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from jobs.mail import AT_ONCE
from models import invariants
from models.base import db
from models.decisions import decisions_on
from models.nominations import by_number
from models.outbox import Message
from operations.verification import Verification
from tests.builders import (
    SENTENCE,
    Cast,
    make_submitted,
)
from tests.fixtures.figures import Tell
from tests.fixtures.mail import Postbox
from tests.fixtures.server import WORKERS, Answer, StartWeb, Visitor, Web
from tests.fixtures.worker import Start, until
from workflow.vocabulary import Reason

pytestmark = [
    pytest.mark.prove,
    pytest.mark.usefixtures("context"),
    pytest.mark.both_databases,
]
CASES = 8
KILLS = 15  # of web processes
GROWN_UP = 4.0  # seconds that all processes live before one may be killed
BROKEN_OFF = 0


@dataclass
class Tally:
    """How the requests ended, and how many processes were killed meanwhile."""

    statuses: Counter[int] = field(default_factory=Counter)
    web: int = 0
    workers: int = 0


def test_what_was_answered_stands_and_nothing_is_there_by_halves(
    start_web: StartWeb,
    start_worker: Start,
    postbox: Postbox,
    cast: Cast,
    tell: Tell,
    database: str,
) -> None:
    """Cases are returned and handed in again, over and over; a broken request is sent again."""
    numbers = [make_submitted(cast) for _ in range(CASES)]
    db.session.remove()
    web, tally = start_web(), Tally()
    people = web.visitor(cast.internal), web.visitor(cast.nominator)
    with ThreadPoolExecutor(CASES) as clerks:
        done = [clerks.submit(_back_and_forth, *people, number, tally) for number in numbers]
        _kill(web, start_worker, postbox, tally)
        acts = [each.result() for each in done]
    for number, count in zip(numbers, acts, strict=True):
        nomination = by_number(number)
        assert nomination is not None
        assert len(decisions_on(nomination)) == 1 + count  # each act once, however often sent
    _everything_is_whole()
    until(_all_mailed, seconds=180)
    arrived = Counter(mail["Message-ID"].split("@")[0].strip("<") for mail in postbox.messages)
    assert set(arrived) == {message.message_id for message in db.session.scalars(select(Message))}
    twice = sum(arrived.values()) - len(arrived)
    assert twice <= tally.workers * AT_ONCE
    assert tally.statuses[BROKEN_OFF], "no kill came in the middle of a request"
    tell(
        f"{database}: {sum(acts)} decisions, {tally.web} web processes and {tally.workers} workers"
        f" killed; answers {dict(tally.statuses)} ({BROKEN_OFF}: broken off);"
        f" {len(arrived)} mails, {twice} of them twice under the same Message-ID"
    )


def _back_and_forth(auditor: Visitor, nominator: Visitor, number: str, tally: Tally) -> int:
    """Return the case, hand it in again, and so on until enough was killed; returns the acts."""
    acts = 0
    while tally.web < KILLS:
        why = {"reason": Reason.INCOMPLETE.value, "sentence": SENTENCE}
        _send(auditor, f"/cases/{number}/return", f"{number}-{acts}", why, tally)
        _send(nominator, f"/cases/{number}/resubmit", f"{number}-{acts + 1}", {}, tally)
        acts += 2
    return acts


def _send(browser: Visitor, path: str, key: str, form: dict[str, str], tally: Tally) -> None:
    """Open the page and send its form again until there is an answer, as a person would."""
    page = _answer(lambda: browser.get(path), tally)
    read = re.search(r'name="version" value="(\d+)"', page.body)
    assert read, page
    sent = {**form, "version": read[1], "request_key": key}
    answer = _answer(lambda: browser.post(path, sent), tally)
    assert answer.status == 303, answer.body


def _answer(ask: Callable[[], Answer], tally: Tally) -> Answer:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        answer = ask()
        tally.statuses[answer.status] += 1
        if answer.status != BROKEN_OFF:
            return answer
        time.sleep(0.1)
    raise AssertionError("the server did not come back")


def _kill(web: Web, start_worker: Start, postbox: Postbox, tally: Tally) -> None:
    """Kill a web process that is at work, now and then the worker too; both come again."""
    draw, seen = random.Random(1), dict[int, float]()
    worker = start_worker(postbox)
    end = time.monotonic() + 300
    while tally.web < KILLS:
        assert time.monotonic() < end, f"the server did not come back: {tally}, {web.workers()}"
        time.sleep(draw.uniform(0.1, 0.8))
        for pid in web.workers():
            seen.setdefault(pid, time.monotonic())
        grown_up = [pid for pid in web.workers() if time.monotonic() - seen[pid] > GROWN_UP]
        if len(grown_up) > WORKERS // 2:
            os.kill(draw.choice(grown_up), signal.SIGKILL)
            tally.web += 1
        if draw.random() < 0.05:
            worker.kill()
            worker.wait()
            tally.workers += 1
            worker = start_worker(postbox)


def _everything_is_whole() -> None:
    db.session.rollback()
    reading = Verification()
    reading.begin()
    assert list(reading.faults()) == []
    assert invariants.broken() == []


def _all_mailed() -> bool:
    waiting = db.session.scalars(select(Message.id).where(Message.sent_at.is_(None))).all()
    db.session.rollback()
    return not waiting
