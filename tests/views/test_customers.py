"""The pages about customers: the directory's files, the look at details, the list of looks."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from adapters.sealing import Sealer
from adapters.uploads import Uploads
from jobs import imports as worker
from models.base import db
from models.customers import Customer, CustomerLook
from models.results import Import
from tests import directory, roads
from tests.builders import (
    Cast,
    decide,
    make_person,
    make_scheme,
    make_submitted,
    version,
)
from tests.directory import FILE, HEAD, bring, customer
from tests.fixtures.pages import Client
from views import imported
from workflow.vocabulary import Action, Duty

DETAILS = ("王芳", "wang@example.cn", "+86 21 5555 0101")


@pytest.fixture
def number(app: Flask, cast: Cast) -> str:
    """A case at the external audit, whose evidence names a call of customer K-1."""
    with app.app_context():
        number = make_submitted(cast)
        roads.find(cast.internal, number)
        decide(cast.internal, number, Action.APPROVE)
        bring(FILE.replace("CALL-77", f"CALL-{number}"))
    return number


@pytest.fixture
def administrator(app: Flask, client: Client) -> int:
    with app.app_context():
        make_scheme()
        person = make_person("Admin", duties=(Duty.ADMINISTRATOR,))
    client.sign_in(person)
    return person


def send(client: Client, file: str, filename: str = "customers.csv") -> tuple[str, str]:
    """Send a file; returns the address of its page, and the page."""
    data = {"file": (io.BytesIO(file.encode()), filename)}
    answer = client.post("/manage/customers", data=data)
    assert answer.status_code == 303, answer.text
    return answer.location, client.get(answer.location).text


def choose(client: Client, number: str, customer_number: str, reason: str = "") -> int:
    with client.application.app_context():
        now = version(number)
    data = {"customer_number": customer_number, "reason": reason, "version": now}
    return client.post(f"/cases/{number}/customer", data=data).status_code


def staged(app: Flask) -> list[Path]:
    folder = app.config["SETTINGS"].data_dir / "imports"
    return list(folder.iterdir()) if folder.exists() else []


def test_a_file_is_looked_at_and_applied_without_a_page_that_names_anybody(
    client: Client, app: Flask, administrator: int
) -> None:
    address, page = send(client, FILE)
    assert "2 new entries" in page
    assert not [piece for piece in DETAILS if piece in page]
    [waiting] = staged(app)
    assert not [piece for piece in DETAILS if piece.encode() in waiting.read_bytes()]
    client.post(address)
    page = client.get(address).text
    assert "The file is applied" in page
    assert not [piece for piece in DETAILS if piece in page]
    assert staged(app) == []
    overview = client.get("/manage/customers").text
    assert re.search(r"Customers kept</dt>\s*<dd>2</dd>", overview)


def test_mistakes_name_the_cell_on_the_page_in_the_file_and_in_the_database(
    client: Client, app: Flask, administrator: int
) -> None:
    address, page = send(client, f"{HEAD}\n{customer('K-1', email='王芳在家', phone='王芳')}\n")
    assert "Nothing was brought in" in page
    assert "C (email)" in page
    listed = client.get(f"{address}/mistakes.csv").text
    assert "D (phone)" in listed
    with app.app_context():
        [summary] = db.session.scalars(select(Import.summary)).all()
    assert not [text for text in (page, listed, str(summary)) if "王芳" in text]
    assert staged(app) == []


def test_a_file_without_headings_is_refused_without_repeating_it(
    client: Client, administrator: int
) -> None:
    data = {"file": (io.BytesIO(FILE.partition("\n")[2].encode()), "customers.csv")}
    answer = client.post("/manage/customers", data=data)
    assert answer.status_code == 422
    assert "The file lacks the column customer_number" in answer.text
    assert not [piece for piece in DETAILS if piece in answer.text]


def test_a_long_file_is_left_to_the_worker(
    client: Client, app: Flask, administrator: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imported, "AT_ONCE", 0)
    address, _page = send(client, FILE)
    client.post(address)
    assert client.get(address).headers["Refresh"] == "3"
    with app.app_context():
        worker.apply_waiting(Uploads(app.config["SETTINGS"].data_dir), app.config["SEALER"])
        assert len(db.session.scalars(select(Customer.id)).all()) == 2
    assert "The file is applied" in client.get(address).text
    assert staged(app) == []


def test_the_reference_leads_to_the_customer_and_one_click_to_the_details(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    client.sign_in(cast.external)
    page = client.get(f"/cases/{number}/external-audit").text
    assert "Yes, it is customer K-1" in page
    assert choose(client, number, "K-1") == 303
    page = client.get(f"/cases/{number}/external-audit").text
    assert "Show contact details" in page
    assert not [piece for piece in DETAILS if piece in page]
    shown = client.post(f"/cases/{number}/customer/details")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    assert [piece for piece in DETAILS if piece in shown.text] == list(DETAILS)
    again = client.get(f"/cases/{number}/external-audit").text
    assert not [piece for piece in DETAILS if piece in again]
    client.sign_in(cast.scheme_manager)
    looks = client.get("/manage/customers/looks").text
    assert "K-1" in looks
    assert "External" in looks
    assert not [piece for piece in DETAILS if piece in looks]


def test_nobody_but_the_auditor_gets_an_answer_with_details(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    with app.app_context():
        directory.choose(cast.external, number, "K-1")
    for person, status in (
        (cast.internal, 422),
        (cast.scheme_manager, 422),
        (cast.nominator, 422),
        (cast.nominee, 422),
        (cast.colleague, 404),
    ):
        client.sign_in(person)
        answer = client.post(f"/cases/{number}/customer/details")
        assert answer.status_code == status
        assert not [piece for piece in DETAILS if piece in answer.text]
    with app.app_context():
        assert db.session.scalars(select(CustomerLook)).all() == []


def test_a_number_that_is_not_in_the_directory_is_a_sentence(
    client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.external)
    with client.application.app_context():
        now = version(number)
    for typed, said in (("K-404", "No customer in the directory"), ("", "Give the number")):
        answer = client.post(
            f"/cases/{number}/customer", data={"customer_number": typed, "version": now}
        )
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{typed}"' in answer.text


def test_a_customer_who_does_not_want_it_has_no_form_to_log_and_no_details(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    with app.app_context():
        bring(f"{HEAD}\n{customer('K-7', do_not_contact='yes')}\n")
    client.sign_in(cast.external)
    assert choose(client, number, "K-7") == 422, "it ends the question: why is it this customer?"
    assert choose(client, number, "K-7", "Her order is the one in the recording.") == 303
    page = client.get(f"/cases/{number}/external-audit").text
    assert "Why it is this customer: Her order is the one in the recording." in page
    assert "does not want to be contacted" in page
    assert "Show contact details" not in page
    assert "Log the attempt" not in page


def test_a_key_that_is_gone_is_a_sentence_and_no_look(
    client: Client, app: Flask, cast: Cast, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        directory.choose(cast.external, number, "K-1")
    monkeypatch.setitem(app.config, "SEALER", Sealer(["a key that came later"]))
    client.sign_in(cast.external)
    answer = client.post(f"/cases/{number}/customer/details")
    assert answer.status_code == 422
    assert "PLAUDIT_CUSTOMER_KEYS" in answer.text
    with app.app_context():
        assert db.session.scalars(select(CustomerLook)).all() == []
