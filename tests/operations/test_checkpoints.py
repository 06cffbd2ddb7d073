"""The ledger is signed when it has grown, and owns up when it is an older copy."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from adapters import ledger_key
from ledger.checkpoint import Checkpoint
from ledger.entry import read
from ledger.examination import Head
from ledger.merkle import Frontier
from ledger.note import Signer
from ledger.proof import consistency_path, verify_consistency
from ledger.verification import Verification as Offline
from models import exports, ledger, proof
from models.base import db
from models.people import Person
from models.proof import Epoch, SignedCheckpoint
from operations import checkpoints
from operations.checkpoints import EVERY
from operations.transaction import Transaction, operation
from operations.verification import Verification
from tests.builders import make_person, make_scheme
from tests.tampering import tamper
from workflow.refusal import Refused
from workflow.vocabulary import Duty

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def signer(app: Flask) -> Signer:
    found: Signer = app.config["LEDGER_SIGNER"]
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder of this test's own: the last checkpoint lies in it."""
    return tmp_path


@pytest.fixture(autouse=True)
def grown(context: object) -> None:
    make_scheme()
    grow(2)


@operation
def grow(tx: Transaction, entries: int = 1) -> None:
    for _ in range(entries):
        tx.note("cycle_closed", {"award": "any", "cycle": "2026"})


def made(signer: Signer, folder: Path) -> SignedCheckpoint:
    found = checkpoints.make(signer, folder)
    assert found is not None
    return found


def faults(signer: Signer) -> set[tuple[int, str]]:
    db.session.rollback()
    reading = Verification(keys=[signer.verifier])
    reading.begin()
    return {(found.seq, found.code) for found in reading.faults()}


def test_a_checkpoint_says_the_ledgers_size_and_root_and_is_kept_outside_the_database(
    signer: Signer, folder: Path
) -> None:
    found, head = made(signer, folder), ledger.head()
    assert head is not None
    signed = Checkpoint.opened(found.text, [signer.verifier])
    assert (signed.size, signed.root, signed.origin) == (head.size, head.root, signer.name)
    assert ledger_key.kept(folder) == found.text
    assert faults(signer) == set()


def test_what_has_not_grown_is_not_signed_again(signer: Signer, folder: Path) -> None:
    made(signer, folder)
    assert checkpoints.make(signer, folder) is None
    grow()
    made(signer, folder)
    assert [one.size for one in proof.checkpoints(None, 9)] == [3, 2]


def test_the_worker_signs_once_a_day_and_only_what_has_grown(
    signer: Signer, folder: Path, pass_time: Callable[[timedelta], None]
) -> None:
    assert checkpoints.daily(signer, folder) is not None
    grow()
    assert checkpoints.daily(signer, folder) is None  # the day is not over
    pass_time(EVERY)
    assert checkpoints.daily(signer, folder) is not None
    pass_time(EVERY)
    assert checkpoints.daily(signer, folder) is None  # nothing has happened


@pytest.mark.parametrize("duty", [Duty.SCHEME_MANAGER, Duty.ADMINISTRATOR])
def test_a_manager_may_ask_for_a_checkpoint(signer: Signer, folder: Path, duty: Duty) -> None:
    person = make_person("Manager", duties=(duty,))
    assert checkpoints.make(signer, folder, by_id=person) is not None


def test_nobody_else_may(signer: Signer, folder: Path) -> None:
    person = make_person("Auditor", duties=(Duty.INTERNAL_AUDITOR,))
    with pytest.raises(Refused, match="managers_only"):
        checkpoints.make(signer, folder, by_id=person)


def test_each_checkpoint_is_shown_to_go_on_from_the_one_before(
    signer: Signer, folder: Path
) -> None:
    one = made(signer, folder)
    grow(5)
    two = made(signer, folder)
    path = consistency_path(proof.leaf_hashes(two.size), one.size)
    verify_consistency(one.size, two.size, one.root, two.root, path)


def test_an_entry_rewritten_with_all_its_hashes_shows_by_the_checkpoint(
    signer: Signer, folder: Path
) -> None:
    first = made(signer, folder).size
    grow(3)
    second = made(signer, folder).size
    seq = first + 1
    _rewrite(seq)
    assert (seq, "rewritten") in faults(signer)
    assert second >= seq


@pytest.mark.parametrize("change", ["size = size - 1", "root = substr(root, 1, 31)"])
def test_a_checkpoint_that_is_not_what_was_signed_is_found(
    signer: Signer, folder: Path, change: str
) -> None:
    size = made(signer, folder).size
    tamper(f"UPDATE checkpoint SET {change}")
    assert {code for _, code in faults(signer)} == {"checkpoint_row_differs"}
    assert size > 1


