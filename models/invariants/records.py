"""What is written down once and has to fit: references, texts, the ledger's own count."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from ledger.canonical import canonical
from models.base import Base
from models.decisions import Submission
from models.feedback import Feedback, Reply
from models.ledger import LedgerEntry, LedgerHead
from models.nominations import Nomination, as_submitted
from models.scheme import Cycle
from workflow.vocabulary import FeedbackState, Stage


def nothing_refers_to_what_is_not_there(session: Session) -> Iterator[str]:
    """No row refers to a row that is not there."""
    for column, rows in session.execute(_orphans()):
        yield f"{column}: {rows} of them"


@cache
def _orphans() -> Select[Any]:
    """How many rows refer to nothing, by the column that refers: one question for all tables."""
    counts = []
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            there = key.column.table.alias("there")
            column = literal(f"{table.name}.{key.parent.name}").label("refers")
            counts.append(
                select(column, func.count().label("orphans"))
                .select_from(table)
                .outerjoin(there, there.c[key.column.name] == key.parent)
                .where(key.parent.is_not(None), there.c[key.column.name].is_(None))
            )
    counted = union_all(*counts).subquery()
    return select(counted).where(counted.c.orphans > 0)


def entries_are_about_cases_that_exist(session: Session) -> Iterator[str]:
    """The case that a ledger entry is about exists."""
    lost = (
        select(LedgerEntry.seq, LedgerEntry.subject)
        .outerjoin(Nomination, Nomination.number == LedgerEntry.subject)
        .where(LedgerEntry.subject.is_not(None), Nomination.id.is_(None))
    )
    for seq, subject in session.execute(lost):
        yield f"entry {seq}: case {subject}"


def the_head_counts_every_entry(session: Session) -> Iterator[str]:
    """The ledger's head counts every entry."""
    counted = session.execute(select(func.count(LedgerEntry.seq), func.max(LedgerEntry.seq))).one()
    claimed = session.scalar(select(LedgerHead.size)) or 0
    if (counted[0], counted[1] or 0) != (claimed, claimed):
        yield f"it claims {claimed}; {counted[0]} are there, the last is {counted[1]}"


def closed_cycles_are_in_the_ledger(session: Session) -> Iterator[str]:
    """A closed cycle names the entry of its closing, which came after its last instant."""
    wrong = (
        select(Cycle.id, Cycle.key)
        .join(LedgerEntry, LedgerEntry.seq == Cycle.closed_seq)
        .where(or_(LedgerEntry.kind != "cycle_closed", LedgerEntry.at < Cycle.closes_at))
    )
    for cycle_id, key in session.execute(wrong):
        yield f"cycle {key} (row {cycle_id})"


def feedback_is_as_its_last_reply_left_it(session: Session) -> Iterator[str]:
    """Feedback waits until its first reply, then it is as the last one says."""
    last = (
        select(Reply.feedback_id, func.max(Reply.ledger_seq).label("seq"))
        .group_by(Reply.feedback_id)
        .subquery()
    )
    wrong = (
        select(Feedback.ledger_seq)
        .outerjoin(last, last.c.feedback_id == Feedback.id)
        .outerjoin(Reply, Reply.ledger_seq == last.c.seq)
        .where(
            or_(
                and_(Reply.id.is_(None), Feedback.state != FeedbackState.OPEN),
                Reply.state != Feedback.state,
            )
        )
    )
    for seq in session.scalars(wrong):
        yield f"feedback of entry {seq}"


def cases_say_what_was_submitted(session: Session) -> Iterator[str]:
    """While a case is judged and after, its story is the one that was submitted last."""
    last = select(func.max(Submission.id)).group_by(Submission.nomination_id)
    handed_in = session.scalars(
        select(Submission)
        .join(Nomination, Nomination.id == Submission.nomination_id)
        .where(Submission.id.in_(last), Nomination.stage.not_in((Stage.DRAFT, Stage.RETURNED)))
        .execution_options(yield_per=200)
    )
    for submission in handed_in:
        text, case = submission.story.text, submission.nomination
        withdrawn = case.came_from is not None and case.stage in (Stage.WITHDRAWN, Stage.EXPIRED)
        if text is None or withdrawn:  # erased, or left while it was being corrected
            continue
        if canonical(as_submitted(case)).decode() != text:
            yield f"case {case.number}, entry {submission.ledger_seq}"


INVARIANTS = (
    nothing_refers_to_what_is_not_there,
    entries_are_about_cases_that_exist,
    the_head_counts_every_entry,
    closed_cycles_are_in_the_ledger,
    feedback_is_as_its_last_reply_left_it,
    cases_say_what_was_submitted,
)
