"""The worksheets of the two audits, through the pages."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from models.nominations import by_number
from operations import drafts
from operations.drafts import Written
from tests import roads
from tests.builders import (
    Cast,
    decide,
    make_person,
    make_submitted,
    stage,
    version,
)
from tests.fixtures.pages import Client
from workflow.vocabulary import Action, ContactOutcome, Duty, Reason, Stage, Verdict


@pytest.fixture
def number(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return make_submitted(cast, claims=("She called back.", "She found the card."))


@pytest.fixture
def confirmed(app: Flask, cast: Cast, number: str) -> str:
    """A case at the external audit."""
    with app.app_context():
        roads.find(cast.internal, number)
        decide(cast.internal, number, Action.APPROVE)
    return number


def claims(app: Flask, number: str) -> list[tuple[int, Verdict | None, str | None]]:
    with app.app_context():
        nomination = by_number(number)
        assert nomination is not None
        return [
            (claim.id, f.verdict if f else None, f.note.text if f else None)
            for claim in nomination.claims
            for f in [claim.finding]
        ]


def send(client: Client, number: str, path: str, **answer: object) -> tuple[int, str]:
    with client.application.app_context():
        now = version(number)
    response = client.post(f"/cases/{number}/{path}", data={"version": now} | answer)
    return response.status_code, response.text


def both(app: Flask, number: str, first: str, second: str) -> dict[str, str]:
    (one, *_), (two, *_) = claims(app, number)
    return {f"verdict_{one}": first, f"verdict_{two}": second, f"note_{two}": "Minute 12."}


def stage_of(app: Flask, number: str) -> Stage:
    with app.app_context():
        return stage(number)


def test_verdicts_and_approval_are_one_press_of_a_button(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    answer = both(app, number, "confirmed", "unverifiable")
    assert send(client, number, "internal-audit", do="approve", **answer)[0] == 303
    assert stage_of(app, number) is Stage.EXTERNAL_AUDIT
    assert [row[1:] for row in claims(app, number)] == [
        (Verdict.CONFIRMED, ""),
        (Verdict.UNVERIFIABLE, "Minute 12."),
    ]


def test_an_approval_that_is_refused_keeps_the_verdicts_and_says_why(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    answer = both(app, number, "confirmed", "refuted")
    status, page = send(client, number, "internal-audit", do="approve", **answer)
    assert (status, "Claim 2 is refuted" in page) == (422, True)
    assert stage_of(app, number) is Stage.INTERNAL_AUDIT
    assert [row[1] for row in claims(app, number)] == [Verdict.CONFIRMED, Verdict.REFUTED]
    assert "Minute 12." in page


def test_verdicts_are_kept_without_deciding_and_shown_again(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    (one, *_), _second = claims(app, number)
    assert (
        send(client, number, "internal-audit", do="keep", **{f"verdict_{one}": "refuted"})[0] == 303
    )
    page = client.get(f"/cases/{number}/internal-audit").text
    chosen = re.findall(r'<input checked[^>]*name="verdict_(\d+)"[^>]*value="(\w+)"', page)
    assert chosen == [(str(one), "refuted")]
    assert stage_of(app, number) is Stage.INTERNAL_AUDIT


def test_a_return_from_the_worksheet_keeps_the_verdicts_and_asks_for_the_reason(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    with app.app_context():
        now = version(number)
    answer = both(app, number, "confirmed", "refuted") | {"do": "return", "version": str(now)}
    sent = client.post(f"/cases/{number}/internal-audit", data=answer)
    assert sent.location == f"/cases/{number}/return"
    assert [row[1] for row in claims(app, number)] == [Verdict.CONFIRMED, Verdict.REFUTED]
    assert "Why?" in client.get(sent.location).text


def test_a_verdict_that_is_none_is_refused_beside_its_claim(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    (one, *_), _second = claims(app, number)
    answer = {f"verdict_{one}": "splendid", f"note_{one}": "Kept all the same."}
    status, page = send(client, number, "internal-audit", do="keep", **answer)
    assert (status, "Choose one of those shown." in page) == (422, True)
    assert "Kept all the same." in page


def test_a_note_is_never_lost_and_is_no_act_until_it_is_recorded(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    (one, *_), _second = claims(app, number)
    typed = {f"note_{one}": "Half a no", f"verdict_{one}": "confirmed"}
    saved = client.post(f"/cases/{number}/worksheet", data=typed).get_json()
    assert re.fullmatch(r"\d\d:\d\d", saved["saved"])
    assert [row[1] for row in claims(app, number)] == [None, None]
    assert "Half a no" in client.get(f"/cases/{number}/internal-audit").text
    with app.app_context():
        other = make_person("Other auditor", duties=(Duty.INTERNAL_AUDITOR,))
    client.sign_in(other)
    assert "Half a no" not in client.get(f"/cases/{number}/internal-audit").text


def test_a_worksheet_opened_before_a_correction_records_nothing_on_the_new_wording(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    answer = both(app, number, "confirmed", "confirmed")
    with app.app_context():
        opened = {"version": str(version(number))}
    client.sign_in(cast.internal)
    client.post(f"/cases/{number}/worksheet", data=answer | opened)
    with app.app_context():
        decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, "Say which call it was.")
        claim, *_ = claims(app, number)[0]
        corrected = Written(claims={claim: "She rebuilt the whole warehouse."})
        drafts.save(person_id=cast.nominator, number=number, written=corrected)
        decide(cast.nominator, number, Action.RESUBMIT)
    late = client.post(f"/cases/{number}/internal-audit", data=answer | opened | {"do": "approve"})
    assert (late.status_code, "Minute 12." in late.text) == (409, True)
    assert client.post(f"/cases/{number}/worksheet", data=answer | opened).status_code == 409
    assert [row[1] for row in claims(app, number)] == [None, None]
    page = client.get(f"/cases/{number}/internal-audit").text
    assert "Minute 12." in page
    assert not re.search(r'<input checked[^>]*name="verdict_', page)


def test_whoever_is_overtaken_at_a_desk_hears_by_whom_and_keeps_what_was_typed(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    desks = [("internal-audit", Duty.INTERNAL_AUDITOR), ("external-audit", Duty.EXTERNAL_AUDITOR)]
    decides = {Duty.INTERNAL_AUDITOR: cast.internal, Duty.EXTERNAL_AUDITOR: cast.external}
    for path, duty in desks:
        typed = both(app, number, "confirmed", "confirmed")
        typed |= {"channel": "phone", "outcome": "confirmed", "marks": "5", "note": "Minute 12."}
        with app.app_context():
            slower = make_person("Slower", duties=(duty,))
            opened = {"version": version(number), "do": "approve"}
            if duty is Duty.INTERNAL_AUDITOR:
                roads.find(cast.internal, number)
            else:
                roads.call(cast.external, number)
            decide(decides[duty], number, Action.APPROVE)
        client.sign_in(slower)
        late = client.post(f"/cases/{number}/{path}", data=typed | opened)
        assert late.status_code == 409
        assert "Somebody was faster" in late.text
        assert "Minute 12." in late.text


def test_a_worksheet_without_a_form_gives_back_what_was_typed(
    app: Flask, client: Client, cast: Cast, confirmed: str
) -> None:
    client.sign_in(cast.internal)
    status, page = send(client, confirmed, "internal-audit", **both(app, confirmed, "", ""))
    assert (status, "Minute 12." in page) == (422, True)


def test_who_has_no_such_duty_is_led_back_to_the_case(
    client: Client, cast: Cast, number: str, confirmed: str
) -> None:
    client.sign_in(cast.nominator)
    for path in ("internal-audit", "external-audit"):
        assert client.get(f"/cases/{number}/{path}").location == f"/cases/{number}"
    client.sign_in(cast.colleague)
    assert client.get(f"/cases/{number}/external-audit").status_code == 404


def test_the_worksheet_of_a_case_that_has_gone_on_says_so(
    client: Client, cast: Cast, confirmed: str
) -> None:
    client.sign_in(cast.internal)
    page = client.get(f"/cases/{confirmed}/internal-audit")
    assert page.status_code == 200
    assert "The case is at another stage now" in page.text
    assert "<textarea" not in page.text


def test_an_attempt_is_logged_with_its_marks_and_opens_the_approval(
    app: Flask, client: Client, cast: Cast, confirmed: str
) -> None:
    client.sign_in(cast.external)
    page = client.get(f"/cases/{confirmed}/external-audit").text
    assert "Ask the customer first" in page
    assert "Approve and pass on" not in page
    assert re.search(r'<form [^>]*id="contact"[^>]*data-begin="after"', page)  # after the last case
    answer = {"channel": "phone", "outcome": "confirmed", "note": "Glad of the call."}
    status, page = send(client, confirmed, "external-audit", **answer)
    assert (status, "give the marks: 1 to 5" in page) == (422, True)
    assert "Glad of the call." in page
    assert send(client, confirmed, "external-audit", marks="5", **answer)[0] == 303
    page = client.get(f"/cases/{confirmed}/external-audit").text
    assert "Perceived by the customer" in page
    assert "Glad of the call." in page
    assert send(client, confirmed, "approve")[0] == 303
    assert stage_of(app, confirmed) is Stage.POLICY_REVIEW


def test_an_attempt_is_logged_and_the_case_passed_on_in_one_go_where_the_rules_allow_it(
    app: Flask, client: Client, cast: Cast, confirmed: str
) -> None:
    client.sign_in(cast.external)
    silent = {"channel": "phone", "outcome": "no_answer", "do": "approve"}
    status, page = send(client, confirmed, "external-audit", **silent)
    assert status == 422
    assert "The attempt is logged." in page
    assert "Ask the customer first" in page
    assert re.search(r"<input checked[^>]*value=\"phone\"", page)  # as the last one was asked
    answer = {"channel": "phone", "outcome": "confirmed", "marks": "5", "do": "approve"}
    assert send(client, confirmed, "external-audit", **answer)[0] == 303
    assert stage_of(app, confirmed) is Stage.POLICY_REVIEW
    assert "No other case waits for you here." in client.get("/").text


def test_silence_after_the_last_attempt_is_shown_as_an_outcome_of_its_own(
    app: Flask, client: Client, cast: Cast, confirmed: str
) -> None:
    client.sign_in(cast.external)
    for attempt in range(3):
        page = client.get(f"/cases/{confirmed}/external-audit").text
        assert f"{attempt} of 3 attempts without an answer so far" in page
        send(client, confirmed, "external-audit", channel="email", outcome="no_answer")
    page = client.get(f"/cases/{confirmed}/external-audit").text
    assert "No answer from the customer" in page
    assert "Approve and pass on" in page


def test_a_contact_note_being_typed_is_kept_for_its_writer(
    client: Client, cast: Cast, confirmed: str
) -> None:
    client.sign_in(cast.external)
    typed = {"note": "She said that", "channel": "chat"}
    assert client.post(f"/cases/{confirmed}/worksheet", data=typed).status_code == 200
    page = client.get(f"/cases/{confirmed}/external-audit").text
    assert "She said that" in page
    long = client.post(f"/cases/{confirmed}/worksheet", data=typed | {"note": "long " * 500})
    assert long.status_code == 422  # nothing that is not kept is called saved
    assert "Note: Shorten it to 2000 characters" in long.get_json()["message"]
    assert re.search(r"<input checked[^>]*value=\"chat\"", page)


def test_only_an_external_auditor_who_may_work_on_the_case_reads_the_notes(
    app: Flask, client: Client, cast: Cast, confirmed: str
) -> None:
    with app.app_context():
        roads.call(cast.external, confirmed, ContactOutcome.NO_ANSWER, None, "Mrs Wang was out.")
        free = make_person("Free auditor", duties=(Duty.EXTERNAL_AUDITOR,))
        barred = make_person("Both", duties=(Duty.INTERNAL_AUDITOR, Duty.EXTERNAL_AUDITOR))
        second = make_submitted(cast)
        roads.find(barred, second)
        decide(cast.internal, second, Action.APPROVE)
        roads.call(cast.external, second, ContactOutcome.NO_ANSWER, None, "Mrs Wang was out.")
    client.sign_in(free)
    assert "Mrs Wang was out." in client.get(f"/cases/{confirmed}/external-audit").text
    client.sign_in(barred)
    page = client.get(f"/cases/{second}/external-audit").text
    assert "You took part in this case at another stage" in page
    assert "Mrs Wang" not in page
