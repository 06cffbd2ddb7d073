"""What adopted feedback led to: named with the change itself, or afterwards."""

from __future__ import annotations

from sqlalchemy import select

from models.feedback import Feedback
from models.feedback_changes import FeedbackChange
from models.people import Person
from models.scheme import SchemeChange
from operations.casework import NotVisible, Request, already_done
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty, FeedbackState


@operation
def name_change(
    tx: Transaction,
    *,
    person_id: int,
    feedback_id: int,
    change_id: int,
    request_key: str | None = None,
) -> None:
    """Name a change of the scheme that adopted feedback has led to.

    Raises NotVisible, KeyReused or Refused.
    """
    person = tx.session.get(Person, person_id)
    change = tx.session.get(SchemeChange, change_id)
    if person is None or change is None:
        raise NotVisible(str(change_id))
    body: dict[str, object] = {"act": "link", "feedback": feedback_id, "change": change_id}
    if not already_done(tx, person_id, Request(0, request_key), body):
        link(tx, feedback_id, change, person)


def link(tx: Transaction, feedback_id: int, change: SchemeChange, person: Person) -> None:
    """Record that the change came of the feedback, and tell who gave it under their name."""
    feedback = tx.session.get(Feedback, feedback_id)
    if feedback is None:
        raise NotVisible(str(feedback_id))
    if Duty.SCHEME_MANAGER not in person.duties(tx.now, feedback.award_id):
        raise Refused("not_scheme_manager")
    if feedback.is_removed:
        raise Refused("feedback_removed")
    if feedback.state is not FeedbackState.ADOPTED:
        raise Refused("feedback_not_adopted")
    tx.session.flush()
    known = select(FeedbackChange.id).where(
        FeedbackChange.feedback_id == feedback_id, FeedbackChange.change_id == change.id
    )
    if tx.session.scalar(known) is not None:
        raise Refused("linked_already")
    tx.record(FeedbackChange(feedback=feedback, change=change, by=person, at=tx.now))
    if feedback.by_id is not None:
        tx.tell(feedback.by_id, "feedback_changed_scheme", feedback=feedback_id)
