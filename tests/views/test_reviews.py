"""The reviews' pages: rules with figures, waivers, scores with arithmetic, who may look."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.builders import (
    Cast,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    stage,
    version,
)
from tests.fixtures.pages import Client
from tests.reviewing import complain, confirm, make_rule, make_targets
from tests.roads import make_audited
from workflow.vocabulary import Duty, Stage

REASON = "The complaints were about a fault of the telephone system."


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award()
        make_rule("complaints", "complaints_in_month", limit=3)
        make_targets(productivity=("0.75", 60), errors=("0", 20))
        return make_cast()


@pytest.fixture
def number(app: Flask, cast: Cast) -> str:
    with app.app_context():
        complain(cast.nominee, 3)
        return make_audited(cast)


def seen(app: Flask, number: str) -> int:
    with app.app_context():
        return version(number)


def propose(client: Client, app: Flask, cast: Cast, number: str, sentence: str = REASON) -> int:
    answer = client.post(
        f"/cases/{number}/policy/complaints/{cast.nominee}",
        data={"sentence": sentence, "version": seen(app, number), "request_key": "k"},
    )
    return answer.status_code


def waive(client: Client, app: Flask, cast: Cast, number: str) -> None:
    """Proposed by the reviewer, who is signed in, and confirmed by the scheme manager."""
    assert propose(client, app, cast, number) == 303
    with app.app_context():
        confirm(cast.scheme_manager, number, 1)


def test_each_rule_is_shown_with_its_outcome_and_figures(
    app: Flask, client: Client, cast: Cast, number: str
) -> None:
    with app.app_context():
        make_rule("breaches", "breaches_in_month", limit=1)
        make_rule("yearly", "complaints_in_year", limit=2)
    client.sign_in(cast.policy)
    page = client.get(f"/cases/{number}/policy").text
    assert re.findall(r'<th scope="row"[^>]*>(\w+)<', page) == ["complaints", "yearly", "breaches"]
    assert "Lin Nominee" in page
    assert "Fail" in page
    assert re.search(r"3 from .+ to .+; 3 bar an award\.", page)
    assert "2 rules are not met" in page
    assert "Approve and pass on" not in page
    reject, back = (client.get(f"/cases/{number}/{act}").text for act in ("reject", "return"))
    checked = re.compile(r"<input[^>]*\bchecked\b[^>]*>")
    assert "policy_not_met" in checked.findall(reject)[0]
    assert checked.findall(back) == []


def test_a_rule_is_waived_by_two_people_and_the_case_goes_on(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    client.sign_in(cast.policy)
    path = f"/cases/{number}/policy/complaints/{cast.nominee}"
    assert "A waiver takes two people" in client.get(path).text
    assert propose(client, app, cast, number) == 303
    page = client.get(f"/cases/{number}/policy").text
    assert REASON in page
    assert "It counts until a second person confirms the waiver." in page
    assert "Approve and pass on" not in page
    assert "you proposed this waiver" in client.get(f"/cases/{number}/waivers/1").text.lower()

    client.sign_in(cast.scheme_manager)
    assert f"/cases/{number}/waivers/1" in client.get("/").text
    asked = client.get(f"/cases/{number}/waivers/1").text
    assert REASON in asked
    assert "3 bar an award" in asked
    answer = answer_waiver(client, app, number, "confirm")
    assert answer.status_code == 303
    assert f"/cases/{number}/waivers/1" not in client.get("/").text

    client.sign_in(cast.policy)
    assert "Waived" in client.get(f"/cases/{number}/policy").text
    approved = client.post(
        f"/cases/{number}/approve", data={"version": seen(app, number), "request_key": "a"}
    )
    assert approved.status_code == 303
    with app.app_context():
        assert stage(number) is Stage.PERFORMANCE_REVIEW
    client.sign_in(cast.performance)
    assert "when its cycle has closed" in client.get("/").text


def answer_waiver(
    client: Client, app: Flask, number: str, answer: str, sentence: str = ""
) -> TestResponse:
    data = {"answer": answer, "sentence": sentence, "version": seen(app, number)}
    return client.post(f"/cases/{number}/waivers/1", data=data)


def test_a_refused_waiver_needs_a_sentence_and_the_review_shows_it(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    client.sign_in(cast.policy)
    propose(client, app, cast, number)
    client.sign_in(cast.scheme_manager)
    answer = answer_waiver(client, app, number, "refuse", "No.")
    assert answer.status_code == 422
    assert "at least 10 characters" in answer.text
    assert answer_waiver(client, app, number, "").status_code == 422
    because = "All three were upheld after a hearing."
    assert answer_waiver(client, app, number, "refuse", because).status_code == 303
    client.sign_in(cast.policy)
    page = client.get(f"/cases/{number}/policy").text
    assert because in page
    assert "Propose to waive this rule" in page


@pytest.mark.parametrize("who", ["nominator", "nominee", "committee", "internal", "manager"])
def test_nobody_else_reads_or_answers_a_waiver(
    client: Client, app: Flask, cast: Cast, number: str, who: str
) -> None:
    client.sign_in(cast.policy)
    propose(client, app, cast, number)
    client.sign_in(getattr(cast, who))
    page = client.get(f"/cases/{number}/waivers/1")
    assert REASON not in page.text
    assert "bar an award" not in page.text
    assert answer_waiver(client, app, number, "confirm").status_code in (404, 422)
    client.sign_in(cast.policy)
    assert "Waived" not in client.get(f"/cases/{number}/policy").text


def test_a_waiver_without_a_sentence_is_refused_and_what_was_typed_is_kept(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    client.sign_in(cast.policy)
    assert propose(client, app, cast, number, "") == 422
    answer = client.post(
        f"/cases/{number}/policy/complaints/{cast.nominee}",
        data={"sentence": "Too short", "version": seen(app, number)},
    )
    assert answer.status_code == 422
    assert "Too short" in answer.text
    assert "at least 10 characters" in answer.text


def test_a_rule_that_does_not_apply_cannot_be_waived(
    client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.policy)
    assert client.get(f"/cases/{number}/policy/unheard-of/{cast.nominee}").status_code == 404
    assert client.get(f"/cases/{number}/policy/complaints/{cast.manager}").status_code == 404


@pytest.mark.parametrize("who", ["nominator", "nominee", "performance", "colleague"])
def test_nobody_else_reads_what_the_rules_say(
    client: Client, cast: Cast, number: str, who: str
) -> None:
    client.sign_in(getattr(cast, who))
    answer = client.get(f"/cases/{number}/policy", follow_redirects=True)
    assert "bar an award" not in answer.text
    assert answer.request.path != f"/cases/{number}/policy" or answer.status_code == 404


@pytest.mark.parametrize("who", ["nominator", "nominee", "performance", "manager"])
def test_a_hand_made_waiver_is_refused_with_its_sentence(
    client: Client, app: Flask, cast: Cast, number: str, who: str
) -> None:
    client.sign_in(getattr(cast, who))
    assert propose(client, app, cast, number) in (404, 422)
    client.sign_in(cast.policy)
    assert "Waived" not in client.get(f"/cases/{number}/policy").text


def test_a_reviewer_who_is_bound_to_the_case_reads_why_and_nothing_else(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    with app.app_context():
        duties = (Duty.POLICY_REVIEWER,)
        bound = make_person("Bound", duties=duties)
        own = make_audited(Cast(**{**vars(cast), "nominator": bound}))
    client.sign_in(bound)
    page = client.get(f"/cases/{own}/policy").text
    assert "You nominated in this case" in page
    assert "bar an award" not in page
    assert "Approve and pass on" not in page
    answer = client.post(
        f"/cases/{own}/policy/complaints/{cast.nominee}",
        data={"sentence": REASON, "version": seen(app, own)},
    )
    assert answer.status_code == 422
    assert "You nominated in this case" in answer.text


def test_what_the_policy_review_found_stays_readable_for_reviewers_alone(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    client.sign_in(cast.policy)
    waive(client, app, cast, number)
    client.post(f"/cases/{number}/approve", data={"version": seen(app, number)})
    page = client.get(f"/cases/{number}/policy").text
    assert "The policy review is over" in page
    assert re.search(r"3 from .+ to .+; 3 bar an award\.", page)
    assert REASON in page
    assert "Approve and pass on" not in page
    for who in (cast.nominator, cast.nominee, cast.performance, cast.committee):
        client.sign_in(who)
        answer = client.get(f"/cases/{number}/policy")
        assert (answer.status_code, answer.location) == (303, f"/cases/{number}")
