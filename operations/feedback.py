"""Feedback on the scheme: posted by any colleague, answered by a scheme manager in time."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import select

from models.ledger import Wording
from models.outbox import RequestKey
from models.people import Person, holders
from models.scheme import Award, Holiday, scheme
from models.voices import Feedback, Reply
from operations.casework import NotVisible, Request, already_done
from operations.transaction import Transaction, operation
from workflow.deadlines import due
from workflow.refusal import Refused
from workflow.vocabulary import Duty, FeedbackState

Row = TypeVar("Row")


class Answered(Exception):
    """Somebody answered while the form was open; `reply_id` is what they said."""

    def __init__(self, reply_id: int) -> None:
        super().__init__(reply_id)
        self.reply_id = reply_id


@operation
def post(
    tx: Transaction,
    *,
    person_id: int,
    award_id: int | None,
    subject: str,
    body: str,
    request_key: str | None = None,
) -> int:
    """Keep an opinion on the scheme, or on one award; returns its id.

    Raises NotVisible for an award that is not there, KeyReused.
    """
    asked: dict[str, object] = {
        "act": "feedback",
        "award": award_id,
        "subject": subject,
        "body": body,
    }
    if already_done(tx, person_id, Request(version=0, key=request_key), asked):
        earlier: int = tx.session.get_one(RequestKey, request_key).answer["feedback"]
        return earlier
    award = None if award_id is None else _found(tx, Award, award_id)
    terms = scheme()
    feedback = Feedback(
        by=_found(tx, Person, person_id),
        award=award,
        subject=Wording.of(subject),
        body=Wording.of(body),
        at=tx.now,
        due_at=due(
            tx.now, terms.feedback_days, set(tx.session.scalars(select(Holiday.day))), terms.zone
        ),
        state=FeedbackState.OPEN,
    )
    tx.record(feedback)
    tx.session.flush()
    if request_key is not None:
        tx.session.get_one(RequestKey, request_key).answer = {"feedback": feedback.id}
    for manager in tx.session.scalars(holders(Duty.SCHEME_MANAGER, tx.now, award_id)):
        if manager.id != person_id:
            tx.tell(manager.id, "feedback_waits", feedback=feedback.id)
    return feedback.id


@operation
def answer(
    tx: Transaction,
    *,
    person_id: int,
    feedback_id: int,
    state: FeedbackState,
    body: str,
    request: Request,
) -> None:
    """Answer officially; `request.version` is how many replies the page showed.

    Raises NotVisible, KeyReused, Answered or Refused.
    """
    person = _found(tx, Person, person_id)
    feedback = _found(tx, Feedback, feedback_id)
    asked: dict[str, object] = {
        "act": "reply",
        "feedback": feedback_id,
        "state": state.value,
        "body": body,
    }
    if already_done(tx, person_id, request, asked):
        return
    if Duty.SCHEME_MANAGER not in person.duties(tx.now, feedback.award_id):
        raise Refused("not_your_feedback_to_answer")
    if feedback.by_id == person_id:
        raise Refused("own_feedback")
    if state is FeedbackState.OPEN:
        raise Refused("answer_leaves_it_open")
    if not 0 <= request.version <= len(feedback.replies):
        raise NotVisible(str(feedback_id))  # no page showed that many replies
    if len(feedback.replies) > request.version:
        raise Answered(feedback.replies[-1].id)
    feedback.state = state
    tx.record(Reply(feedback=feedback, by=person, state=state, body=Wording.of(body), at=tx.now))
    tx.tell(feedback.by_id, "feedback_answered", feedback=feedback.id, state=state.value)


def _found(tx: Transaction, table: type[Row], id_: int) -> Row:
    row = tx.session.get(table, id_)
    if row is None:
        raise NotVisible(str(id_))
    return row
