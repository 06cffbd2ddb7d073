"""In doubt: a colleague who did not win asks why, speaks up, and checks the record."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import select

from models.base import db
from models.feedback import Feedback
from models.nominations import by_number
from tests.journeys.week.hand import Hand
from tests.journeys.week.people import DOUBTER, Place, task
from workflow.vocabulary import Stage

LOST = "两天录完积压的一千二百份问卷"
ASKED = "我两天录了一千二百份，排名里却看不到这一项，请说明怎么算的。"
GROUNDS = "那个周末我在录入组值班，收到过两张投诉单，时间和编号我都有记录。"
SUBJECT = "录入岗的问卷量为什么不算分"


def own_case(hand: Hand) -> None:
    if not hand.page.get_by_role("link", name=LOST).count():
        hand.link("My nominations")
    hand.own_link(LOST)


@task(DOUBTER, "Finds out why the own case was not placed")
def why(hand: Hand, place: Place) -> None:
    own_case(hand)
    expect(hand.page.locator("#place")).to_be_visible()


@task(DOUBTER, "Compares with the case that won the same award")
def compare(hand: Hand, place: Place) -> None:
    hand.nav("Honour roll")
    hand.tap(hand.page.locator("main a", has_text="2026年10月").first)
    hand.own_link("韩雪")
    expect(hand.page.locator("main").get_by_text("月度项目奖").first).to_be_visible()


@task(DOUBTER, "Gives feedback on the own case")
def speak(hand: Hand, place: Place) -> None:
    own_case(hand)
    hand.link("Give feedback on this case")
    hand.write(hand.page.locator("#subject"), SUBJECT)
    hand.write(hand.page.locator("#body"), ASKED)
    for name in ("kind", "manner"):
        if not hand.page.locator(f"input[name={name}]:checked").count():
            hand.tap(hand.page.locator(f"input[name={name}]"))
    hand.button("Send the feedback")
    with place.app.app_context():
        said = [one.subject.text for one in db.session.scalars(select(Feedback))]
        assert SUBJECT in said


@task(DOUBTER, "Objects to an award in its public notice")
def object_(hand: Hand, place: Place) -> None:
    hand.nav("Archive")
    hand.tap(hand.page.locator("main a[href='/notices/']").first)
    hand.own_link("热线二组：系统切换周末零投诉")
    hand.link("Raise an objection")
    hand.write(
        hand.page.locator("main textarea").first,
        GROUNDS,
    )
    hand.button("Raise an objection")
    with place.app.app_context():
        case = by_number("2026-0066")
        assert case is not None
        assert case.stage is Stage.OBJECTION


@task(DOUBTER, "Checks with the receipt that the entry of the own case is the same")
def receipt(hand: Hand, place: Place) -> None:
    own_case(hand)
    hand.link("My receipts for this case")
    hand.tap(hand.page.locator("main .record a").last)
    hand.link("Is it still the same now?")
    expect(hand.page.locator(".outcome-confirmed").first).to_be_visible()


@task(DOUBTER, "Finds the proof that the ledger went on from an earlier checkpoint")
def unwritten(hand: Hand, place: Place) -> None:
    hand.tap(hand.page.locator("footer a[href='/archive/proof']"))
    hand.link("All checkpoints")
    expect(hand.page.locator("a[href*='/archive/checkpoints/']").first).to_be_visible()
