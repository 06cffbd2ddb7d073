"""A hundred thousand records are taken away while the server's memory stays as it was."""

from __future__ import annotations

import http.client
import time

import pytest
from flask import Flask
from sqlalchemy import insert

from adapters import clock
from models.search.records import PublicRecord, key_of
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_cast, make_scheme
from tests.fixtures.figures import Tell
from tests.fixtures.server import StartWeb, Visitor
from workflow.publication import PublicKind
from workflow.vocabulary import FeedbackState

pytestmark = pytest.mark.prove

FEW, MANY, AT_ONCE = 10_000, 100_000, 5_000
MEGABYTE = 1024 * 1024
GROWTH = 32 * MEGABYTE  # from the shorter file to one that is ten times as long


@operation
def publish(tx: Transaction, first: int, last: int) -> None:
    """Records as the search keeps them, each with a text of some length."""
    kind = PublicKind.FEEDBACK
    tx.execute(
        insert(PublicRecord),
        [
            {
                "key": key_of(number, kind), "kind": kind, "subject": str(number),
                "at": clock.now(), "award": None, "cycle": None,
                "outcome": FeedbackState.OPEN.value, "teams": [], "title": f"意見 {number}",
                "called": "", "text": f"夜班的同仁三天內來不及看 {number}。" * 20, "shown": {},
            }
            for number in range(first, last)
        ],
    )  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_memory_does_not_grow_with_what_is_taken_away(
    app: Flask, start_web: StartWeb, tell: Tell, form: str
) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        reader = make_cast().colleague
        for first in range(0, FEW, AT_ONCE):
            publish(first, first + AT_ONCE)
    web = start_web()
    visitor = web.visitor(reader)
    path = f"/archive/export.{form}"
    taken(visitor, path)
    before = web.peak_memory()
    with app.app_context():
        for first in range(FEW, MANY, AT_ONCE):
            publish(first, first + AT_ONCE)
    began = time.monotonic()
    size = taken(visitor, path, pause=3.0)
    seconds, grown = time.monotonic() - began, web.peak_memory() - before
    tell(
        f"{form}: {MANY:,} records, {size / MEGABYTE:.0f} MB in {seconds:.0f} s; memory grew from "
        f"{before / MEGABYTE:.0f} MB by {grown / MEGABYTE:.0f} MB"
    )
    assert grown < GROWTH


def taken(visitor: Visitor, path: str, pause: float = 0) -> int:
    """How long the file is; whoever takes it stops reading for a while after the first piece."""
    connection = http.client.HTTPConnection("127.0.0.1", visitor.port, timeout=300)
    connection.request("GET", path, headers={"Cookie": visitor.cookie})
    answer = connection.getresponse()
    assert answer.status == 200
    size = len(answer.read(65536))
    time.sleep(pause)
    while piece := answer.read(65536):
        size += len(piece)
    connection.close()
    return size
