"""`make run`: what a newcomer types first."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def make_run(*asked: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """As if everything were installed already."""
    return subprocess.run(
        ["make", "--old-file", ".venv/base.stamp", *asked, "run"],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_port_that_is_in_use_is_named_before_anything_is_done(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port, data = str(other.getsockname()[1]), tmp_path / "data"
        done = make_run(HOST="127.0.0.1", PORT=port, PLAUDIT_DATA_DIR=str(data))
    assert (done.returncode, data.exists()) == (2, False), done.stderr
    assert f"Port {port} is in use already. Take another one" in done.stdout


@pytest.mark.parametrize(("demo", "begins_with"), [("1", "demo load"), ("0", "scheme load")])
def test_without_the_demo_nobody_of_the_demo_comes_in(demo: str, begins_with: str) -> None:
    planned = make_run("--dry-run", PLAUDIT_DEMO=demo).stdout
    assert [line for line in planned.splitlines() if line.endswith(" load")] == [
        f".venv/bin/flask --app wsgi {begins_with}"
    ]
