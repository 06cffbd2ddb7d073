"""The internal auditor's worksheet: what it asks, what it points out, and what it keeps sealed."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask

from models.nominations import Finding
from operations import findings
from operations.findings import Found
from tests.auditing import case, claims, judge, lay_down, name_call
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_draft,
    make_person,
    make_submitted,
    stage,
    version,
)
from tests.fixtures.pages import Client
from workflow.vocabulary import Action, Consequence, Duty, Method, Reason, Stage, Verdict

YES, NO = Verdict.CONFIRMED, Verdict.REFUTED
CANARY = "Canary 77: the recording is silent."


@pytest.fixture
def number(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return make_submitted(cast, claims=("She called back.", "She found the card."))


@pytest.fixture
def second(app: Flask, cast: Cast) -> int:
    with app.app_context():
        return make_person("Second auditor", duties=(Duty.INTERNAL_AUDITOR,))


@pytest.fixture
def double(app: Flask, cast: Cast, number: str) -> str:
    with app.app_context():
        lay_down(auditors_needed=2)
    return number


def send(client: Client, number: str, **answer: object) -> tuple[int, str]:
    with client.application.app_context():
        now = version(number)
    response = client.post(
        f"/cases/{number}/internal-audit",
        data={"version": now} | answer,
        content_type="multipart/form-data",
        follow_redirects=True,
    )
    return response.status_code, response.text


def asked(app: Flask, number: str, **answers: str) -> dict[str, str]:
    """The same answers for every claim."""
    with app.app_context():
        return {f"{what}_{c}": told for c in claims(number) for what, told in answers.items()}


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_verdict_goes_with_its_method_and_the_call_that_was_found(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    answers = asked(app, number, verdict="confirmed", method="system_log", reference="CALL-9")
    assert send(client, number, do="keep", **answers)[0] == 200
    with app.app_context():
        found = [claim.finding for claim in case(number).claims]
        told = [(f.method, f.reference.text) for f in found if f and f.reference]
        assert told == [(Method.SYSTEM_LOG, "CALL-9")] * 2
        other = make_submitted(cast)
    page = client.get(f"/cases/{other}/internal-audit").text
    assert re.search(r'<option selected value="system_log">', page)  # as the last claim was checked


def test_a_method_that_is_none_is_refused_beside_its_claim(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    answers = asked(app, number, verdict="confirmed", method="by_guessing")
    status, page = send(client, number, do="keep", **answers)
    assert status == 422
    assert "Choose one of those shown." in page


@pytest.mark.parametrize("consequence", Consequence)
def test_what_follows_is_said_before_a_verdict_is_given(
    app: Flask, client: Client, cast: Cast, number: str, consequence: Consequence
) -> None:
    said = {
        Consequence.CONTINUE: "The nomination goes on without the claim",
        Consequence.RETURN: "The nomination is returned or rejected",
        Consequence.REJECT: "The nomination is rejected",
    }
    with app.app_context():
        lay_down(if_refuted=consequence, if_unverifiable=Consequence.RETURN)
    client.sign_in(cast.internal)
    page = text_of(client.get(f"/cases/{number}/internal-audit").text)
    assert f"Refuted {said[consequence]}" in page
    assert "Unverifiable The nomination is returned or rejected" in page
    assert f"Refuted {said[consequence]}" in text_of(client.get("/awards/quarterly").text)


def test_a_case_that_went_on_without_a_claim_says_which(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        judge(cast.internal, number, YES, Verdict.UNVERIFIABLE)
        decide(cast.internal, number, Action.APPROVE)
    client.sign_in(cast.nominator)
    page = client.get(f"/cases/{number}").text
    assert "The case went on without claim 2, which was not confirmed." in page


def test_a_call_named_before_is_pointed_out_to_both_and_leads_the_auditor_there(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        judge(cast.internal, number, YES, YES)
        stranger = make_person("Stranger")
        draft = make_draft(stranger, [cast.nominee])
        name_call(draft, f"call {number}")
    client.sign_in(stranger)
    written = client.get(f"/nominations/{draft}/edit").text
    preview = client.get(f"/nominations/{draft}/preview").text
    assert re.search(r'data-known="\d+">', written)  # and not hidden
    assert "Another nomination names the same event" in preview
    for page in (written, preview):
        assert number not in page.replace(f"call {number}", "")  # which one is not for them
    with app.app_context():
        decide(stranger, draft, Action.SUBMIT)
    client.sign_in(cast.internal)
    page = client.get(f"/cases/{draft}/internal-audit").text
    assert f'href="/cases/{number}"' in page
    assert f"case {number} , claim 1 · Quarterly Award Internal audit Confirmed" in text_of(page)
    assert "% of this text stands in case" in page


def test_a_reference_of_ones_own_is_nothing_to_point_out(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        draft = make_draft(cast.nominator, [cast.nominee])
    client.sign_in(cast.nominator)
    assert "nother nomination names" not in client.get(f"/nominations/{draft}/preview").text
    assert re.search(r'data-known="\d+" hidden>', client.get(f"/nominations/{draft}/edit").text)


def test_typing_a_known_reference_is_answered_by_the_autosave(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        draft = make_draft(cast.nominator, [cast.nominee])
        piece = case(draft).claims[0].evidence[0].id
    client.sign_in(cast.nominator)
    answer = client.post(
        f"/nominations/{draft}/autosave", data={f"evidence_{piece}": f"Call-{number}"}
    )
    assert answer.json is not None
    assert answer.json["known"] == [piece]


def test_a_file_of_the_auditors_own_is_for_those_on_duty_and_never_for_the_parties(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    with app.app_context():
        first = claims(number)[0]
    file = (io.BytesIO(b"12:04 call 0087 answered"), "log.txt")
    assert send(client, number, do="keep", **{f"file_{first}": file})[0] == 200
    page = client.get(f"/cases/{number}/internal-audit").text
    found = re.search(rf"/cases/{number}/evidence/[0-9a-f]{{64}}", page)
    assert found
    assert "call 0087 answered" in client.get(found[0]).text
    for party in (cast.nominator, cast.nominee):
        client.sign_in(party)
        assert client.get(found[0]).status_code == 404
        assert "log.txt" not in client.get(f"/cases/{number}").text
    client.sign_in(cast.scheme_manager)
    assert client.get(found[0]).status_code == 200
    assert "log.txt" in client.get(f"/cases/{number}").text


def test_a_file_that_is_refused_keeps_what_was_typed(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    with app.app_context():
        first = claims(number)[0]
    file = (io.BytesIO(b"<html>"), "page.html")
    answers = {f"file_{first}": file, f"note_{first}": CANARY, f"verdict_{first}": "refuted"}
    status, page = send(client, number, do="keep", **answers)
    assert status == 422
    assert CANARY in page
    with app.app_context():
        assert not case(number).claims[0].findings


PLACES = (
    "/cases/{number}",
    "/cases/{number}/internal-audit",
    "/cases/{number}/openings",
    "/cases/{number}/approve",
    "/cases/{number}/reject",
    "/cases/{number}/return",
    "/archive/{number}",
    "/archive/?text={number}",
    "/queue",
    "/",
    "/inbox/",
    "/nominations",
)


def test_the_first_opinion_is_nowhere_until_the_second_is_in(
    app: Flask, client: Client, cast: Cast, double: str, second: int
) -> None:
    digest = keep_file(app, client, cast.internal, double)
    assert client.get(f"/cases/{double}/evidence/{digest}").status_code == 200
    with app.app_context():
        judge(cast.internal, double, NO, NO, note=CANARY, reference="TCK-424242")
        other = make_submitted(cast)
        name_call_twice = make_draft(cast.nominator, [cast.nominee])
        name_call(name_call_twice, "TCK-424242")
        decide(cast.nominator, name_call_twice, Action.SUBMIT)
    readers = {
        "second": second,
        "nominator": cast.nominator,
        "nominee": cast.nominee,
        "external": cast.external,
        "committee": cast.committee,
        "manager": cast.scheme_manager,
        "arbiter": cast.arbiter,
    }
    for name, reader in readers.items():
        client.sign_in(reader)
        for place in (*PLACES, f"/cases/{other}", f"/cases/{name_call_twice}/internal-audit"):
            page = client.get(place.format(number=double)).text
            told = text_of(page.replace(f"{name_call_twice}", ""))
            where = f"{name}: {place}"
            assert "Canary" not in told, where
            assert "silent.txt" not in told, where
            assert "Verdict on claim 1: Refuted" not in told, where
            if "evidence" not in place and name_call_twice not in place:
                assert "424242" not in told, where
            assert not re.search(r'value="refuted"[^>]*checked|checked[^>]*value="refuted"', page)
        assert client.get(f"/cases/{double}/evidence/{digest}").status_code == 404, name
    client.sign_in(second)
    register = text_of(client.get(f"/cases/{double}").text)
    assert "Verdict on claim 1 given, sealed for now" in register
    with app.app_context():
        judge(second, double, NO, NO)
    page = client.get(f"/cases/{double}/internal-audit").text
    assert CANARY in page
    assert "Verdict on claim 1: Refuted" in text_of(client.get(f"/cases/{double}").text)
    assert client.get(f"/cases/{double}/evidence/{digest}").status_code == 200


def keep_file(app: Flask, client: Client, person_id: int, number: str) -> str:
    client.sign_in(person_id)
    with app.app_context():
        first = claims(number)[0]
    send(client, number, do="keep", **{f"file_{first}": (io.BytesIO(b"nothing"), "silent.txt")})
    found = re.search(
        r"evidence/([0-9a-f]{64})", client.get(f"/cases/{number}/internal-audit").text
    )
    assert found
    return found[1]


def test_ones_own_opinion_stays_in_sight_while_it_is_sealed(
    app: Flask, client: Client, cast: Cast, double: str
) -> None:
    client.sign_in(cast.internal)
    answers = asked(app, double, verdict="refuted", note=CANARY)
    status, page = send(client, double, do="keep", **answers)
    assert status == 200
    assert "nobody sees it until the other one is in. No other case waits for you here." in page
    assert CANARY in client.get(f"/cases/{double}/internal-audit").text
    assert "Verdict on claim 1: Refuted" in text_of(client.get(f"/cases/{double}").text)


def test_a_file_kept_beside_whole_verdicts_puts_none_of_them_on_record(
    app: Flask, client: Client, cast: Cast, double: str
) -> None:
    client.sign_in(cast.internal)
    answers = asked(app, double, verdict="refuted", note=CANARY)
    assert CANARY in send(client, double, do="file", **answers)[1]
    with app.app_context():
        assert not case(double).claims[0].findings


def test_half_an_opinion_is_kept_for_its_writer_and_is_no_act(
    app: Flask, client: Client, cast: Cast, double: str
) -> None:
    client.sign_in(cast.internal)
    with app.app_context():
        first = claims(double)[0]
    half = {f"verdict_{first}": "confirmed", f"note_{first}": CANARY}
    status, page = send(client, double, do="keep", **half)
    assert status == 200
    assert "once every claim has a verdict" in page
    assert CANARY in page
    status, page = send(client, double, do="approve", **half)
    assert status == 422
    assert "yours is recorded whole" in text_of(page)
    with app.app_context():
        assert not case(double).claims[0].findings


def test_the_third_sees_both_opinions_and_is_asked_about_the_split_alone(
    app: Flask, client: Client, cast: Cast, double: str, second: int
) -> None:
    with app.app_context():
        judge(cast.internal, double, YES, YES, note="First note.")
        judge(second, double, YES, NO, note="Second note.")
        third = make_person("Third auditor", duties=(Duty.INTERNAL_AUDITOR,))
        one, two = claims(double)
    client.sign_in(third)
    page = client.get(f"/cases/{double}/internal-audit").text
    assert "First note." in page
    assert "Second note." in page
    assert f'name="verdict_{two}"' in page
    assert f'name="verdict_{one}"' not in page
    answer = {f"verdict_{two}": "confirmed", f"method_{two}": "witness_asked"}
    send(client, double, do="approve", **answer)
    with app.app_context():
        assert stage(double) is Stage.EXTERNAL_AUDIT


def test_an_opinion_sent_late_is_refused_with_a_sentence(
    app: Flask, client: Client, cast: Cast, double: str, second: int
) -> None:
    client.sign_in(cast.internal)
    answers = asked(app, double, verdict="refuted")
    with app.app_context():
        judge(cast.internal, double, YES, YES)
        judge(second, double, YES, YES)
        findings_now = len(case(double).claims[0].findings)
    status, _page = send(client, double, do="reject", **answers)
    assert status in (200, 422)
    with app.app_context():
        assert len(case(double).claims[0].findings) == findings_now
        with pytest.raises(Exception, match="opinions_are_complete"):
            findings.record(
                person_id=cast.internal,
                number=double,
                findings=[Found(c, NO, method=Method.OTHER) for c in claims(double)],
            )
        decide(second, double, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
        assert isinstance(case(double).claims[0].finding, Finding)
