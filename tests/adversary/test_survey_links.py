"""A survey's link in the wrong hands: reused, run out, forwarded, prefetched, guessed, raced."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import delete, select
from werkzeug.test import Client as Scanner

from models.base import Base, db
from models.people import SignInFailure
from models.surveys import link_by_token
from operations import clockwork, surveys
from operations.guesses import AT_MOST, WINDOW
from operations.surveys import LinkOver
from operations.transaction import Transaction, operation
from tests.adversary.paper import Paper
from tests.builders import Cast
from tests.directory import sealer
from tests.fixtures.figures import Tell
from tests.fixtures.pages import Client
from tests.surveying import NEVER, WELL, Asked, attempts, make_asked, make_asked_case, make_link

TIMES, GUESSES, AT_ONCE = 20, 60, 6
COUNTED = frozenset({SignInFailure.__tablename__})  # a guess is counted; it changes nothing else


@pytest.fixture
def asked(app: Flask) -> Asked:
    with app.app_context():
        return make_asked()


def everything(but: frozenset[str] = frozenset()) -> str:
    """A hash of every row of every table, but for these."""
    db.session.rollback()
    digest = sha256()
    for table in Base.metadata.sorted_tables:
        if table.name in but:
            continue
        rows = db.session.execute(select(table).order_by(*table.primary_key.columns))
        for row in rows:
            digest.update(f"{table.name} {tuple(row)!r}\n".encode())
    db.session.rollback()
    return digest.hexdigest()


def stranger(app: Flask) -> Client:
    """A browser of somebody who is not one of us, with a jar of its own."""
    return Client(app)


def sent(client: Client, path: str, answers: dict[str, str]) -> int:
    """The answers in the page's own form; without a form, as a program would send them."""
    forms = [form for form in Paper(client.get(path).text, path).forms if form.method == "post"]
    hidden = forms[0].sent if forms else {}
    data = {**hidden, **{f"q_{key}": text for key, text in answers.items()}}
    return client.post(path, data=data, csrf=False).status_code


@pytest.mark.both_databases
def test_looking_changes_nothing_however_often(app: Flask, asked: Asked, tell: Tell) -> None:
    with app.app_context():
        path = f"/survey/{make_link(asked)}"
        before = everything()
    scanner = Scanner(app)
    for _ in range(TIMES):
        for look in (scanner.get, scanner.head, scanner.options):
            assert look(path).status_code == 200
    assert scanner.post(path).status_code == 400  # a program that sends the bare form
    with app.app_context():
        assert everything() == before
        assert attempts(asked.number) == []
    assert not scanner.get(path).headers.getlist("Set-Cookie")
    assert sent(stranger(app), path, WELL) == 303
    with app.app_context():
        assert len(attempts(asked.number)) == 1
    tell(f"{TIMES} GET, {TIMES} HEAD, {TIMES} OPTIONS: tables unchanged, 0 answers; then 1 answer")


def test_a_link_that_is_used_again_or_forwarded_answers_for_nobody(
    app: Flask, asked: Asked, tell: Tell
) -> None:
    with app.app_context():
        path = f"/survey/{make_link(asked)}"
    customer, friend = stranger(app), stranger(app)
    form = friend.get(path).text  # open already when the customer answers
    held = Paper(form, path).forms[0].sent
    assert sent(customer, path, WELL) == 303
    with app.app_context():
        after = everything()
    page = friend.get(path)
    assert page.status_code == 200
    assert "Thank you" in page.text
    assert not any(text in page.text for text in ("Ms Wang", "<form", "called you back"))
    late = {**held, "q_did_it_happen": "no"}
    refused = [friend.post(path, data=late, csrf=False).status_code for _ in range(3)]
    refused += [sent(customer, path, NEVER) for _ in range(3)]
    assert refused == [200] * 6  # the same thanks, and nothing more
    with app.app_context():
        assert everything() == after
        answers = len(attempts(asked.number))
    assert answers == 1
    tell(f"answered once, sent again {len(refused)} times by two people: {answers} answer")


def test_a_link_that_has_run_out_takes_nothing(
    app: Flask, asked: Asked, pass_time: Callable[[timedelta], None], tell: Tell
) -> None:
    with app.app_context():
        path = f"/survey/{make_link(asked)}"
    client = stranger(app)
    held = Paper(client.get(path).text, path).forms[0].sent
    pass_time(surveys.LASTS)
    assert client.get(path).status_code == 410
    late = {**held, "q_did_it_happen": "yes", "q_marks": "5"}
    assert client.post(path, data=late, csrf=False).status_code == 410
    with app.app_context():
        assert attempts(asked.number) == []
        clockwork.tick()
        [attempt] = attempts(asked.number)
        assert not attempt.is_answer
    tell("run out: 410 for looking and for sending, 0 answers, 1 attempt without one by the clock")


