"""Settings: documented completely, and strict where it matters."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from config import Settings

TABLE = Path(__file__).parents[2] / "docs" / "operators" / "settings.md"
GOOD: dict[str, Any] = {
    "environment": "production",
    "secret_key": "8f1c0a7be2d94365f7a1c3d5e7092b4d",
    "customer_keys": "c07f3b1d5e8a49c2b6d0e4f8a1c57392",
    "base_url": "https://plaudit.example",
}


def _documented() -> list[str]:
    return re.findall(r"^\| `([A-Z_]+)` \|", TABLE.read_text(), flags=re.MULTILINE)


def test_every_setting_stands_in_the_operators_table_once() -> None:
    declared = [
        str(field.validation_alias or f"PLAUDIT_{name.upper()}")
        for name, field in Settings.model_fields.items()
    ]
    assert sorted(_documented()) == sorted(declared)


def test_production_starts_with_a_real_key_and_an_https_address(tmp_path: Path) -> None:
    settings = Settings(**GOOD, data_dir=tmp_path)
    assert settings.flask()["SESSION_COOKIE_SECURE"] is True
    assert settings.trusted_hosts == ("plaudit.example",)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"secret_key": ""}, "PLAUDIT_SECRET_KEY"),
        ({"secret_key": "too short"}, "PLAUDIT_SECRET_KEY"),
        ({"secret_key": "a" * 64}, "PLAUDIT_SECRET_KEY"),
        ({"customer_keys": ""}, "PLAUDIT_CUSTOMER_KEYS"),
        ({"customer_keys": f"{GOOD['customer_keys']},too short"}, "PLAUDIT_CUSTOMER_KEYS"),
        ({"customer_keys": GOOD["secret_key"]}, "PLAUDIT_CUSTOMER_KEYS"),
        ({"demo": True}, "PLAUDIT_DEMO"),
        ({"clock_offset": 60}, "PLAUDIT_CLOCK_OFFSET"),
        ({"base_url": "http://plaudit.example"}, "PLAUDIT_BASE_URL"),
        ({"base_url": ""}, "PLAUDIT_BASE_URL"),
        ({"evidence_endpoint": "http://store.example"}, "PLAUDIT_EVIDENCE_ENDPOINT"),
        ({"evidence_url": "https://store.example/bucket"}, "evidence_url"),
    ],
)
def test_production_refuses_what_would_be_unsafe(change: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Settings(**{**GOOD, **change})


@pytest.mark.parametrize("secret", ["secret_key", "customer_keys"])
def test_a_refused_secret_is_not_shown_in_the_error(secret: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Settings(**{**GOOD, secret: "hunter2"})
    assert "hunter2" not in str(refusal.value)


def test_a_development_key_is_made_once_and_kept(tmp_path: Path) -> None:
    first = Settings(data_dir=tmp_path).flask()["SECRET_KEY"]
    assert Settings(data_dir=tmp_path).flask()["SECRET_KEY"] == first
    assert len(first) >= 32
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0
    (own,) = Settings(data_dir=tmp_path).customer_secrets()
    assert own != first
    assert (tmp_path / "customer-key").stat().st_mode & 0o077 == 0


def test_a_postgresql_address_names_our_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone@db.example/plaudit")
    assert Settings().database_url == "postgresql+psycopg://someone@db.example/plaudit"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "abc", "PORT: Input should be a valid integer"),
        ("PLAUDIT_DEMO", "maybe", "PLAUDIT_DEMO: Input should be a valid boolean"),
        ("PLAUDIT_ENVIRONMENT", "production", "PLAUDIT_SECRET_KEY needs 32 random characters"),
    ],
)
def test_a_wrong_setting_is_named_without_a_traceback(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    settings = {"PLAUDIT_DATA_DIR": str(tmp_path), "PLAUDIT_DEMO": "0", name: value}
    started = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=TABLE.parents[2],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 1
    assert said in started.stderr
    assert "Traceback" not in started.stderr
