"""The results pages: a file is looked at, then applied; mistakes by row and column; who may."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from adapters.uploads import Uploads
from jobs import imports as worker
from models.base import db
from models.people import Person
from models.results import ConductRecord, Import, Result
from tests.builders import make_person
from tests.fixtures.pages import Client
from views import imported
from words.imports import outcome
from workflow.vocabulary import Duty

LOG = Path(__file__).parents[3] / "shared" / "data" / "call-centre-2021q1.xlsx"
ROWS = "employee,date,metric,value\nDiane,2026-01-05,errors,3\n"
CONDUCT = "employee,date,kind,upheld,reference\nDiane,2026-01-05,complaint,yes,C1\n"


@pytest.fixture
def manager(app: Flask, client: Client) -> int:
    with app.app_context():
        make_person("Diane")
        person_id = make_person("Manager", duties=(Duty.SCHEME_MANAGER,))
    client.sign_in(person_id)
    return person_id


@pytest.fixture
def reviewer(app: Flask, client: Client) -> int:
    with app.app_context():
        make_person("Diane")
        person_id = make_person("Reviewer", duties=(Duty.POLICY_REVIEWER,))
    client.sign_in(person_id)
    return person_id


def send(
    client: Client, content: str | bytes, path: str = "/manage/results", **fields: str
) -> tuple[int, str]:
    data = content.encode() if isinstance(content, str) else content
    form = {"file": (io.BytesIO(data), "figures.csv"), "mapping": "rows", **fields}
    answer = client.post(path, data=form, content_type="multipart/form-data")
    return answer.status_code, answer.location or answer.text


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_is_looked_at_before_it_is_applied(client: Client, app: Flask, manager: int) -> None:
    status, page = send(client, ROWS)
    assert status == 303
    assert "1 new entry" in client.get(page).text
    assert count(app, Result) == 0
    assert client.post(page).status_code == 303
    assert "The file is applied" in client.get(page).text
    assert count(app, Result) == 1
    assert "figures.csv" in client.get("/manage/results").text


def test_a_long_files_counts_are_grouped_as_the_reader_groups_them(app: Flask) -> None:
    with app.test_request_context():
        assert outcome({"added": 1_000_000}) == ["1,000,000 new entries"]
        assert outcome({"unchanged": 2_000})[0].startswith("Nothing changed: the 2,000 entries")


def test_the_same_file_again_says_that_nothing_changed(
    client: Client, app: Flask, manager: int
) -> None:
    for _ in range(2):
        _, page = send(client, ROWS)
        client.post(page)
    assert "Nothing changed" in client.get(page).text
    assert count(app, Result) == 1


def test_a_corrected_figure_is_shown_before_and_after(
    client: Client, app: Flask, manager: int
) -> None:
    client.post(send(client, ROWS)[1])
    _, page = send(client, ROWS.replace(",3", ",1"))
    looked = client.get(page).text
    assert "1 corrected entry" in looked
    assert re.search(r"Errors.*?Before\">3<.*?After\">1<", looked, re.DOTALL)


def test_a_correction_asks_why_and_stays_to_be_read_with_what_was_there_before(
    client: Client, app: Flask, manager: int
) -> None:
    client.post(send(client, ROWS)[1])
    _, page = send(client, ROWS.replace(",3", ",1"))
    answer = client.post(page, data={"reason": "typo"})
    assert answer.status_code == 422
    assert "Write a sentence: at least 10 characters." in answer.text
    assert "typo" in answer.text
    assert client.post(page, data={"reason": "Two errors were not hers."}).status_code == 303
    read = client.get("/manage/results/corrections").text
    assert "Two errors were not hers." in read
    assert re.search(r"Errors.*?Before\">3<.*?After\">1<", read, re.DOTALL)


def test_mistakes_are_listed_by_row_and_column_and_nothing_comes_in(
    client: Client, app: Flask, manager: int
) -> None:
    _, page = send(client, ROWS + "Diane,someday,errors,3\nNobody,2026-01-05,errors,1\n")
    looked = client.get(page).text
    assert "The file has 2 mistakes." in looked
    assert "B (date)" in looked
    assert "a day such as 2026-11-03" in looked
    client.post(page)
    assert count(app, Result) == 0
    told = client.get(f"{page}/mistakes.csv")
    assert told.mimetype == "text/csv"
    assert "someday" in told.text


def test_a_file_of_another_shape_is_refused_beside_its_field(
    client: Client, app: Flask, manager: int
) -> None:
    status, page = send(client, "a,b\n1,2\n")
    assert status == 422
    assert "The file lacks the column employee, date, metric, value." in page
    status, page = send(client, b"")
    assert status == 422
    assert count(app, Import) == 0


@pytest.mark.skipif(not LOG.exists(), reason=f"{LOG.name} is not beside the project")
def test_a_real_call_log_comes_in_through_the_page(
    client: Client, app: Flask, manager: int
) -> None:
    _, page = send(client, LOG.read_bytes(), mapping="call-log")
    assert "known here" in client.get(page).text
    _, page = send(client, LOG.read_bytes(), mapping="call-log", create_people="y")
    looked = client.get(page).text
    assert "7 new employees" in looked
    assert "Becky" in looked
    client.post(page)
    assert count(app, Person) == 2 + 7
    assert count(app, Result) == 5744


def test_a_mapping_is_saved_and_offered(client: Client, app: Flask, manager: int) -> None:
    fields = {"name": "Our switch", "agent": "Wer", "date": "Wann", "answered": "Ja?"}
    assert client.post("/manage/results/mapping", data=fields).status_code == 303
    assert "Our switch" in client.get("/manage/results").text
    assert 'value="Wer"' in client.get("/manage/results/mapping?name=Our+switch").text
    log = "Wer,Wann,Ja?\nDiane,2026-01-05,Y\n"
    _, page = send(client, log, mapping="Our switch")
    assert "3 new entries" in client.get(page).text


def test_a_mapping_without_its_headings_or_with_a_taken_name_is_refused(
    client: Client, manager: int
) -> None:
    answer = client.post("/manage/results/mapping", data={"name": "Mine", "agent": "Wer"})
    assert answer.status_code == 422
    assert 'value="Wer"' in answer.text
    fields = {"name": "rows", "agent": "Wer", "date": "Wann", "answered": "Ja?"}
    answer = client.post("/manage/results/mapping", data=fields)
    assert answer.status_code == 422
    assert "rows is built in" in answer.text


def test_a_long_file_is_left_to_the_worker_and_the_page_looks_again(
    client: Client, app: Flask, manager: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imported, "AT_ONCE", 0)
    _, page = send(client, ROWS)
    client.post(page)
    answer = client.get(page)
    assert answer.headers["Refresh"] == "3"
    assert "The file is being applied" in answer.text
    assert count(app, Result) == 0
    with app.app_context():
        worker.apply_waiting(Uploads(app.config["SETTINGS"].data_dir), app.config["SEALER"])
    answer = client.get(page)
    assert "Refresh" not in answer.headers
    assert "The file is applied" in answer.text
    assert count(app, Result) == 1


def test_only_managers_bring_results_in(client: Client, app: Flask, manager: int) -> None:
    _, page = send(client, ROWS)
    with app.app_context():
        others = [
            make_person("Colleague"),
            make_person("Reviewer", duties=(Duty.POLICY_REVIEWER, Duty.PERFORMANCE_REVIEWER)),
        ]
    for person_id in others:
        client.sign_in(person_id)
        assert client.get("/manage/results").status_code == 403
        assert client.get(page).status_code == 403
        assert client.post(page).status_code == 403
        assert send(client, ROWS)[0] == 403
    assert count(app, Result) == 0


def test_conduct_records_come_in_and_are_found(client: Client, app: Flask, reviewer: int) -> None:
    _, page = send(client, CONDUCT, "/manage/conduct")
    assert "1 new entry" in client.get(page).text
    client.post(page)
    assert count(app, ConductRecord) == 1
    listed = client.get("/manage/conduct").text
    assert "C1" in listed
    assert "Complaint" in listed
    assert "C1" in client.get("/manage/conduct?q=Diane").text
    assert "No record matches" in client.get("/manage/conduct?q=Nobody").text


def test_conduct_is_for_policy_reviewers_and_administrators_alone(
    client: Client, app: Flask, reviewer: int
) -> None:
    _, page = send(client, CONDUCT, "/manage/conduct")
    client.post(page)
    with app.app_context():
        others = [
            make_person("Somebody", duties=(duty,))
            for duty in Duty
            if duty not in (Duty.POLICY_REVIEWER, Duty.ADMINISTRATOR)
        ]
        administrator = make_person("Administrator", duties=(Duty.ADMINISTRATOR,))
    for person_id in others:
        client.sign_in(person_id)
        assert client.get("/manage/conduct").status_code == 403
        assert client.get(page).status_code == 403
    client.sign_in(administrator)
    assert "C1" in client.get("/manage/conduct").text


def test_one_area_does_not_open_the_files_of_the_other(
    client: Client, app: Flask, reviewer: int
) -> None:
    _, page = send(client, CONDUCT, "/manage/conduct")
    with app.app_context():
        manager = make_person("Manager", duties=(Duty.SCHEME_MANAGER,))
    client.sign_in(manager)
    assert client.get(page.replace("conduct", "results")).status_code == 404


HUGE = "9" * 40
ODD_FILES = (
    b"\x00\x01",
    b"PK\x03\x04 no workbook",
    f"employee,date,metric,value\n{'x' * 40_000},2026-01-05,errors,1\n".encode(),
    b"employee,date,metric,value\nD\x00,2026-01-05,errors,1\n",
    b"employee,date,metric,value\n=1+1,2026-01-05,errors,1e999\n",
    "employee,date,metric,value\n\u202egnp.exe,2026-01-05,errors,1\n".encode(),
)


@pytest.mark.both_databases
@pytest.mark.parametrize("content", ODD_FILES, ids=range(len(ODD_FILES)))
def test_an_odd_file_is_refused_in_a_sentence(
    client: Client, app: Flask, manager: int, content: bytes
) -> None:
    status, page = send(client, content, create_people="y")
    assert status in (303, 422)
    if status == 303:
        assert "1 mistake" in client.get(page).text
    assert count(app, Result) == 0


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "path",
    [
        f"/manage/results?before={HUGE}",
        f"/manage/results?after=-{HUGE}",
        f"/manage/results/{HUGE}",
        "/manage/results/mapping?name=%00",
        f"/manage/conduct?before={HUGE}",
        "/manage/conduct?q=%00",
        f"/cases/2026-0001/policy/rule/{HUGE}",
        "/cases/%00/performance",
        "/tiering/%00/2026-Q4",
    ],
)
def test_an_odd_address_is_no_fault_of_ours(client: Client, app: Flask, path: str) -> None:
    with app.app_context():
        duties = (Duty.SCHEME_MANAGER, Duty.POLICY_REVIEWER, Duty.COMMITTEE)
        person_id = make_person("Manager of all", duties=duties)
    client.sign_in(person_id)
    assert client.get(path).status_code in (200, 400, 404)
