"""Managing colleagues in pages: finding them, bringing them in, letting them in."""

from __future__ import annotations

import io
import os
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from adapters.uploads import Uploads
from config import Settings
from jobs import imports as job
from models.base import db
from models.ledger import LedgerEntry
from models.outbox import Message
from models.people import Person
from models.results import Import
from operations import imports
from tests.builders import make_person, make_scheme, make_team
from tests.fixtures.pages import Client
from views import people_import
from workflow.vocabulary import Duty

FILE = "employee_number,name,role,email,team\n1,Li Na,inbound,li@example.org,East\n2,Wu,support,,\n"


@pytest.fixture
def administrator(app: Flask, client: Client, settings: Settings) -> int:
    shutil.rmtree(settings.data_dir / "imports", ignore_errors=True)
    with app.app_context():
        make_scheme()
        person_id = make_person("Admin", duties=(Duty.ADMINISTRATOR,))
    client.sign_in(person_id)
    return person_id


def send(client: Client, file: str | bytes, name: str = "people.csv") -> tuple[int, str, str]:
    """Send a file; follow to what it would change; returns status, address and page."""
    data = file.encode() if isinstance(file, str) else file
    answer = client.post("/manage/people/import", data={"file": (io.BytesIO(data), name)})
    if answer.status_code != 303:
        return answer.status_code, "", answer.text
    address = answer.headers["Location"]
    page = client.get(address)
    return page.status_code, address, page.text


def apply(client: Client, address: str, page: str) -> str:
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest
    answer = client.post(address, data={"digest": digest[1]}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_file_is_looked_at_before_it_is_applied(
    client: Client, app: Flask, administrator: int, settings: Settings
) -> None:
    _, address, page = send(client, FILE)
    assert "2 new employees" in page
    assert "Li Na" in page
    assert count(app) == 1, "nothing is written by looking"
    kept = settings.data_dir / "imports"
    assert len(list(kept.iterdir())) == 1
    assert "<h1>The file is applied</h1>" in apply(client, address, page)
    assert count(app) == 3
    assert list(kept.iterdir()) == [], "the file goes once it is applied"


def test_the_same_file_again_says_that_nothing_changes(
    client: Client, app: Flask, administrator: int
) -> None:
    _, address, page = send(client, FILE)
    apply(client, address, page)
    with app.app_context():
        entries = db.session.scalar(select(func.count()).select_from(LedgerEntry))
    _, _, page = send(client, FILE)
    assert "Nothing changed: the 2 entries of the file are here already." in page
    assert "Apply these changes" not in page
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == entries


def test_a_change_is_shown_before_and_after(client: Client, administrator: int) -> None:
    _, address, page = send(client, FILE)
    apply(client, address, page)
    _, _, page = send(client, FILE.replace("Li Na", "Li Nana").replace("support", "manager"))
    cells = re.findall(r'data-label="(?:Before|After)">([^<]*)<', page)
    assert cells == ["Li Na", "Li Nana", "Support staff", "Manager"]


def test_mistakes_are_shown_by_row_and_column_and_can_be_taken_away(
    client: Client, app: Flask, administrator: int, settings: Settings
) -> None:
    _, address, page = send(client, FILE.replace("support", "=evil()"))
    assert "The file has 1 mistake." in page
    for cell in ("C (role)", "=evil()", "data_entry, email"):
        assert cell in page
    assert count(app) == 1
    assert list((settings.data_dir / "imports").iterdir()) == []
    report = client.get(f"{address}/mistakes.csv")
    assert report.data.startswith(b"\xef\xbb\xbf")
    assert "3,C (role),'=evil(),data_entry" in report.text.replace('"', "")
    assert "attachment" in report.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04", "The workbook cannot be read"),
        (b"name\nx\n", "employee_number"),
        (b'number,"\n', "a quotation mark is out of place"),
        (b"a" * 40_000, "the cell is longer than"),
    ],
)
def test_a_file_that_is_no_table_is_refused_beside_its_field(
    client: Client, administrator: int, file: bytes, sentence: str
) -> None:
    status, _, page = send(client, file)
    assert status == 422
    assert sentence in page


