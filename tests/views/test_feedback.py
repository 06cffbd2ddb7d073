"""Feedback through the pages: said by anybody, answered by a scheme manager, read by all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from models.base import db
from models.people import Person
from operations import feedback, motions
from operations.feedback import Particulars
from tests.builders import Cast, make_person
from tests.directory import sealer
from tests.fixtures.pages import Client
from tests.views.test_objections import sent
from workflow.vocabulary import Duty, FeedbackKind, MotionKind

OPINION = "Night shifts never meet the customers who would praise them."
REPLY = "From January on, night shifts are counted by quality alone."


@pytest.fixture
def opinion(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return feedback.post(
            person_id=cast.colleague, award_id=None, subject="Night shifts", body=OPINION
        )


def test_a_colleague_speaks_and_everybody_reads_it_without_the_name(
    client: Client, cast: Cast
) -> None:
    client.sign_in(cast.colleague)
    form = client.get("/feedback/new?award=quarterly").text
    assert re.search(r'<option selected value="award:quarterly">', form)
    given = {"kind": "opinion", "about": "award:quarterly", "manner": "confidential"}
    data = sent(form, subject="Night shifts", body=OPINION, **given)
    answer = client.post("/feedback/new", data=data)
    assert answer.status_code == 303
    again = client.post("/feedback/new", data=data)
    assert again.location == answer.location
    client.sign_in(cast.nominee)
    page = client.get(answer.location).text
    assert OPINION in page
    assert "A colleague wrote; the name is sealed" in page
    assert "Quarterly Award" in page
    assert client.get("/feedback/").text.count(">Night shifts</a>") == 1


def test_a_scheme_manager_answers_and_the_state_changes(
    client: Client, cast: Cast, opinion: int
) -> None:
    client.sign_in(cast.scheme_manager)
    address = f"/feedback/{opinion}"
    data = sent(client.get(address).text, state="adopted", body=REPLY)
    assert client.post(address, data=data).location == address
    client.sign_in(cast.colleague)
    page = client.get(address).text
    assert REPLY in page
    assert "Adopted" in page
    assert "You wrote" in page
    assert "Night shifts" in client.get("/feedback/?state=adopted").text
    assert "No feedback fits" in client.get("/feedback/?state=open").text


def test_what_is_late_is_shown_as_late(
    client: Client, cast: Cast, opinion: int, pass_time: Callable[[timedelta], None]
) -> None:
    client.sign_in(cast.nominee)
    assert "A scheme manager answers by" in client.get(f"/feedback/{opinion}").text
    pass_time(timedelta(days=30))
    client.sign_in(cast.nominee)
    assert "The answer is late" in client.get(f"/feedback/{opinion}").text
    assert "late" in client.get("/feedback/").text


def test_two_managers_do_not_answer_past_each_other(
    app: Flask, client: Client, cast: Cast, opinion: int
) -> None:
    address = f"/feedback/{opinion}"
    client.sign_in(cast.scheme_manager)
    page = client.get(address).text
    client.post(address, data=sent(page, state="adopted", body=REPLY))
    with app.app_context():
        second = make_person("Second", duties=(Duty.SCHEME_MANAGER,))
    client.sign_in(second)
    late = sent(page, state="declined", body="It costs too much.", request_key="other")
    answer = client.post(address, data=late)
    assert answer.status_code == 409
    assert "It costs too much." in answer.text
    assert "Scheme Manager answered while you were writing" in answer.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": ""},
        {"body": ""},
        {"subject": "x" * 201},
        {"body": "a\x00b"},
        {"about": "award:no-such-award"},
    ],
)
def test_what_will_not_do_comes_back_with_what_was_typed(
    client: Client, cast: Cast, wrong: dict[str, str]
) -> None:
    client.sign_in(cast.colleague)
    page = client.get("/feedback/new").text
    given = {"kind": "opinion", "subject": "Night shifts", "body": OPINION, **wrong}
    answer = client.post("/feedback/new", data=sent(page, **given))
    assert answer.status_code == 422
    assert 'id="errors"' in answer.text
    if "body" not in wrong:
        assert OPINION in answer.text
    assert "Nobody has said anything yet" in client.get("/feedback/").text


def test_who_may_read_and_who_may_answer(client: Client, cast: Cast, opinion: int) -> None:
    address = f"/feedback/{opinion}"
    for path in ("/feedback/", "/feedback/new", address):
        assert client.get(path).location.startswith("/sign-in")
    data = {"version": "0", "state": "adopted", "body": REPLY}
    for person in (cast.colleague, cast.arbiter, cast.committee):
        client.sign_in(person)
        assert 'name="state"' not in client.get(address).text
        assert client.post(address, data=data).status_code == 403
    client.sign_in(cast.scheme_manager)
    assert client.post("/feedback/987654", data=data).status_code == 404


def test_nobody_answers_their_own_feedback(app: Flask, client: Client, cast: Cast) -> None:
    with app.app_context():
        own = feedback.post(
            person_id=cast.scheme_manager, award_id=None, subject="Mine", body=OPINION
        )
    client.sign_in(cast.scheme_manager)
    answer = client.post(
        f"/feedback/{own}", data={"version": "0", "state": "adopted", "body": REPLY}
    )
    assert answer.status_code == 422
    assert "another scheme manager has to answer it" in answer.text


def test_whom_it_concerns_reads_neither_who_asked_for_the_seal_nor_why(
    app: Flask, client: Client, cast: Cast
) -> None:
    why = "It accuses the arbiter of a forgery that only the author can show."
    with app.app_context():
        number = db.session.get_one(Person, cast.arbiter).employee_number
        more = Particulars(FeedbackKind.COMPLAINT, confidential=True, concerned=number)
        feedback_id = feedback.post(
            person_id=cast.colleague, subject="Forged", body=OPINION, more=more, sealer=sealer()
        )
        motions.ask(
            person_id=cast.scheme_manager,
            feedback_id=feedback_id,
            kind=MotionKind.OPEN_SEAL,
            reason=why,
            sealer=sealer(),
        )
    client.sign_in(cast.scheme_manager)
    assert why in client.get(f"/feedback/{feedback_id}").text
    client.sign_in(cast.arbiter)
    assert why not in client.get(f"/feedback/{feedback_id}").text
    assert "/feedback/motions/1" not in client.get("/feedback/").text
    assert client.get("/feedback/motions/1").status_code == 403
