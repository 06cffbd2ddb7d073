"""When the week is over, what its tasks took is printed as a table."""

from __future__ import annotations

import pytest

HEAD = ("Who", "Task", "Taps", "Keys", "Characters", "Pages", "Seconds")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = [
        row
        for report in terminalreporter.stats.get("passed", [])
        for name, row in report.user_properties
        if name == "week"
    ]
    for row in (HEAD, ["---"] * len(HEAD), *rows) if rows else ():
        cells = (f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row)
        terminalreporter.write_line(f"| {' | '.join(cells)} |")
