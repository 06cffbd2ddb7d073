"""The commands for customers: the directory comes in, and keys are changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from adapters.sealing import Sealer
from models import customers
from operations.customers import particulars
from tests.directory import FILE, HEAD, bring, customer

pytestmark = pytest.mark.both_databases


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["customers", *words])


def test_a_file_comes_in_once(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(FILE.encode("gb18030"))
    assert run(app, "import", str(path)).stdout == "2 new entries\n"
    again = run(app, "import", str(path)).stdout
    assert again == "Nothing changed: the 2 entries of the file are here already.\n"


def test_a_file_with_mistakes_is_refused_without_repeating_it(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text(f"{HEAD}\n{customer('K-1', email='王芳在家')}\n")
    refused = run(app, "import", str(path))
    assert refused.exit_code == 1
    assert "Row 2, column C (email)" in refused.stderr
    assert "王芳" not in refused.output


def test_keys_are_changed_by_one_command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        bring(sealed_by=Sealer(["old key"]))
    monkeypatch.setitem(app.config, "SEALER", Sealer(["new key"]))
    refused = run(app, "reseal")
    assert refused.exit_code == 1
    assert "PLAUDIT_CUSTOMER_KEYS" in refused.stderr
    monkeypatch.setitem(app.config, "SEALER", Sealer(["new key", "old key"]))
    assert run(app, "reseal").stdout.startswith("2 rows are sealed anew.")
    assert run(app, "reseal").stdout.startswith("0 rows are sealed anew.")
    with app.app_context():
        row = customers.by_number("K-1")
        assert row is not None
        assert particulars(Sealer(["new key"]), row).details.name == "王芳"
