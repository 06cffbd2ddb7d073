"""The customer in a browser: a small page on a phone, without script, twice; or a plain no."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.builders import stage
from tests.directory import HEAD, bring, customer
from tests.journeys.conftest import Organisation
from tests.surveying import ask_again, attempts, make_asked_case
from workflow.vocabulary import ContactOutcome, Stage

pytestmark = pytest.mark.browser

ABOUT = "據稱您當天來電詢問遺失的會員卡，同仁當日回電並補發了新卡。"
WIDTH = 390
SAID = "王小姐很有耐心，卡號 88120 第二天就收到了。"


@pytest.fixture
def at_the_phone(browser: Browser, organisation: Organisation) -> Iterator[Callable[[str], Page]]:
    """The customer's old phone: narrow, without script, with nothing of ours in it."""
    phone = browser.new_context(
        viewport={"width": WIDTH, "height": 844}, java_script_enabled=False, locale="zh-TW"
    )
    page = phone.new_page()
    page.set_default_timeout(10_000)

    def open_(link: str) -> Page:
        page.goto(link)
        assert page.locator("html").get_attribute("lang") == "zh-Hant"
        width = page.locator("body").bounding_box()
        assert width is not None
        assert width["width"] <= WIDTH
        assert phone.cookies() == []
        return page

    yield open_
    phone.close()


@pytest.fixture
def number(organisation: Organisation) -> str:
    """A case at its external audit; its customer reads Traditional Chinese."""
    with organisation.app.app_context():
        ask_again(10)
        bring(f"{HEAD}\n{customer('K-7', language='zh_Hant', email='')}\n")
        return make_asked_case(organisation.cast)


def hand_over(page: Page, number: str) -> str:
    """The auditor makes a link to copy; what the page shows this once."""
    page.goto(f"/cases/{number}/external-audit")
    page.get_by_role("link", name="Send a survey").click()
    page.get_by_label("What is the customer asked about?").fill(ABOUT)
    page.get_by_role("radio", name="Online chat").check()
    page.get_by_role("button", name="Make a link to copy").click()
    return page.get_by_label("Link for the customer").input_value()


def test_a_customer_answers_on_a_phone_and_again_when_days_have_passed(
    organisation: Organisation, number: str, at_the_phone: Callable[[str], Page]
) -> None:
    auditor = organisation.cast.external
    phone = at_the_phone(hand_over(organisation.as_(auditor), number))
    expect(phone.get_by_text(ABOUT)).to_be_visible()
    phone.get_by_role("button", name="送出答覆").click()
    expect(phone.get_by_role("alert")).to_have_text("請回答第一個問題。")
    phone.get_by_role("group", name="情況如上所述嗎？").get_by_label("是").check()
    phone.get_by_role("radio", name="5").check()
    phone.get_by_role("textbox").fill(SAID)
    phone.get_by_role("button", name="送出答覆").click()
    expect(phone.get_by_role("heading", name="謝謝您")).to_be_visible()

    page = organisation.as_(auditor)
    page.goto(f"/cases/{number}/external-audit")
    expect(page.get_by_text(SAID)).to_have_count(0)
    page.get_by_role("link", name="Read and release").click()
    expect(page.locator("#original")).to_have_text(SAID)
    expect(page.get_by_label("What the archive shows")).to_have_value(SAID.replace("88120", "…"))
    page.get_by_label("What the archive shows").fill("很有耐心。")
    page.get_by_role("button", name="Release this wording").click()
    page.get_by_role("button", name="Approve and pass on").click()
    expect(page.get_by_text("No other case waits for you here")).to_be_visible()

    organisation.days_pass(11)
    page = organisation.as_(auditor)
    page.goto("/")
    expect(page.get_by_role("heading", name="Customers to ask once more")).to_be_visible()
    phone = at_the_phone(hand_over(page, number))
    phone.get_by_role("group", name="這位同仁為您辦的事").get_by_label("是").check()
    phone.get_by_role("radio", name="4").check()
    phone.get_by_role("button", name="送出答覆").click()
    page.goto(f"/cases/{number}")
    expect(page.get_by_text("second contact): The customer confirmed it, 4 of 5")).to_be_visible()
    expect(page.get_by_text("At the second contact the marks were lower by 1.")).to_be_visible()
    expect(page.get_by_text("很有耐心。")).to_be_visible()
    expect(page.get_by_text(SAID)).to_have_count(0)
    with organisation.app.app_context():
        assert [attempt.marks for attempt in attempts(number)] == [5, 4]
        assert stage(number) is Stage.POLICY_REVIEW


def test_a_story_that_the_customer_denies_is_refuted(
    organisation: Organisation, number: str, at_the_phone: Callable[[str], Page]
) -> None:
    auditor = organisation.cast.external
    link = hand_over(organisation.as_(auditor), number)
    phone = at_the_phone(link)
    phone.get_by_role("group", name="情況如上所述嗎？").get_by_label("否").check()
    phone.get_by_role("textbox").fill("從來沒有人回電給我。")
    phone.get_by_role("button", name="送出答覆").click()
    expect(phone.get_by_role("heading", name="謝謝您")).to_be_visible()

    page = organisation.as_(auditor)
    page.goto(f"/cases/{number}/external-audit")
    expect(page.get_by_text("Not perceived by the customer")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and pass on")).to_have_count(0)
    page.get_by_role("link", name="Reject the nomination").click()
    page.get_by_role("radio", name="The customer saw it differently").check()
    page.get_by_role("textbox").fill("The customer says that nobody ever called back.")
    page.get_by_role("button", name="Reject the nomination").click()
    expect(page.get_by_text("No other case waits for you here")).to_be_visible()
    with organisation.app.app_context():
        [attempt] = attempts(number)
        assert attempt.outcome is ContactOutcome.DISAGREED
        assert stage(number) is Stage.REJECTED
