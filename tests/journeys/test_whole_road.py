"""From a colleague's draft to the honour roll, in a browser, with nothing left out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.builders import make_results, stage
from tests.journeys.conftest import Organisation
from workflow.vocabulary import Stage

pytestmark = pytest.mark.browser

TITLE = "Stayed two hours after the shift for a refund of 12,400 yuan"


def nominate(organisation: Organisation) -> str:
    """A nomination with two claims and a file, from the first question to the submission."""
    page = organisation.as_(organisation.cast.nominator)
    page.goto("/")
    page.get_by_role("link", name="Nominate", exact=True).first.click()
    page.get_by_role("radio", name="Quarterly Award").check()
    page.wait_for_load_state()
    late: list[Route] = []

    def hold(script: Route) -> None:
        late.append(script)

    page.route("**/js/find.js", hold)
    with page.expect_request("**/js/find.js"):
        page.get_by_role("button", name="Begin the nomination").click()
    page.get_by_label("Find a colleague").fill("Lin Nom")
    late.pop().continue_()  # a slow line: what is found stands there all the same
    page.get_by_role("button", name="Nominate Lin Nominee").click()
    page.unroute("**/js/find.js")
    page.get_by_label("What happened, in one line?").fill(TITLE)
    page.get_by_label("Tell the story").fill("She stayed on the line with the bank.")
    page.get_by_label("On which day?").fill("2026-11-16")
    page.get_by_role("radio", name="Telephone").check()
    page.get_by_role("textbox", name="Claim 1", exact=True).fill(
        "The refund arrived the same evening."
    )
    page.get_by_label("Reference number for claim 1").fill("CALL-88213")
    page.get_by_role("button", name="Add another claim").click()
    page.get_by_role("textbox", name="Claim 2", exact=True).fill("The customer wrote to thank her.")
    letter = organisation.folder / "letter.txt"
    letter.write_text("Thank you for staying with me.")
    page.get_by_label("A file that shows claim 2").set_input_files(letter)
    page.get_by_role("button", name="Look at it as the auditor will").click()
    expect(page.get_by_text("letter.txt")).to_be_visible()
    page.get_by_role("button", name="Submit the nomination").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    found = re.search(r"\d{4}-\d{4}", page.url)
    assert found
    return found[0]


def audit_the_claims(page: Page) -> None:
    """The worksheet by keyboard: a verdict is one key, the next claim another."""
    page.goto("/")
    page.get_by_role("link", name=TITLE).click()
    page.wait_for_load_state()  # a person reads before they press a key
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.get_by_label("Note on claim 2").fill("Heard the recording and read the letter.")
    page.get_by_role("button", name="Approve and pass on").click()
    expect(page.get_by_text("No other case waits for you here")).to_be_visible()


def ask_the_customer(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("radio", name="Telephone").check()
    page.get_by_role("radio", name="The customer confirmed it").check()
    page.get_by_role("radio", name="5", exact=True).check()
    page.get_by_label("Note").fill("Very pleased.")
    page.get_by_role("button", name="Log the attempt").click()
    page.get_by_role("button", name="Approve and pass on").click()
    expect(page.get_by_text("No other case waits for you here")).to_be_visible()


def review(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Approve and pass on").click()
    expect(page.get_by_text("No other case waits for you here")).to_be_visible()


def look_at_the_arithmetic(page: Page) -> None:
    """45 of 50 calls answered and 4.5 marks: 0.9 / 0.8 and 4.5 / 4 are both 1.125 of the target."""
    page.goto("/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("112.50", exact=True)).to_be_visible()
    page.get_by_text("How the points come about").click()
    main = page.get_by_role("main")
    expect(main.get_by_text("90% against a target of 80%: 1.125 attained.")).to_be_visible()
    worked = "1.125 × weight 1 / measured weight 2 × 100 = 56.25 points."
    expect(main.get_by_text(worked)).to_have_count(2)


def test_a_nomination_travels_from_the_draft_to_the_honour_roll(
    organisation: Organisation,
) -> None:
    cast = organisation.cast
    with organisation.app.app_context():
        make_results(cast.nominee)
    number = nominate(organisation)
    audit_the_claims(organisation.as_(cast.internal))
    ask_the_customer(organisation.as_(cast.external))
    review(organisation.as_(cast.policy))
    organisation.days_pass(31)
    look_at_the_arithmetic(organisation.as_(cast.performance))
    review(organisation.as_(cast.performance))

    page = organisation.as_(cast.committee)
    page.goto("/")
    page.get_by_role("link", name=re.compile("Quarterly Award")).first.click()
    page.get_by_role("button", name="Approve the tiers").click()
    expect(page.get_by_text("List 1, approved")).to_be_visible()

    organisation.days_pass(8)
    with organisation.app.app_context():
        assert stage(number) is Stage.AWARDED
    page = organisation.as_(cast.colleague)
    page.goto("/honour-roll/")
    expect(page.get_by_role("main").get_by_text("Lin Nominee")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Gold").first).to_be_visible()
    page.get_by_role("link", name="Lin Nominee").first.click()
    expect(page.get_by_role("heading", name="Quarterly Award")).to_be_visible()
    page.get_by_role("link", name="A picture to share").click()
    expect(page.get_by_role("img", name="Lin Nominee has won the Quarterly Award")).to_be_visible()
    page.goto("/honour-roll/wall")
    expect(page.get_by_role("heading", name="Lin Nominee")).to_be_visible()
    page = organisation.as_(cast.nominee)
    page.goto("/inbox/")
    expect(page.get_by_role("main").get_by_text("Awarded").first).to_be_visible()