def test_a_form_without_a_file_says_so(client: Client, administrator: int) -> None:
    answer = client.post("/manage/people/import", data={})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_what_was_not_looked_at_is_not_applied(
    client: Client, app: Flask, administrator: int
) -> None:
    _, address, page = send(client, FILE)
    _, other, other_page = send(client, FILE.replace("Li Na", "Li Nana"))
    apply(client, other, other_page)
    assert "no longer what you saw" in apply(client, address, page)
    with app.app_context():
        assert db.session.scalar(select(Person.name).where(Person.employee_number == "1")) == (
            "Li Nana"
        )


def test_a_hand_made_post_without_the_plan_changes_nothing(
    client: Client, app: Flask, administrator: int
) -> None:
    _, address, _ = send(client, FILE)
    assert client.post(address, data={}).status_code == 303
    assert count(app) == 1


def test_a_long_file_is_left_to_the_worker(
    client: Client,
    app: Flask,
    administrator: int,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(people_import, "AT_ONCE", 1)
    _, address, page = send(client, FILE)
    digest = re.search(r'name="digest" value="(\w+)"', page)
    assert digest
    client.post(address, data={"digest": digest[1]})
    waiting = client.get(address)
    assert waiting.headers["Refresh"] == "3"
    assert "<progress" in waiting.text
    assert count(app) == 1
    with app.app_context():
        job.apply_waiting(Uploads(settings.data_dir), app.config["SEALER"])
    assert "2 new employees" in client.get(address).text
    assert count(app) == 3
    assert list((settings.data_dir / "imports").iterdir()) == []


def test_a_long_file_that_is_outdated_or_gone_says_so(
    client: Client, app: Flask, administrator: int, settings: Settings
) -> None:
    addresses = []
    for name in ("Li Na", "Li Nana"):
        _, address, _ = send(client, FILE.replace("Li Na", name))
        addresses.append(address)
        with app.app_context():
            imports.queue(
                import_id=int(address.rpartition("/")[2]), options={"digest": "of another plan"}
            )
    uploads = Uploads(settings.data_dir)
    with app.app_context():
        uploads.forget(
            db.session.scalars(select(Import.sha256).order_by(Import.id.desc())).first() or ""
        )
        job.apply_waiting(uploads, app.config["SEALER"])
    assert "no longer what you saw" in client.get(addresses[0]).text
    assert "The file is no longer kept." in client.get(addresses[1]).text
    assert count(app) == 1


def test_the_empty_file_has_the_headings_of_the_reader_s_script(
    client: Client, administrator: int
) -> None:
    template = client.get("/manage/people/import/template.csv")
    assert template.data.decode("utf-8-sig").startswith("employee_number,name,email,role")


def test_a_file_that_nobody_came_back_to_goes(
    client: Client, administrator: int, settings: Settings
) -> None:
    send(client, FILE)
    (kept,) = (settings.data_dir / "imports").iterdir()
    os.utime(kept, (0, 0))
    send(client, FILE.replace("Li Na", "Li Nana"))
    assert not kept.exists()


def test_an_import_of_another_kind_is_not_found_here(
    client: Client, app: Flask, administrator: int
) -> None:
    with app.app_context():
        number = imports.receive(kind="results", filename="", sha256="", by_id=None, options={})
    assert client.get(f"/manage/people/import/{number}").status_code == 404
    assert client.post(f"/manage/people/import/{number}").status_code == 404


# Finding colleagues


def test_colleagues_are_found_by_name_number_address_and_team(
    client: Client, app: Flask, administrator: int
) -> None:
    with app.app_context():
        team = make_team("East")
        make_person("张三丰", team_id=team)
        make_person("100%_sure")
    for question, found in [
        ("q=三丰", {"张三丰"}),
        ("q=%25_s", {"100%_sure"}),
        (f"team={team}", {"张三丰"}),
        ("q=admin", {"Admin"}),
        ("q=zzz", set()),
    ]:
        page = client.get(f"/manage/people?{question}").text
        names = {name for name in ("张三丰", "100%_sure", "Admin") if f'">{name}<' in page}
        assert names - {"Admin"} == found - {"Admin"}, question
    assert "Nobody is found" in page


def test_those_who_have_left_stand_in_the_list_only_when_asked_for(
    client: Client, administrator: int
) -> None:
    _, address, page = send(
        client, "employee_number,name,role,left\n1,Gone Colleague,support,2020-01-01\n"
    )
    apply(client, address, page)
    assert "Gone Colleague" not in client.get("/manage/people").text
    assert "Gone Colleague" in client.get("/manage/people?everybody=1").text


def test_the_list_goes_on_by_key_and_back(client: Client, app: Flask, administrator: int) -> None:
    lines = [f"N{number:03},Colleague {number:03},support" for number in range(120)]
    _, address, page = send(client, "employee_number,name,role\n" + "\n".join(lines))
    apply(client, address, page)
    seen: list[str] = []
    address = "/manage/people"
    while address:
        page = client.get(address).text
        seen += re.findall(r">Colleague (\d+)<", page)
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        address = onward[1].replace("&amp;", "&") if onward else ""
    assert seen == [f"{number:03}" for number in range(120)]
    back = re.search(r'rel="prev" href="([^"]+)"', page)
    assert back
    assert "Colleague 060<" in client.get(back[1].replace("&amp;", "&")).text


# Letting them in


def test_an_invitation_is_shown_once_and_mailed(
    client: Client, app: Flask, administrator: int
) -> None:
    with app.app_context():
        person = make_person("Newcomer")
    page = client.post(f"/manage/people/{person}/invitation").text
    link = re.search(r"<code[^>]*>(http://[^<]+/invitation/[\w-]+)</code>", page)
    assert link
    assert link[1] not in client.get(f"/manage/people/{person}").text
    with app.app_context():
        message = db.session.scalars(select(Message)).one()
        assert (message.kind, message.person_id) == ("invitation", person)
        assert link[1].endswith(message.values["token"])


def test_the_way_back_into_an_account_is_not_shown_to_others(
    client: Client, app: Flask, administrator: int
) -> None:
    from operations.signing_in import set_password

    with app.app_context():
        person = make_person("Forgetful")
        number = db.session.get_one(Person, person).employee_number
        set_password(employee_number=number, new="seven wooden spoons")
    page = client.post(f"/manage/people/{person}/invitation", follow_redirects=True).text
    assert "on its way by mail" in page
    assert "/invitation/" not in page.replace(f"/manage/people/{person}/invitation", "")


def test_a_used_invitation_leaves_no_token_behind(
    client: Client, app: Flask, administrator: int
) -> None:
    with app.app_context():
        person = make_person("Newcomer")
    page = client.post(f"/manage/people/{person}/invitation").text
    link = re.search(r"(/invitation/[\w-]+)</code>", page)
    assert link
    new = {"new": "nine paper lanterns", "again": "nine paper lanterns"}
    assert client.post(link[1], data=new).status_code == 303
    with app.app_context():
        message = db.session.scalars(select(Message)).one()
        assert (message.values, message.next_try_at) == ({}, None)


PAGES = ["", "/import", "/import/template.csv", "/1"]


@pytest.mark.parametrize("duty", [None, *Duty])
def test_only_those_who_manage_come_in(client: Client, app: Flask, duty: Duty | None) -> None:
    with app.app_context():
        person = make_person("Somebody", duties=(duty,) if duty else ())
    client.sign_in(person)
    statuses = [client.get(f"/manage/people{page}").status_code for page in PAGES]
    posts = [client.post(f"/manage/people/{person}/invitation").status_code]
    posts.append(client.post("/manage/people/import", data={}).status_code)
    if duty is Duty.ADMINISTRATOR:
        assert (statuses, posts) == ([200, 200, 200, 200], [200, 422])
    elif duty is Duty.SCHEME_MANAGER:
        assert (statuses, posts) == ([200, 403, 403, 200], [403, 403])
    else:
        assert (statuses, posts) == ([403] * 4, [403, 403])


def test_a_signed_out_reader_is_led_to_the_door(client: Client) -> None:
    answer = client.get("/manage/people")
    assert answer.headers["Location"] == "/sign-in?next=/manage/people"


def test_whoever_leaves_by_a_file_is_out_at_once(
    client: Client, app: Flask, administrator: int
) -> None:
    with app.app_context():
        number = db.session.get_one(Person, administrator).employee_number
    lines = f"employee_number,name,role,left\n{number},Admin,support,2020-01-01\n"
    path = Path(app.config["SETTINGS"].data_dir) / "people.csv"
    path.write_text(lines)
    ran = app.test_cli_runner().invoke(args=["people", "import", str(path)])
    assert ran.exit_code == 0, ran.output
    assert client.get("/manage/people").status_code == 303
