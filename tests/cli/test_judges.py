"""Evening out on the command line."""

from __future__ import annotations

from flask import Flask

from tests.builders import make_award, make_cast, make_person, make_scheme, make_submitted
from workflow.vocabulary import Duty


def test_balance_says_how_many_cases_changed_hands(app: Flask) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        cast = make_cast()
        for _ in range(2):
            make_submitted(cast)
        make_person("Second", duties=(Duty.INTERNAL_AUDITOR,))
    run = app.test_cli_runner().invoke(args=["judges", "balance"])
    assert run.output == "Cases that changed hands: 1.\n"
    again = app.test_cli_runner().invoke(args=["judges", "balance"])
    assert again.output == "Cases that changed hands: 0.\n"
