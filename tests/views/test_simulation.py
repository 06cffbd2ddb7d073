"""The simulator's pages: figures turned in the address, variants kept, and nothing touched."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models.base import db
from models.ledger import LedgerEntry
from models.nominations import Nomination
from models.people import DutyGrant, Person, Team
from models.scheme import Award, Cycle
from models.variants import TierVariant
from operations import variants
from operations.casework import NotVisible
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_award, make_cast, make_person, make_scheme
from tests.fixtures.pages import Client
from tests.fixtures.questions import asked
from tests.operations.test_tiering import approve
from workflow.vocabulary import Duty, JobRole, Language, Stage

PAGE = "/tiering/quarterly/2026-Q4/simulate"


@pytest.fixture
def cast(app: Flask) -> Cast:
    with app.app_context():
        make_scheme()
        make_award(quotas=(1, 1))
        return make_cast()


@operation
def make_candidate(
    tx: Transaction, name: str, score: str, team: str = "", role: JobRole = JobRole.INBOUND
) -> None:
    """A case that waits for its tier, of a nominee of its own; its cycle has closed."""
    (cycle,) = tx.session.scalars(select(Cycle).join(Cycle.award).where(Award.key == "quarterly"))
    cycle.closes_at = tx.now
    count = tx.session.scalar(select(func.count()).select_from(Nomination)) or 0
    nominee = Person(employee_number=f"X{count}", name=f"{name} Nominee", job_role=role)
    nominee.language = Language.EN
    nominee.team = Team(name=team) if team else None
    tx.add(
        Nomination(
            number=f"2026-{count:04}",
            award=cycle.award,
            cycle=cycle,
            road=cycle.award.road,
            title="She stayed on the line",
            stage=Stage.TIERING,
            created_at=tx.now,
            submitted_at=tx.now,
            stage_entered_at=tx.now,
            score=Decimal(score),
            nominees=[nominee],
        )
    )


@pytest.fixture
def cases(app: Flask, cast: Cast) -> None:
    """Three confirmed cases, the best first."""
    with app.app_context():
        make_candidate("Ada", "95")
        make_candidate("Bo", "91.25", "Evening mail", JobRole.EMAIL)
        make_candidate("Cy", "80", "Morning mail", JobRole.EMAIL)


@pytest.fixture
def committee(client: Client, cast: Cast, cases: None) -> Client:
    client.sign_in(cast.committee)
    return client


def keep(client: Client, name: str, **fields: str) -> Any:
    return client.post(PAGE, data={"list": "0", "name": name, **fields})


def variant_of(app: Flask, name: str) -> int:
    with app.app_context():
        found: int = db.session.scalars(
            select(TierVariant.id).where(TierVariant.name == name)
        ).one()
        return found


def row(page: str, name: str) -> str:
    """The line of a nominee in the table of moves."""
    (found,) = [part for part in page.split("<tr") if f"{name} Nominee</a>" in part]
    return found


def test_figures_in_the_address_show_who_moves_and_touch_nothing(
    app: Flask, committee: Client, cases: None
) -> None:
    with app.app_context():
        before = _written()
    assert f'href="{PAGE}"' in committee.get(PAGE.removesuffix("/simulate")).text
    assert "Nobody moves: every place stays as it is." in committee.get(PAGE).text
    page = committee.get(f"{PAGE}?tier_gold-quota=2&tier_silver-threshold=85&budget=200").text
    assert "moves-up" in row(page, "Bo")
    assert "Changed: Gold: 2 places · Silver: from 85 points · budget 200" in page
    assert "Gold: place 2 of 2." in row(page, "Bo")
    assert "1 moves up" in page
    page = committee.get(f"{PAGE}?tier_gold-quota=3&weight_perception=1&everyone=1").text
    assert "moves-in" in row(page, "Cy")
    spread = page[page.index("By team") :]
    assert spread.index("no team") < spread.index("Evening mail") < spread.index("Morning mail")
    assert spread.count("<svg") == 5  # three teams and two roles
    assert "ranked by Performance score 50% · Customer marks 50%" in page
    with app.app_context():
        assert _written() == before


def _written() -> list[Any]:
    return [
        db.session.scalar(select(func.count()).select_from(LedgerEntry)),
        db.session.execute(select(Nomination.id, Nomination.stage, Nomination.tier_id)).all(),
        db.session.execute(select(Cycle.budget)).all(),
    ]


def test_what_cannot_be_reckoned_with_gets_a_sentence_and_is_kept(committee: Client) -> None:
    answer = committee.get(
        f"{PAGE}?tier_gold-quota=many&tier_silver-threshold=1e9&weight_score=0&first=strength"
        "&second=strength&budget=1E-40000"
    )
    assert answer.status_code == 422
    for said in (
        "Gold · Places: Write a whole number.",
        "Choose a number from 0 to 1000000.",
        "At least one weight is more than nought.",
        "Each tie-break stands in the order once.",
        'value="many"',
        'value="1e9"',
    ):
        assert said in answer.text
    assert "Who moves" not in answer.text
    assert committee.get(f"{PAGE}?weight_score={'9' * 96}").status_code == 422


def test_a_variant_is_kept_opened_set_beside_another_and_deleted_by_its_author(
    app: Flask, committee: Client, cast: Cast
) -> None:
    assert keep(committee, "One more gold", **{"tier_gold-quota": "2"}).status_code == 303
    assert keep(committee, "No silver", **{"tier_silver-quota": "0"}).status_code == 303
    gold, silver = variant_of(app, "One more gold"), variant_of(app, "No silver")
    page = committee.get(f"{PAGE}?variant={gold}").text
    assert "moves-up" in row(page, "Bo")
    assert "<span>Committee</span>" in page
    page = committee.get(f"{PAGE}/compare?one={gold}&other={silver}").text
    assert "One more gold beside No silver" in page
    assert "moves-out" in row(page, "Bo")
    committee.sign_in(cast.scheme_manager)
    answer = committee.post(f"{PAGE}/{gold}/delete", follow_redirects=True)
    assert "This variant is a colleague&#39;s" in answer.text
    committee.sign_in(cast.committee)
    for _twice in range(2):
        answer = committee.post(f"{PAGE}/{gold}/delete", follow_redirects=True)
        assert "The variant is deleted." in answer.text
    assert "One more gold" not in committee.get(PAGE).text
    assert committee.get(f"{PAGE}/compare?one={gold}&other={silver}").status_code == 404


@pytest.mark.both_databases
def test_a_name_is_given_once_and_to_something_that_changes(
    app: Flask, committee: Client, cast: Cast
) -> None:
    figures = {"tier_gold-quota": "2"}
    for _twice in range(2):
        assert keep(committee, "One more gold", **figures).status_code == 303
    answer = keep(committee, "One more gold", **{"tier_gold-quota": "3"})
    assert answer.status_code == 422
    assert "There is another variant of that name." in answer.text
    assert "Nothing is changed yet." not in keep(committee, "", **figures).text
    answer = keep(committee, "The same")
    assert answer.status_code == 422
    assert "Nothing is changed yet. Change a figure, then save it." in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(TierVariant)) == 1


@operation
def end_duties(tx: Transaction, person_id: int) -> None:
    for grant in tx.session.scalars(select(DutyGrant).where(DutyGrant.person_id == person_id)):
        grant.ends_at = tx.now


@operation
def only_for(tx: Transaction, person_id: int, award_key: str) -> None:
    award = tx.session.scalars(select(Award).where(Award.key == award_key)).one()
    tx.record(
        DutyGrant(
            person=tx.session.get_one(Person, person_id),
            duty=Duty.COMMITTEE,
            award_id=award.id,
            starts_at=tx.now,
        )
    )


def test_only_the_awards_committee_and_scheme_managers_simulate(
    app: Flask, client: Client, cast: Cast, cases: None
) -> None:
    with app.app_context():
        make_award("other")
        outsider = make_person("Of another award")
        only_for(outsider, "other")
    client.sign_in(cast.performance)
    assert client.get(PAGE).status_code == 403
    client.sign_in(outsider)
    for answer in (client.get(PAGE), keep(client, "Mine", **{"tier_gold-quota": "2"})):
        assert answer.status_code == 404
    assert client.get("/tiering/other/2026-Q4/simulate").status_code == 200
    client.sign_in(cast.scheme_manager)
    assert "Ada Nominee" in client.get(PAGE).text
    with app.app_context():
        end_duties(cast.scheme_manager)
        own: dict[str, Any] = {"award_key": "quarterly", "cycle_key": "2026-Q4"}
        for person_id in (outsider, cast.scheme_manager, cast.colleague):
            with pytest.raises(NotVisible):
                variants.save(person_id=person_id, name="Mine", changes={"budget": "1"}, **own)
            with pytest.raises(NotVisible):
                variants.delete(person_id=person_id, variant_id=1, **own)
    assert keep(client, "Mine", **{"tier_gold-quota": "2"}).status_code == 403


def test_a_decided_cycle_is_simulated_from_its_approved_list(
    app: Flask, committee: Client, cast: Cast, cases: None
) -> None:
    with app.app_context():
        approve(cast.committee)
        assert Stage.TIERING not in set(db.session.scalars(select(Nomination.stage)))
    page = committee.get(f"{PAGE}?tier_silver-quota=2").text
    assert "moves-in" in row(page, "Cy")
    assert "List 1" in page
    assert committee.get(f"{PAGE}?list=2").status_code == 404


def test_an_open_cycle_stands_as_it_would_now(app: Flask, client: Client, cast: Cast) -> None:
    client.sign_in(cast.committee)
    assert "There is nothing to rank yet" in client.get(PAGE).text
    with app.app_context():
        make_candidate("Ada", "95")
        reopen()
    assert "this is how it would stand now" in client.get(PAGE).text


@operation
def reopen(tx: Transaction) -> None:
    (cycle,) = tx.session.scalars(select(Cycle))
    cycle.closes_at = tx.now + timedelta(days=1)


def test_more_candidates_cost_no_more_queries(client: Client, app: Flask, cast: Cast) -> None:
    def cost() -> int:
        with asked(app) as statements:
            page = client.get(f"{PAGE}?tier_gold-quota=2&everyone=1").text
        assert "Who moves" in page
        return len(statements)

    with app.app_context():
        make_candidate("Number 0", "90", "Team 0")
    client.sign_in(cast.committee)
    one = cost()
    for since, until in ((1, 3), (3, 50)):
        with app.app_context():
            for nth in range(since, until):
                make_candidate(f"Number {nth}", str(90 - nth), f"Team {nth}", JobRole.EMAIL)
        assert cost() == one
