"""The reviews' pages: rules with figures, waivers, scores with arithmetic, who may look."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from models.nominations import by_number
from tests.builders import (
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    stage,
    version,
)
from tests.fixtures.pages import Client
from tests.reviewing import complain, make_rule, make_targets, record
from tests.roads import make_audited
from workflow.vocabulary import Action, Duty, Stage

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


def waive(client: Client, app: Flask, cast: Cast, number: str, sentence: str = REASON) -> int:
    answer = client.post(
        f"/cases/{number}/policy/complaints/{cast.nominee}",
        data={"sentence": sentence, "version": seen(app, number), "request_key": "k"},
    )
    return answer.status_code


def test_each_rule_is_shown_with_its_outcome_and_figures(
    client: Client, cast: Cast, number: str
) -> None:
    client.sign_in(cast.policy)
    page = client.get(f"/cases/{number}/policy").text
    assert "Lin Nominee" in page
    assert "Fail" in page
    assert re.search(r"3 from .+ to .+; 3 bar an award\.", page)
    assert "1 rule is not met" in page
    assert "Approve and pass on" not in page


def test_a_rule_is_waived_with_a_reason_and_the_case_goes_on(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    client.sign_in(cast.policy)
    assert "Waive this rule" in client.get(f"/cases/{number}/policy/complaints/{cast.nominee}").text
    assert waive(client, app, cast, number) == 303
    page = client.get(f"/cases/{number}/policy").text
    assert "Waived" in page
    assert REASON in page
    answer = client.post(
        f"/cases/{number}/approve", data={"version": seen(app, number), "request_key": "a"}
    )
    assert answer.status_code == 303
    with app.app_context():
        assert stage(number) is Stage.PERFORMANCE_REVIEW


def test_a_waiver_without_a_sentence_is_refused_and_what_was_typed_is_kept(
    client: Client, app: Flask, cast: Cast, number: str
) -> None:
    client.sign_in(cast.policy)
    assert waive(client, app, cast, number, "") == 422
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
    assert waive(client, app, cast, number) in (404, 422)
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


def test_a_score_is_shown_with_its_arithmetic_and_its_peers(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        number = make_audited(cast)
        record(cast.nominee, "productivity", "71", "90")
        peer = make_person("Peer")
        record(peer, "productivity", "90", "100")
        decide(cast.policy, number, Action.APPROVE)
    client.sign_in(cast.performance)
    page = client.get(f"/cases/{number}/performance").text
    assert "105.19" in page
    assert "78.89% against a target of 75%: 1.0519 attained." in page
    assert "1.0519 × weight 60 / measured weight 60 × 100 = 105.19 points." in page
    assert "Nothing was recorded, so its weight of 20 is left out." in page
    assert "the median is 112.60" in page
    assert "The cycle is still open" in page


def test_missing_results_are_said_plainly_and_do_not_stop_the_case(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        number = make_audited(cast)
        decide(cast.policy, number, Action.APPROVE)
    client.sign_in(cast.performance)
    page = client.get(f"/cases/{number}/performance").text
    assert "No score" in page
    assert "The case can be approved without a score" in page
    answer = client.post(f"/cases/{number}/approve", data={"version": seen(app, number)})
    assert answer.status_code == 303
    with app.app_context():
        assert stage(number) is Stage.TIERING
        nomination = by_number(number)
        assert nomination is not None
        assert nomination.score is None


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


def test_a_frozen_score_is_read_by_the_committee_and_by_the_nominee_it_is_of(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        number = make_audited(cast)
        record(cast.nominee, "productivity", "75", "100")
        decide(cast.policy, number, Action.APPROVE)
        decide(cast.performance, number, Action.APPROVE)
        record(cast.nominee, "errors", "9", None)
    for who in (cast.committee, cast.performance):
        client.sign_in(who)
        page = client.get(f"/cases/{number}/performance").text
        assert "These scores are frozen into the case" in page
        assert "100.00" in page
    client.sign_in(cast.nominee)
    assert client.get(f"/cases/{number}/performance").status_code == 303
    page = client.get("/my-score").text
    assert "Frozen into nominations of you" in page
    assert "She stayed on the line for two hours" in page
    client.sign_in(cast.nominator)
    assert client.get(f"/cases/{number}/performance").status_code == 303
    assert "Frozen into nominations of you" not in client.get("/my-score").text


def test_a_colleague_sees_their_own_score_of_the_open_cycle(
    client: Client, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        record(cast.colleague, "productivity", "60", "100")
    client.sign_in(cast.colleague)
    page = client.get("/my-score").text
    assert "80.00" in page
    assert "60% against a target of 75%" in page
    assert "Quarterly Award" in page


def test_without_an_open_cycle_the_score_page_says_what_will_stand_there(
    client: Client, app: Flask
) -> None:
    with app.app_context():
        make_scheme()
        somebody = make_person("Somebody")
    client.sign_in(somebody)
    assert "No cycle is open that looks at results" in client.get("/my-score").text
