"""What the worker takes up again after a crash, it finds by the name of its function."""

import ast
from collections import Counter

from tests.house.sources import ROOT


def test_no_two_durable_functions_share_a_name() -> None:
    names = Counter(
        part.name
        for path in (ROOT / "jobs").glob("*.py")
        for part in ast.walk(ast.parse(path.read_text()))
        if isinstance(part, ast.FunctionDef)
        and any(ast.unparse(each).startswith("DBOS.") for each in part.decorator_list)
    )
    assert names
    assert [name for name, times in names.items() if times > 1] == []
