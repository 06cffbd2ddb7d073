"""A cycle's close at 5,000 seats keeps nobody waiting; how long it takes is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import freezing
from tests.fixtures.figures import Tell
from tests.fixtures.postgres import running_server

A_SECOND = 1.0


@pytest.mark.prove
@pytest.mark.parametrize("on", ["SQLite", "PostgreSQL"])
def test_nobody_waits_a_second_while_the_scores_of_5000_people_freeze(
    on: str, tmp_path: Path, tell: Tell
) -> None:
    if on == "SQLite":
        cost = freezing.on_sqlite(tmp_path)
    else:
        with running_server() as server:
            cost = freezing.on_postgresql(tmp_path, server)
    tell(f"{cost.whole:.1f} s over {cost.results:,} results; others waited {cost.waited:.2f} s")
    assert cost.scores == freezing.NOMINEES
    assert cost.waited < A_SECOND
