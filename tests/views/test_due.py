"""Due dates as pages show them."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, render_template_string

from tests.builders import make_scheme

DUE = '{% from "components/when.html" import due %}{{ due(30, at) }}'


def test_a_due_date_is_the_last_day_on_which_it_can_be_done(app: Flask) -> None:
    midnight = datetime(2026, 12, 15, 16, tzinfo=UTC)  # in Shanghai the start of the 16th
    with app.test_request_context():
        make_scheme()
        assert "due 15 Dec 2026" in render_template_string(DUE, at=midnight)
