"""The worker signs the ledger and hands each checkpoint to every witness, over real servers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from adapters.witnessing import CONSENT
from ledger.checkpoint import Checkpoint
from ledger.note import Signer
from models import proof
from models.base import db
from models.proof import Delivery
from operations import witnesses
from tests.builders import make_person, make_scheme
from tests.fixtures.mail import Postbox
from tests.fixtures.worker import Start, until
from workflow.vocabulary import Duty, WitnessWay

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.prove]


@pytest.fixture
def web() -> Iterator[tuple[str, list[str]]]:
    """A web server that fails the first time, and keeps what it gets after that."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(503 if len(got) == 1 else 200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its own name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/witness", got
    server.shutdown()
    thread.join()
    server.server_close()


def arrived() -> list[Delivery]:
    db.session.rollback()
    return list(db.session.scalars(select(Delivery).where(Delivery.sent_at.is_not(None))))


def failing() -> list[Delivery]:
    """Deliveries that failed so far or for good."""
    waiting = select(Delivery).where(Delivery.sent_at.is_(None), Delivery.tries > 0)
    return list(db.session.scalars(waiting))


def test_every_witness_gets_the_checkpoint_once_and_what_failed_is_shown_until_it_is_mended(
    start_worker: Start,
    postbox: Postbox,
    web: tuple[str, list[str]],
    tmp_path: Path,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PLAUDIT_WEBHOOKS_INSIDE", "1")  # the server of this test is on this machine
    make_scheme()
    administrator = make_person("Administrator", duties=(Duty.ADMINISTRATOR,))
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / CONSENT).touch()
    for way, place in (
        (WitnessWay.MAILBOX, "witness@example.org"),
        (WitnessWay.FOLDER, str(folder)),
        (WitnessWay.WEBHOOK, web[0]),
    ):
        witnesses.name(by_id=administrator, way=way, place=place)
    start_worker(postbox)
    until(lambda: len(arrived()) == 2 and len(failing()) == 1)
    (failed,) = failing()
    assert (failed.witness.way, failed.last_error) == (WitnessWay.WEBHOOK, "refused (503)")
    db.session.rollback()
    witnesses.try_again(by_id=administrator, witness_id=failed.witness_id)
    until(lambda: len(arrived()) == 3)

    checkpoint = proof.newest()
    assert checkpoint is not None
    signer: Signer = app.config["LEDGER_SIGNER"]
    assert Checkpoint.opened(checkpoint.text, [signer.verifier]).size == checkpoint.size
    name = f"checkpoint-{checkpoint.size}.txt"
    (mail,) = postbox.messages
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == name
    assert str(attached.get_content()).replace("\r\n", "\n") == checkpoint.text
    assert mail["Message-ID"].startswith(f"<checkpoint-{checkpoint.size}-")
    assert (folder / name).read_text() == checkpoint.text
    assert web[1] == [checkpoint.text] * 2
    assert failing() == []