def test_a_checkpoint_signed_with_another_key_is_found(signer: Signer, folder: Path) -> None:
    made(Signer(signer.name, bytes(32)), folder)
    assert {code for _, code in faults(signer)} == {"checkpoint_row_differs"}


def test_a_ledger_that_was_put_back_says_so_in_an_entry_and_goes_on(
    signer: Signer, folder: Path
) -> None:
    known = _put_back(signer, folder)
    assert checkpoints.behind(signer, folder) is not None
    found = made(signer, folder)
    epoch = db.session.scalars(select(Epoch)).one()
    assert (epoch.size, epoch.known_size, epoch.known_root) == (2, known.size, known.root.hex())
    assert (epoch.ledger_seq, found.size) == (3, 3)
    assert checkpoints.behind(signer, folder) is None
    assert faults(signer) == set()


def test_a_ledger_put_back_and_grown_past_what_was_signed_says_so_too(
    signer: Signer, folder: Path
) -> None:
    known = _put_back(signer, folder)
    grow(known.size)
    epoch = checkpoints.own_up(signer, folder)
    assert epoch is not None
    assert epoch.size == known.size + 2


def test_it_says_so_once(signer: Signer, folder: Path) -> None:
    _put_back(signer, folder)
    assert checkpoints.own_up(signer, folder) is not None
    assert checkpoints.own_up(signer, folder) is None
    assert len(proof.epochs()) == 1


def test_a_sound_ledger_has_nothing_to_say(signer: Signer, folder: Path) -> None:
    assert checkpoints.own_up(signer, folder) is None
    made(signer, folder)
    grow(3)
    assert checkpoints.own_up(signer, folder) is None
    (folder / ledger_key.LAST).write_text("no checkpoint")
    assert checkpoints.own_up(signer, folder) is None


def test_the_offline_check_of_an_export_tells_of_the_older_copy(
    signer: Signer, folder: Path
) -> None:
    known = _put_back(signer, folder)
    made(signer, folder)
    reading = Offline(
        io.BytesIO(b"".join(exports.whole(signer.verifier))),
        [("kept by a witness", Checkpoint(signer.name, known.size, known.root).sign(signer))],
        keys=[signer.verifier],
    )
    found = list(reading.faults())
    assert [(fault.seq, fault.code) for fault in found] == [(4, "shorter_than_known")]
    assert reading.epochs == [(3, 2, known.size)]


def test_what_every_colleague_may_download_names_nobody_and_still_holds(
    signer: Signer, folder: Path
) -> None:
    person = make_person("Somebody", duties=(Duty.ARBITER,))
    checkpoint = made(signer, folder)
    lines = b"".join(exports.for_everybody(signer.verifier))
    key = db.session.get_one(Person, person).key
    assert key in b"".join(exports.whole(signer.verifier)).decode()
    assert key not in lines.decode()
    for entry in ledger.entries():
        assert (entry.data in lines) == (entry.kind in exports.OPEN_KINDS), entry.kind
    assert b"duty_granted" not in lines
    reading = Offline(io.BytesIO(lines), [("newest", checkpoint.text)], keys=[signer.verifier])
    assert list(reading.faults()) == []
    assert (reading.entries, reading.withheld) == (checkpoint.size, 1)


def _rewrite(seq: int) -> None:
    """One entry and everything that depends on it, as whoever owns the database could."""
    frontier = Frontier()
    for entry in ledger.entries():
        if entry.seq == seq:
            told = read(entry.data)
            body = {**told.body, "award": "forged"}
            entry.data, entry.leaf_hash = type(told)(seq, told.at, told.kind, body).seal()
        frontier.append(entry.leaf_hash)
    head = ledger.head()
    assert head is not None
    head.frontier, head.root = frontier.to_bytes(), frontier.root()
    db.session.commit()


def _put_back(signer: Signer, folder: Path) -> Head:
    """Sign more than there will be, then bring the older copy back; returns what was signed."""
    head = ledger.head()
    assert head is not None
    before = (head.size, head.frontier, head.root, head.at)
    grow(4)
    known = made(signer, folder).head
    tamper(f"DELETE FROM ledger_entry WHERE seq > {before[0]}", "DELETE FROM checkpoint")
    db.session.rollback()
    head = ledger.head()
    assert head is not None
    head.size, head.frontier, head.root, head.at = before
    db.session.commit()
    return known
