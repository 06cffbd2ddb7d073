"""Whose confidential feedback it is: sealed when it comes, and known to the author themselves.

Nothing that is stored for the author names them beside the feedback: no message, no request of
theirs. What is new for them is found out when they look.
"""

from __future__ import annotations

from hashlib import sha256

from sqlalchemy import Exists, Select, exists, or_, select
from sqlalchemy.orm import joinedload

from adapters.sealing import Sealer, Unsealable
from ledger.canonical import canonical
from ledger.commitment import commit, new_salt
from models.base import db
from models.feedback import Feedback, NamelessRequest, Remark, Reply, SealedAuthor
from models.feedback_changes import FeedbackChange
from models.motions import Motion, MotionAnswer
from models.people import Person
from operations.casework import KeyReused
from operations.transaction import Transaction, operation
from workflow.refusal import Refused


def seal(person: Person, sealer: Sealer) -> tuple[str, bytes]:
    """A commitment to who the person is, for the ledger, and what opens it, sealed."""
    salt = new_salt()
    commitment = commit(person.key, salt)
    return commitment, sealer.seal(f"{person.key} {salt.hex()}".encode(), commitment)


def author_of(feedback: Feedback, sealer: Sealer | None) -> str:
    """The key of whoever gave it. Raises Unsealable, also where the seal holds somebody else."""
    if feedback.by is not None:
        return feedback.by.key
    row = feedback.seal
    if row is None or sealer is None:
        raise Unsealable("no seal, or no keys")
    return _opened(row.sealed, feedback.author_commitment or "", sealer)


def is_author(feedback: Feedback, person: Person, sealer: Sealer | None) -> bool:
    """Whether it is the person's own; raises Refused where nobody can tell."""
    if feedback.by_id is not None:
        return feedback.by_id == person.id
    try:
        return author_of(feedback, sealer) == person.key
    except Unsealable:
        raise Refused("author_unreadable") from None


def own(person: Person, sealer: Sealer) -> set[int]:
    """The confidential feedback that the person gave; what cannot be opened is not theirs."""
    return _owned(person, sealer, select(SealedAuthor))


def news(person: Person, sealer: Sealer) -> set[int]:
    """Of that, what has a reply, a remark, a change or an opened seal that they have not read."""

    def newer(row: type[Reply | Remark | FeedbackChange]) -> Exists:
        return exists().where(
            row.feedback_id == SealedAuthor.feedback_id, row.ledger_seq > SealedAuthor.seen_seq
        )

    carried = exists().where(
        Motion.feedback_id == SealedAuthor.feedback_id,
        MotionAnswer.motion_id == Motion.id,
        MotionAnswer.agreed,
        MotionAnswer.ledger_seq > SealedAuthor.seen_seq,
    )
    unread = or_(newer(Reply), newer(Remark), newer(FeedbackChange), carried)
    return _owned(person, sealer, select(SealedAuthor).where(unread))


@operation
def read(tx: Transaction, *, feedback_id: int) -> None:
    """The author has looked at the thread as it is now."""
    mark_read(tx, feedback_id)


def mark_read(tx: Transaction, feedback_id: int) -> None:
    """Everything up to now is known to the author; it says nothing of when, or who."""
    row = tx.session.get(SealedAuthor, feedback_id)
    if row is not None:
        row.seen_seq = tx.frontier.size


def done_before(
    tx: Transaction, key: str | None, body: dict[str, object]
) -> tuple[bool, NamelessRequest | None]:
    """Whether this very confidential request was carried out; else its row, to be filled in.

    Raises KeyReused for another body. The row knows no person and no time.
    """
    if key is None:
        return False, None
    digest = sha256(canonical({"v": 1, **body})).hexdigest()
    key_hash = sha256(f"nameless {key}".encode()).hexdigest()
    earlier = tx.session.get(NamelessRequest, key_hash)
    if earlier is None:
        row = NamelessRequest(key_hash=key_hash, body_hash=digest)
        tx.add(row)
        return False, row
    if earlier.body_hash != digest:
        raise KeyReused(key)
    return True, earlier


def _owned(person: Person, sealer: Sealer, query: Select[SealedAuthor]) -> set[int]:
    rows = db.session.scalars(query.options(joinedload(SealedAuthor.feedback)))
    return {row.feedback_id for row in rows if _is_of(row, person, sealer)}


def _is_of(row: SealedAuthor, person: Person, sealer: Sealer) -> bool:
    try:
        return _opened(row.sealed, row.feedback.author_commitment or "", sealer) == person.key
    except Unsealable:
        return False


def _opened(sealed: bytes, commitment: str, sealer: Sealer) -> str:
    key, _space, salt = sealer.open(sealed, commitment).decode().partition(" ")
    if commit(key, bytes.fromhex(salt)) != commitment:
        raise Unsealable("the seal holds another than the ledger says")
    return key
