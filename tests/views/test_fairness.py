"""The fairness pages: figures of groups alone, tables that stay inert, signs for managers alone."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from adapters import clock
from models.base import db
from models.nominations import Nomination
from models.people import Person, Team
from operations import clockwork
from operations.transaction import Transaction, operation
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
)
from tests.fixtures.pages import Client
from tests.roads import make_awarded
from workflow.vocabulary import Action, Duty, Gender, Reason, Shift

FORMULA = "=HYPERLINK(1)"
FILE = b"employee_number,name,role,gender\nF0,Canary 0,inbound,other"
REPORT = "/fairness/special/2026-Q4"


@pytest.fixture
def cast(app: Flask) -> Cast:
    """One of twenty-three won a cycle that is finished; her team is named like a formula."""
    with app.app_context():
        make_scheme()
        make_award("special", road="instant", quotas=(1,), closes_in=timedelta(days=40))
        cast = make_cast()
        team_up(cast.nominee)
        make_awarded(cast, award_key="special")
        clock.set_offset(clock.offset() + timedelta(days=60))
        clockwork.tick()
        return cast


@operation
def team_up(tx: Transaction, nominee_id: int) -> None:
    nominee = tx.session.get_one(Person, nominee_id)
    team = tx.session.get_one(Team, nominee.team_id)
    team.name = FORMULA
    for nth in range(12):
        tx.add(
            Person(
                employee_number=f"F{nth}",
                name=f"Canary {nth}",
                job_role=nominee.job_role,
                team=team if nth < 6 else None,
                shift=Shift.DAY,
                gender=Gender.FEMALE if nth < 9 else Gender.OTHER,
            )
        )


def test_the_report_is_read_by_all_and_names_nobody(cast: Cast, client: Client) -> None:
    client.sign_in(cast.colleague)
    assert REPORT in client.get("/fairness/").text
    assert REPORT in client.get("/fairness/special").text
    page = client.get(REPORT).text
    assert "Colleagues who could be nominated: 23. Of these, nominated: 1; won: 1." in page
    assert 'role="img"' in page
    for secret in ("Canary", "Lin Nominee", "Chen Nominator", "Another gender"):
        assert secret not in page
    assert client.get("/fairness/special/2026-Q3").status_code == 404
    assert client.get("/fairness/nothing").status_code == 404


def test_an_award_that_is_taken_back_later_is_told_of_beside_the_figures(
    cast: Cast, client: Client, app: Flask
) -> None:
    client.sign_in(cast.colleague)
    assert "taken back" not in client.get(REPORT).text
    with app.app_context():
        number = db.session.scalars(select(Nomination.number)).one()
        decide(cast.arbiter, number, Action.REVOKE, Reason.FOUND_FALSE, SENTENCE)
    page = client.get(REPORT).text
    assert "1 award was taken back after this was counted" in page
    assert f'href="/archive/{number}"' in page
    assert "won: 1." in page


def test_its_tables_are_files_in_which_a_team_is_no_formula(cast: Cast, client: Client) -> None:
    client.sign_in(cast.colleague)
    csv_text = client.get(f"{REPORT}/groups.csv").get_data().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(csv_text)))
    team = next(line for line in lines if line[1] == f"'{FORMULA}")
    assert team[2:4] == ["8", "1"]
    assert lines[1][:4] == ["Everybody", "", "23", "1"]
    data = client.get(f"{REPORT}/groups.xlsx").get_data()
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    assert next(row for row in sheet.to_python() if row[1] == FORMULA)[2] == 8
    stages = client.get(f"{REPORT}/stages.csv").get_data().decode("utf-8-sig")
    assert "Public notice,1," in stages
    assert client.get(f"{REPORT}/people.csv").status_code == 404


def test_the_signs_are_for_who_manages_the_award(cast: Cast, client: Client) -> None:
    client.sign_in(cast.scheme_manager)
    page = client.get("/manage/fairness/").text
    assert "nobody to compare with" in page
    assert client.get("/manage/fairness/?award=nothing").status_code == 404
    for somebody in (cast.colleague, cast.internal, cast.arbiter, cast.committee):
        client.sign_in(somebody)
        assert client.get("/manage/fairness/").status_code == 403


def test_a_gender_is_shown_of_nobody(cast: Cast, client: Client, app: Flask) -> None:
    with app.app_context():
        administrator = make_person("Administrator", duties=(Duty.ADMINISTRATOR,))
    client.sign_in(administrator)
    sent = client.post(
        "/manage/people/import",
        data={
            "file": (
                io.BytesIO(b"employee_number,name,role,gender\nF0,Canary 0,inbound,other"),
                "p.csv",
            )
        },
    )
    page = client.get(sent.headers["Location"]).text
    assert "recorded" in page
    for address in ("/manage/people?q=Canary", sent.headers["Location"]):
        page = client.get(address).text
        assert "Canary 0" in page
        assert not any(word in page for word in ("Women", "Another gender", ">other<"))
