"""Administrators name witnesses; each gets every checkpoint once, and what failed is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from adapters import clock
from adapters.witnessing import CONSENT
from ledger.note import Signer
from models import proof
from models.base import db
from models.proof import Delivery
from operations import checkpoints, witnesses
from operations.transaction import Transaction, operation
from operations.verification import Verification
from operations.witnesses import MOST_IN_OFFICE
from tests.builders import make_person, make_scheme
from workflow.refusal import Refused
from workflow.vocabulary import Duty, WitnessWay

pytestmark = pytest.mark.usefixtures("context")
MAILBOX = "witness@example.org"


@operation
def grow(tx: Transaction) -> None:
    tx.note("cycle_closed", {"award": "any", "cycle": "2026"})


@pytest.fixture
def administrator(context: object) -> int:
    make_scheme()
    return make_person("Administrator", duties=(Duty.ADMINISTRATOR,))


@pytest.fixture
def sign(app: Flask, tmp_path: Path) -> Callable[[], object]:
    signer: Signer = app.config["LEDGER_SIGNER"]

    def made() -> object:
        grow()
        return checkpoints.make(signer, tmp_path / "data")

    (tmp_path / "data").mkdir()
    return made


def name(by_id: int, way: WitnessWay = WitnessWay.MAILBOX, place: str = MAILBOX) -> int:
    witnesses.name(by_id=by_id, way=way, place=place)
    return max(witness.id for witness in proof.witnesses())


def deliveries() -> list[tuple[int, int]]:
    db.session.expire_all()
    found = db.session.scalars(select(Delivery).order_by(Delivery.id))
    return [(delivery.checkpoint.size, delivery.witness_id) for delivery in found]


def test_a_witness_gets_the_newest_checkpoint_and_every_one_after(
    administrator: int, sign: Callable[[], object]
) -> None:
    sign()
    sign()
    one = name(administrator)
    two = name(administrator, place="another@example.org")
    sign()
    newest = [checkpoint.size for checkpoint in proof.checkpoints(None, 9)]
    assert deliveries() == [
        (newest[1], one),
        (newest[1], two),
        (newest[0], one),
        (newest[0], two),
    ]


def test_a_dismissed_witness_gets_no_more_and_what_waits_is_not_sent(
    administrator: int, sign: Callable[[], object]
) -> None:
    witness = name(administrator)
    sign()
    for _ in range(2):
        witnesses.dismiss(by_id=administrator, witness_id=witness)
    sign()
    assert len(deliveries()) == 1
    assert proof.due(clock.now() + timedelta(days=1), 9) == []
    assert db.session.scalars(proof.in_office()).all() == []


def test_only_an_administrator_names_or_dismisses(
    administrator: int, sign: Callable[[], object]
) -> None:
    other = make_person("Manager", duties=(Duty.SCHEME_MANAGER,))
    witness = name(administrator)
    acts: list[Callable[[], object]] = [
        lambda: name(other, place="another@example.org"),
        lambda: witnesses.dismiss(by_id=other, witness_id=witness),
        lambda: witnesses.try_again(by_id=other, witness_id=witness),
    ]
    for act in acts:
        with pytest.raises(Refused, match="administrators_only"):
            act()


@pytest.mark.parametrize(
    ("way", "place"),
    [
        (WitnessWay.MAILBOX, "nobody"),
        (WitnessWay.MAILBOX, "a@example.org, b@example.org"),
        (WitnessWay.MAILBOX, "A B <a@example.org>"),
        (WitnessWay.MAILBOX, "a@example.org\nBcc: b@example.org"),
        (WitnessWay.FOLDER, "relative"),
        (WitnessWay.FOLDER, "/"),
        (WitnessWay.WEBHOOK, "http://witness.example.org/"),
        (WitnessWay.WEBHOOK, "https://name:secret@witness.example.org/"),
    ],
)
def test_a_place_that_nothing_can_be_sent_to_is_refused(
    administrator: int, way: WitnessWay, place: str
) -> None:
    with pytest.raises(Refused, match="witness_(mailbox|folder|webhook)_wrong"):
        name(administrator, way, place)
    assert proof.witnesses() == []


def test_a_folder_needs_the_word_of_its_owner(administrator: int, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="witness_folder_wrong"):
        name(administrator, WitnessWay.FOLDER, str(tmp_path))
    (tmp_path / CONSENT).touch()
    assert name(administrator, WitnessWay.FOLDER, str(tmp_path))


def test_the_same_witness_twice_and_too_many_are_refused(administrator: int) -> None:
    name(administrator)
    with pytest.raises(Refused, match="witness_named_already"):
        name(administrator)
    for number in range(MOST_IN_OFFICE - 1):
        name(administrator, place=f"w{number}@example.org")
    with pytest.raises(Refused, match="witnesses_too_many"):
        name(administrator, place="one-more@example.org")


def test_a_failure_is_told_and_tried_again_ever_more_slowly_until_given_up(
    administrator: int, sign: Callable[[], object]
) -> None:
    witness = name(administrator)
    sign()
    (waiting,) = proof.due(clock.now(), 9)
    delivery, waits = waiting.id, []
    for _ in range(Delivery.most_tries):
        witnesses.note_failure(delivery, "server unreachable", for_good=False)
        db.session.expire_all()
        found = db.session.get_one(Delivery, delivery)
        waits.append(found.next_try_at)
    assert waits[-1] is None
    later = [at for at in waits if at is not None]
    assert later == sorted(later)
    assert found.last_error == "server unreachable"
    witnesses.try_again(by_id=administrator, witness_id=witness)
    assert [each.id for each in proof.due(clock.now(), 9)] == [delivery]
    witnesses.note_delivered(delivery)
    assert proof.last_deliveries()[witness].sent_at is not None


def test_whose_mailbox_it_is_stands_in_no_entry_and_every_act_does(administrator: int) -> None:
    witness = name(administrator)
    witnesses.dismiss(by_id=administrator, witness_id=witness)
    reading = Verification()
    reading.begin()
    assert list(reading.faults()) == []
    assert (reading.rows["witness_named"], reading.rows["witness_dismissed"]) == (1, 1)
