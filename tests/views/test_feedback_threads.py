"""Threads of feedback through the pages: joined, remarked on, sealed, removed, listed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, update

from models.base import db
from models.feedback import Feedback, SealedAuthor
from operations import feedback
from operations.feedback import Particulars
from tests.builders import Cast
from tests.directory import sealer
from tests.fixtures.pages import Client
from tests.views.test_objections import sent
from workflow.vocabulary import FeedbackKind

OPINION = "Three days are too few for those on the road."
Counting = Callable[[], AbstractContextManager[list[str]]]
WHY = "It says that records were forged; the author knows which ones."


def give(client: Client, person: int, **more: object) -> str:
    """What the form of a new thread leads to: its address."""
    client.sign_in(person)
    page = client.get("/feedback/new").text
    given = {"kind": "proposal", "subject": "A longer notice", "body": OPINION, "manner": "named"}
    answer = client.post("/feedback/new", data=sent(page, **{**given, **more}))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def the_form(page: str, action: str) -> str:
    """The one form of a page that leads there."""
    (found,) = re.findall(rf'<form action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    return str(found)


def test_what_is_adopted_waits_in_sight_until_a_change_names_it(client: Client, cast: Cast) -> None:
    thread = give(client, cast.colleague)
    client.sign_in(cast.scheme_manager)
    form = the_form(client.get(thread).text, thread)
    reply = {"state": "adopted", "body": "Seven days from now on."}
    assert client.post(thread, data=sent(form, **reply)).location == thread
    client.sign_in(cast.nominee)
    assert "Adopted, not yet changed" in client.get(thread).text
    assert "not yet changed" in client.get("/feedback/").text


def test_a_seal_is_asked_for_with_a_reason_and_opened_by_somebody_else(
    client: Client, cast: Cast
) -> None:
    thread = give(client, cast.colleague, kind="complaint", manner="confidential")
    assert 'href="/feedback/1"' in client.get("/feedback/?mine=1").text
    client.sign_in(cast.nominee)
    assert 'href="/feedback/1"' not in client.get("/feedback/?mine=1").text
    client.sign_in(cast.scheme_manager)
    assert "Colleague wrote" not in client.get(thread).text
    asking = f"{thread}/ask/open_seal"
    asked = client.post(asking, data=sent(client.get(asking).text, reason="no"))
    assert asked.status_code == 422
    assert client.post(asking, data=sent(client.get(asking).text, reason=WHY)).location == thread
    answering = "/feedback/motions/1"
    own = client.post(answering, data=sent(client.get(answering).text, agree="1"))
    assert "another person has to agree" in own.text
    client.sign_in(cast.committee)
    assert client.get(answering).status_code == 403


def test_a_seal_that_nobody_can_open_breaks_no_page(client: Client, app: Flask, cast: Cast) -> None:
    thread = give(client, cast.colleague, kind="complaint", manner="confidential")
    with app.app_context():
        db.session.execute(update(SealedAuthor).values(sealed=b"by a key that is gone"))
        db.session.commit()
    client.sign_in(cast.scheme_manager)
    page = client.get(thread)
    assert page.status_code == 200
    assert "Publish the answer" not in page.text  # nobody can tell that it is not their own


def test_removed_words_leave_their_place_in_the_list_and_the_thread(
    client: Client, cast: Cast
) -> None:
    thread = give(client, cast.colleague)
    client.sign_in(cast.scheme_manager)
    asking = f"{thread}/ask/remove"
    client.post(asking, data=sent(client.get(asking).text, reason="It names a customer."))
    client.sign_in(cast.arbiter)
    agreeing = sent(client.get("/feedback/motions/1").text, agree="1")
    client.post("/feedback/motions/1", data=agreeing)
    client.sign_in(cast.nominee)
    for page in (thread, "/feedback/"):
        text = client.get(page).text
        assert "Removed by two people" in text
        assert OPINION not in text
    assert "It names a customer." in client.get(thread).text


def test_a_colleague_joins_remarks_and_opens_the_file(client: Client, cast: Cast) -> None:
    upload = (io.BytesIO(b"Nights from ten to six."), "roster.txt")
    thread = give(client, cast.colleague, files=upload, marks="2")
    client.sign_in(cast.nominee)
    page = client.get(thread).text
    assert "How well it works: 2 of 5" in page
    (file,) = re.findall(rf'href="({thread}/files/[0-9a-f]+)"', page)
    taken = client.get(file)
    assert taken.data == b"Nights from ten to six."
    assert "sandbox" in taken.headers["Content-Security-Policy"]
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"{thread}/files/{'0' * 64}").status_code == 404
    joining = the_form(page, f"{thread}/me-too")
    client.post(f"{thread}/me-too", data=sent(joining))
    assert "1 colleague says the same" in client.get(thread).text
    client.post(f"{thread}/me-too", data=sent(joining, take_back="1"))
    assert "1 colleague says the same" not in client.get(thread).text
    remarks = f"{thread}/remarks"
    empty = client.post(remarks, data=sent(the_form(page, remarks), remark=" "))
    assert empty.status_code == 422
    said = client.post(remarks, data=sent(the_form(page, remarks), remark="So it is."))
    assert said.location == thread
    assert "So it is." in client.get(thread).text


@pytest.fixture
def count_queries(app: Flask) -> Counting:
    """The statements that a page sends to the database."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            try:
                yield seen
            finally:
                event.remove(db.engine, "before_cursor_execute", note)

    return counting


def test_the_list_is_filtered_and_asks_no_more_for_more_of_it(
    app: Flask,
    client: Client,
    cast: Cast,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    def post(nth: int) -> None:
        kind = FeedbackKind.QUESTION if nth % 2 else FeedbackKind.COMPLAINT
        more = Particulars(kind, confidential=nth % 3 == 0)
        feedback.post(
            person_id=cast.colleague, subject=f"No {nth}", body="So.", more=more, sealer=sealer()
        )

    with app.app_context():
        post(1)
    client.sign_in(cast.nominee)
    with count_queries() as first:
        client.get("/feedback/")
    with app.app_context():
        for nth in range(2, 6):
            post(nth)
    with count_queries() as later:
        page = client.get("/feedback/").text
    assert len(first) == len(later)
    assert page.index(">No 5<") < page.index(">No 2<")
    questions = client.get("/feedback/?kind=question").text
    assert ">No 5<" in questions
    assert ">No 4<" not in questions
    assert "No feedback fits" in client.get("/feedback/?award=none&kind=opinion").text
    with app.app_context():
        assert db.session.query(Feedback).count() == 5
