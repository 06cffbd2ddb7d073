"""Every way beside the road, each walked by its own people in a browser; every day the three that
come back to somebody's desk, and all in the long proof."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.builders import make_award, make_draft, make_submitted, stage
from tests.journeys.conftest import Organisation
from tests.roads import make_awarded, make_noticed, make_rejected
from workflow.vocabulary import Stage

pytestmark = pytest.mark.browser

SENTENCE = "The recording of that day shows another colleague."


@pytest.fixture
def company(organisation: Organisation) -> Organisation:
    """The organisation with an award on the instant road beside the quarterly one."""
    with organisation.app.app_context():
        make_award("special", road="instant", quotas=(5,))
    return organisation


def stage_of(company: Organisation, number: str) -> Stage:
    with company.app.app_context():
        return stage(number)


def give_reason(page: Page, reason: str, button: str) -> None:
    page.get_by_role("radio", name=reason).check()
    page.get_by_role("textbox").last.fill(SENTENCE)
    page.get_by_role("button", name=button).click()


def test_returned_with_a_reason_corrected_and_judged_again(company: Organisation) -> None:
    with company.app.app_context():
        number = make_submitted(company.cast)
    page = company.as_(company.cast.internal)
    page.goto(f"/cases/{number}/return")
    give_reason(page, "Something is missing", "Return to the nominator")
    page = company.as_(company.cast.nominator)
    page.goto("/")
    page.get_by_role("link", name="She stayed on the line").first.click()
    expect(page.get_by_text(SENTENCE).first).to_be_visible()
    page.get_by_role("textbox", name="Claim 1", exact=True).fill("She called back at 17:05.")
    page.get_by_role("button", name="Look at it as the auditor will").click()
    page.get_by_role("button", name="Submit the corrected nomination").click()
    assert stage_of(company, number) is Stage.INTERNAL_AUDIT
    page = company.as_(company.cast.internal)
    page.goto("/")
    page.get_by_role("link", name="She stayed on the line").first.click()
    expect(page.get_by_text("She called back at 17:05.")).to_be_visible()


def test_rejected_appealed_and_judged_by_others(company: Organisation) -> None:
    with company.app.app_context():
        number = make_rejected(company.cast)
    page = company.as_(company.cast.nominee)
    page.goto(f"/cases/{number}")
    page.get_by_role("link", name="Appeal against the rejection").click()
    page.get_by_role("textbox", name="What was overlooked").fill(
        "The recording of the second call shows it."
    )
    page.get_by_role("textbox", name="Numbers that show it").fill("CALL-70091")
    proof = company.folder / "second-call.txt"
    proof.write_text("15:40 called back, 17:05 done.")
    page.get_by_label("Files that show it").set_input_files(proof)
    page.get_by_role("button", name="Appeal", exact=True).click()
    page.get_by_role("link", name="second-call.txt").click()
    expect(page.get_by_text("15:40 called back, 17:05 done.")).to_be_visible()
    assert stage_of(company, number) is Stage.APPEAL
    page = company.as_(company.cast.arbiter)
    page.goto("/")
    page.get_by_role("link", name="She stayed on the line").first.click()
    page.get_by_role("radio", name="Uphold the appeal").check()
    page.get_by_role("textbox").last.fill("The second recording was not heard.")
    page.get_by_role("button", name="Settle the appeal").click()
    assert stage_of(company, number) is Stage.INTERNAL_AUDIT
    page = company.as_(company.cast.internal)
    page.goto(f"/cases/{number}/internal-audit")
    expect(page.get_by_text("You took part in what the appeal has overturned")).to_be_visible()


def test_withdrawn_by_the_nominator(company: Organisation) -> None:
    with company.app.app_context():
        number = make_submitted(company.cast)
    page = company.as_(company.cast.nominator)
    page.goto(f"/cases/{number}")
    page.get_by_role("link", name="Withdraw the nomination").click()
    page.get_by_role("button", name="Withdraw the nomination").click()
    expect(page.get_by_text("Withdrawn").first).to_be_visible()
    assert stage_of(company, number) is Stage.WITHDRAWN


def object_to(company: Organisation, number: str) -> None:
    page = company.as_(company.cast.colleague)
    page.goto("/notices/")
    page.get_by_role("link", name="She stayed on the line").first.click()
    page.get_by_role("link", name="Raise an objection").click()
    page.get_by_role("textbox").last.fill("I was there: another colleague took this call.")
    page.get_by_role("button", name="Raise the objection").click()
    assert stage_of(company, number) is Stage.OBJECTION


def settle(company: Organisation, choice: str) -> None:
    page = company.as_(company.cast.arbiter)
    page.goto("/")
    page.get_by_role("link", name="She stayed on the line").first.click()
    page.get_by_role("radio", name=choice).check()
    page.get_by_role("textbox").last.fill(SENTENCE)
    page.get_by_role("button", name="Settle the objection").click()


def test_an_objection_upheld_ends_the_award(company: Organisation) -> None:
    with company.app.app_context():
        number = make_noticed(company.cast, award_key="special")
    object_to(company, number)
    settle(company, "Uphold the objection")
    assert stage_of(company, number) is Stage.REJECTED
    page = company.as_(company.cast.colleague)
    page.goto(f"/archive/{number}")
    expect(page.get_by_text(SENTENCE).first).to_be_visible()
    expect(page.get_by_text("Lin Nominee")).to_have_count(0)


def test_an_objection_dismissed_lets_the_award_be_given(company: Organisation) -> None:
    with company.app.app_context():
        number = make_noticed(company.cast, award_key="special")
    object_to(company, number)
    settle(company, "Dismiss the objection")
    assert stage_of(company, number) is Stage.PUBLIC_NOTICE
    company.days_pass(8)
    page = company.as_(company.cast.colleague)
    page.goto("/honour-roll/")
    expect(page.get_by_role("main").get_by_text("Lin Nominee")).to_be_visible()


def test_a_draft_expires_with_its_cycle_and_is_never_called_rejected(
    company: Organisation,
) -> None:
    with company.app.app_context():
        number = make_draft(company.cast.nominator, [company.cast.nominee])
    company.days_pass(31)
    assert stage_of(company, number) is Stage.EXPIRED
    page = company.as_(company.cast.nominator)
    page.goto(f"/cases/{number}")
    expect(page.get_by_role("main").get_by_text("Expired as a draft").first).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Rejected")).to_have_count(0)


def test_an_award_revoked_stays_visible_with_its_reason(company: Organisation) -> None:
    with company.app.app_context():
        number = make_awarded(company.cast, award_key="special")
    page = company.as_(company.cast.arbiter)
    page.goto(f"/cases/{number}")
    page.get_by_role("link", name="Revoke the award").click()
    give_reason(page, "The claim was found to be false", "Revoke the award")
    assert stage_of(company, number) is Stage.REVOKED
    page = company.as_(company.cast.colleague)
    page.goto(f"/archive/{number}")
    expect(page.get_by_text(SENTENCE).first).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Revoked").first).to_be_visible()
