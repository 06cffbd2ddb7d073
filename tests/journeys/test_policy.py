"""The policy review in a browser: a rule waived by two people, and a case refused by the rule."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.builders import stage
from tests.journeys.conftest import Organisation
from tests.reviewing import complain, make_rule
from tests.roads import make_audited
from workflow.vocabulary import Stage

pytestmark = pytest.mark.browser

WHY = "All three complaints were about one fault of the telephone system."
REFUSED = "All three were upheld after a hearing."


@pytest.fixture
def number(organisation: Organisation) -> str:
    """A case whose nominee fails a rule."""
    with organisation.app.app_context():
        make_rule("complaints", "complaints_in_month", limit=3)
        complain(organisation.cast.nominee, 3)
        return make_audited(organisation.cast)


def propose(organisation: Organisation) -> None:
    page = organisation.as_(organisation.cast.policy)
    page.goto("/")
    page.get_by_role("link", name="She stayed on the line").first.click()
    expect(page.get_by_text("3 bar an award")).to_be_visible()
    page.get_by_role("link", name="Propose to waive this rule").click()
    page.get_by_role("textbox").last.fill(WHY)
    page.get_by_role("button", name="Propose the waiver").click()
    expect(page.get_by_text("It counts until a second person confirms the waiver.")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and pass on")).to_have_count(0)


def answer(organisation: Organisation, choice: str, sentence: str = "") -> None:
    page = organisation.as_(organisation.cast.scheme_manager)
    page.goto("/")
    section = page.get_by_role("region", name="Waivers").or_(page.locator("#waivers"))
    section.get_by_role("link").first.click()
    expect(page.get_by_text(WHY)).to_be_visible()
    page.get_by_role("radio", name=choice).check()
    if sentence:
        page.get_by_role("textbox").last.fill(sentence)
    page.get_by_role("button", name="Answer the waiver").click()


def test_a_rule_fails_is_waived_by_two_people_and_the_case_goes_on(
    organisation: Organisation, number: str
) -> None:
    propose(organisation)
    answer(organisation, "Confirm the waiver")
    page = organisation.as_(organisation.cast.policy)
    page.goto(f"/cases/{number}/policy")
    expect(page.get_by_text("Waived", exact=True)).to_be_visible()
    page.get_by_role("button", name="Approve and pass on").click()
    with organisation.app.app_context():
        assert stage(number) is Stage.PERFORMANCE_REVIEW
    page = organisation.as_(organisation.cast.committee)
    page.goto(f"/cases/{number}")
    found = page.locator("#rules")
    expect(found.get_by_text("Waived", exact=True)).to_be_visible()
    expect(page.get_by_text("bar an award")).to_have_count(0)


def test_a_case_is_refused_by_the_rule_and_everybody_reads_which(
    organisation: Organisation, number: str
) -> None:
    propose(organisation)
    answer(organisation, "Refuse it", REFUSED)
    page = organisation.as_(organisation.cast.policy)
    page.goto(f"/cases/{number}/policy")
    expect(page.get_by_text(REFUSED)).to_be_visible()
    page.get_by_role("link", name="Reject the nomination").click()
    page.get_by_role("radio", name="A rule of conduct, attendance or complaints is not met").check()
    page.get_by_role("textbox").last.fill("The rule on complaints is not met in this cycle.")
    page.get_by_role("button", name="Reject the nomination").click()
    with organisation.app.app_context():
        assert stage(number) is Stage.REJECTED
    page = organisation.as_(organisation.cast.colleague)
    page.goto(f"/archive/{number}")
    expect(page.locator("#rules").get_by_text("Fail", exact=True)).to_be_visible()
    expect(page.get_by_text("bar an award")).to_have_count(0)
