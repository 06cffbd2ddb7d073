"""`python -m bench`: what one decision costs, as ratios."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from bench import decision, spiff
from tests.fixtures.postgres import running_server

CASES = 200


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="plaudit-bench-") as name:
        folder = Path(name)
        sqlite = decision.on_sqlite(_made(folder / "sqlite"), CASES)
        yardstick = statistics.median(spiff.steps(folder, CASES))
        with running_server() as server:
            postgresql = decision.on_postgresql(_made(folder / "postgresql"), server, CASES)
    print(f"one decision, median of {CASES}: guards, decision, ledger entry, outbox")
    for name, measured in (("SQLite", sqlite), ("PostgreSQL", postgresql)):
        product, bare = (statistics.median(times) for times in (measured.product, measured.bare))
        print(
            f"  {name:<11} {product * 1e6:6.0f} us"
            f"  {product / bare:5.2f} x the bare driver with the same {measured.writes} statements"
            f"  {product / yardstick:5.2f} x one SpiffWorkflow step on SQLite"
        )
    print(f"  SpiffWorkflow on SQLite: {yardstick * 1e6:.0f} us a persisted user-task step")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


if __name__ == "__main__":
    main()
