"""Files that no case names are taken away in time; what a case names, or is to name, stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask

from adapters.evidence import File
from adapters.evidence_store import Damaged, Store
from config import Settings
from models.base import db
from models.nominations import Nomination, by_number
from operations import drafts, evidence
from operations.drafts import Step, Written
from operations.evidence import GRACE
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_draft,
)
from workflow.vocabulary import Action, Reason

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("context")]

RACES = 6


@pytest.fixture
def store(context: Flask) -> Store:
    settings: Settings = context.config["SETTINGS"]
    return Store(settings.data_dir / "evidence")


def case(number: str) -> Nomination:
    db.session.rollback()
    found = by_number(number)
    assert found is not None
    return found


def text(data: bytes) -> File:
    return File("mail.txt", "text/plain; charset=utf-8", data)


def attach(store: Store, cast: Cast, number: str, data: bytes) -> str:
    evidence.attach(
        store,
        person_id=cast.nominator,
        number=number,
        claim_id=case(number).claims[0].id,
        name="mail.txt",
        data=data,
        megabytes=1,
    )
    return sha256(data).hexdigest()


def remove(cast: Cast, number: str, digest: str) -> None:
    piece = next(one for one in case(number).claims[0].evidence if one.sha256 == digest)
    drafts.save(
        person_id=cast.nominator,
        number=number,
        written=Written(),
        step=Step.REMOVE_EVIDENCE,
        target=piece.id,
    )


def test_what_is_named_or_was_submitted_stays_and_the_rest_goes_after_two_days(
    app: Flask, cast: Cast, store: Store, pass_time: Callable[[timedelta], None]
) -> None:
    number = make_draft(cast.nominator, [cast.nominee])
    named, submitted, replaced = (
        attach(store, cast, number, data) for data in (b"named", b"submitted", b"replaced")
    )
    remove(cast, number, replaced)
    lonely = text(b"sent, and the connection broke")
    evidence.keep(store, lonely)
    stranger = app.config["SETTINGS"].data_dir / "evidence" / "notes.txt"
    stranger.write_text("not ours")
    decide(cast.nominator, number, Action.SUBMIT)
    decide(cast.internal, number, Action.RETURN, Reason.EVIDENCE_MISSING, SENTENCE)
    remove(cast, number, submitted)
    pass_time(GRACE - timedelta(minutes=5))
    assert evidence.sweep(store) == 0
    pass_time(timedelta(minutes=10))
    run = app.test_cli_runner()
    assert run.invoke(args=["evidence", "sweep", "--dry-run"]).output.split() == sorted(
        [replaced, lonely.sha256]
    )
    assert "0 files are lost or damaged; 2 are named by nothing" in (
        run.invoke(args=["evidence", "check"]).output
    )
    assert evidence.sweep(store) == 2
    assert evidence.sweep(store) == 0
    assert {store.read(digest) for digest in (named, submitted)} == {b"named", b"submitted"}
    for digest in (replaced, lonely.sha256):
        with pytest.raises(Damaged):
            store.read(digest)
    assert stranger.read_text() == "not ours"
    store.forget(named)
    checked = run.invoke(args=["evidence", "check"])
    assert (checked.exit_code, checked.output.splitlines()[0]) == (1, f"{number}: {named}")


def test_a_file_that_is_brought_in_while_the_store_is_swept_is_there_afterwards(
    app: Flask, cast: Cast, store: Store, pass_time: Callable[[timedelta], None]
) -> None:
    """The same content has lain there unused for long: the sweep is about to take it."""
    numbers = [make_draft(cast.nominator, [cast.nominee]) for _ in range(RACES)]
    contents = [f"old and new {n}".encode() for n in range(RACES)]
    for data in contents:
        store.keep(text(data))
    pass_time(2 * GRACE)
    db.session.rollback()
    failed: list[Exception] = []
    ready = threading.Barrier(2)

    def bring_in() -> None:
        with app.app_context():
            try:
                ready.wait()
                for number, data in zip(numbers, contents, strict=True):
                    attach(store, cast, number, data)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    def sweep() -> None:
        with app.app_context():
            try:
                ready.wait()
                for _ in range(2):
                    evidence.sweep(store)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=act) for act in (bring_in, sweep)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [store.read(sha256(data).hexdigest()) for data in contents] == contents
    assert list(evidence.lost(store)) == []
