"""From confirmed cases and from figures to the honour roll: lists, objections, derived awards."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from models.base import db
from models.nominations import Nomination, by_number
from models.scheme import Award, Cycle
from operations.transaction import Transaction, operation
from tests.builders import Cast, decide, make_award, make_draft, make_person, stage
from tests.cli.test_results import LOG, cells
from tests.journeys.conftest import Organisation
from tests.roads import call, confirm, find, make_awarded, make_waiting
from workflow.eligibility import Wins, row
from workflow.vocabulary import Action, Cadence, Stage, Subject

pytestmark = [pytest.mark.browser, pytest.mark.prove]

GROUNDS = "The call that the case rests on was taken by somebody else that evening."
ANSWER = "The register names another colleague for that call, so the claim does not hold."


def approve_the_tiers(page: Page, award: str) -> None:
    page.goto("/")
    page.get_by_role("link", name=award).first.click()
    page.get_by_role("button", name="Approve the tiers").click()


def nominees(cast: Cast, count: int) -> list[Cast]:
    people = [make_person(f"Nominee {n}") for n in range(1, count + 1)]
    return [Cast(**{**vars(cast), "nominee": person}) for person in people]


def test_an_objection_is_upheld_and_the_next_moves_up(organisation: Organisation) -> None:
    cast = organisation.cast
    with organisation.app.app_context():
        cases = [make_waiting(each) for each in nominees(cast, 4)]
        confirm(cast, *cases)
    first, *_others, next_one = cases
    page = organisation.as_(cast.committee)
    approve_the_tiers(page, "Quarterly Award")

    page = organisation.as_(cast.colleague)
    page.goto(f"/archive/{first}")
    page.get_by_role("link", name="Raise an objection").click()
    page.get_by_label("What do you object to").fill(GROUNDS)
    page.get_by_role("button", name="Raise the objection").click()
    expect(page.get_by_text(GROUNDS)).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Colleague", exact=True)).to_have_count(0)

    page = organisation.as_(cast.arbiter)
    page.goto(f"/cases/{first}/objections")
    expect(page.get_by_text("Raised by Colleague, confidential towards colleagues")).to_be_visible()
    page.get_by_role("radio", name="Uphold").check()
    page.get_by_role("textbox").last.fill(ANSWER)
    page.get_by_role("button", name="Settle the objection").click()

    organisation.days_pass(15)  # the parties could have appealed
    page = organisation.as_(cast.committee)
    page.goto("/")
    page.get_by_role("link", name="Quarterly Award").first.click()
    expect(page.get_by_text("1 place has become free")).to_be_visible()
    page.get_by_role("button", name="Approve the tiers").click()
    expect(page.get_by_text("List 2, approved")).to_be_visible()
    with organisation.app.app_context():
        assert stage(next_one) is Stage.PUBLIC_NOTICE
    page = organisation.as_(cast.colleague)
    page.goto("/notices/")
    expect(page.get_by_role("main").get_by_text("Nominee 4")).to_be_visible()
    page.goto(f"/archive/{first}")
    expect(page.get_by_text(ANSWER).first).to_be_visible()


@operation
def count_calls_of_march(tx: Transaction) -> None:
    """The volume award of March 2021, which the call log tells of."""
    award = tx.session.scalars(select(Award).where(Award.key == "volume")).one()
    award.cadence, award.metric = Cadence.MONTHLY, "calls_answered"
    (cycle,) = award.cycles
    cycle.key = "2021-03"
    cycle.opens_at = datetime(2021, 2, 28, 16, tzinfo=UTC)
    cycle.closes_at = datetime(2021, 3, 31, 16, tzinfo=UTC)


def march() -> list[tuple[str, int]]:
    """Who answered how many calls in March, as the sheet has it, the most first."""
    answered = Counter(
        each["B"] for each in cells(LOG) if each["C"].startswith("2021-03") and each["F"] == "Y"
    )
    return answered.most_common()


@pytest.mark.skipif(not LOG.exists(), reason=f"{LOG.name} is not beside the project")
def test_a_months_call_log_ends_on_the_honour_roll(organisation: Organisation) -> None:
    cast, app = organisation.cast, organisation.app
    with app.app_context():
        make_award("volume", road="by_numbers", quotas=(1, 1, 1))
        count_calls_of_march()
    brought = app.test_cli_runner().invoke(
        args=["results", "import", str(LOG), "--mapping", "call-log", "--create-people"]
    )
    assert brought.exit_code == 0, brought.output
    organisation.days_pass(1)
    with app.app_context():
        found = select(Nomination).join(Nomination.award).where(Award.key == "volume")
        numbers = [case.number for case in db.session.scalars(found)]
    assert len(numbers) == 6  # two for each place
    page = organisation.as_(cast.policy)
    agents = march()
    agent, calls = agents[0]
    page.goto(f"/cases/{numbers[0]}")
    expect(page.get_by_text(agent).first).to_be_visible()
    expect(
        page.get_by_text(f"Calls answered: rank 1 of {len(agents)}, with {calls}.")
    ).to_be_visible()
    for judge, duty in ((cast.policy, "policy"), (cast.performance, "performance")):
        page = organisation.as_(judge)
        page.goto(f"/cases/{numbers[0]}/{duty}")
        page.get_by_role("button", name="Approve and pass on").click()
        expect(page).not_to_have_url(f"{organisation.address}/cases/{numbers[0]}/{duty}")
        with app.app_context():
            for number in numbers[1:]:
                decide(judge, number, Action.APPROVE)
    approve_the_tiers(organisation.as_(cast.committee), "Quarterly Award")
    organisation.days_pass(8)
    page = organisation.as_(cast.colleague)
    page.goto("/honour-roll/?cycle=2021-03")
    roll = page.get_by_role("main")
    for name in ("Gold", "Silver", "Bronze"):
        expect(roll.get_by_text(name).first).to_be_visible()


@operation
def two_of_these_nominate(tx: Transaction) -> None:
    """Two monthly awards in a row nominate for the quarter that is open now."""
    quarterly, monthly = (
        tx.session.scalars(select(Award).where(Award.key == key)).one()
        for key in ("quarterly", "monthly")
    )
    quarterly.eligibility = [row(Wins("monthly", 2, in_a_row=True))]
    monthly.cadence = Cadence.MONTHLY
    monthly.cycles[0].key = "2026-10"


@operation
def begin_the_second_month(tx: Transaction) -> None:
    monthly = tx.session.scalars(select(Award).where(Award.key == "monthly")).one()
    (first,) = monthly.cycles
    until = first.closes_at + timedelta(days=20)
    monthly.cycles.append(
        Cycle(key="2026-11", award=monthly, opens_at=first.closes_at, closes_at=until)
    )


def test_two_monthly_awards_in_a_row_lead_to_the_quarterly_one(organisation: Organisation) -> None:
    cast, app = organisation.cast, organisation.app
    with app.app_context():
        make_award("monthly", road="instant", closes_in=timedelta(days=5))
        two_of_these_nominate()
        make_awarded(cast, award_key="monthly")
        begin_the_second_month()
        make_awarded(cast, award_key="monthly")
    organisation.days_pass(20)
    organisation.days_pass(1)
    with app.app_context():
        case = db.session.scalars(
            select(Nomination).join(Nomination.award).where(Award.key == "quarterly")
        ).one()
        number = case.number
    page = organisation.as_(cast.policy)
    page.goto(f"/cases/{number}")
    why = "Won the Quarterly Award 2 times in a row: October 2026, November 2026."
    expect(page.get_by_text(why)).to_be_visible()
    for judge, duty in ((cast.policy, "policy"), (cast.performance, "performance")):
        organisation.days_pass(8)  # the last results are not awaited for ever
        page = organisation.as_(judge)
        page.goto(f"/cases/{number}/{duty}")
        page.get_by_role("button", name="Approve and pass on").click()
        expect(page.get_by_text("Approve and pass on")).to_have_count(0)
    approve_the_tiers(organisation.as_(cast.committee), "Quarterly Award")
    organisation.days_pass(8)
    page = organisation.as_(cast.colleague)
    page.goto("/honour-roll/?cycle=2026-Q4")
    expect(page.get_by_role("main").get_by_text("Lin Nominee").first).to_be_visible()


@operation
def for_the_team(tx: Transaction, number: str) -> None:
    nomination = by_number(number)
    assert nomination is not None
    nomination.team = nomination.nominees[0].team


def test_a_teams_award_is_on_the_page_of_each_member(organisation: Organisation) -> None:
    cast = organisation.cast
    with organisation.app.app_context():
        make_award("team", road="instant", subject=Subject.TEAM)
        number = make_draft(cast.colleague, [cast.nominee], "team")
        for_the_team(number)
        decide(cast.colleague, number, Action.SUBMIT)
        find(cast.internal, number)
        decide(cast.internal, number, Action.APPROVE)
        call(cast.external, number)
        for judge in (cast.external, cast.policy):
            decide(judge, number, Action.APPROVE)
        case = by_number(number)
        assert case is not None
        members = {person.id: person.name for person in case.nominees}
    assert len(members) > 1
    organisation.days_pass(8)
    page = organisation.as_(cast.committee)
    for person, name in members.items():
        page.goto(f"/honour-roll/people/{person}")
        expect(page.get_by_role("heading", name=name).first).to_be_visible()
        expect(page.get_by_role("link", name="She stayed on the line").first).to_be_visible()
