"""Every error is a written page of ours that says what to do next."""

from __future__ import annotations

import pytest
from flask import Flask, render_template
from flask_babel import force_locale
from werkzeug.exceptions import default_exceptions

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
