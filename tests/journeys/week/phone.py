"""At the phone: the agent in a break, and the customer with a link."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import select

import demo
from models.base import db
from models.nominations import Nomination, by_number
from models.surveys import words_on
from tests.journeys.week.hand import Hand
from tests.journeys.week.people import AGENT, CUSTOMER, Place, task
from workflow.vocabulary import Stage

TITLE = "下班前多留一小时，帮客户追回被扣两次的会费"
STORY = (
    "客户来电说会费扣了两次。浩然一直陪着客户和银行三方通话，"
    "直到银行确认退款，比自己的班晚了一小时才走。"
)
CLAIM = "十一月二十日十八点四十分，银行确认把多扣的会费退给客户。"
DRAFTED = "替客户多问了一句"
PHOTO = Path(demo.__file__).parent / "files" / "chat-40218.png"
RETURNED = "替听不清的老先生，把账单念了三遍"


def stage_of(place: Place, title: str) -> Stage | None:
    with place.app.app_context():
        found = select(Nomination.stage).where(Nomination.title == title)
        return db.session.scalars(found.order_by(Nomination.id.desc())).first()


def begin(hand: Hand, award: str, wanted: str, name: str) -> None:
    hand.nav("Nominate")
    hand.tap(hand.page.get_by_role("radio", name=award, exact=True))
    hand.button("Begin the nomination")
    hand.field("Find a colleague", wanted)
    hand.button("Nominate %(name)s", name=name)


def tell(hand: Hand, title: str) -> None:
    hand.field("What happened, in one line?", title)
    hand.field("Tell the story", STORY)
    hand.field("On which day?", "2026-11-20")
    hand.radio("Telephone")
    hand.field("Claim %(number)s", CLAIM, number=1)


@task(AGENT, "Nominates a colleague, with one claim and its reference, and hands it in")
def nominate(hand: Hand, place: Place) -> None:
    begin(hand, "突出贡献奖", "王浩", "王浩然")
    tell(hand, TITLE)
    hand.field("Reference number for claim %(number)s", "CALL-150001", number=1)
    hand.button("Look at it as the auditor will")
    hand.button("Submit the nomination")
    expect(hand.page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert stage_of(place, TITLE) is Stage.INTERNAL_AUDIT


@task(AGENT, "Begins a nomination with two claims and a photo, and leaves it for later")
def photograph(hand: Hand, place: Place) -> None:
    begin(hand, "月度项目奖", "E2071", "王宇航")
    title = "把白板上的错误流程改成一张图"
    tell(hand, title)
    picture = place.folder / "whiteboard.png"
    picture.write_bytes(PHOTO.read_bytes())
    hand.attach("A file that shows claim %(number)s", picture, number=1)
    expect(hand.page.get_by_text("whiteboard.png")).to_be_visible()
    hand.button("Add another claim")
    hand.field("Claim %(number)s", "第二天全组按新流程操作，没有再出错。", number=2)
    hand.button("Save and go on later")
    assert stage_of(place, title) is Stage.DRAFT


@task(AGENT, "Goes on with a draft from home and hands it in")
def go_on(hand: Hand, place: Place) -> None:
    hand.own_link(DRAFTED)
    hand.button("Look at it as the auditor will")
    finish_draft(hand)
    hand.button("Submit the nomination")
    expect(hand.page.get_by_role("heading", name=DRAFTED)).to_be_visible()
    assert stage_of(place, DRAFTED) is Stage.INTERNAL_AUDIT


def finish_draft(hand: Hand) -> None:
    """Whatever the page says is still missing."""
    missing = {
        "title": DRAFTED,
        "story": STORY,
        "happened_on": "2026-11-20",
    }
    for name, text in missing.items():
        box = hand.page.locator(f".has-error #{name}")
        if box.count():
            hand.write(box, text)
    if hand.page.locator(".has-error#channel, .has-error input[name=channel]").count():
        hand.radio("Telephone")
    for box in hand.page.locator(".claim-edit").all():
        said = box.locator("textarea").first
        if not said.input_value():
            hand.write(said, CLAIM)
        piece = box.locator("input[type=text]").first
        if piece.count() and not piece.input_value():
            hand.write(piece, "CALL-150002")
    if hand.page.locator("#claims").count():
        hand.button("Look at it as the auditor will")


@task(AGENT, "Corrects a nomination that was returned, and hands it in again")
def correct(hand: Hand, place: Place) -> None:
    hand.own_link(RETURNED)
    hand.button("Add a note")
    box = hand.page.locator(".claim-edit").first.locator(".piece textarea").last
    hand.write(box, "组长赵天宇当天在旁边听完了整通电话，可以作证。")
    hand.button("Look at it as the auditor will")
    hand.button("Submit the corrected nomination")
    assert stage_of(place, RETURNED) is Stage.INTERNAL_AUDIT


@task(AGENT, "Sees at which stage an own nomination stands")
def follow(hand: Hand, place: Place) -> None:
    title = "听出客户在灶台边，先关火再办事"
    if not hand.page.get_by_role("link", name=title).count():
        hand.link("My nominations")
    hand.own_link(title)
    expect(hand.page.locator("[aria-current=step]")).to_be_visible()


@task(AGENT, "Answers the questionnaire that home asks for")
def answer(hand: Hand, place: Place) -> None:
    hand.own_link("激励方案用起来怎么样")
    for group in hand.page.locator("#ballot fieldset").all():
        hand.tap(group.locator(".choice").nth(1))
    hand.button("Put my answers into the box")
    expect(hand.page.locator(".flash-success")).to_be_visible()


@task(AGENT, "Looks up the own score of this month")
def score(hand: Hand, place: Place) -> None:
    hand.menu("My score")
    expect(hand.page.locator("main table").first).to_be_visible()


def reply(hand: Hand, extent: str, marks: str, words: str) -> None:
    question = hand.page.get_by_role("group").first
    hand.tap(question.get_by_label(extent))
    if marks:
        hand.tap(hand.page.get_by_role("radio", name=marks))
    hand.write(hand.page.get_by_role("textbox"), words)
    hand.tap(hand.page.get_by_role("button", name="送出答覆"))
    expect(hand.page.get_by_role("heading", name="謝謝您")).to_be_visible()


def words_of(place: Place, nth: int) -> int:
    with place.app.app_context():
        case = by_number(place.world.surveyed[nth])
        assert case is not None
        return len(words_on(case))


@task(CUSTOMER, "Answers a survey: it happened, five marks, a word of thanks")
def thank(hand: Hand, place: Place) -> None:
    reply(hand, "是", "5", "王小姐很有耐心，隔天卡片就寄到了。")
    assert words_of(place, 0) == 1


@task(CUSTOMER, "Answers a survey: it did not happen")
def deny(hand: Hand, place: Place) -> None:
    reply(hand, "否", "", "從來沒有人回電給我。")
    assert words_of(place, 1) == 1
