"""The ledger's commands: its key, its checkpoints, its export, and what is said after a restore."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from flask import Flask
from pydantic import ValidationError

from adapters.ledger_key import KEY, LAST, signer_of
from config import Settings
from ledger.__main__ import main
from ledger.checkpoint import Checkpoint
from ledger.note import Signer, Verifier
from tests.builders import make_person, make_scheme
from tests.tampering import tamper
from workflow.vocabulary import Duty


@pytest.fixture
def acted(app: Flask) -> Flask:
    """A ledger of two entries."""
    with app.app_context():
        make_scheme()
        make_person("One", duties=(Duty.ARBITER,))
        make_person("Two", duties=(Duty.ARBITER,))
    return app


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["ledger", *arguments])
    return done.exit_code, done.stdout


def test_the_export_is_verified_offline_against_the_checkpoint_and_the_key(
    acted: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [str(tmp_path / name) for name in ("export", "checkpoint", "key")]
    assert run(acted, "export", names[0])[0] == 0
    for command, name in (("checkpoint", names[1]), ("key", names[2])):
        code, said = run(acted, command)
        assert code == 0
        Path(name).write_text(said)
    assert main(["verify", names[0], "--checkpoint", names[1], "--key", names[2]]) == 0
    assert "entries: 2, withheld: 0" in capsys.readouterr().out


def test_a_second_checkpoint_of_the_same_ledger_is_the_first(acted: Flask) -> None:
    assert run(acted, "checkpoint") == run(acted, "checkpoint")


def test_an_empty_ledger_is_not_signed(app: Flask) -> None:
    assert run(app, "checkpoint")[0] == 1


def test_after_a_restore_an_entry_says_so_and_before_it_nothing_is_to_be_said(
    acted: Flask,
) -> None:
    assert "nothing to say" in run(acted, "epoch")[1]
    run(acted, "checkpoint")
    _put_back(acted)
    code, said = run(acted, "epoch")
    assert (code, said.startswith("Entry 1 says that the ledger went on from 0 entries")) == (
        0,
        True,
    )
    assert "the checkpoint over 2 entries no longer fits" in said
    assert "nothing to say" in run(acted, "epoch")[1]
    assert run(acted, "verify")[0] == 0


def test_verify_holds_the_entries_against_the_checkpoints(acted: Flask) -> None:
    run(acted, "checkpoint")
    with acted.app_context():
        tamper("UPDATE checkpoint SET note = root")
    code, said = run(acted, "verify")
    assert (code, "the row is not what its signed note says" in said) == (1, True)


def test_the_key_is_made_once_for_nobody_else_to_read(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, base_url="https://awards.example.org/plaudit/")
    one, two = signer_of(settings), signer_of(settings)
    assert one == two
    assert one.name == "awards.example.org/plaudit/archive"
    assert stat.S_IMODE((tmp_path / KEY).stat().st_mode) == 0o600
    moved = Settings(data_dir=tmp_path, base_url="https://elsewhere.example.org")
    assert signer_of(moved) == one  # the ledger keeps its name, whatever its address


def test_the_key_of_the_settings_goes_before_the_one_in_the_folder(
    app: Flask, tmp_path: Path
) -> None:
    code, made = run(app, "new-key", "awards.example.org/archive")
    assert code == 0
    settings = Settings(data_dir=tmp_path, ledger_key=made.strip())
    assert signer_of(settings) == Signer.read(made)
    assert not (tmp_path / KEY).exists()
    assert made.strip() not in repr(settings)


def test_a_key_that_is_none_is_refused_and_not_shown(app: Flask) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(ledger_key="PRIVATE+KEY+s3cret")
    assert "s3cret" not in str(refused.value)
    assert run(app, "new-key", "with a space")[0] == 1


def test_the_last_checkpoint_lies_beside_the_database(acted: Flask) -> None:
    code, said = run(acted, "checkpoint")
    kept = acted.config["SETTINGS"].data_dir / LAST
    assert (code, kept.read_text()) == (0, said)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert re.fullmatch(r"[^+\s]+\+[0-9a-f]{8}\+\S+\n", run(acted, "key")[1])
    Checkpoint.opened(said, [Verifier.read(run(acted, "key")[1])])


def _put_back(app: Flask) -> None:
    """The database as it was before its first act."""
    with app.app_context():
        tamper(
            "DELETE FROM ledger_entry",
            "DELETE FROM checkpoint",
            "DELETE FROM ledger_head",
            "DELETE FROM duty_grant",
        )
