"""The commands for people: a file, a password, the first administrator."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from models import people
from models.base import db
from models.ledger import LedgerEntry
from operations.signing_in import Attempt, sign_in
from tests.builders import make_person
from workflow.vocabulary import Duty

pytestmark = pytest.mark.both_databases

FILE = "工号,姓名,邮箱,岗位\n1,张三,z@example.cn,呼入\n"


def run(app: Flask, *words: str, typed: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=list(words), input=typed)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_comes_in_once(app: Flask, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(FILE.encode(encoding))
    first = run(app, "people", "import", str(path))
    assert (first.exit_code, first.stdout) == (0, "1 new employee\n")
    again = run(app, "people", "import", str(path))
    assert again.stdout == "Nothing changed: the 1 entry of the file is here already.\n"
    with app.app_context():
        assert [p.name for p in db.session.scalars(select(people.Person))] == ["张三"]
        assert db.session.scalars(select(LedgerEntry.kind)).all() == ["import_applied"]


def test_a_file_with_mistakes_is_refused_with_each_of_them(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(FILE.replace("呼入", "呼"))
    refused = run(app, "people", "import", str(path))
    assert refused.exit_code == 1
    assert "Row 2, column D (岗位): “呼” was found" in refused.stderr
    assert "Nothing was brought in: the file has 1 mistake." in refused.stderr
    with app.app_context():
        assert db.session.scalars(select(people.Person)).all() == []


def test_the_first_administrator_comes_from_the_command_line(app: Flask) -> None:
    with app.app_context():
        person_id = make_person("First")
        number = db.session.get_one(people.Person, person_id).employee_number
    granted = run(app, "duties", "grant", number, "administrator")
    assert granted.exit_code == 0, granted.output
    with app.app_context():
        grant = db.session.scalars(select(people.DutyGrant)).one()
        assert (grant.duty, grant.granted_by_id) == (Duty.ADMINISTRATOR, None)
        assert db.session.scalars(select(LedgerEntry.kind)).all() == ["duty_granted"]
    again = run(app, "duties", "grant", number, "administrator")
    assert again.exit_code == 1
    assert "holds this duty for that time already" in again.output
    assert run(app, "duties", "grant", "nobody", "administrator").exit_code == 1
    assert run(app, "duties", "grant", number, "king").exit_code == 2


@pytest.mark.parametrize("piped", [True, False])
def test_a_password_is_set_without_being_seen(app: Flask, piped: bool) -> None:
    with app.app_context():
        person = db.session.get_one(people.Person, make_person("Li Na"))
        number, email = person.employee_number, person.email or ""
    new = "seven wooden spoons"
    words = ("people", "set-password", number, *(("--stdin",) if piped else ()))
    done = run(app, *words, typed=f"{new}\n" if piped else f"{new}\n{new}\n")
    assert done.exit_code == 0, done.output
    assert new not in done.output
    with app.app_context():
        attempt = Attempt.of(email, "127.0.0.1", "key")
        assert sign_in(email=email, password=new, attempt=attempt, lasts=timedelta(hours=1))


def test_a_poor_password_and_an_unknown_number_are_refused(app: Flask) -> None:
    with app.app_context():
        number = db.session.get_one(people.Person, make_person("Li Na")).employee_number
    poor = run(app, "people", "set-password", number, "--stdin", typed="short\n")
    assert (poor.exit_code, "at least 10 characters" in poor.output) == (1, True)
    nobody = run(app, "people", "set-password", "nobody", "--stdin", typed="seven spoons now\n")
    assert (nobody.exit_code, "Nobody has the employee number" in nobody.output) == (1, True)
