"""Every error is a written page of ours that says what to do next."""

from __future__ import annotations

import sqlite3

import pytest
from flask import Flask, render_template
from flask_babel import force_locale
from sqlalchemy import event
from werkzeug.exceptions import default_exceptions

from models.base import db
from tests.builders import make_award, make_draft, make_person, make_scheme
from tests.fixtures.pages import Client, Page
from views.errors import WRITTEN
from workflow.vocabulary import Language


@pytest.mark.parametrize("code", sorted(WRITTEN))
@pytest.mark.parametrize("language", list(Language))
def test_an_error_page_is_whole_in_every_language(
    app: Flask, code: int, language: Language
) -> None:
    with app.test_request_context("/"), force_locale(language):
        html = render_template(f"errors/{code}.html", error=default_exceptions[code]())
    assert Page(html).problems() == []
    assert str(code) in html
    assert 'class="btn btn-primary' in html


def test_a_page_that_is_not_there_keeps_the_language_switch(client: Client) -> None:
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert 'action="/language"' in answer.text


def test_a_full_database_is_said_to_be_one(app: Flask, client: Client) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        person = make_person()
        number = make_draft(person, [])
        engine = db.engine
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite can be told how large it may grow")
    client.sign_in(person)

    def have_no_room(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("VACUUM")
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are already

    with app.app_context():
        engine.dispose()
    event.listen(engine, "connect", have_no_room)
    try:
        answer = client.post(f"/nominations/{number}/edit", data={"story": "客" * 5000})
    finally:
        event.remove(engine, "connect", have_no_room)
        with app.app_context():
            engine.dispose()
    assert answer.status_code == 503
    assert "The storage cannot be reached" in answer.text
    assert "客" * 5000 in answer.text  # nothing that was typed is lost
