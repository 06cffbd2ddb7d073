"""Where cases stand, and how their decisions brought them there."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from models.decisions import Decision
from models.nominations import Nomination
from models.scheme import Cycle
from workflow.pathways import PATHWAYS
from workflow.vocabulary import CLOSED, JUDGING, Action, Role, Stage


def every_case_stands_where_its_last_decision_led(session: Session) -> Iterator[str]:
    """A case stands where its last decision led; without a decision it is a draft."""
    last = (
        select(Decision.nomination_id, func.max(Decision.ledger_seq).label("seq"))
        .group_by(Decision.nomination_id)
        .subquery()
    )
    found = session.execute(
        select(Nomination.number, Nomination.stage, Decision.dest)
        .outerjoin(last, last.c.nomination_id == Nomination.id)
        .outerjoin(Decision, Decision.ledger_seq == last.c.seq)
        .where(
            or_(
                and_(Decision.id.is_(None), Nomination.stage != Stage.DRAFT),
                Decision.dest != Nomination.stage,
            )
        )
    )
    for number, stage, dest in found:
        yield f"case {number} stands at {stage}, its last decision led to {dest or Stage.DRAFT}"


def decisions_follow_each_other(session: Session) -> Iterator[str]:
    """Each decision was taken at the stage to which the one before it led."""
    before = func.lag(Decision.dest).over(
        partition_by=Decision.nomination_id, order_by=Decision.ledger_seq
    )
    steps = select(
        Decision.nomination_id, Decision.ledger_seq, Decision.stage, before.label("before")
    ).subquery()
    found = session.execute(
        select(Nomination.number, steps.c.ledger_seq, steps.c.stage, steps.c.before)
        .join(Nomination, Nomination.id == steps.c.nomination_id)
        .where(
            or_(
                and_(steps.c.before.is_(None), steps.c.stage != Stage.DRAFT),
                steps.c.before != steps.c.stage,
            )
        )
    )
    for number, seq, stage, came in found:
        yield f"case {number}, entry {seq}: taken at {stage}, the case was at {came or Stage.DRAFT}"


def every_decision_is_a_move_of_the_road(session: Session) -> Iterator[str]:
    """Every decision is a move of the case's road."""
    columns = (Nomination.road, Decision.stage, Decision.action, Decision.dest)
    found = session.execute(
        select(*columns, func.min(Nomination.number))
        .join(Nomination, Nomination.id == Decision.nomination_id)
        .group_by(*columns)
    )
    for road, stage, action, dest, number in found:
        pathway = PATHWAYS.get(road)
        moves = pathway.moves if pathway else ()
        if not any(
            (move.source, move.action, move.dest) == (stage, action, dest) for move in moves
        ):
            yield f"case {number}: {action} does not lead from {stage} to {dest} on the road {road}"


def rounds_count_the_visits(session: Session) -> Iterator[str]:
    """The round says how often a case has been at a stage."""
    visits = func.row_number().over(
        partition_by=(Decision.nomination_id, Decision.stage), order_by=Decision.ledger_seq
    )
    steps = select(
        Decision.nomination_id, Decision.ledger_seq, Decision.round, visits.label("visits")
    ).subquery()
    past = session.execute(
        select(Nomination.number, steps.c.ledger_seq, steps.c.round, steps.c.visits)
        .join(Nomination, Nomination.id == steps.c.nomination_id)
        .where(steps.c.round != steps.c.visits)
    )
    for number, seq, round_, visit in past:
        yield f"case {number}, entry {seq}: round {round_} on visit {visit}"
    left = (
        select(func.count())
        .where(Decision.nomination_id == Nomination.id, Decision.stage == Nomination.stage)
        .scalar_subquery()
    )
    now = select(Nomination.number, Nomination.round, left).where(Nomination.round != left + 1)
    for number, round_, times in session.execute(now):
        yield f"case {number}: round {round_}, but it left this stage {times} times before"


def closed_cases_say_when(session: Session) -> Iterator[str]:
    """A case has a closing instant exactly when it is closed."""
    closed = Nomination.stage.in_(CLOSED)
    yield from _cases(session, closed != Nomination.closed_at.is_not(None))


def submitted_cases_say_when(session: Session) -> Iterator[str]:
    """A case has an instant of submission exactly when it was submitted."""
    submitted = exists().where(
        Decision.nomination_id == Nomination.id, Decision.action == Action.SUBMIT
    )
    yield from _cases(session, submitted != Nomination.submitted_at.is_not(None))


def waiting_cases_have_a_due_date(session: Session) -> Iterator[str]:
    """A case has a due date exactly when it waits for somebody to judge or correct it."""
    waits = Nomination.stage.in_((*JUDGING, Stage.RETURNED))
    yield from _cases(session, waits != Nomination.due_at.is_not(None))


def side_ways_know_where_they_left(session: Session) -> Iterator[str]:
    """A returned case knows who returned it, a rejected one who rejected it."""
    returned = and_(Nomination.stage == Stage.RETURNED, Nomination.came_from.is_(None))
    refused = Nomination.stage.in_((Stage.REJECTED, Stage.APPEAL))
    yield from _cases(session, or_(returned, refused & Nomination.rejected_at.is_(None)))


def nominations_came_while_the_cycle_was_open(session: Session) -> Iterator[str]:
    """What colleagues submitted, they submitted while the cycle was open."""
    late = session.execute(
        select(Nomination.number, Decision.at)
        .join(Nomination, Nomination.id == Decision.nomination_id)
        .join(Cycle, Cycle.id == Nomination.cycle_id)
        .where(
            Decision.action == Action.SUBMIT,
            Decision.role == Role.NOMINATOR.value,
            or_(Decision.at < Cycle.opens_at, Decision.at >= Cycle.closes_at),
        )
    )
    for number, at in late:
        yield f"case {number} was submitted at {at:%Y-%m-%d %H:%M} UTC"


def _cases(session: Session, condition: object) -> Iterator[str]:
    wrong = select(Nomination.number, Nomination.stage).where(condition)  # type: ignore[arg-type]  # a condition of any kind
    for number, stage in session.execute(wrong):
        yield f"case {number} at {stage}"


INVARIANTS = (
    every_case_stands_where_its_last_decision_led,
    decisions_follow_each_other,
    every_decision_is_a_move_of_the_road,
    rounds_count_the_visits,
    closed_cases_say_when,
    submitted_cases_say_when,
    waiting_cases_have_a_due_date,
    side_ways_know_where_they_left,
    nominations_came_while_the_cycle_was_open,
)
