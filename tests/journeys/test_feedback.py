"""Feedback as two colleagues live it, at their browsers and in their own words, to its end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from operations.preferences import speak
from tests.journeys.conftest import Organisation
from workflow.vocabulary import Language

pytestmark = [pytest.mark.browser, pytest.mark.prove]

PROPOSAL, OPINION = "公示期太短", "上夜班的同事三天内来不及看。"
ANSWER = "有道理：从现在起改为九天。"
COMPLAINT, ACCUSES = "紀錄是偽造的", "上個月的通話紀錄有人改過。"
WHY = "內容指控偽造，只有作者能指出是哪幾筆。"


@pytest.fixture
def reading(organisation: Organisation, language: Language) -> Organisation:
    """The organisation, whose people all read this language."""
    with organisation.app.app_context():
        for person in vars(organisation.cast).values():
            speak(person_id=person, language=language)
    return organisation


def thread(page: Page, name: str) -> Locator:
    """The way from the list to the thread of this name."""
    page.goto("/feedback/")
    return page.get_by_role("main").get_by_role("link", name=name)


@pytest.mark.parametrize("language", [Language.ZH_HANS])
def test_from_a_proposal_to_the_rule_that_it_changed(reading: Organisation) -> None:
    """In Simplified Chinese, on a phone: proposed, adopted, changed, and each names the other."""
    cast = reading.cast
    page = reading.as_(cast.colleague)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/feedback/")
    page.get_by_role("link", name="提出反馈").first.click()
    page.get_by_role("radio", name="建议").check()
    page.get_by_label("一句话概括").fill(PROPOSAL)
    page.get_by_label("您想对激励方案的管理者说什么？").fill(OPINION)
    page.get_by_role("button", name="提交反馈").click()

    page = reading.as_(cast.scheme_manager)
    thread(page, PROPOSAL).click()
    page.get_by_role("radio", name="已采纳").check()
    page.get_by_role("textbox", name="答复").fill(ANSWER)
    page.get_by_role("button", name="公开答复").click()
    expect(page.get_by_text("已采纳，方案尚未修改")).to_be_visible()

    page.goto("/manage/scheme/terms")
    page.get_by_label("公示天数").fill("9")
    page.get_by_label("为什么修改？").fill("同事提出的建议：三天太短。")
    page.get_by_label("源于哪条反馈").select_option(label=offered(page, PROPOSAL))
    page.get_by_role("button", name="保存修改").click()
    expect(page.get_by_text("修改已保存")).to_be_visible()

    page = reading.as_(cast.colleague)
    page.goto("/")
    page.get_by_role("link", name="收件箱").first.click()
    expect(page.get_by_text("您的反馈改变了方案")).to_be_visible()
    thread(page, PROPOSAL).click()
    main = page.get_by_role("main")
    expect(main.get_by_text(ANSWER)).to_be_visible()
    expect(main.get_by_text("已采纳，方案尚未修改")).to_have_count(0)
    main.locator("#changes").get_by_role("link").click()
    change = page.locator(f"#{page.url.partition('#')[2]}")
    expect(change).to_be_in_viewport()
    expect(change.get_by_role("row", name="公示天数")).to_contain_text("9")
    change.get_by_role("link", name=PROPOSAL).click()
    expect(main.get_by_text(OPINION)).to_be_visible()


def offered(page: Page, name: str) -> str:
    return page.get_by_role("option", name=name).inner_text()


@pytest.mark.parametrize("language", [Language.ZH_HANT])
def test_a_confidential_complaint_is_late_for_all_to_see_and_opened_by_two(
    reading: Organisation,
) -> None:
    """In Traditional Chinese: sealed, overdue, opened with a reason that its author reads."""
    cast = reading.cast
    page = reading.as_(cast.colleague)
    page.goto("/feedback/new")
    page.get_by_role("radio", name="投訴").check()
    page.get_by_label("一句話概括").fill(COMPLAINT)
    page.get_by_label("您想對激勵方案的管理者說什麼？").fill(ACCUSES)
    page.get_by_role("radio", name="封存").check()
    page.get_by_role("button", name="送出回饋").click()
    main = page.get_by_role("main")
    expect(main.get_by_text("您寫道（姓名已封存）")).to_be_visible()
    expect(main.get_by_text("答覆逾期")).to_have_count(0)

    reading.days_pass(30)
    page = reading.as_(cast.nominee)
    page.goto("/feedback/?state=overdue")
    expect(main.get_by_text("答覆逾期").first).to_be_visible()
    main.get_by_role("link", name=COMPLAINT).click()
    expect(main.get_by_text("答覆逾期")).to_be_visible()
    expect(main.get_by_text("一位同仁寫道（姓名已封存）")).to_be_visible()
    expect(main.get_by_role("link", name="提出開啟作者的封存")).to_have_count(0)

    page = reading.as_(cast.scheme_manager)
    thread(page, COMPLAINT).click()
    page.get_by_role("link", name="提出開啟作者的封存").click()
    page.get_by_label("理由").fill(WHY)
    page.get_by_role("button", name="請第二個人答覆").click()
    main.get_by_role("link", name="開啟作者的封存", exact=True).click()
    expect(main.get_by_role("button", name="同意：開啟封存")).to_have_count(0)

    page = reading.as_(cast.arbiter)
    page.goto("/feedback/")
    main.get_by_role("link", name="開啟作者的封存").click()
    expect(main.get_by_text(WHY)).to_be_visible()
    page.get_by_role("button", name="同意：開啟封存").click()
    for person in (cast.arbiter, cast.scheme_manager):
        page = reading.as_(person)
        thread(page, COMPLAINT).click()
        expect(main.get_by_text("作者是Colleague")).to_be_visible()

    page = reading.as_(cast.nominee)
    thread(page, COMPLAINT).click()
    expect(main.get_by_text("兩人開啟了作者的封存")).to_be_visible()
    expect(main.get_by_text(WHY)).to_have_count(0)
    expect(main.get_by_text("Colleague")).to_have_count(0)

    page = reading.as_(cast.colleague)
    page.goto("/inbox/")
    news = main.get_by_role("region", name="您的保密回饋有新消息")
    page.get_by_role("link", name="這則回饋有新內容").click()
    expect(main.get_by_text(WHY).first).to_be_visible()
    page.goto("/inbox/")
    expect(news).to_have_count(0)
