"""Feedback without a reply in time: told one level up the scheme managers' lines at a time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from models import late_replies
from models import scheme as schemes
from models.deadlines import reporting_line
from models.feedback import Feedback
from models.late_replies import FeedbackEscalation
from models.people import Person, holders
from operations.feedback import is_concerned
from operations.transaction import Transaction, operation
from workflow.deadlines import escalation, last_day
from workflow.vocabulary import Duty


@operation
def escalate(tx: Transaction, feedback_id: int) -> int:
    """Tell the next level up, when its time has come; returns how many were told."""
    feedback = tx.session.get_one(Feedback, feedback_id)
    if not feedback.is_overdue(tx.now):
        return 0
    zone = ZoneInfo(tx.terms.timezone)
    step = escalation(
        feedback.due_at,
        tx.now,
        _lines(tx, feedback),
        {row.person: row.at for row in late_replies.escalations_of(feedback)},
        days=schemes.scheme().escalation_days,
        holidays=tx.terms.holidays,
        zone=zone,
    )
    if step is None:
        return 0
    for person in step.people:
        row = FeedbackEscalation(
            feedback=feedback, level=step.level, is_last=step.is_last, person=person, at=tx.now
        )
        tx.record(row)
        day = last_day(feedback.due_at, zone).isoformat()
        tx.tell(person.id, "feedback_overdue", feedback=feedback.id, day=day)
    return len(step.people)


def _lines(tx: Transaction, feedback: Feedback) -> list[list[Person]]:
    """The line above each scheme manager, without whom it is about: they would press it."""
    managers = tx.session.scalars(holders(Duty.SCHEME_MANAGER, tx.now, feedback.award_id)).unique()
    lines = [reporting_line(manager, tx.today) for manager in managers]
    return [[each for each in line if not is_concerned(feedback, each)] for line in lines if line]
