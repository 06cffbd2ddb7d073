"""The search is brought up to the ledger, and made anew, from the command line."""

from __future__ import annotations

from flask import Flask

from tests.builders import make_award, make_cast, make_scheme
from tests.roads import make_noticed


def test_the_search_follows_and_is_made_anew(app: Flask) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        make_noticed(make_cast(), award_key="special")

    def run(*words: str) -> str:
        return app.test_cli_runner().invoke(args=("archive", "index", *words)).output

    first = run()
    assert "the search holds 1 records" in first
    assert run().startswith("0 entries followed; the search holds 1 ")
    assert run("--anew") == first
