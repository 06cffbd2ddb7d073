"""A questionnaire from its first word to a published chart: sixty colleagues, one on a phone."""

from __future__ import annotations

from random import Random

import pytest
from playwright.sync_api import Page, expect

from adapters import clock
from models.people import Person
from models.scheme import day_at
from operations.transaction import Transaction, operation
from tests.builders import make_person
from tests.fixtures.pages import signed_cookie
from tests.journeys.conftest import Organisation
from tests.questioning import latest, take_part, turn
from workflow.vocabulary import Duty, JobRole

pytestmark = pytest.mark.browser

KEY, TITLE, PEOPLE, WIDTH = "spring", "Before the new rule", 60, 390
WORDS = "Ask us before you change it, as you did now."
ANSWER = "Thank you: the rule starts in spring, with the longer notice that you asked for."


def test_sixty_people_answer_and_everybody_sees_the_chart(organisation: Organisation) -> None:
    with organisation.app.app_context():
        manager = make_person("Zhao Min", duties=(Duty.SCHEME_MANAGER,))
    draw_up(organisation.as_(manager), organisation)
    with organisation.app.app_context():
        people = colleagues()
        assert turn().opened == 1
        round_id = latest(KEY)
        for person, mark in zip(people[1:], marks(), strict=True):
            take_part(round_id, person, q1=mark, q2="good" if mark > "5" else "fair")
    answer_on_a_phone(organisation, people[0])

    organisation.days_pass(15)
    with organisation.app.app_context():
        assert turn().counted == 1
    page = organisation.as_(manager)
    page.goto("/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("textbox", name="Official answer").fill(ANSWER)
    page.get_by_role("button", name="Publish the answer").click()
    expect(page.get_by_text("The answer is on record.")).to_be_visible()

    page = organisation.as_(people[1])
    page.goto("/questionnaires/")
    page.get_by_role("link", name=TITLE).click()
    main = page.get_by_role("main")
    expect(main.get_by_text(ANSWER)).to_be_visible()
    expect(main.get_by_text("60 colleagues")).to_be_visible()
    expect(main.get_by_role("img", name="How fair is it?").first).to_be_visible()
    expect(main.get_by_text(WORDS)).to_be_visible()
    page.get_by_text("The same as a table").first.click()
    table = page.get_by_role("region", name="How fair is it?")
    shown = [int(cell) for cell in table.locator("td:nth-child(2)").all_inner_texts()]
    assert sum(shown) == PEOPLE
    assert shown[9] == 1 + list(marks()).count("10")


def draw_up(page: Page, organisation: Organisation) -> None:
    """The manager writes two questions and a judgement in words, open from today."""
    with organisation.app.app_context():
        today = day_at(clock.now()).isoformat()
    page.goto("/manage/questionnaires")
    page.get_by_role("link", name="Draw up a questionnaire").first.click()
    page.locator("#key").fill(KEY)
    for language in ("en", "zh_Hans", "zh_Hant"):
        page.locator(f"#names-{language}").fill(TITLE)
        page.locator(f"#leads-{language}").fill("What do you think of it?")
    page.locator("#opens_on").fill(today)
    asked = (("marks", "How fair is it?"), ("grades", "How clear?"), ("judgement", "Your words?"))
    for number, (kind, text) in enumerate(asked):
        page.locator(f"#questions-{number}-kind").select_option(kind)
        for language in ("en", "zh_Hans", "zh_Hant"):
            page.locator(f"#questions-{number}-{language}").fill(text)
    page.locator("#reason").fill("All who live by the rule are asked first.")
    page.get_by_role("button", name="Keep the questionnaire").click()
    expect(page.get_by_text("The change is recorded")).to_be_visible()


def answer_on_a_phone(organisation: Organisation, person: int) -> None:
    """Without script, from My work to the thanks; nothing chosen comes back as typed."""
    browser = organisation.browser.browser
    assert browser is not None
    phone = browser.new_context(viewport={"width": WIDTH, "height": 844}, java_script_enabled=False)
    cookie = signed_cookie(organisation.app, person)
    phone.add_cookies([{"name": "plaudit", "value": cookie, "url": organisation.address}])
    page = phone.new_page()
    page.goto(f"{organisation.address}/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Put my answers into the box").click()
    expect(page.get_by_text("Answer at least one question before you send it.")).to_be_visible()
    page.locator("label[for='q_q1-9']").click()
    page.get_by_role("textbox", name="Your words?").fill(WORDS)
    page.get_by_role("button", name="Put my answers into the box").click()
    expect(page.get_by_text("nobody can tell which are yours")).to_be_visible()
    expect(page.get_by_role("button", name="Put my answers into the box")).to_have_count(0)
    phone.close()


def marks() -> list[str]:
    """What the other fifty-nine say, always the same."""
    random = Random(7)
    return [str(random.randrange(3, 11)) for _ in range(PEOPLE - 1)]


@operation
def colleagues(tx: Transaction) -> list[int]:
    found = [
        Person(employee_number=f"S{n:03}", name=f"Colleague {n}", job_role=JobRole.INBOUND)
        for n in range(PEOPLE)
    ]
    tx.session.add_all(found)
    tx.session.flush()
    return [person.id for person in found]
