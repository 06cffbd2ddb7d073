"""Whatever people do in whatever order, the product does what a plain model says."""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask

from tests.adversary.grounds import RUNS_OF, Job, campaign, same_walks
from tests.fixtures.figures import Tell

PROCESSES = max(1, len(os.sched_getaffinity(0)) - 1)
SIDE_WAYS = ("return", "reject", "withdraw", "object", "appeal", "revoke", "uphold_objection")


def test_fifty_walks_agree_with_the_model(app: Flask) -> None:
    """The same fifty every time, so that a failure is nobody's bad luck."""
    counts = same_walks(app, 50)
    assert counts["runs"] >= 50
    assert counts["place"], "no walk came as far as the ranking"
    assert counts["the clock: awarded"], "no walk came as far as an award"


@pytest.mark.prove
@pytest.mark.parametrize(("database", "steps"), [("sqlite", 100_000), ("postgresql", 10_000)])
def test_thousands_of_walks_agree_with_the_model(
    database: str, steps: int, tmp_path: Path, request: pytest.FixtureRequest, tell: Tell
) -> None:
    """Two thousand runs of fifty steps: runs that end early make room for further ones."""
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    share = steps // PROCESSES + 1
    jobs = [Job(tmp_path / f"ground-{nth}", server, share) for nth in range(PROCESSES)]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        counts = sum(pool.imap_unordered(campaign, jobs, chunksize=1), Counter())
    told = ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
    tell(f"{database}, {counts['runs']} runs, {counts['steps']} steps: {told}")
    assert counts["runs"] >= steps // RUNS_OF
    assert counts["steps"] >= steps
    assert all(counts[f"{way}: done"] for way in SIDE_WAYS)
    assert counts["place"]
    if steps >= 100_000:  # a tenth of them does not come to every way to rank
        assert counts["pass_over"]
        assert counts["keep as reserve"]
