"""The command that computes frozen scores once more."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from tests.histories import make_history
from tests.tampering import tamper

CYCLE = "quarterly/2026-Q4"


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["scores", "recompute", *words])


@pytest.mark.both_databases
def test_frozen_scores_recompute_and_a_change_by_hand_is_named(app: Flask) -> None:
    with app.app_context():
        history = make_history()
    sound = run(app, CYCLE)
    assert (sound.exit_code, sound.stdout) == (0, "quarterly 2026-Q4: 2 scores, 0 differences\n")
    with app.app_context():
        tamper("UPDATE frozen_score SET score = 99.5")
    changed = run(app, "2026-Q4")
    assert changed.exit_code == 1
    assert f"{history.gold} " in changed.stdout
    assert "the score is 99.5000; its own figures make it -" in changed.stdout


def test_a_cycle_that_never_was_is_said_so(app: Flask) -> None:
    assert run(app, "1999-01").exit_code == 1
