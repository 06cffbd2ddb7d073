"""In the office: the committee on the last day of the month, and the scheme manager."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from sqlalchemy import select

from models import scheme
from models.base import db
from models.feedback import Feedback
from models.scheme import Award
from models.tierlists import TierList
from tests.journeys.week.hand import Hand
from tests.journeys.week.people import COMMITTEE, MANAGER, Place, task
from workflow.vocabulary import FeedbackState

REWARDS = {
    "en": "A gift worth 200 yuan",
    "zh_Hans": "价值二百元的礼品",
    "zh_Hant": "價值兩百元的禮品",
}
THANKS = "谢谢提醒。从下个月起，接待量奖同时看满意度，抢接不会再占便宜。"
WHY = "同事在问卷里提出，公示期太短，夜班来不及看。"


@task(COMMITTEE, "Reads why the first is ranked before the second, with the arithmetic")
def why(hand: Hand, place: Place) -> None:
    hand.own_link("月度接聽量獎")
    hand.tap(hand.page.locator("#ranking td[data-label] a").first)
    expect(hand.page.locator("main section[id^=nominee]").first).to_be_visible()


@task(COMMITTEE, "Tries one place more and sees who would move")
def simulate(hand: Hand, place: Place) -> None:
    hand.own_link("月度接聽量獎")
    hand.link("Try other figures")
    hand.write(hand.page.locator("#terms input[type=text], #terms input[type=number]").first, "2")
    hand.button("Show who moves")
    expect(hand.page.locator(".changes")).to_be_visible()


@task(COMMITTEE, "Approves the tiers of the month")
def approve(hand: Hand, place: Place) -> None:
    hand.own_link("月度接聽量獎")
    hand.button("Approve the tiers")
    expect(hand.page.locator("section[id^=list-]").first).to_be_visible()
    with place.app.app_context():
        newest = db.session.scalars(select(TierList).order_by(TierList.id.desc())).first()
        assert newest is not None
        assert newest.by.employee_number == COMMITTEE.employee_number


@task(COMMITTEE, "Finds the published letters and citations")
def letters(hand: Hand, place: Place) -> None:
    hand.nav("Honour roll")
    hand.link("Words of honour")
    expect(hand.page.get_by_role("heading", level=1)).to_have_text(hand.word("Words of honour"))


@task(MANAGER, "Starts a new quarterly award with a tier")
def new_award(hand: Hand, place: Place) -> None:
    hand.nav("Manage")
    hand.link("Scheme")
    hand.link("Add an award")
    names = {"en": "Mentor Award", "zh_Hans": "传帮带奖", "zh_Hant": "傳幫帶獎"}
    texts = {
        "en": "For colleagues who bring newcomers on.",
        "zh_Hans": "奖励手把手带出新人的同事。",
        "zh_Hant": "獎勵手把手帶出新人的同仁。",
    }
    for part, words in (("names", names), ("descriptions", texts), ("criteria", texts)):
        for language, text in words.items():
            hand.write(hand.page.locator(f"#{part}-{language}"), text)
    fill_new_award(hand)
    hand.write(hand.page.locator("#reason"), WHY)
    hand.tap(hand.page.locator("main form button[type=submit]").last)
    hand.link("Add a tier")
    for language, text in {"en": "Mentor", "zh_Hans": "传帮带", "zh_Hant": "傳幫帶"}.items():
        hand.write(hand.page.locator(f"#names-{language}"), text)
    for language, text in REWARDS.items():
        hand.write(hand.page.locator(f"#rewards-{language}"), text)
    fill_new_tier(hand)
    hand.write(hand.page.locator("#reason"), WHY)
    hand.tap(hand.page.locator("main form button[type=submit]").last)
    with place.app.app_context():
        award = db.session.scalars(select(Award).where(Award.key == "mentor-award")).one()
        assert [tier.quota for tier in award.tiers] == [2]


def fill_new_award(hand: Hand) -> None:
    hand.tap(hand.page.locator("input[name=cadence][value=quarterly]"))
    hand.tap(hand.page.locator("input[name=subject][value=person]"))
    hand.tap(hand.page.locator("input[name=road][value=standard]"))


def fill_new_tier(hand: Hand) -> None:
    hand.write(hand.page.locator("#quota"), "2")


@task(MANAGER, "Makes the public notice longer, with the reason")
def longer_notice(hand: Hand, place: Place) -> None:
    hand.nav("Manage")
    hand.link("Scheme")
    hand.link("Change the terms")
    hand.write(hand.page.locator("#notice_days"), "9")
    hand.write(hand.page.locator("#reason"), WHY)
    hand.button("Record the change")
    with place.app.app_context():
        assert scheme.scheme().notice_days == 9


@task(MANAGER, "Answers an opinion that is overdue")
def answer(hand: Hand, place: Place) -> None:
    hand.own_link("接聽量獎會不會鼓勵搶電話")
    hand.tap(hand.page.locator("#answer input[value=adopted]"))
    hand.write(
        hand.page.locator("#answer textarea"),
        THANKS,
    )
    hand.button("Publish the answer")
    with place.app.app_context():
        found = select(Feedback).where(Feedback.state == FeedbackState.ADOPTED)
        assert any("搶電話" in (one.subject.text or "") for one in db.session.scalars(found))


@task(MANAGER, "Confirms a waiver as the second person")
def second_person(hand: Hand, place: Place) -> None:
    hand.own_link("把最难打的名单留给自己")
    hand.radio("Confirm the waiver")
    hand.button("Answer the waiver")
    expect(hand.page.locator(".flash-success")).to_be_visible()


@task(MANAGER, "Records that a reward was handed over")
def hand_over(hand: Hand, place: Place) -> None:
    hand.nav("Manage")
    hand.link("Rewards")
    hand.tap(hand.page.get_by_role("link", name=re.compile("^" + hand.word("Hand it over"))))
    hand.button("Record that it is handed over")
    expect(hand.page.locator(".flash-success")).to_be_visible()


@task(MANAGER, "Finds the cases that are late, and with whom they are")
def late(hand: Hand, place: Place) -> None:
    hand.nav("Manage")
    hand.tap(hand.page.locator("main a[href='/manage/watch']"))
    expect(hand.page.locator("main table").first).to_be_visible()
