"""Keeping a form whose writer's session had ended, until they are back."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import delete, select

from adapters.sealing import Sealer, Unsealable
from models import people
from models.unsent import KEPT_FOR, UnsentForm
from operations.transaction import Transaction, operation

AT_MOST = 10  # pages of one person


@dataclass(frozen=True, repr=False)
class Typed:
    """The fields of a form as they were sent, where to, and the names of the files with it."""

    path: str
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()

    def seal(self, sealer: Sealer, person_id: int, path: str) -> bytes:
        """Bound to the person and the page: in another's row it does not open."""
        text = json.dumps([self.path, self.fields, self.files])
        return sealer.seal(text.encode(), _bound(person_id, path))

    @classmethod
    def open(cls, row: UnsentForm, sealer: Sealer) -> Typed | None:
        """What the row holds; None where the key that sealed it is not here any more."""
        try:
            data = sealer.open(row.sealed, _bound(row.person_id, row.path))
        except Unsealable:
            return None
        path, fields, files = json.loads(data)
        return cls(path, tuple((name, text) for name, text in fields), tuple(files))


@operation
def keep(tx: Transaction, *, writer: str, path: str, typed: Typed, sealer: Sealer) -> None:
    """Keep it for the colleague with this key, in place of what was kept for the page before."""
    person = people.by_key(writer)
    if person is None:
        return
    _drop(tx, person.id, path)
    sealed = typed.seal(sealer, person.id, path)
    tx.add(UnsentForm(person_id=person.id, path=path, sealed=sealed, at=tx.now))
    tx.session.flush()
    newest = select(UnsentForm.id).where(UnsentForm.person_id == person.id)
    newest = newest.order_by(UnsentForm.id.desc()).limit(AT_MOST)
    tx.session.execute(
        delete(UnsentForm).where(
            UnsentForm.person_id == person.id,
            UnsentForm.id.not_in(tx.session.scalars(newest).all()),
        )
    )


@operation
def drop(tx: Transaction, *, person_id: int, path: str) -> None:
    """It was sent, or is not wanted any more."""
    _drop(tx, person_id, path)


def purge(tx: Transaction) -> int:
    """Throw away what nobody came back for; returns how much it was."""
    old = select(UnsentForm).where(UnsentForm.at <= tx.now - KEPT_FOR)
    rows = tx.session.scalars(old).all()
    for row in rows:
        tx.session.delete(row)
    return len(rows)


def _drop(tx: Transaction, person_id: int, path: str) -> None:
    mine = (UnsentForm.person_id == person_id, UnsentForm.path == path)
    tx.session.execute(delete(UnsentForm).where(*mine))


def _bound(person_id: int, path: str) -> str:
    return f"unsent {person_id} {path}"
