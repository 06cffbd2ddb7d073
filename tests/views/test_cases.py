"""The case page and its acts: who sees what, who may do what, and each refusal's sentence."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from models.base import db
from models.people import DutyGrant, Person
from operations.transaction import Transaction, operation
from tests import roads
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_draft,
    make_person,
    make_scheme,
    make_submitted,
    stage,
    version,
)
from tests.fixtures.pages import Client
from views.casefile import DESKS
from workflow.vocabulary import Action, Duty, Language, Reason, Stage

NO_EVENT = {"reason": "event_not_confirmed", "sentence": SENTENCE}
TOKEN = re.compile(r"(?<=name=\"csrf_token\" value=\")[^\"]+")


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award()
        make_award("instant", road="instant")
        return make_cast()


@pytest.fixture
def number(app: Flask, cast: Cast) -> str:
    with app.app_context():
        return make_submitted(cast)


@operation
def entrust(tx: Transaction, person_id: int, *duties: Duty) -> None:
    for duty in duties:
        person = tx.session.get_one(Person, person_id)
        tx.record(DutyGrant(person=person, duty=duty, starts_at=tx.now))


def post(client: Client, number: str, action: str, **answer: object) -> tuple[int, str]:
    with client.application.app_context():
        now = version(number)
    response = client.post(f"/cases/{number}/{action}", data={"version": now} | answer)
    return response.status_code, response.text


def stage_of(app: Flask, number: str) -> Stage:
    with app.app_context():
        return stage(number)


def test_parties_and_those_on_duty_see_the_case_and_nobody_else_does(
    client: Client, cast: Cast, number: str
) -> None:
    for insider in ("nominator", "nominee", "internal", "external", "committee", "arbiter"):
        client.sign_in(getattr(cast, insider))
        assert client.get(f"/cases/{number}").status_code == 200, insider
    for outsider in (cast.colleague, cast.manager):
        client.sign_in(outsider)
        assert client.get(f"/cases/{number}").status_code == 404


def test_a_draft_is_its_writers_alone(app: Flask, client: Client, cast: Cast) -> None:
    with app.app_context():
        draft = make_draft(cast.nominator, [cast.nominee])
    for other in ("nominee", "internal", "committee", "colleague"):
        client.sign_in(getattr(cast, other))
        assert client.get(f"/cases/{draft}").status_code == 404, other
    client.sign_in(cast.nominator)
    assert "Go on writing" in client.get(f"/cases/{draft}").text


def test_a_public_case_leads_everybody_else_to_its_page_in_the_archive(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        awarded = roads.make_awarded(cast, award_key="instant")
        withdrawn = make_submitted(cast)
        decide(cast.nominator, withdrawn, Action.WITHDRAW)
    client.sign_in(cast.colleague)
    assert client.get(f"/cases/{awarded}").location == f"/archive/{awarded}"
    assert client.get(f"/archive/{awarded}").status_code == 200
    assert client.get(f"/cases/{withdrawn}").status_code == 404


def test_a_case_that_does_not_exist_looks_like_one_that_is_hidden(
    client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.colleague)
    hidden, missing = client.get(f"/cases/{number}"), client.get("/cases/1999-0001")
    assert (hidden.status_code, missing.status_code) == (404, 404)
    texts = hidden.text.replace(number, ""), missing.text.replace("1999-0001", "")
    one, other = (TOKEN.sub("", text) for text in texts)  # which tells the second it was made in
    assert one == other


def test_the_page_tells_the_story_its_road_and_its_register(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        number = roads.make_rejected(cast)
    client.sign_in(cast.nominator)
    page = client.get(f"/cases/{number}").text
    for text in (
        "She stayed on the line for two hours",
        "The customer was called back on the same day.",
        f"CALL-{number}",
        "The event could not be confirmed",
        SENTENCE,
        "seal-rejected",
    ):
        assert text in page
    assert re.search(r"step-left[^>]*>.*?Internal audit", page, re.DOTALL)
    numbers = [int(n) for n in re.findall(r'id="entry-(\d+)"', page)]
    assert numbers == sorted(numbers)
    assert len(numbers) == 2


def test_an_auditor_is_led_to_the_worksheet_and_told_what_is_open(
    client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    page = client.get(f"/cases/{number}").text
    assert f'href="/cases/{number}/internal-audit"' in page
    assert "Claim 1 has no verdict yet." in page
    client.sign_in(cast.external)
    page = client.get(f"/cases/{number}").text
    assert f"/cases/{number}/internal-audit" not in page
    assert "It waits for a colleague with this duty: Internal auditor." in page


def test_a_stage_that_asks_nothing_of_its_own_is_decided_from_the_case(
    client: Client, app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(DESKS, Stage.POLICY_REVIEW)
    with app.app_context():
        number = roads.make_audited(cast)
    client.sign_in(cast.policy)
    way = f"/cases/{number}/approve"
    assert f'href="{way}"' in client.get(f"/cases/{number}").text
    assert "The case goes on to the next stage." in client.get(way).text
    assert post(client, number, "approve")[0] == 303
    assert stage_of(app, number) is Stage.PERFORMANCE_REVIEW


def test_the_parties_do_not_read_verdicts_while_the_audit_is_at_work(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        roads.find(cast.internal, number, note="Heard on the recording.")
    for party in (cast.nominator, cast.nominee):
        client.sign_in(party)
        assert "Heard on the recording." not in client.get(f"/cases/{number}").text
    client.sign_in(cast.internal)
    assert "Heard on the recording." in client.get(f"/cases/{number}").text
    with app.app_context():
        decide(cast.internal, number, Action.APPROVE)
    client.sign_in(cast.nominee)
    assert "Heard on the recording." in client.get(f"/cases/{number}").text


def test_what_was_said_with_the_customer_is_on_no_case_page(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        roads.find(cast.internal, number)
        decide(cast.internal, number, Action.APPROVE)
        roads.call(cast.external, number, note="Mrs Wang was glad.")
    for person in ("nominator", "nominee", "internal", "external", "committee", "arbiter"):
        client.sign_in(getattr(cast, person))
        page = client.get(f"/cases/{number}").text
        assert "Mrs Wang" not in page, person
        assert "The customer confirmed it, 5 of 5" in page


def test_a_return_asks_for_a_coded_reason_and_a_sentence_and_keeps_what_was_typed(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    status, page = post(client, number, "return", sentence="Typed with care.")
    assert (status, "Choose a reason." in page, "Typed with care." in page) == (422, True, True)
    status, page = post(client, number, "return", reason="incomplete", sentence="Short")
    assert status == 422
    assert "at least 10 characters" in page
    assert re.search(r">\s*Short</textarea>", page)
    assert stage_of(app, number) is Stage.INTERNAL_AUDIT
    assert post(client, number, "return", reason="incomplete", sentence=SENTENCE)[0] == 303
    assert stage_of(app, number) is Stage.RETURNED


def test_a_nominator_withdraws_after_being_asked_once_more(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.nominator)
    assert "Nobody can take it up again" in client.get(f"/cases/{number}/withdraw").text
    assert post(client, number, "withdraw")[0] == 303
    assert stage_of(app, number) is Stage.WITHDRAWN


def test_after_deciding_the_next_waiting_case_opens_by_itself(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        second, third = make_submitted(cast), make_submitted(cast)
    client.sign_in(cast.internal)

    def reject(number: str) -> str | None:
        with app.app_context():
            now = version(number)
        return client.post(f"/cases/{number}/reject", data={"version": now} | NO_EVENT).location

    for case, following, said in (
        (number, second, "Here is the next one; 2 remain for you."),
        (second, third, "Here is the last one that waits for you."),
    ):
        address = reject(case)
        assert address == f"/cases/{following}/internal-audit"
        assert f"Case {case}: Rejected. {said}" in client.get(address).text
    assert reject(third) == "/"
    assert "No other case waits for you here." in client.get("/").text


def test_the_next_case_is_the_one_behind_and_what_was_left_lying_comes_last(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        second, third = make_submitted(cast), make_submitted(cast)
    client.sign_in(cast.internal)
    assert post(client, second, "reject", **NO_EVENT)[1].count(f"/cases/{third}/internal-audit")
    assert post(client, third, "reject", **NO_EVENT)[1].count(f"/cases/{number}/internal-audit")


def test_a_stale_form_learns_who_decided_what_and_gets_its_text_back(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        other = make_person("Zhao Other", duties=(Duty.INTERNAL_AUDITOR,))
        seen = version(number)
        decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    client.sign_in(other)
    answer = client.post(
        f"/cases/{number}/reject",
        data={"version": seen, "reason": "duplicate", "sentence": "My own careful words."},
    )
    assert answer.status_code == 409
    assert "Internal (Internal auditor) acted on" in answer.text
    assert "Returned for correction" in answer.text
    assert "My own careful words." in answer.text
    assert stage_of(app, number) is Stage.RETURNED


def test_the_same_form_sent_twice_is_one_act_and_with_other_words_it_is_refused(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    with app.app_context():
        form = {"version": version(number), "request_key": "k", "reason": "incomplete"}
    first = client.post(f"/cases/{number}/return", data=form | {"sentence": SENTENCE})
    again = client.post(f"/cases/{number}/return", data=form | {"sentence": SENTENCE})
    other = client.post(f"/cases/{number}/return", data=form | {"sentence": "Something else now."})
    assert [r.status_code for r in (first, again, other)] == [303, 303, 400]
    assert "Something else now." in other.text


def test_a_form_without_its_version_is_no_form_of_ours(
    client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.internal)
    for version_sent in ({}, {"version": "x"}):
        answer = client.post(f"/cases/{number}/reject", data=NO_EVENT | version_sent)
        assert answer.status_code == 400


@pytest.mark.both_databases
@pytest.mark.parametrize("action", ["approve", "return", "reject"])
@pytest.mark.parametrize(
    ("relation", "sentence"),
    [
        ("nominator", "You nominated in this case, so a colleague who did not has to judge it."),
        ("nominee", "You are nominated in this case, so a colleague who is not has to judge it."),
        ("manager", "A nominee of this case reports to you, so somebody outside the reporting"),
        ("internal", "You took part in this case at another stage, so somebody who did not has"),
    ],
)
def test_whom_a_relation_bars_is_refused_on_the_page_and_by_a_hand_made_post(
    app: Flask, client: Client, cast: Cast, number: str, relation: str, sentence: str, action: str
) -> None:
    """The fourth approved the internal audit and holds the duty of the external one as well."""
    person, here = getattr(cast, relation), Stage.INTERNAL_AUDIT
    with app.app_context():
        if relation == "internal":
            here = Stage.EXTERNAL_AUDIT
            roads.find(cast.internal, number)
            decide(cast.internal, number, Action.APPROVE)
        entrust(person, Duty.INTERNAL_AUDITOR, Duty.EXTERNAL_AUDITOR)
    client.sign_in(person)
    asked = client.get(f"/cases/{number}/{action}").text
    assert sentence in asked
    assert "<textarea" not in asked
    assert sentence in client.get(f"/cases/{number}").text
    assert sentence in client.get(f"/cases/{number}/{here.replace('_', '-')}").text
    status, page = post(client, number, action, **NO_EVENT)
    assert (status, sentence in page) == (422, True)
    assert stage_of(app, number) is here


def test_a_verdict_by_a_hand_made_post_is_refused_with_its_sentence_too(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        entrust(cast.nominator, Duty.INTERNAL_AUDITOR)
    client.sign_in(cast.nominator)
    for path, data in (
        ("internal-audit", {"do": "approve", "version": "2"}),
        ("worksheet", {}),
    ):
        answer = client.post(f"/cases/{number}/{path}", data=data)
        assert answer.status_code == 422
        assert "You nominated in this case" in answer.text


def test_somebody_without_the_duty_is_told_that_it_is_not_their_step(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.external)
    status, page = post(client, number, "approve")
    assert (status, "This step is not yours" in page) == (422, True)
    assert stage_of(app, number) is Stage.INTERNAL_AUDIT


def test_an_arbiter_revokes_an_award_and_it_stays_visible_with_its_reason(
    app: Flask, client: Client, cast: Cast
) -> None:
    with app.app_context():
        number = roads.make_awarded(cast, award_key="instant")
    client.sign_in(cast.arbiter)
    assert post(client, number, "revoke", reason="found_false", sentence=SENTENCE)[0] == 303
    page = client.get(f"/cases/{number}").text
    assert "seal-revoked" in page
    assert SENTENCE in page


@pytest.mark.parametrize("language", list(Language))
def test_every_stage_has_its_page_in_every_language(
    app: Flask, client: Client, cast: Cast, language: Language
) -> None:
    makers: tuple[Callable[..., str], ...] = (
        make_submitted,
        roads.make_noticed,
        roads.make_awarded,
        roads.make_rejected,
    )
    with app.app_context():
        speak(cast.nominator, language)
        numbers = [make(cast, award_key="instant") for make in makers]
        returned = make_submitted(cast)
        decide(cast.internal, returned, Action.RETURN, Reason.OTHER, SENTENCE)
        withdrawn = make_submitted(cast)
        decide(cast.nominator, withdrawn, Action.WITHDRAW)
        db.session.rollback()
    client.sign_in(cast.nominator)
    for number in (*numbers, returned, withdrawn):
        page = client.get(f"/cases/{number}")
        assert page.status_code == 200
        assert f'lang="{language.replace("_", "-")}"' in page.text


@operation
def speak(tx: Transaction, person_id: int, language: Language) -> None:
    tx.session.get_one(Person, person_id).language = language
