"""Reminders before a case is due, and one level up the reporting line at a time after it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from models import assignments, casework, deadlines
from models import scheme as schemes
from models.deadlines import Escalation, Reminder
from models.nominations import Nomination
from models.people import Person, holders
from operations.transaction import Transaction, operation
from workflow.deadlines import Step, escalation, last_day, reminded_until, reminder
from workflow.vocabulary import JUDGING, Duty, Stage

SCHEME_MANAGERS = 0  # their level: they stand in no judge's line


def to_remind(at: datetime) -> list[int]:
    """Cases of which somebody is to be reminded at this instant."""
    scheme, off = schemes.scheme(), schemes.holidays()
    days, zone = scheme.reminder_days, scheme.zone
    soon = deadlines.to_remind(at, reminded_until(at, days, off, zone))
    return [id_ for id_, due_at in soon if reminder(due_at, days, off, zone) <= at]


@operation
def remind(tx: Transaction, nomination_id: int) -> int:
    """Remind everybody whose turn it is and who was not reminded yet; returns how many."""
    nomination = tx.session.get_one(Nomination, nomination_id)
    if not _is_time_to_remind(tx, nomination):
        return 0
    people = _whose_turn(tx, nomination) - deadlines.reminded(nomination)
    for person_id in sorted(people):
        row = Reminder(
            nomination_id=nomination.id,
            stage=nomination.stage,
            round=nomination.round,
            person_id=person_id,
            at=tx.now,
        )
        tx.add(row)
        _tell_soon(tx, nomination, person_id)
    return len(people)


@operation
def escalate(tx: Transaction, nomination_id: int) -> int:
    """Tell the next level up of an overdue case, when its time has come; returns how many."""
    nomination = tx.session.get_one(Nomination, nomination_id)
    if nomination.due_at is None or nomination.stage not in JUDGING:
        return 0
    judges = [held.person for held in assignments.on(nomination)]
    lines = [line for judge in judges if (line := _line(tx, nomination, judge))]
    unheld = not lines
    if unheld:
        lines = [[each] for each in _managers(tx, nomination)]
    step = _next(tx, nomination, lines)
    if step is None:
        return 0
    for person in step.people:
        row = Escalation(
            nomination=nomination,
            stage=nomination.stage,
            round=nomination.round,
            level=SCHEME_MANAGERS if unheld else step.level,
            is_last=step.is_last,
            person=person,
            at=tx.now,
        )
        tx.record(row)
        _tell_late(tx, nomination, person.id, [] if unheld else judges)
    return len(step.people)


def _is_time_to_remind(tx: Transaction, nomination: Nomination) -> bool:
    """Not where the reminder's morning lies before the case came: its coming was told then."""
    if nomination.due_at is None or nomination.due_at <= tx.now:
        return False
    zone, days = ZoneInfo(tx.terms.timezone), schemes.scheme().reminder_days
    morning = reminder(nomination.due_at, days, tx.terms.holidays, zone)
    return nomination.stage_entered_at < morning <= tx.now


def _whose_turn(tx: Transaction, nomination: Nomination) -> set[int]:
    """The judges in whose hands the case is, else everybody who could judge it."""
    if nomination.stage is Stage.RETURNED:
        return {nomination.nominator_id} if nomination.nominator_id else set()
    if nomination.stage not in JUDGING:
        return set()
    case = casework.snapshot(nomination)
    if case.assigned:
        return set(case.assigned)
    duty = JUDGING[nomination.stage]
    found = assignments.holders(duty, nomination.award_id, tx.now, tx.today)
    return {holder.person for holder in found if holder.obstacle(case) is None}


def _line(tx: Transaction, nomination: Nomination, judge: Person) -> list[Person]:
    """The judge's reporting line, without those whose own case it is: they would press it."""
    parties = {nomination.nominator_id, *(nominee.id for nominee in nomination.nominees)}
    line = deadlines.reporting_line(judge, tx.today)
    return [person for person in line if person.id not in parties]


def _managers(tx: Transaction, nomination: Nomination) -> list[Person]:
    parties = {nomination.nominator_id, *(nominee.id for nominee in nomination.nominees)}
    found = tx.session.scalars(holders(Duty.SCHEME_MANAGER, tx.now, None)).all()
    return [each for each in found if each.id not in parties and each.works_on(tx.today)]


def _next(
    tx: Transaction, nomination: Nomination, lines: Sequence[Sequence[Person]]
) -> Step[Person] | None:
    told = {row.person: row.at for row in deadlines.escalations([nomination])[nomination.id]}
    return escalation(
        nomination.due_at or tx.now,
        tx.now,
        lines,
        told,
        days=schemes.scheme().escalation_days,
        holidays=tx.terms.holidays,
        zone=ZoneInfo(tx.terms.timezone),
    )


def _tell_soon(tx: Transaction, nomination: Nomination, person_id: int) -> None:
    values = _values(tx, nomination)
    if nomination.stage is Stage.RETURNED:
        tx.tell(person_id, "correction_due", nomination, **values)
    elif nomination.stage is Stage.TIERING:
        tx.tell(person_id, "ranking_due", nomination, **values)
    else:
        tx.tell(person_id, "case_due", nomination, **values)


def _tell_late(
    tx: Transaction, nomination: Nomination, person_id: int, judges: Sequence[Person]
) -> None:
    values = _values(tx, nomination)
    if judges:
        values["judges"] = ", ".join(judge.name for judge in judges)
        tx.tell(person_id, "case_overdue", nomination, **values)
    elif nomination.stage is Stage.TIERING:
        tx.tell(person_id, "ranking_overdue", nomination, **values)
    else:
        tx.tell(person_id, "case_overdue_unheld", nomination, **values)


def _values(tx: Transaction, nomination: Nomination) -> dict[str, str]:
    last = last_day(nomination.due_at or tx.now, ZoneInfo(tx.terms.timezone))
    stage, cycle = nomination.stage.value, nomination.cycle.key
    return {"stage": stage, "cycle": cycle, "day": last.isoformat()}
