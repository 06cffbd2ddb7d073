"""A colleague's own picture: put up, replaced, taken down. No entry in the ledger tells of it.

The row comes before the file and goes before it. So whoever looks, with writers waiting, whether
a file is named may take it away at once: whoever is about to need it writes it afterwards.
"""

from __future__ import annotations

from sqlalchemy import delete, select

from adapters.evidence import File
from adapters.evidence_store import OutOfReach, Store
from adapters.portrait import portrait
from models import portraits
from models.people import Person
from models.portraits import Portrait
from models.scheme import day_at
from operations.signing_in import works_today
from operations.transaction import Transaction, operation
from workflow.refusal import Refused


def put_up(
    store: Store, *, person_id: int, name: str, data: bytes, megabytes: int, on_wall: bool
) -> None:
    """Show this picture from now on, in place of another one. Raises RefusedFile or Refused."""
    file = portrait(name, data, megabytes)
    earlier = _name(person_id=person_id, digest=file.sha256, on_wall=on_wall)
    try:
        store.keep(file)
    except OutOfReach as error:
        _name_again(person_id=person_id, file=file, earlier=earlier)
        raise Refused("file_not_kept") from error
    if earlier and earlier != file.sha256:
        forget(store, earlier)


def take_down(store: Store, *, person_id: int) -> None:
    """Show no picture any more, and keep none; nothing to take down is no fault."""
    digest = _unname(person_id=person_id)
    if digest:
        forget(store, digest)


@operation
def choose_places(tx: Transaction, *, person_id: int, on_wall: bool) -> None:
    """Say whether screens without a reader may show the picture; raises Refused."""
    row = tx.session.get(Portrait, person_id)
    if row is None:
        raise Refused("no_portrait")
    row.on_wall = on_wall


def forget(store: Store, digest: str) -> None:
    """Take the file away unless somebody shows the same one; else the worker does it later."""
    try:
        _forget(store=store, digests=[digest])
    except OutOfReach:  # the store has said so in the log, and nobody can ask for it any more
        return


def sweep(store: Store) -> int:
    """Take away the pictures of who has left and files that nobody names. Raises OutOfReach."""
    _unname_who_left()
    named = portraits.named()
    unused = [digest for digest, _since in store.listed() if digest not in named]
    for digest in unused:
        _forget(store=store, digests=[digest])
    return len(unused)


@operation
def _name(tx: Transaction, *, person_id: int, digest: str, on_wall: bool) -> str | None:
    """The picture that the person showed so far."""
    if not works_today(tx.session.get_one(Person, person_id), tx.now):
        raise Refused("no_portrait")
    row = tx.session.get(Portrait, person_id)
    if row is None:
        tx.add(Portrait(person_id=person_id, sha256=digest, on_wall=on_wall, at=tx.now))
        return None
    earlier, row.sha256, row.on_wall, row.at = row.sha256, digest, on_wall, tx.now
    return earlier


@operation
def _name_again(tx: Transaction, *, person_id: int, file: File, earlier: str | None) -> None:
    """The new one could not be kept: what was shown before is shown again."""
    row = tx.session.get(Portrait, person_id)
    if row is None or row.sha256 != file.sha256:
        return  # decided anew meanwhile
    if earlier is None:
        tx.session.delete(row)
    else:
        row.sha256 = earlier


@operation
def _unname(tx: Transaction, *, person_id: int) -> str | None:
    row = tx.session.get(Portrait, person_id)
    if row is None:
        return None
    tx.session.delete(row)
    return row.sha256


@operation
def _unname_who_left(tx: Transaction) -> None:
    left = select(Person.id).where(Person.left_on <= day_at(tx.now))
    tx.session.execute(delete(Portrait).where(Portrait.person_id.in_(left)))


@operation
def _forget(tx: Transaction, *, store: Store, digests: list[str]) -> None:
    """Look once more, now that nobody can name one, and take it away."""
    named = set(
        tx.session.scalars(select(Portrait.sha256).where(Portrait.sha256.in_(digests))).all()
    )
    for digest in set(digests) - named:
        store.forget(digest)
