"""Every route that changes something, tried by everybody: who gets in is declared here again.

A door that opens is no permission yet: the rules of the road decide inside the transaction, and the
random walk tries those. Here it is about pages that must not even open.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from tests.adversary.desk import Desk
from tests.builders import make_person
from tests.fixtures.pages import Client, signed_cookie
from workflow.vocabulary import Duty

NOBODY, COLLEAGUE = "nobody", "colleague"
COLLEAGUES = frozenset({COLLEAGUE, *Duty})
EVERYBODY = COLLEAGUES | {NOBODY}
ADMINISTRATOR = frozenset({Duty.ADMINISTRATOR})
MANAGER = frozenset({Duty.SCHEME_MANAGER})
ARBITER = frozenset({Duty.ARBITER})
TRUSTED = MANAGER | ARBITER | ADMINISTRATOR  # two of them together
ITS_NOMINATOR: frozenset[str] = frozenset()  # and nobody among those who try here
# Who has a duty for its award sees a case that was submitted; to all others there is none.
SEES_THE_CASE = frozenset(Duty) - ADMINISTRATOR

MAY: dict[str, frozenset[str]] = {
    "absences.cancel": MANAGER,  # and whose absence it is
    "absences.index": COLLEAGUES,
    "appeals.attach": SEES_THE_CASE,
    "appeals.new": SEES_THE_CASE,
    "appeals.resolve": ARBITER,
    "appearance.switch": EVERYBODY,
    "audits.attach": SEES_THE_CASE,
    "audits.autosave": SEES_THE_CASE,
    "audits.external": SEES_THE_CASE,
    "audits.internal": SEES_THE_CASE,
    "auth.demo": EVERYBODY,
    "auth.invitation": EVERYBODY,
    "auth.password": COLLEAGUES,
    "auth.sign_in": EVERYBODY,
    "auth.sign_out": EVERYBODY,
    "bonds.end": MANAGER,  # and who declared it
    "bonds.index": COLLEAGUES,
    "case_customer.choose": SEES_THE_CASE,
    "case_customer.look": SEES_THE_CASE,
    "cases.act": SEES_THE_CASE,
    "certificates.make": MANAGER,
    "conduct.apply": ADMINISTRATOR | {Duty.POLICY_REVIEWER},
    "conduct.index": ADMINISTRATOR | {Duty.POLICY_REVIEWER},
    "customers.apply": ADMINISTRATOR,
    "customers.index": ADMINISTRATOR,
    "displays.index": MANAGER,
    "displays.withdraw": MANAGER,
    "duties.end": ADMINISTRATOR,
    "duties.grant": ADMINISTRATOR,
    "feedback.answer": MANAGER,
    "feedback.attach": COLLEAGUES,
    "feedback.join": COLLEAGUES,
    "feedback.link": MANAGER,
    "feedback.new": COLLEAGUES,
    "feedback.remark": COLLEAGUES,
    "inbox.read_all": COLLEAGUES,
    "unsent.discard": COLLEAGUES,
    "judges.balance": MANAGER,
    "judges.hand_over": MANAGER,
    "judges.step_aside": SEES_THE_CASE,
    "language.switch": EVERYBODY,
    "motions.answer": TRUSTED,
    "motions.ask": TRUSTED,
    "nominations.attach": ITS_NOMINATOR,
    "nominations.autosave": ITS_NOMINATOR,
    "nominations.edit": ITS_NOMINATOR,
    "nominations.new": COLLEAGUES,
    "objections.new": COLLEAGUES,
    "objections.resolve": ARBITER,
    "people.invite": ADMINISTRATOR,
    "people_import.apply": ADMINISTRATOR,
    "portraits.mine": COLLEAGUES,
    "portraits.take_down": COLLEAGUES,
    "people_import.new": ADMINISTRATOR,
    "questionnaire_terms.new": MANAGER,
    "questionnaire_terms.questionnaire": MANAGER,
    "questionnaires.answer": MANAGER,
    "removals.answer": TRUSTED,
    "removals.ask": TRUSTED,
    "questionnaires.take_part": COLLEAGUES,  # whom it asks
    "corrections.correct": ADMINISTRATOR | MANAGER,
    "proof.check": COLLEAGUES,
    "proof.make": ADMINISTRATOR | MANAGER,
    "receipts.send": frozenset(),  # its holder, who is not among those who try here
    "rewards.undo": MANAGER,
    "rewards.hand_over": MANAGER,
    "rewards.sign": SEES_THE_CASE,
    "reward_terms.rewards": MANAGER,
    "results.apply": ADMINISTRATOR | MANAGER,
    "results.index": ADMINISTRATOR | MANAGER,
    "results.mapping": ADMINISTRATOR | MANAGER,
    "waivers.propose": SEES_THE_CASE,
    "waivers.answer": SEES_THE_CASE,
    "ranking_terms.nominated": MANAGER,
    "ranking_terms.ranking": MANAGER,
    "scheme.award": MANAGER,
    "scheme.cycle": MANAGER,
    "scheme.new_award": MANAGER,
    "scheme.new_tier": MANAGER,
    "scheme.terms": MANAGER,
    "scheme.tier": MANAGER,
    "terms_of_review.holiday": MANAGER,
    "terms_of_review.new_holiday": MANAGER,
    "terms_of_review.new_rule": MANAGER,
    "terms_of_review.rule": MANAGER,
    "terms_of_review.targets": MANAGER,
    "subscriptions.by_letter": EVERYBODY,
    "subscriptions.end": frozenset(),  # whose it is, and nobody among those who try here
    "subscriptions.index": COLLEAGUES,
    "subscriptions.renew_feeds": COLLEAGUES,
    "survey.answer": EVERYBODY,  # who has the private link: it is the customer's
    "survey_terms.survey": MANAGER,
    "surveys.invite": SEES_THE_CASE,
    "surveys.release": SEES_THE_CASE,
    "simulation.delete": MANAGER | {Duty.COMMITTEE},
    "simulation.save": MANAGER | {Duty.COMMITTEE},
    "tiering.approve": frozenset({Duty.COMMITTEE}),
    "tributes.approve": MANAGER | {Duty.COMMITTEE},
    "tributes.autosave": MANAGER,
    "tributes.edit": MANAGER | {Duty.COMMITTEE},
    "tributes.new": MANAGER,
    "witnesses.dismiss": ADMINISTRATOR,
    "witnesses.index": ADMINISTRATOR,
    "witnesses.try_again": ADMINISTRATOR,
}


Visitors = dict[str, Callable[[], Client]]


@pytest.fixture(scope="module")
def visitors(desk: Desk) -> Visitors:
    """One for each duty, who has no other, a colleague without any, and one signed out."""
    with desk.app.app_context():
        people = {str(duty): make_person(duty, duties=(duty,)) for duty in Duty}
        people[COLLEAGUE] = make_person("Plain Colleague")
    cookies = {name: signed_cookie(desk.app, person_id) for name, person_id in people.items()}
    desk.keep()
    return {name: partial(_at_a_browser, desk, cookies.get(name)) for name in EVERYBODY}


def _at_a_browser(desk: Desk, cookie: str | None) -> Client:
    client = Client(desk.app)
    if cookie is not None:
        client.set_cookie("plaudit", cookie)
    return client


@pytest.fixture(scope="module")
def paths(desk: Desk) -> dict[str, str]:
    """An address for each route that takes a form, as the pages of the demo have it."""
    found = {"unsent.discard": "/unsent/discard"}  # on a page once a session has ended there
    addresses = [visit.path for visit in desk.papers]
    addresses += [address for paper in desk.papers.values() for address in paper.addresses]
    routes = desk.app.url_map.bind("localhost")
    for address in addresses:
        try:
            endpoint, values = routes.match(re.split("[?#]", address)[0], method="POST")
        except (HTTPException, RequestRedirect):
            continue
        if values.get("action") not in ("submit", "withdraw"):  # a draft is nobody's but its own
            found.setdefault(endpoint, address)
    return found


def test_every_route_that_takes_a_form_is_declared_and_tried(
    desk: Desk, paths: dict[str, str]
) -> None:
    rules = desk.app.url_map.iter_rules()
    taking = {rule.endpoint for rule in rules if "POST" in (rule.methods or ())}
    assert taking == {*MAY}
    assert taking - {*paths} == set()


def test_each_route_opens_to_those_whom_it_is_for_and_to_nobody_else(
    desk: Desk, paths: dict[str, str], visitors: Visitors
) -> None:
    wrong = []
    for endpoint, path in paths.items():
        for name, visitor in visitors.items():
            before = desk.written()
            answer = visitor().post(path, data={})
            assert answer.status_code < 500, f"{name} {path}"
            if endpoint == "auth.sign_out":
                desk.restore()  # it leads everybody to the sign-in page
                continue
            if got_in(answer) != (name in MAY[endpoint]):
                wrong.append(f"{name} at {endpoint} ({path}): {answer.status_code}")
            if desk.written() != before:
                if not got_in(answer):
                    wrong.append(f"{name} at {endpoint} ({path}): refused, and yet written")
                desk.restore()
    assert wrong == []


def test_without_its_token_no_form_is_taken(
    desk: Desk, paths: dict[str, str], visitors: Visitors
) -> None:
    for endpoint, path in paths.items():
        name = next(iter(sorted(MAY[endpoint] - {NOBODY})), COLLEAGUE)
        before = desk.written()
        answer = visitors[name]().post(path, data={"version": "1"}, csrf=False)
        assert answer.status_code == 400, f"{name} {path}: {answer.status_code}"
        assert desk.written() == before, path


def got_in(answer: TestResponse) -> bool:
    led_away = answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
    return answer.status_code not in (401, 403, 404) and not led_away
