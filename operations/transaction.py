"""The transaction that every operation runs in: one clock, one ledger, retried as a whole."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import String, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from adapters import clock
from ledger.entry import Entry, instant
from ledger.merkle import EMPTY_ROOT, Frontier
from models.base import Instant, db
from models.ledger import LedgerEntry, LedgerHead, Recorded
from models.nominations import Nomination
from models.outbox import Message

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 8
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"


@dataclass
class Transaction:
    """What an operation writes through. `now` is the database's clock, never behind the ledger."""

    session: Session
    now: datetime
    head: LedgerHead
    frontier: Frontier
    told: set[tuple[int, str, int | None]] = field(default_factory=set)

    def add(self, row: object) -> None:
        self.session.add(row)

    def record(self, row: Recorded) -> int:
        """Write the ledger entry that the row stands for, and the row; returns its number."""
        with self.session.no_autoflush:  # the row has no number yet
            body = row.ledger_body()
            seq = self.note(row.ledger_kind, body, row.ledger_subject())
        row.ledger_seq = seq
        self.session.add(row)
        return seq

    def note(self, kind: str, body: dict[str, object], subject: str | None = None) -> int:
        """Append one ledger entry; returns its number."""
        entry = Entry(self.frontier.size + 1, instant(self.now), kind, body)
        data, leaf = entry.seal()
        self.frontier.append(leaf)
        self.session.execute(
            insert(LedgerEntry).values(
                seq=entry.seq,
                at=self.now,
                kind=kind,
                subject=subject,
                data=data,
                leaf_hash=leaf,
            )
        )
        return entry.seq

    def tell(
        self, person_id: int, kind: str, nomination: Nomination | None = None, **values: Any
    ) -> None:
        """Put one message into the outbox; the same one twice in a transaction is one."""
        case = nomination.id if nomination else None
        if (person_id, kind, case) in self.told:
            return
        self.told.add((person_id, kind, case))
        self.session.add(
            Message(
                person_id=person_id,
                nomination_id=case,
                kind=kind,
                values=values,
                created_at=self.now,
                next_try_at=self.now,
            )
        )

    def seal(self) -> None:
        """Bring the ledger's head up to what was appended."""
        if self.frontier.size != self.head.size:
            self.head.size = self.frontier.size
            self.head.at = self.now
            self.head.frontier = self.frontier.to_bytes()
            self.head.root = self.frontier.root()


def operation(
    function: Callable[Concatenate[Transaction, P], T],
) -> Callable[P, T]:
    """Run the function in a writing transaction of its own; the caller leaves out `tx`.

    Whatever it raises rolls everything back. On a lock or serialization failure the whole
    function runs again, a bounded number of times.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _once(function, *args, **kwargs)
            except DBAPIError as error:
                if attempt == ATTEMPTS or not is_transient(error):
                    raise
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 — jitter, no secret
        raise AssertionError("the last attempt returns or raises")

    return run


def _once(
    function: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    session = db.session()
    session.rollback()  # ends the entrance's reading: a stale snapshot, a lock in our own way
    try:
        tx = _begin(session)
        answer = function(tx, *args, **kwargs)
        session.flush()
        tx.seal()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return answer


def _begin(session: Session) -> Transaction:
    """Take the writers' lock first: who decides second sees what the first decided."""
    connection = session.connection(execution_options={"writes": True})
    if connection.dialect.name == "postgresql":
        session.execute(text("LOCK TABLE ledger_head IN EXCLUSIVE MODE"))
        now = session.scalars(select(func.clock_timestamp(type_=Instant))).one()
    else:
        text_now = func.strftime("%Y-%m-%dT%H:%M:%f+00:00", "now", type_=String)
        now = datetime.fromisoformat(session.scalars(select(text_now)).one())
    now += clock.offset()
    head = session.get(LedgerHead, 1)
    if head is None:
        head = LedgerHead(id=1, size=0, at=now, frontier=Frontier().to_bytes(), root=EMPTY_ROOT)
        session.add(head)
    return Transaction(session, max(now, head.at), head, Frontier.from_bytes(head.frontier))


def is_transient(error: DBAPIError) -> bool:
    """Whether trying the whole operation again can help."""
    state = getattr(error.orig, "sqlstate", None)
    return " is locked" in str(error.orig) or state in (SERIALIZATION_FAILURE, DEADLOCK)
