"""The worker as a process of its own: mails, lets the clock act, stops in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from models import nominations
from models.base import db
from models.outbox import Message
from models.people import Person
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_cast, make_draft, make_person, make_scheme
from tests.fixtures.mail import Postbox
from tests.fixtures.pages import Client
from tests.fixtures.worker import Start, stop, until
from workflow.vocabulary import Language, Stage

pytestmark = pytest.mark.usefixtures("context")
DAY = 24 * 60 * 60


@operation
def invite(tx: Transaction, person_id: int) -> None:
    tx.tell(person_id, "invitation", token="s3cret")


@operation
def leave(tx: Transaction, person_id: int) -> None:
    tx.session.get_one(Person, person_id).left_on = tx.now.date()


@operation
def tell_the_unknown(tx: Transaction, person_id: int) -> None:
    tx.tell(person_id, "a kind that has no words")


def messages() -> list[Message]:
    found = list(db.session.scalars(select(Message).order_by(Message.id)))
    _let_go()
    return found


def all_sent() -> bool:
    return all(message.sent_at for message in messages())


def test_a_message_is_mailed_once_in_the_language_of_its_reader_and_the_worker_shows_that_it_lives(
    start_worker: Start, postbox: Postbox, client: Client
) -> None:
    def worker_state() -> str:
        return str(client.get("/healthz").json["worker"])  # type: ignore[index]  # it is JSON

    assert worker_state() == "silent"
    invite(make_person("王小明", language=Language.ZH_HANT))
    worker = start_worker(postbox)
    until(lambda: worker_state() == "alive")
    until(all_sent)
    assert stop(worker) == 0
    assert worker_state() == "silent"
    start_worker(postbox)
    gone = make_person("Gone")
    leave(gone)
    invite(gone)
    invite(make_person("Li Na"))
    until(lambda: messages()[-1].sent_at and messages()[1].last_error == "has left")
    assert [mail["Message-ID"].split("@")[0] for mail in postbox.messages] == [
        f"<{message.message_id}" for message in messages() if message.person_id != gone
    ]
    assert [mail["Content-Language"] for mail in postbox.messages] == ["zh-Hant", "en"]
    assert "https://plaudit.example/invitation/s3cret" in postbox.messages[0].get_content()


def test_what_was_not_taken_is_tried_again_unless_refused_for_good_and_the_log_names_nobody(
    start_worker: Start, postbox: Postbox, worker_log: Callable[[], str]
) -> None:
    for name in ("Unmistakable One", "Unmistakable Two"):
        invite(make_person(name))
    postbox.refusals += ["451 Try again later", "550 person1@example.org is not known here"]
    worker = start_worker(postbox)
    until(lambda: all(message.tries for message in messages()))
    assert {message.last_error for message in messages()} == {"refused (451)", "refused (550)"}
    stop(worker)
    assert postbox.messages == []
    assert "not mailed" in worker_log()
    for told in ("Unmistakable", "@example.org", "s3cret"):
        assert told not in worker_log()
    start_worker(postbox, clock_offset=120)
    until(lambda: any(message.sent_at for message in messages()))
    assert [each.last_error for each in messages() if not each.sent_at] == ["refused (550)"]
    assert len(postbox.messages) == 1


def test_without_a_mail_server_messages_stay_in_the_inbox_and_it_is_said_once(
    start_worker: Start, worker_log: Callable[[], str]
) -> None:
    invite(make_person())
    invite(make_person())
    start_worker()
    until(lambda: all(message.last_error for message in messages()))
    assert {message.last_error for message in messages()} == {"no mail server configured"}
    assert {message.read_at for message in messages()} == {None}
    assert worker_log().count("no mail server configured") == 1


@pytest.mark.prove
def test_a_person_without_an_address_keeps_the_inbox(start_worker: Start, postbox: Postbox) -> None:
    person = make_person()
    invite(person)
    _forget_address(person)
    start_worker(postbox)
    until(lambda: messages()[0].last_error == "no address")


@pytest.mark.prove
def test_a_message_that_nobody_can_word_is_given_up_in_the_end_and_stops_no_other(
    start_worker: Start, postbox: Postbox
) -> None:
    unknown, known = make_person(), make_person()
    tell_the_unknown(unknown)
    invite(known)
    start_worker(postbox)
    until(lambda: messages()[1].sent_at)
    until(lambda: messages()[0].tries == 1)
    assert messages()[0].last_error == "could not be written"


@pytest.mark.prove
@pytest.mark.both_databases
def test_two_workers_mail_each_message_once(start_worker: Start, postbox: Postbox) -> None:
    people = [make_person() for _ in range(20)]
    first, second = start_worker(postbox), start_worker(postbox)
    for person in people:
        invite(person)
    until(all_sent)
    assert stop(first) == stop(second) == 0
    arrived = sorted(mail["Message-ID"] for mail in postbox.messages)
    assert len(arrived) == len(set(arrived)) == 20


def test_the_clock_acts_while_nobody_looks(start_worker: Start) -> None:
    make_scheme()
    make_award(closes_in=timedelta(days=1))
    cast = make_cast()
    number = make_draft(cast.nominator, [cast.nominee])
    start_worker(clock_offset=2 * DAY)

    def expired() -> bool:
        nomination = nominations.by_number(number)
        _let_go()
        return nomination is not None and nomination.stage is Stage.EXPIRED

    until(expired)


def _let_go() -> None:
    """Keep what was read, and end the reading: SQLite lets nobody write meanwhile."""
    db.session.expunge_all()
    db.session.rollback()


@operation
def _forget_address(tx: Transaction, person_id: int) -> None:
    tx.session.get_one(Person, person_id).email = None
