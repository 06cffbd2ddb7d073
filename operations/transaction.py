"""The transaction that every operation runs in: one clock, one ledger, retried as a whole."""

from __future__ import annotations

import functools
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Select,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from adapters import clock
from ledger.entry import Entry, instant
from ledger.merkle import EMPTY_ROOT, Frontier
from models import driver
from models.base import Instant, db, table
from models.ledger import LedgerEntry, LedgerHead, Recorded
from models.nominations import Nomination
from models.outbox import Message
from models.prepared import Prepared, keep
from models.scheme import Holiday, Scheme
from workflow.deadlines import due

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 8
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"


@dataclass(frozen=True)
class Terms:
    """What the scheme says of time, read once in a transaction."""

    timezone: str
    stage_days: int
    return_days: int
    notice_days: int
    appeal_days: int
    results_days: int
    holidays: frozenset[date]

    def due(self, start: datetime, days: int) -> datetime:
        """The end of that many working days."""
        return due(start, days, self.holidays, ZoneInfo(self.timezone))


@dataclass
class Transaction:
    """What an operation writes through. `now` is the database's clock, never behind the ledger."""

    session: Session
    connection: Connection  # the session's
    now: datetime
    frontier: Frontier
    messages: dict[tuple[int, str, int | None], dict[str, Any]] = field(default_factory=dict)
    appended: int = 0

    @cached_property
    def terms(self) -> Terms:
        """The scheme's terms and holidays; raises LookupError in a database without a scheme."""
        rows = _TERMS.find(self.connection, {})
        if not rows:
            raise LookupError("no scheme has been loaded")
        holidays = frozenset(row.day for row in rows if row.day)
        return Terms(*(*rows[0][:-1], holidays))

    @cached_property
    def today(self) -> date:
        """The calendar day where the scheme is."""
        return self.now.astimezone(ZoneInfo(self.terms.timezone)).date()

    def add(self, row: object) -> None:
        self.session.add(row)

    def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """Straight to the driver, past the session and what it has pending: no objects, no flush.

        With statements that are built once this costs a tenth of the session's way.
        """
        return self.connection.execute(statement, values)

    def record(self, row: Recorded, *, at_once: bool = False) -> int:
        """Write the ledger entry that the row stands for, and the row; returns its number.

        `at_once` spares the session's flush; see `insert` for what it asks of the row.
        """
        with self.session.no_autoflush:  # the row has no number yet
            body = row.ledger_body()
            seq = self.note(row.ledger_kind, body, row.ledger_subject())
        row.ledger_seq = seq
        if at_once:
            self.insert(row)
        else:
            self.session.add(row)
        return seq

    def insert(self, row: Any) -> None:
        """Write the row now, and let the session take it as read from there.

        Its foreign keys must be set themselves: the driver knows nothing of relations.
        """
        there, given = row.__table__, vars(row)
        values = {column.key: given[column.key] for column in there.c if column.key in given}
        row.id = _insert_into(there).insert(self.connection, values)
        make_transient_to_detached(row)
        keep(self.session, row)

    def update(self, row: Any, changes: Mapping[str, Any]) -> bool:
        """Change the row now, if it is still the version that was read; else False.

        The session takes the row as read with the changes in it.
        """
        changed = {**changes, "version": row.version + 1}
        own = {"this": row.id, "read": row.version}
        if _update_of(row.__table__).run(self.connection, own | changed).rowcount != 1:
            return False
        for name, value in changed.items():
            set_committed_value(row, name, value)
        return True

    def note(self, kind: str, body: dict[str, object], subject: str | None = None) -> int:
        """Append one ledger entry; returns its number."""
        entry = Entry(self.frontier.size + 1, instant(self.now), kind, body)
        data, leaf = entry.seal()
        self.frontier.append(leaf)
        self.appended += 1
        row = {"seq": entry.seq, "at": self.now, "kind": kind, "subject": subject}
        _ENTRY.run(self.connection, row | {"data": data, "leaf_hash": leaf})
        return entry.seq

    def tell(
        self, person_id: int, kind: str, nomination: Nomination | None = None, **values: Any
    ) -> None:
        """Put one message into the outbox; the same one twice in a transaction is one."""
        case = nomination.id if nomination else None
        self.messages.setdefault(
            (person_id, kind, case),
            {
                "person_id": person_id,
                "nomination_id": case,
                "kind": kind,
                "values": values,
                "created_at": self.now,
                "next_try_at": self.now,
            },
        )

    def finish(self) -> None:
        """Write what was gathered: the messages, and the ledger's head."""
        self.session.flush()
        if self.messages:
            _MESSAGE.run_for_each(self.connection, list(self.messages.values()))
        if self.appended:
            head = {
                "size": self.frontier.size,
                "at": self.now,
                "frontier": self.frontier.to_bytes(),
                "root": self.frontier.root(),
            }
            _HEAD.run(self.connection, head)


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
        tx.finish()
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return answer


