"""Nobody but the policy reviewers reads what lies behind a rule's outcome."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask

from models.ledger import entries
from models.nominations import by_number
from models.results import ConductRecord
from models.scheme import day_at
from operations.transaction import Transaction, operation
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    stage,
)
from tests.fixtures.pages import Client
from tests.reviewing import confirm, make_rule, propose
from tests.roads import let_the_notice_end, make_audited
from workflow.vocabulary import Action, ConductKind, Duty, Reason, Stage

REFERENCE = "CMP-CANARY-4417"
FIGURES = "bar an award"


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award(road="instant", quotas=(1,))
        make_rule("complaints", "complaints_in_month", limit=1)
        return make_cast()


@operation
def plant(tx: Transaction, person_id: int) -> date:
    """One upheld complaint, on a day that no window begins or ends with."""
    today = day_at(tx.now)
    day = today.replace(day=2) if today.day > 3 else today
    tx.add(
        ConductRecord(person_id=person_id, kind=ConductKind.COMPLAINT, day=day, reference=REFERENCE)
    )
    return day


def secrets(day: date) -> list[str]:
    """The record's reference and its day, however a page might write it."""
    written = [day.isoformat(), f"{day.day} {day:%b} {day.year}", f"{day.day} {day:%B} {day.year}"]
    chinese = f"{day.year}年{day.month}月{day.day}日"
    return [REFERENCE, *written, chinese, FIGURES]


def told(text: str, words: list[str]) -> list[str]:
    """Which of the words stand in the text by themselves."""
    return [word for word in words if re.search(rf"(?<!\d){re.escape(word)}(?!\d)", text)]


def pages(number: str) -> list[str]:
    case = f"/cases/{number}"
    return [
        case, f"{case}/policy", f"{case}/performance", f"{case}/waivers/1", f"{case}/openings",
        f"{case}/policy/complaints/1", f"/archive/{number}", "/archive/", "/archive/changes",
        "/honour-roll/", "/inbox/", "/", "/queue", "/nominations", "/notices", "/awards/quarterly",
        "/tiering/", "/tiering/quarterly/2026-Q4", "/manage/", "/my-score",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "end",
    [
        "rejected",
        *(pytest.param(end, marks=pytest.mark.prove) for end in ("waiting", "waived", "awarded")),
    ],
)
def test_no_page_shows_the_record_behind_a_rule(
    client: Client, app: Flask, cast: Cast, end: str
) -> None:
    with app.app_context():
        day = plant(cast.nominee)
        number = make_audited(cast)
        proposal = propose(cast.policy, number, cast.nominee)
        if end == "rejected":
            decide(cast.policy, number, Action.REJECT, Reason.POLICY_NOT_MET, SENTENCE)
        elif end != "waiting":
            confirm(cast.scheme_manager, number, proposal)
            decide(cast.policy, number, Action.APPROVE)
        if end == "awarded":
            let_the_notice_end(number)
        administrator = make_person("Administrator", duties=(Duty.ADMINISTRATOR,))
        for entry in entries(number):
            assert told(entry.data.decode(), [REFERENCE]) == []
    readers = [cast.nominee, cast.committee, cast.colleague, cast.performance, administrator]
    seen = 0
    for reader in readers:
        client.sign_in(reader)
        for path in pages(number):
            answer = client.get(path, follow_redirects=True)
            seen += answer.status_code == 200
            assert told(answer.text, secrets(day)) == [], f"{path} to person {reader}"
    assert seen > 5 * len(readers)
    client.sign_in(cast.policy)
    if end == "waiting":
        assert FIGURES in client.get(f"/cases/{number}/policy").text
    assert REFERENCE in client.get("/manage/conduct").text


@pytest.mark.parametrize(
    ("end", "word"), [("approved", "Waived"), ("rejected", "Fail")], ids=["waived", "failed"]
)
def test_everybody_reads_the_coded_outcome(
    client: Client, app: Flask, cast: Cast, end: str, word: str
) -> None:
    with app.app_context():
        plant(cast.nominee)
        number = make_audited(cast)
        if end == "approved":
            confirm(cast.scheme_manager, number, propose(cast.policy, number, cast.nominee))
            decide(cast.policy, number, Action.APPROVE)
            assert stage(number) is Stage.PUBLIC_NOTICE
        else:
            decide(cast.policy, number, Action.REJECT, Reason.POLICY_NOT_MET, SENTENCE)
        assert by_number(number) is not None
    for reader, path in (
        (cast.committee, f"/cases/{number}"),
        (cast.nominator, f"/cases/{number}"),
        (cast.colleague, f"/archive/{number}"),
    ):
        client.sign_in(reader)
        text = client.get(path).text
        rules = text[text.index('id="rules"') :]
        rules = rules[: rules.index("</section>")]
        assert word in rules
        assert "<code" in rules
        assert ">complaints<" in rules


def test_a_case_that_waits_at_the_review_again_shows_no_old_outcome(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        plant(cast.nominee)
        number = make_audited(cast)
    client.sign_in(cast.committee)
    assert 'id="rules"' not in client.get(f"/cases/{number}").text
