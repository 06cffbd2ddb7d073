"""Who may import whom, who may write, and who may ask for the time."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import ROOT, modules

WRITES = {"add", "add_all", "commit", "delete", "execute_insert", "flush", "merge"}
CLOCKS = {"now", "today", "utcnow", "monotonic", "perf_counter", "time"}


def test_no_import_goes_against_the_layers() -> None:
    """In a process of its own: it turns off the loggers that other tests read."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def test_entrances_write_only_through_operations() -> None:
    """No entrance adds, deletes or commits: `session.add(...)` stands below `operations/` only."""
    found = [
        f"{path}:{call.lineno}"
        for path, module in modules("views", "api", "cli", "jobs", "forms")
        for call, owner, name in _method_calls(module)
        if name in WRITES and owner.endswith("session")
    ]
    assert found == []


def test_rules_and_ledger_never_ask_for_the_time() -> None:
    found = [
        f"{path}:{call.lineno}"
        for path, module in modules("workflow", "ledger")
        for call, owner, name in _method_calls(module)
        if name in CLOCKS and owner.split(".")[-1] in ("datetime", "date", "time")
    ]
    assert found == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "helpers", "common", "services", "misc"}
    named = [
        path
        for path in ROOT.rglob("*.py")
        if ".venv" not in path.parts and drawers & {path.stem, *path.relative_to(ROOT).parts}
    ]
    assert named == []


def _method_calls(module: ast.Module) -> Iterator[tuple[ast.Call, str, str]]:
    """Every `owner.name(...)` of the module."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, ast.unparse(node.func.value), node.func.attr
