"""An invented story: the register of events knows the call, and two auditors refute it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.auditing import case, judge, lay_down, name_call, tell
from tests.builders import decide, make_draft, make_person, stage
from tests.journeys.conftest import Organisation
from workflow.vocabulary import Action, Consequence, Duty, Stage, Verdict

pytestmark = pytest.mark.browser

CALL = "CALL-88213"
TRUE = (
    "The customer had asked for the same refund five times. She stayed on the line with the bank "
    "until they found it under another name, long after her shift had ended."
)
TITLE = "Brought a refund home on a Sunday"


def true_story(organisation: Organisation) -> str:
    """A case that was confirmed and has gone on to the external audit."""
    cast = organisation.cast
    with organisation.app.app_context():
        number = make_draft(cast.nominator, [cast.nominee])
        name_call(number, CALL)
        tell(number, TRUE)
        decide(cast.nominator, number, Action.SUBMIT)
        judge(cast.internal, number, Verdict.CONFIRMED)
        decide(cast.internal, number, Action.APPROVE)
    return number


def invent(page: Page) -> str:
    """The same call under another name, disguised, in words that were used before."""
    page.goto("/nominate")
    page.get_by_role("radio", name="Quarterly Award").check()
    page.get_by_role("button", name="Begin the nomination").click()
    page.get_by_label("Find a colleague").fill("Nobody in")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Nominate Nobody in particular").click()
    page.get_by_label("What happened, in one line?").fill(TITLE)
    page.get_by_label("Tell the story").fill(f"It was a Sunday. {TRUE}")
    page.get_by_label("On which day?").fill("2026-11-16")
    page.get_by_role("radio", name="Telephone").check()
    page.get_by_role("textbox", name="Claim 1", exact=True).fill("The refund came the same night.")
    known = page.get_by_text("Another nomination names this one.")
    expect(known).to_be_hidden()
    page.get_by_label("Reference number for claim 1").fill("ｃａｌｌ－８８２１３")
    expect(known).to_be_visible()  # said as it is typed
    page.get_by_role("button", name="Look at it as the auditor will").click()
    expect(page.get_by_text("Another nomination names the same event")).to_be_visible()
    page.get_by_role("button", name="Submit the nomination").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    found = re.search(r"\d{4}-\d{4}", page.url)
    assert found
    return found[0]


def test_the_register_of_events_refutes_an_invented_story(organisation: Organisation) -> None:
    cast, app = organisation.cast, organisation.app
    first = true_story(organisation)
    with app.app_context():
        inventor = make_person("Inventor")
        make_person("Nobody in particular")
        second = make_person("Second auditor", duties=(Duty.INTERNAL_AUDITOR,))
        lay_down(if_refuted=Consequence.REJECT, auditors_needed=2)
    number = invent(organisation.as_(inventor))

    page = organisation.as_(cast.internal)
    page.goto(f"/cases/{number}/internal-audit")
    known = page.locator("article").filter(has_text="Named in another nomination")
    expect(known).to_contain_text("Confirmed")
    expect(page.get_by_text("of this text stands in case")).to_be_visible()
    with page.context.expect_page() as opened:
        known.get_by_role("link", name=first).click()
    expect(opened.value).to_have_url(re.compile(f"/cases/{first}$"))
    opened.value.close()
    for name in ("log.txt", "roster.txt"):
        kept = organisation.folder / name
        kept.write_text(f"{name}: on that Sunday nobody was on the line.")
        page.get_by_text("Keep a file of your own").click()
        page.get_by_label("A file of your own on claim 1").set_input_files(kept)
        page.get_by_role("button", name="Keep the file on claim 1").click()
        expect(page.get_by_role("link", name=name)).to_be_visible()
    for key in ("j", "2", "r"):
        page.keyboard.press(key)
    page.keyboard.type(CALL)
    page.get_by_label("How you checked claim 1").select_option("System log read")
    page.get_by_label("Note on claim 1").fill("The call was somebody else's, and on a Monday.")
    page.get_by_role("button", name="Record my opinion").click()
    expect(page.get_by_text("nobody sees it until the other one is in.")).to_be_visible()

    page = organisation.as_(second)
    page.goto(f"/cases/{number}/internal-audit")
    expect(page.get_by_text("somebody else's")).to_have_count(0)
    expect(page.get_by_role("link", name="log.txt")).to_have_count(0)
    page.keyboard.press("j")
    page.keyboard.press("2")
    page.get_by_role("button", name="Record my opinion").click()
    expect(page.get_by_text("somebody else's")).to_be_visible()
    expect(page.get_by_role("link", name="log.txt")).to_be_visible()
    page.get_by_role("button", name="Approve and pass on").click()
    expect(page.get_by_role("alert")).to_contain_text("that ends the nomination. Reject it.")
    page.get_by_role("button", name="Reject the nomination").click()
    page.get_by_role("radio", name="The event could not be confirmed").check()
    page.locator("textarea").fill("The call is that of another case, and was on another day.")
    page.get_by_role("button", name="Reject").click()
    expect(page.get_by_text("No other case waits for you here")).to_be_visible()
    with app.app_context():
        assert stage(number) is Stage.REJECTED
        assert stage(first) is Stage.EXTERNAL_AUDIT
        assert len(case(number).claims[0].findings) == 2

    page = organisation.as_(inventor)
    page.goto(f"/cases/{number}")
    expect(page.get_by_role("main")).to_contain_text("Refuted")
    expect(page.get_by_role("link", name="log.txt")).to_have_count(0)
