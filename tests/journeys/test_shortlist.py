"""The road that vets nobody who cannot win: one of the shortlist fails, the reserve moves up."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.builders import Cast, decide, make_award, make_person, make_submitted, stage
from tests.journeys.conftest import Organisation
from tests.reviewing import complain, make_rule
from tests.roads import call, confirm, find
from workflow.vocabulary import Action, Stage

pytestmark = pytest.mark.browser

AWARD, FIRST, SECOND = "leaders", "She taught the whole desk", "He stayed until the lights were on"
WHY = "Three upheld complaints in the last month bar an award."


def ranked(cast: Cast, title: str, marks: int) -> str:
    """A case through its audits; the customer's marks decide its place."""
    number = make_submitted(cast, award_key=AWARD, title=title)
    find(cast.internal, number)
    decide(cast.internal, number, Action.APPROVE)
    call(cast.external, number, marks=marks)
    decide(cast.external, number, Action.APPROVE)
    return number


@pytest.fixture
def numbers(organisation: Organisation) -> list[str]:
    """Two confirmed cases for one place; the nominee of the better one fails a rule."""
    cast = organisation.cast
    with organisation.app.app_context():
        make_award(AWARD, road="shortlist", quotas=(1,))
        make_rule("complaints", "complaints_in_month", limit=3)
        complain(cast.nominee, 3)
        other = Cast(**{**vars(cast), "nominee": make_person("Zhou Reserve")})
        found = [ranked(cast, FIRST, 5), ranked(other, SECOND, 4)]
        confirm(cast, *found)
    return found


def approve_the_tiers(organisation: Organisation) -> Page:
    page = organisation.as_(organisation.cast.committee)
    page.goto(f"/tiering/{AWARD}/2026-Q4")
    page.get_by_role("button", name="Approve the tiers").click()
    expect(page.get_by_text("The shortlist goes to the policy review.")).to_be_visible()
    return page


def test_one_of_the_shortlist_fails_and_the_reserve_moves_up_to_the_award(
    organisation: Organisation, numbers: list[str]
) -> None:
    page = approve_the_tiers(organisation)
    expect(page.get_by_text("This is the reserve")).to_be_visible()
    expect(page.get_by_role("button", name="Approve the tiers")).to_have_count(0)

    page = organisation.as_(organisation.cast.policy)
    page.goto("/")
    expect(page.get_by_role("link", name=SECOND)).to_have_count(0)  # nobody vets the reserve
    page.get_by_role("link", name=FIRST).first.click()
    expect(page.get_by_role("button", name="Approve and pass on")).to_have_count(0)
    page.get_by_role("link", name="Reject the nomination").click()
    page.get_by_role("radio", name="A rule of conduct, attendance or complaints is not met").check()
    page.get_by_role("textbox").last.fill(WHY)
    page.get_by_role("button", name="Reject the nomination").click()

    organisation.days_pass(15)  # nobody appeals
    page = organisation.as_(organisation.cast.committee)
    page.goto(f"/tiering/{AWARD}/2026-Q4")
    expect(page.get_by_text("1 place has become free")).to_be_visible()
    approve_the_tiers(organisation)

    page = organisation.as_(organisation.cast.policy)
    page.goto("/")
    page.get_by_role("link", name=SECOND).first.click()
    page.get_by_role("button", name="Approve and pass on").click()
    page = organisation.as_(organisation.cast.colleague)
    page.goto("/notices/")
    expect(page.get_by_role("link", name=SECOND)).to_be_visible()

    organisation.days_pass(8)
    page = organisation.as_(organisation.cast.colleague)
    page.goto("/honour-roll/")
    expect(page.get_by_role("main").get_by_text("Zhou Reserve")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Lin Nominee")).to_have_count(0)
    with organisation.app.app_context():
        assert [stage(number) for number in numbers] == [Stage.REJECTED, Stage.AWARDED]
