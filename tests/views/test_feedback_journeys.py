"""Feedback from its first word to what became of it, through the pages alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from models.base import db
from models.feedback import Feedback
from models.motions import Motion
from operations import feedback
from operations.feedback import Particulars
from tests.builders import Cast, make_award, make_cast, make_scheme
from tests.directory import sealer
from tests.fixtures.pages import Client
from tests.views.test_objections import sent
from tests.views.test_scheme_pages import filled
from workflow.vocabulary import FeedbackKind

OPINION = "Three days are too few for those on the road."
Counting = Callable[[], AbstractContextManager[list[str]]]
WHY = "It says that records were forged; the author knows which ones."


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award()
        return make_cast()


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


def test_from_a_proposal_to_the_rule_that_it_changed(client: Client, cast: Cast) -> None:
    thread = give(client, cast.colleague)
    client.sign_in(cast.scheme_manager)
    form = the_form(client.get(thread).text, thread)
    reply = {"state": "adopted", "body": "Seven days from now on."}
    assert client.post(thread, data=sent(form, **reply)).location == thread
    client.sign_in(cast.nominee)
    assert "Adopted, not yet changed" in client.get(thread).text
    assert "not yet changed" in client.get("/feedback/").text
    client.sign_in(cast.scheme_manager)
    terms = "/manage/scheme/terms"
    (number,) = re.findall(
        r'<option value="(\d+)">No\. \d+: A longer notice', client.get(terms).text
    )
    names = {f"names-{language}": "Lanqiao" for language in ("en", "zh_Hans", "zh_Hant")}
    data = filled(client, terms, notice_days="9", answers=number, **names)
    assert client.post(terms, data=data).status_code == 303
    client.sign_in(cast.colleague)
    page = client.get(thread).text
    assert "What it changed" in page
    assert "Adopted, not yet changed" not in page
    (change,) = re.findall(r'href="(/archive/changes[^"]*#entry-\d+)"', page)
    changes = client.get(change.replace("&amp;", "&")).text
    assert f'href="{thread}"' in changes
    assert "It comes of feedback" in changes
    assert "Your feedback has changed the scheme" in client.get("/inbox/").text


def test_a_confidential_complaint_is_opened_by_two_people(
    app: Flask, client: Client, cast: Cast
) -> None:
    thread = give(client, cast.colleague, kind="complaint", manner="confidential")
    page = client.get(thread).text
    assert "You wrote; your name is sealed" in page
    assert 'href="/feedback/1"' in client.get("/feedback/?mine=1").text
    client.sign_in(cast.nominee)
    assert 'href="/feedback/1"' not in client.get("/feedback/?mine=1").text
    assert "Ask to open" not in client.get(thread).text
    client.sign_in(cast.scheme_manager)
    asking = f"{thread}/ask/open_seal"
    assert asking in client.get(thread).text
    assert "Colleague wrote" not in client.get(thread).text
    asked = client.post(asking, data=sent(client.get(asking).text, reason="no"))
    assert asked.status_code == 422
    assert client.post(asking, data=sent(client.get(asking).text, reason=WHY)).location == thread
    answering = "/feedback/motions/1"
    own = client.post(answering, data=sent(client.get(answering).text, agree="1"))
    assert "another person has to agree" in own.text
    client.sign_in(cast.committee)
    assert client.get(answering).status_code == 403
    client.sign_in(cast.arbiter)
    assert answering in client.get(thread).text
    data = sent(client.get(answering).text, agree="1")
    assert client.post(answering, data=data).location == thread
    opened = "You have opened the seal, with another person: Colleague wrote it."
    assert opened in client.get(thread).text
    client.sign_in(cast.scheme_manager)
    assert opened in client.get(thread).text
    client.sign_in(cast.nominee)
    page = client.get(thread).text
    assert "Two people have opened the author" in page
    assert "Colleague wrote it" not in page
    assert WHY not in page
    client.sign_in(cast.colleague)
    assert "News of your confidential feedback" in client.get("/inbox/").text
    assert WHY in client.get(thread).text
    assert "News of your confidential feedback" not in client.get("/inbox/").text
    with app.app_context():
        assert db.session.scalars(select(Motion.by_id)).all() == [cast.scheme_manager]


def test_a_reply_that_is_overdue_is_shown_to_everybody(
    client: Client, cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    thread = give(client, cast.colleague)
    assert "Reply overdue" not in client.get(thread).text
    assert "A longer notice" not in client.get("/feedback/?state=overdue").text
    pass_time(timedelta(days=30))
    client.sign_in(cast.nominee)
    for page in (thread, "/feedback/", "/feedback/?state=overdue"):
        assert "Reply overdue" in client.get(page).text, page


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