def test_a_guessed_link_leads_nowhere_and_tells_nothing(
    app: Flask, asked: Asked, tell: Tell
) -> None:
    with app.app_context():
        token = make_link(asked)
        before = everything(but=COUNTED)
    client = stranger(app)
    odd = ["", "x", "..%2f..", "a/b/c", "%00", "%ff", "0" * 5000, "✓", token[:-1], token + "A"]
    odd += [token.swapcase(), f" {token}", f"{token}/"]
    guesses = [*odd[1:], *(secrets.token_urlsafe(32) for _ in range(GUESSES))]
    pages, codes = set(), set()
    for guess in guesses:  # each as if it were the first of its quarter of an hour
        pages.add(client.get(f"/survey/{guess}").text)
        codes.add(client.get(f"/survey/{guess}").status_code)
        codes.add(client.post(f"/survey/{guess}", csrf=False).status_code)
        with app.app_context():
            forgive()
    assert codes == {404}
    assert len(pages) == 1  # unknown and malformed look the same
    with app.app_context():
        assert everything(but=COUNTED) == before
    tell(f"{len(guesses)} guesses: one page, 404 each, tables unchanged, 0 answers")


@pytest.mark.both_databases
def test_who_guesses_links_is_slowed_and_who_has_one_is_not(
    app: Flask, asked: Asked, pass_time: Callable[[timedelta], None], tell: Tell
) -> None:
    """From one address: a shared office, or one who tries them all."""
    with app.app_context():
        path = f"/survey/{make_link(asked)}"
        before = everything(but=COUNTED)
    guesser = stranger(app)
    codes = [guess(guesser) for _ in range(AT_MOST + GUESSES)]
    assert codes == [404] * AT_MOST + [429] * GUESSES
    slowed = guesser.get("/survey/none", headers={"Accept-Language": "zh-Hant"})
    assert slowed.status_code == 429
    assert slowed.retry_after is not None
    assert "請稍候片刻" in slowed.text
    assert guesser.post("/survey/none", csrf=False).status_code == 429
    with app.app_context():
        marks = db.session.scalars(select(SignInFailure.identifier_hash)).all()
        assert len(marks) == AT_MOST  # whoever is refused writes nothing
        assert not any("127.0.0.1" in mark for mark in marks)
        assert everything(but=COUNTED) == before
    assert guesser.get(path).status_code == 200
    assert sent(guesser, path, WELL) == 303  # the same address, with a right link
    assert guess(guesser) == 429
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert guesser.get("/survey/none", environ_overrides=elsewhere).status_code == 404
    pass_time(WINDOW)
    assert guess(guesser) == 404
    tell(f"{len(codes)} guesses from one address: {AT_MOST} looked up, then 429; a right link: 303")


def guess(client: Client) -> int:
    return client.get(f"/survey/{secrets.token_urlsafe(32)}").status_code


@operation
def forgive(tx: Transaction) -> None:
    tx.session.execute(delete(SignInFailure))


@pytest.mark.both_databases
def test_answers_sent_at_once_are_one_answer(app: Flask, asked: Asked, tell: Tell) -> None:
    with app.app_context():
        token = make_link(asked)
    done: list[str] = []
    ready = threading.Barrier(AT_ONCE)

    def send(answers: dict[str, str]) -> None:
        with app.app_context():
            ready.wait()
            try:
                surveys.answer(token=token, answers=answers, sealer=sealer())
            except LinkOver:
                done.append("over")
            else:
                done.append("taken")
            finally:
                db.session.remove()

    given = [WELL if n % 2 else NEVER for n in range(AT_ONCE)]
    threads = [threading.Thread(target=send, args=(answers,)) for answers in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["over"] * (AT_ONCE - 1) + ["taken"]
    with app.app_context():
        assert len(attempts(asked.number)) == 1
    tell(f"{AT_ONCE} answers to one link at once: 1 taken, {AT_ONCE - 1} told that it is over")


def test_the_form_of_one_link_does_not_answer_another(app: Flask, asked: Asked) -> None:
    cast: Cast = asked.cast
    with app.app_context():
        first = make_link(asked)
        other = make_link(Asked(cast, make_asked_case(cast)))
        assert link_by_token(first) is not None
    client = stranger(app)
    held = Paper(client.get(f"/survey/{first}").text, "").forms[0].sent
    data = {**held, "q_did_it_happen": "yes", "q_marks": "5"}
    assert client.post(f"/survey/{other}", data=data, csrf=False).status_code == 400
    with app.app_context():
        assert attempts(asked.number) == []