def _begin(session: Session) -> Transaction:
    """Take the writers' lock first: who decides second sees what the first decided."""
    connection = session.connection(execution_options={"writes": True})
    on_sqlite = connection.dialect.name == "sqlite"
    if not on_sqlite:
        driver.execute(connection, _LOCK)
    [found] = (_NOW_ON_SQLITE if on_sqlite else _NOW).find(connection, {})
    now = datetime.fromisoformat(found.now) if on_sqlite else found.now
    now += clock.offset()
    if found.frontier is None:
        frontier = Frontier()
        first = {"id": 1, "size": 0, "at": now, "root": EMPTY_ROOT}
        row = first | {"frontier": frontier.to_bytes()}
        connection.execute(insert(table(LedgerHead)), row)
        return Transaction(session, connection, now, frontier)
    frontier = Frontier.from_bytes(found.frontier)
    return Transaction(session, connection, max(now, found.at), frontier)


def _now_and_head(now: ColumnElement[Any], *besides: ColumnElement[Any]) -> Select[Any]:
    one = select(now.label("now"), *besides).subquery()
    return select(one.c.now, LedgerHead.at, LedgerHead.frontier).select_from(
        one.outerjoin(LedgerHead, true())
    )


@functools.cache
def _insert_into(there: Table) -> Prepared:
    return Prepared(insert(there))


@functools.cache
def _update_of(there: Table) -> Prepared:
    """By key and version: compare and set."""
    ours = there.c.id == bindparam("this"), there.c.version == bindparam("read")
    return Prepared(update(there).where(*ours))


_ENTRY = Prepared(insert(table(LedgerEntry)).inline())
_MESSAGE = Prepared(insert(table(Message)).inline())
_HEAD = Prepared(update(table(LedgerHead)))
_TERMS = Prepared(
    select(
        Scheme.timezone,
        Scheme.stage_days,
        Scheme.return_days,
        Scheme.notice_days,
        Scheme.appeal_days,
        Scheme.results_days,
        Holiday.day,
    ).outerjoin(Holiday, true())
)
_LOCK = "LOCK TABLE ledger_head IN EXCLUSIVE MODE"
# A prepared statement keeps its plan: planning one costs several times its execution.
_PLAN_ONCE = func.set_config("plan_cache_mode", "force_generic_plan", True)
_NOW = Prepared(_now_and_head(func.clock_timestamp(type_=Instant), _PLAN_ONCE))
_NOW_ON_SQLITE = Prepared(
    _now_and_head(func.strftime("%Y-%m-%dT%H:%M:%f+00:00", "now", type_=String))
)


def is_transient(error: DBAPIError) -> bool:
    """Whether trying the whole operation again can help."""
    state = getattr(error.orig, "sqlstate", None)
    return " is locked" in str(error.orig) or state in (SERIALIZATION_FAILURE, DEADLOCK)
