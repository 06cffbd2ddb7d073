"""Who gets every checkpoint: named and dismissed by administrators; and what became of each one."""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path

from sqlalchemy import select, update

from adapters import witnessing
from models.ledger import Wording
from models.people import Person
from models.proof import Delivery, SignedCheckpoint, Witness, WitnessDismissal, in_office
from operations.casework import NotVisible
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty, WitnessWay

MOST_IN_OFFICE = 20


@operation
def name(tx: Transaction, *, by_id: int, way: WitnessWay, place: str) -> None:
    """Send every checkpoint there from now on, and the newest at once. Raises Refused."""
    by = _administrator(tx, by_id)
    place = place.strip()
    refuse_unusable(way, place)
    named = tx.session.scalars(in_office()).all()
    if any(each.way is way and each.place.text == place for each in named):
        raise Refused("witness_named_already")
    if len(named) >= MOST_IN_OFFICE:
        raise Refused("witnesses_too_many", limit=MOST_IN_OFFICE)
    witness = Witness(way=way, place=Wording.of(place), by=by, at=tx.now)
    tx.record(witness)
    last = tx.session.scalar(select(SignedCheckpoint).order_by(SignedCheckpoint.size.desc()))
    if last is not None:
        tx.add(Delivery(checkpoint=last, witness=witness, next_try_at=tx.now))


def refuse_unusable(way: WitnessWay, place: str) -> None:
    """Raises Refused for a place that nothing could ever be sent to."""
    if way is WitnessWay.MAILBOX and not _is_mailbox(place):
        raise Refused("witness_mailbox_wrong")
    if way is WitnessWay.FOLDER and not witnessing.is_ready(Path(place)):
        raise Refused("witness_folder_wrong", file=witnessing.CONSENT)
    if way is WitnessWay.WEBHOOK and not witnessing.is_safe(place):
        raise Refused("witness_webhook_wrong")


@operation
def dismiss(tx: Transaction, *, by_id: int, witness_id: int) -> None:
    """It gets no more checkpoints; twice is no fault. Raises NotVisible or Refused."""
    by = _administrator(tx, by_id)
    witness = tx.session.get(Witness, witness_id)
    if witness is None:
        raise NotVisible(str(witness_id))
    if witness.dismissal is None:
        tx.record(WitnessDismissal(witness=witness, by=by, at=tx.now))
        tx.session.execute(
            update(Delivery)
            .where(Delivery.witness_id == witness_id, Delivery.sent_at.is_(None))
            .values(next_try_at=None)
        )


@operation
def try_again(tx: Transaction, *, by_id: int, witness_id: int) -> None:
    """Give what failed on its way there a fresh start. Raises NotVisible or Refused."""
    _administrator(tx, by_id)
    witness = tx.session.get(Witness, witness_id)
    if witness is None or witness.dismissal is not None:
        raise NotVisible(str(witness_id))
    tx.session.execute(
        update(Delivery)
        .where(Delivery.witness_id == witness_id, Delivery.sent_at.is_(None))
        .values(tries=0, next_try_at=tx.now)
    )


@operation
def note_delivered(tx: Transaction, delivery_id: int) -> None:
    """The witness has it."""
    tx.session.get_one(Delivery, delivery_id).taken(tx.now)


@operation
def note_failure(tx: Transaction, delivery_id: int, reason: str, *, for_good: bool) -> None:
    """It did not get there."""
    tx.session.get_one(Delivery, delivery_id).refused(reason, tx.now, for_good=for_good)


def _administrator(tx: Transaction, by_id: int) -> Person:
    by = tx.session.get_one(Person, by_id)
    if not by.holds(Duty.ADMINISTRATOR, tx.now):
        raise Refused("administrators_only")
    return by


def _is_mailbox(place: str) -> bool:
    real_name, address = parseaddr(place)
    user, at, host = address.partition("@")
    plain = address == place and place.isascii() and place.isprintable() and " " not in place
    return plain and not real_name and bool(user and at and host) and "@" not in host
