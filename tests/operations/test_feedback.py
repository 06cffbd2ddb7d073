"""Every opinion is kept and answered, by somebody entrusted with it, in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters import clock
from models import feedback as stored
from models.base import db
from models.feedback import Feedback, Reply
from models.outbox import Message
from models.scheme import Award, scheme
from operations import feedback
from operations.casework import KeyReused, NotVisible, Request
from operations.feedback import Answered
from tests.builders import Cast, make_person
from workflow.deadlines import due
from workflow.refusal import Refused
from workflow.vocabulary import Duty, FeedbackState

pytestmark = pytest.mark.usefixtures("context")

OPINION = "Night shifts never meet the customers who would praise them."
REPLY = "From January on, night shifts are counted by quality alone."


def post(person_id: int, award_id: int | None = None, key: str | None = None) -> int:
    return feedback.post(
        person_id=person_id,
        award_id=award_id,
        subject="Night shifts",
        body=OPINION,
        request_key=key,
    )


def answer(
    person_id: int,
    feedback_id: int,
    state: FeedbackState = FeedbackState.ADOPTED,
    replies: int = 0,
) -> None:
    feedback.answer(
        person_id=person_id,
        feedback_id=feedback_id,
        state=state,
        body=REPLY,
        request=Request(version=replies),
    )


def kinds(person_id: int) -> list[str]:
    return list(db.session.scalars(select(Message.kind).where(Message.person_id == person_id)))


def test_feedback_waits_for_a_reply_and_the_scheme_managers_are_told(cast: Cast) -> None:
    kept = db.session.get_one(Feedback, post(cast.colleague))
    assert (kept.subject.text, kept.body.text) == ("Night shifts", OPINION)
    assert kept.state is FeedbackState.OPEN
    assert kinds(cast.scheme_manager) == ["feedback_waits"]
    assert kept in stored.waiting(clock.now())


def test_the_reply_is_due_after_the_schemes_working_days(cast: Cast) -> None:
    kept = db.session.get_one(Feedback, post(cast.colleague))
    assert kept.due_at == due(kept.at, 10, set(), scheme().zone)
    assert not kept.is_overdue(kept.due_at - timedelta(seconds=1))
    assert kept.is_overdue(kept.due_at)


def test_the_answer_settles_it_and_the_colleague_is_told(cast: Cast) -> None:
    feedback_id = post(cast.colleague)
    answer(cast.scheme_manager, feedback_id)
    kept = db.session.get_one(Feedback, feedback_id)
    (reply,) = kept.replies
    assert (kept.state, reply.state) == (FeedbackState.ADOPTED, FeedbackState.ADOPTED)
    assert reply.body.text == REPLY
    assert reply.ledger_body()["feedback"] == kept.ledger_seq
    assert kinds(cast.colleague) == ["feedback_answered"]
    assert stored.waiting(clock.now()) == []


def test_a_later_reply_may_say_more(cast: Cast) -> None:
    feedback_id = post(cast.colleague)
    answer(cast.scheme_manager, feedback_id, FeedbackState.ANSWERED)
    answer(cast.scheme_manager, feedback_id, FeedbackState.ADOPTED, replies=1)
    kept = db.session.get_one(Feedback, feedback_id)
    assert (kept.state, len(kept.replies)) == (FeedbackState.ADOPTED, 2)


def test_two_managers_do_not_answer_past_each_other(cast: Cast) -> None:
    feedback_id = post(cast.colleague)
    answer(cast.scheme_manager, feedback_id)
    with pytest.raises(Answered) as answered:
        answer(make_person("Second", duties=(Duty.SCHEME_MANAGER,)), feedback_id)
    reply = db.session.get_one(Reply, answered.value.reply_id)
    assert reply.by_id == cast.scheme_manager


def test_only_a_scheme_manager_answers_and_not_their_own(cast: Cast) -> None:
    with pytest.raises(Refused, match="not_your_feedback_to_answer"):
        answer(cast.arbiter, post(cast.colleague))
    with pytest.raises(Refused, match="own_feedback"):
        answer(cast.scheme_manager, post(cast.scheme_manager))
    with pytest.raises(Refused, match="answer_leaves_it_open"):
        answer(cast.scheme_manager, post(cast.colleague), FeedbackState.OPEN)
    assert db.session.query(Reply).count() == 0


def test_feedback_on_one_award_names_it(cast: Cast) -> None:
    award = db.session.scalars(select(Award)).one()
    kept = db.session.get_one(Feedback, post(cast.colleague, award.id))
    assert kept.ledger_body()["award"] == "quarterly"
    with pytest.raises(NotVisible):
        post(cast.colleague, award_id=999)


def test_the_same_feedback_sent_twice_is_one(cast: Cast) -> None:
    assert post(cast.colleague, key="once") == post(cast.colleague, key="once")
    assert db.session.query(Feedback).count() == 1
    with pytest.raises(KeyReused):
        feedback.post(
            person_id=cast.colleague,
            award_id=None,
            subject="Night shifts",
            body=OPINION + " Really.",
            request_key="once",
        )
