"""Messages on their way: tried again ever more slowly, given up in the end, never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters import clock
from models import outbox
from models.base import db
from models.outbox import Heartbeat, Message
from operations.outbox import (
    beat,
    end,
    note_failure,
    note_sent,
    note_unmailable,
    try_again,
)
from operations.transaction import Transaction, operation
from tests.builders import make_person

pytestmark = pytest.mark.usefixtures("context")


@operation
def tell(tx: Transaction, person_id: int, kind: str = "feedback_waits") -> None:
    tx.tell(person_id, kind)


@pytest.fixture
def message_id(context: object) -> int:
    tell(make_person())
    return outbox.due(clock.now(), 1)[0].id


def message(message_id: int) -> Message:
    db.session.rollback()
    return db.session.get_one(Message, message_id)


def pass_time(span: timedelta) -> None:
    clock.set_offset(clock.offset() + span)


def test_a_new_message_is_due_at_once_and_only_until_it_is_sent(message_id: int) -> None:
    note_sent(message_id)
    assert outbox.due(clock.now(), 9) == []
    assert message(message_id).sent_at is not None
    assert outbox.undelivered() == []


def test_noting_it_as_sent_twice_keeps_the_first_moment(message_id: int) -> None:
    note_sent(message_id)
    first = message(message_id).sent_at
    note_sent(message_id)
    assert message(message_id).sent_at == first


def test_a_failure_is_tried_again_later_and_ever_more_slowly(message_id: int) -> None:
    waits = []
    for tries in range(1, Message.most_tries):
        before = clock.now()
        note_failure(message_id, "server unreachable", for_good=False)
        row = message(message_id)
        assert (row.tries, row.last_error) == (tries, "server unreachable")
        assert row.next_try_at is not None
        assert outbox.due(clock.now(), 9) == []
        waits.append(round((row.next_try_at - before).total_seconds()))
        pass_time(row.next_try_at - clock.now())
        assert [due.id for due in outbox.due(clock.now(), 9)] == [message_id]
    assert waits == [60, 240, 960, 3840, 15360, 21600, 21600]


def test_after_the_last_try_it_is_given_up_and_shows(message_id: int) -> None:
    for _ in range(Message.most_tries):
        note_failure(message_id, "server unreachable", for_good=False)
    assert message(message_id).next_try_at is None
    assert [row.id for row in outbox.undelivered()] == [message_id]


def test_a_refusal_for_good_is_not_tried_again(message_id: int) -> None:
    note_failure(message_id, "recipient refused (550)", for_good=True)
    pass_time(timedelta(days=30))
    assert outbox.due(clock.now(), 9) == []
    assert [row.last_error for row in outbox.undelivered()] == ["recipient refused (550)"]


def test_what_was_given_up_gets_a_fresh_start(message_id: int) -> None:
    note_failure(message_id, "recipient refused (550)", for_good=True)
    assert try_again() == 1
    assert [(row.id, row.tries) for row in outbox.due(clock.now(), 9)] == [(message_id, 0)]
    assert outbox.undelivered() == []


def test_without_a_server_it_is_marked_and_is_no_failure(message_id: int) -> None:
    note_unmailable(message_id, "no mail server configured")
    row = message(message_id)
    assert (row.last_error, row.sent_at) == ("no mail server configured", None)
    assert outbox.due(clock.now(), 9) == []
    assert outbox.undelivered() == []


def test_the_longest_waiting_message_goes_first() -> None:
    person = make_person()
    tell(person)
    pass_time(timedelta(minutes=1))
    tell(person, "feedback_answered")
    assert [row.kind for row in outbox.due(clock.now(), 1)] == ["feedback_waits"]


def test_a_worker_counts_as_alive_until_it_is_silent_or_ends() -> None:
    beat("first")
    pass_time(timedelta(minutes=1))
    beat("second")
    beat("second")
    now = clock.now()
    assert outbox.workers_since(now - timedelta(minutes=2)) == {"first", "second"}
    assert outbox.workers_since(now - timedelta(seconds=30)) == {"second"}
    end("second")
    assert outbox.workers_since(now - timedelta(minutes=2)) == {"first"}


def test_a_worker_silent_for_days_is_forgotten() -> None:
    beat("first")
    pass_time(timedelta(days=2))
    beat("second")
    assert [row.worker for row in db.session.query(Heartbeat)] == ["second"]
