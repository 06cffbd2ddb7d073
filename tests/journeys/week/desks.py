"""At the desks: the internal auditor, the external auditor, the policy reviewer."""

from __future__ import annotations

from playwright.sync_api import expect
from sqlalchemy import func, select

from models.base import db
from models.customers import customer_of
from models.decisions import ContactAttempt
from models.nominations import Nomination, by_number
from tests.journeys.week.hand import Hand
from tests.journeys.week.people import EXTERNAL, INTERNAL, POLICY, Place, task
from workflow.vocabulary import Stage

BY_KEYBOARD = 40
SENTENCE = "The work order shows another day and another colleague; please add the recording."


def stage(place: Place, number: str) -> Stage:
    with place.app.app_context():
        case = by_number(number)
        assert case is not None
        return case.stage


def open_waiting(hand: Hand, stage: Stage, number: str) -> None:
    """From home to one case of those that wait at the stage."""
    case = hand.page.locator(f"main a[href*='{number}']").first
    if not case.count():
        hand.tap(hand.page.locator(f"main a[href*='stage={stage.value}']"))
    while not case.count():
        hand.tap(hand.page.locator("main .pager a").last)
    hand.tap(case)


def give_reason(hand: Hand, place: Place, act: str, reason: str) -> None:
    hand.radio(reason)
    hand.write(hand.page.locator("main textarea").first, SENTENCE)
    hand.button(act)


@task(INTERNAL, "Returns a case to its nominator, with the reason")
def send_back(hand: Hand, place: Place) -> None:
    number = place.world.internal[0]
    open_waiting(hand, Stage.INTERNAL_AUDIT, number)
    hand.button("Return to the nominator")
    give_reason(hand, place, "Return to the nominator", "Something is missing")
    assert stage(place, number) is Stage.RETURNED


@task(INTERNAL, "Refutes a claim and rejects the case")
def refute(hand: Hand, place: Place) -> None:
    number = place.world.internal[1]
    open_waiting(hand, Stage.INTERNAL_AUDIT, number)
    for key in "j2j1":
        hand.key(key)
    hand.write(hand.page.locator("[data-claim] textarea").first, SENTENCE)
    hand.button("Reject the nomination")
    give_reason(hand, place, "Reject the nomination", "The event could not be confirmed")
    assert stage(place, number) is Stage.REJECTED


@task(INTERNAL, "Keeps a verdict with a note, and finds it again later")
def keep(hand: Hand, place: Place) -> None:
    number = place.world.internal[2]
    open_waiting(hand, Stage.INTERNAL_AUDIT, number)
    hand.key("j")
    hand.key("1")
    hand.key("n")
    note = "Heard the recording as far as minute 20; the rest tomorrow."
    hand.write(hand.page.locator("[data-claim] textarea").first, note)
    hand.button("Keep the verdicts")
    hand.nav("My work")
    open_waiting(hand, Stage.INTERNAL_AUDIT, number)
    expect(hand.page.locator("[data-claim] textarea").first).to_have_value(note)


def waiting(place: Place) -> int:
    with place.app.app_context():
        at_audit = select(func.count()).where(Nomination.stage == Stage.INTERNAL_AUDIT)
        return db.session.scalars(at_audit).one()


@task(INTERNAL, f"Decides {BY_KEYBOARD} cases by keyboard, one after another")
def decide_all(hand: Hand, place: Place) -> None:
    left = waiting(place) - BY_KEYBOARD
    open_waiting(hand, Stage.INTERNAL_AUDIT, place.world.internal[3])
    while waiting(place) > left:
        before = hand.page.url
        for claim in hand.page.locator("[data-claim]").all():
            if not claim.evaluate("claim => claim === document.activeElement"):
                hand.key("j")
            hand.key("1")
        hand.key("d")
        hand.key("Enter")
        expect(hand.page).not_to_have_url(before)
        hand.page.wait_for_load_state()


def customer_is(hand: Hand, number: str) -> None:
    hand.field("Customer number", number)
    hand.button("Take this customer")


@task(EXTERNAL, "Logs a call that nobody answered")
def nobody(hand: Hand, place: Place) -> None:
    number = place.world.external[0]
    open_waiting(hand, Stage.EXTERNAL_AUDIT, number)
    hand.radio("No answer")
    hand.button("Log the attempt")
    with place.app.app_context():
        case = by_number(number)
        assert case is not None
        assert db.session.query(ContactAttempt).filter_by(nomination_id=case.id).count() == 1


@task(EXTERNAL, "Logs a call in which the customer confirms it, and passes the case on")
def confirmed(hand: Hand, place: Place) -> None:
    number = place.world.external[1]
    open_waiting(hand, Stage.EXTERNAL_AUDIT, number)
    hand.radio("The customer confirmed it")
    hand.tap(hand.page.locator("#contact").get_by_role("radio", name="5", exact=True))
    hand.field("Note", "客戶說當天就處理好了，之後沒有再發生。")
    hand.button("Log it and pass the case on")
    assert stage(place, number) is Stage.POLICY_REVIEW


@task(EXTERNAL, "Says who the customer is, and looks up the telephone number")
def look(hand: Hand, place: Place) -> None:
    number = place.world.external[2]
    open_waiting(hand, Stage.EXTERNAL_AUDIT, number)
    customer_is(hand, "K-1")
    hand.button("Show contact details")
    expect(hand.page.get_by_text("021 5555 0100")).to_be_visible()


@task(EXTERNAL, "Makes a survey link for a customer who would rather write")
def link(hand: Hand, place: Place) -> None:
    number = place.world.external[3]
    open_waiting(hand, Stage.EXTERNAL_AUDIT, number)
    customer_is(hand, "K-2")
    hand.link("Send a survey")
    hand.field("What is the customer asked about?", "據稱同仁當天回電並補發了新卡。")
    hand.radio("Online chat")
    hand.button("Make a link to copy")
    expect(hand.page.get_by_label(hand.word("Link for the customer"))).not_to_have_value("")
    with place.app.app_context():
        case = by_number(number)
        assert case is not None
        assert customer_of(case) is not None


@task(EXTERNAL, "Reads what a customer wrote, and releases a wording for the archive")
def release(hand: Hand, place: Place) -> None:
    number = place.world.surveyed[0]
    open_waiting(hand, Stage.EXTERNAL_AUDIT, number)
    hand.link("Read and release")
    hand.button("Release this wording")
    hand.see("Approve and pass on")


@task(POLICY, "Reads the rules of a case and passes it on")
def allow(hand: Hand, place: Place) -> None:
    number = place.world.policy[0]
    open_waiting(hand, Stage.POLICY_REVIEW, number)
    hand.button("Approve and pass on")
    assert stage(place, number) is Stage.PERFORMANCE_REVIEW


@task(POLICY, "Rejects a case, with the rule that it does not meet")
def bar(hand: Hand, place: Place) -> None:
    number = next(one for one in place.world.policy if stage(place, one) is Stage.POLICY_REVIEW)
    open_waiting(hand, Stage.POLICY_REVIEW, number)
    hand.link("Reject the nomination")
    give_reason(
        hand,
        place,
        "Reject the nomination",
        "A rule of conduct, attendance or complaints is not met",
    )
    assert stage(place, number) is Stage.REJECTED


@task(POLICY, "Looks up the conduct records behind a rule")
def records(hand: Hand, place: Place) -> None:
    hand.own_link("一张表单少了一栏，她追到了源头")
    hand.link("Conduct records")
    expect(hand.page.locator("main table").first).to_be_visible()
