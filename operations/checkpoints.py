"""Checkpoints: the ledger's size and root, signed; and the epoch that says when they cannot fit."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from adapters import clock, ledger_key
from ledger import merkle
from ledger.checkpoint import Checkpoint, CheckpointError
from ledger.examination import Head
from ledger.note import Signer
from models import ledger, proof
from models.base import db
from models.people import Person
from models.proof import Delivery, Epoch, SignedCheckpoint, Witness
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty

EVERY = timedelta(hours=24)


def daily(signer: Signer, data_dir: Path) -> SignedCheckpoint | None:
    """Make one when the last is a day old and the ledger has grown since; what the worker does."""
    own_up(signer, data_dir)
    head, last = ledger.head(), proof.newest()
    if head is None or (last and (head.size <= last.size or clock.now() - last.at < EVERY)):
        return None
    return make(signer, data_dir)


def make(signer: Signer, data_dir: Path, by_id: int | None = None) -> SignedCheckpoint | None:
    """Sign the ledger as it is now; None when it has not grown since the last. Raises Refused.

    `by_id`: who asks for it on a page. Where the ledger is an older copy of what was signed
    before, it says so first, in an entry.
    """
    own_up(signer, data_dir)
    made = _make(signer=signer, by_id=by_id)
    if made is not None:
        ledger_key.keep(data_dir, made.text)
    return made


def own_up(signer: Signer, data_dir: Path) -> Epoch | None:
    """Write the epoch entry where the last checkpoint that we signed does not fit the ledger."""
    note = ledger_key.kept(data_dir)
    known = _signed_by_us(note, signer)
    if known is None or fits(known) or _is_told(known):
        return None
    return _begin_epoch(known=known)


def behind(signer: Signer, data_dir: Path) -> Head | None:
    """What was signed last and does not fit the ledger, unless an epoch entry says so."""
    known = _signed_by_us(ledger_key.kept(data_dir), signer)
    return None if known is None or fits(known) or _is_told(known) else known


def fits(known: Head) -> bool:
    """Whether the ledger begins with just these entries."""
    same = proof.checkpoint_of(known.size)
    if same is not None and same.root == known.root:
        return True  # it stands in the table, which `ledger verify` holds against the entries
    leaves = proof.leaf_hashes(known.size)
    return len(leaves) == known.size and merkle.root(leaves) == known.root


def _is_told(known: Head) -> bool:
    told = select(Epoch.id).where(
        Epoch.known_size == known.size, Epoch.known_root == known.root.hex()
    )
    return db.session.scalar(told) is not None


def _signed_by_us(note: str | None, signer: Signer) -> Head | None:
    if note is None:
        return None
    try:
        found = Checkpoint.opened(note, [signer.verifier])
    except CheckpointError:
        return None
    return Head(found.size, found.root)


@operation
def _make(tx: Transaction, *, signer: Signer, by_id: int | None) -> SignedCheckpoint | None:
    if by_id is not None:
        _let_in(tx.session.get_one(Person, by_id), tx.now)
    size = tx.frontier.size
    last = tx.session.scalar(select(SignedCheckpoint).order_by(SignedCheckpoint.size.desc()))
    if size == 0 or (last is not None and last.size >= size):
        return None
    found = Checkpoint(signer.name, size, tx.frontier.root())
    made = SignedCheckpoint(size=size, root=found.root, note=found.sign(signer).encode(), at=tx.now)
    tx.add(made)
    for witness in tx.session.scalars(select(Witness).where(~Witness.dismissal.has())):
        tx.add(Delivery(checkpoint=made, witness=witness, next_try_at=tx.now))
    tx.session.flush()
    return made


@operation
def _begin_epoch(tx: Transaction, *, known: Head) -> Epoch:
    told = select(Epoch).where(Epoch.known_size == known.size, Epoch.known_root == known.root.hex())
    before = tx.session.scalar(told)
    if before is not None:
        return before
    epoch = Epoch(
        size=tx.frontier.size,
        known_size=known.size,
        known_root=known.root.hex(),
        at=tx.now,
    )
    tx.record(epoch)
    return epoch


def _let_in(by: Person, at: datetime) -> None:
    if not by.holds(Duty.SCHEME_MANAGER, at) and not by.holds(Duty.ADMINISTRATOR, at):
        raise Refused("managers_only")
