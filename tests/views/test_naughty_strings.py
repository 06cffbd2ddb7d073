"""Whatever is typed at the door, or about people and duties: an answer, never a crash."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from markupsafe import escape

from tests.builders import make_award, make_person, make_scheme
from tests.fixtures.pages import Client
from workflow.vocabulary import Duty

BLNS = Path(__file__).parents[3] / "shared" / "data" / "blns.json"
ODD = [
    "\x00",
    "\ud800",
    "\u202e",
    "a" * 100_000,
    "9" * 400,
    "-1",
    "1e400",
    "\r\n",
    "%00",
    "{{7*7}}",
]


sparsely = pytest.mark.parametrize("step", [16, pytest.param(1, marks=pytest.mark.prove)])


def strings(step: int) -> list[str]:
    """Every naughty string, or one in so many, and always our own."""
    if not BLNS.exists():
        pytest.skip(f"the list of naughty strings is not at {BLNS}")
    return [*json.loads(BLNS.read_text())[::step], *ODD]


@sparsely
@pytest.mark.parametrize(
    ("path", "field", "others"),
    [
        ("/sign-in", "email", {"password": ""}),
        ("/manage/duties/new", "person", {"duty": "arbiter"}),
        ("/manage/duties/new", "duty", {"person": "x"}),
        ("/manage/duties/new", "ends", {"person": "x", "duty": "arbiter"}),
        ("/password", "new", {"old": "x", "again": "y"}),
        ("/sign-in/demo", "person", {}),
        ("/manage/people/import/1", "digest", {}),
    ],
)
def test_a_form_answers_every_string(
    client: Client, app: Flask, step: int, path: str, field: str, others: dict[str, str]
) -> None:
    with app.app_context():
        make_scheme()
        make_award()
        person = make_person("Admin", duties=(Duty.ADMINISTRATOR,))
        make_person("Li Na", duties=(Duty.ARBITER,))
    if path != "/sign-in":
        client.sign_in(person)
    for text in strings(step):
        data = {field: text.encode("utf-8", "surrogatepass"), **others}
        status = client.post(path, data=data).status_code
        assert status < 500, repr(text)


def test_a_reason_is_kept_and_shown_exactly(client: Client, app: Flask) -> None:
    kept = '"><script>alert(1)</script> Ω≈ç√ 田中さん ثم نفس {{7*7}} \u202e%s'
    with app.app_context():
        make_scheme()
        person = make_person("Admin", duties=(Duty.ADMINISTRATOR,))
        make_person("Li Na", duties=(Duty.ARBITER,))
    client.sign_in(person)
    assert client.post("/manage/duties/2/end", data={"reason": kept}).status_code == 303
    assert str(escape(kept)) in client.get("/manage/duties").text


@sparsely
@pytest.mark.parametrize(
    "path",
    [
        "/manage/people?q=",
        "/manage/people?team=",
        "/manage/people?after=",
        "/manage/people?before=",
        "/manage/duties?duty=",
        "/manage/duties?after=",
        "/inbox/?before=",
        "/sign-in?next=",
    ],
)
def test_an_address_answers_every_string(client: Client, app: Flask, step: int, path: str) -> None:
    with app.app_context():
        make_scheme()
        person = make_person("Admin", duties=(Duty.ADMINISTRATOR,))
    client.sign_in(person)
    address, _, name = path.partition("?")
    for text in strings(step):
        data = text.encode("utf-8", "surrogatepass")
        answer = client.get(address, query_string={name.rstrip("="): data})
        assert answer.status_code < 500, repr(text)
