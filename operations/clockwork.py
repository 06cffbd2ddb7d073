"""What happens by the clock alone: each thing in a transaction of its own, safe to repeat."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Select, exists, select

from adapters import clock
from models import assignments, eligibility, fairness, surveys
from models import deadlines as late
from models import late_replies as unanswered
from models.base import db
from models.nominations import Nomination
from models.scheme import Cycle, Scheme
from models.scores import ScoreSheet
from operations import (
    by_numbers,
    casework,
    customers,
    cycles,
    deadlines,
    freezing,
    late_replies,
    retention,
    routing,
    unsent,
)
from operations import fairness as reports
from operations import surveys as asking
from operations.transaction import Transaction, operation
from workflow.pathways import PATHWAYS
from workflow.refusal import Refused
from workflow.vocabulary import Action, Stage

log = structlog.get_logger("plaudit.clockwork")


@dataclass
class Done:
    """How much one tick did; `failed` counts what it will try again at the next."""

    opened: int = 0
    closed: int = 0
    nominated: int = 0
    frozen: int = 0
    expired: int = 0
    awarded: int = 0
    routed: int = 0
    reminded: int = 0
    escalated: int = 0
    purged: int = 0
    words_purged: int = 0
    unanswered: int = 0
    brought_back: int = 0
    reported: int = 0
    failed: int = 0

    @property
    def anything(self) -> bool:
        return any(vars(self).values())


def tick(breath: float = 0) -> Done:
    """Do all that is due now. One failure is logged and counted; the rest goes on.

    Others have `breath` seconds after each act: writers do not queue on SQLite, so a loop without
    a pause would starve them.
    """
    done = Done()
    attempt = _Attempts(done, breath)
    if db.session.get(Scheme, 1) is None:
        return done
    done.opened = attempt("open_cycles", None, _open_cycles)
    for cycle_id in _ids(_cycles_to_close(clock.now())):
        done.closed += attempt("close_cycle", cycle_id, partial(_close, cycle_id))
    for cycle_id in eligibility.to_evaluate():
        done.nominated += attempt("nominate", cycle_id, partial(by_numbers.nominate, cycle_id))
    for cycle_id in _ids(_cycles_to_freeze()):
        done.frozen += attempt("freeze_scores", cycle_id, partial(freezing.freeze, cycle_id))
    done.routed = _route(attempt)
    for nomination_id in _ids(_cases_to_expire(clock.now())):
        done.expired += _try_move(attempt, nomination_id, Action.EXPIRE)
    for nomination_id in _ids(_notices_to_end(clock.now())):
        done.awarded += _try_move(attempt, nomination_id, Action.AWARD)
    for link_id in _ids(surveys.ended_unanswered(clock.now())):
        done.unanswered += attempt("end_survey", link_id, partial(_end_survey, link_id))
    for nomination_id in _ids(surveys.to_bring_back(clock.now())):
        act = partial(_bring_back, nomination_id)
        done.brought_back += attempt("second_contact", nomination_id, act)
    for nomination_id in asking.to_remind_again(clock.now()):
        act = partial(_remind_again, nomination_id)
        done.reminded += attempt("remind_of_second_contact", nomination_id, act)
    for nomination_id in deadlines.to_remind(clock.now()):
        act = partial(deadlines.remind, nomination_id)
        done.reminded += attempt("remind", nomination_id, act)
    done.escalated = _escalate(attempt)
    for cycle_id in _ids(fairness.finished(clock.now())):
        done.reported += attempt("report_fairness", cycle_id, partial(reports.publish, cycle_id))
    done.purged = _until_done(attempt, "purge_customers", _purge_customers)
    done.words_purged = _until_done(attempt, "purge_words", _purge_words)
    return done


def _route(attempt: _Attempts) -> int:
    """Cases whose judge cannot go on, then those that nobody could judge until now."""
    moved = [
        attempt("replace", assignment_id, partial(routing.replace, assignment_id))
        for assignment_id in assignments.misplaced(clock.now())
    ]
    placed = [
        attempt("place", nomination_id, partial(routing.place, nomination_id))
        for nomination_id in _ids(assignments.unassigned())
    ]
    return sum(moved + placed)


def _escalate(attempt: _Attempts) -> int:
    """Overdue cases, then overdue replies to feedback."""
    cases = [
        attempt("escalate", nomination_id, partial(deadlines.escalate, nomination_id))
        for nomination_id in late.to_escalate(clock.now())
    ]
    replies = [
        attempt("escalate_feedback", feedback_id, partial(late_replies.escalate, feedback_id))
        for feedback_id in unanswered.to_escalate(clock.now())
    ]
    return sum(cases + replies)


def _cycles_to_close(at: datetime) -> Select[int]:
    due = (Cycle.closes_at <= at, Cycle.closed_seq.is_(None))
    return select(Cycle.id).where(*due).order_by(Cycle.closes_at, Cycle.id)


def _cycles_to_freeze() -> Select[int]:
    """Closed cycles with cases whose performance is reviewed, and whose scores are not frozen."""
    reviewed = [road.key for road in PATHWAYS.values() if Stage.PERFORMANCE_REVIEW in road.stages]
    judged = (Nomination.road.in_(reviewed), Nomination.stage.not_in(freezing.NEVER_JUDGED))
    return (
        select(Cycle.id)
        .where(
            Cycle.closed_seq.is_not(None),
            exists().where(Nomination.cycle_id == Cycle.id, *judged),
            ~exists().where(ScoreSheet.cycle_id == Cycle.id, ScoreSheet.written),
        )
        .order_by(Cycle.closes_at, Cycle.id)
    )


def _cases_to_expire(at: datetime) -> Select[int]:
    """Drafts of closed cycles, and returned cases whose time to be corrected is over."""
    draft = (Nomination.stage == Stage.DRAFT) & (Cycle.closes_at <= at)
    returned = (Nomination.stage == Stage.RETURNED) & (Nomination.due_at <= at)
    return (
        select(Nomination.id)
        .join(Cycle, Cycle.id == Nomination.cycle_id)
        .where(draft | returned)
        .order_by(Nomination.id)
    )


def _notices_to_end(at: datetime) -> Select[int]:
    over = (Nomination.stage == Stage.PUBLIC_NOTICE, Nomination.notice_ends_at <= at)
    return select(Nomination.id).where(*over).order_by(Nomination.notice_ends_at, Nomination.id)


def _ids(query: Select[int]) -> list[int]:
    return list(db.session.scalars(query))


def _try_move(attempt: _Attempts, nomination_id: int, action: Action) -> int:
    return attempt(action.value, nomination_id, partial(_move, nomination_id, action))


@dataclass(frozen=True)
class _Attempts:
    """One act after the other; what fails is logged and counted."""

    done: Done
    breath: float

    def __call__(self, what: str, row_id: int | None, act: Callable[[], int]) -> int:
        try:
            return act()
        except Refused:  # somebody was first, or the database's clock is a little behind ours
            return 0
        except Exception:
            log.exception("tick_failed", what=what, row=row_id)
            self.done.failed += 1
            return 0
        finally:
            time.sleep(self.breath)


def _until_done(attempt: _Attempts, what: str, act: Callable[[], int]) -> int:
    """Act until there is nothing left, a batch in each transaction; returns how much it was."""
    acted = 0
    while count := attempt(what, None, act):
        acted += count
    return acted


@operation
def _open_cycles(tx: Transaction) -> int:
    return cycles.ensure(tx)


@operation
def _close(tx: Transaction, cycle_id: int) -> int:
    return cycles.close(tx, cycle_id)


@operation
def _purge_customers(tx: Transaction) -> int:
    return customers.purge(tx)


@operation
def _purge_words(tx: Transaction) -> int:
    return retention.purge(tx) + unsent.purge(tx)


@operation
def _move(tx: Transaction, nomination_id: int, action: Action) -> int:
    nomination = tx.session.get_one(Nomination, nomination_id)
    casework.move(tx, nomination, None, action)
    return 1


@operation
def _end_survey(tx: Transaction, link_id: int) -> int:
    return asking.end_unanswered(tx, link_id)


@operation
def _bring_back(tx: Transaction, nomination_id: int) -> int:
    return asking.bring_back(tx, nomination_id)


@operation
def _remind_again(tx: Transaction, nomination_id: int) -> int:
    return asking.remind_again(tx, nomination_id)
