"""The honour roll is loud in praise, keeps what was revoked, and tells nothing else of anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event

from models import honour
from models.base import db
from models.ledger import Wording
from models.nominations import by_number
from models.people import Person
from models.scheme import Award
from models.tributes import Tribute, TributeApproval
from operations.transaction import Transaction, operation
from tests.builders import make_award, make_cast, make_person, make_scheme
from tests.fixtures.pages import Client
from tests.histories import History
from tests.roads import let_the_notice_end, make_awarded, make_noticed
from tests.winners import multiply
from words.periods import period
from workflow import vocabulary
from workflow.vocabulary import Language


@pytest.fixture
def reader(client: Client, history: History) -> Client:
    client.sign_in(history.cast.colleague)
    return client


def test_winners_stand_with_their_name_tier_team_and_citation(
    reader: Client, history: History
) -> None:
    roll = reader.get("/honour-roll/").text
    for words in (
        "Lin Nominee",
        "Gold",
        "Inbound East",
        "Q4 2026",
        "She stayed on the line for two hours",
        "The customer was called back on the same day.",
    ):
        assert words in roll
    assert f"/archive/{history.awarded}" in roll


def test_who_has_not_won_is_not_on_the_roll(reader: Client, history: History) -> None:
    roll = reader.get("/honour-roll/").text
    for number in (history.noticed, history.rejected, history.passed_over, history.objected):
        assert f"/archive/{number}" not in roll
    assert "Second nominee" not in roll


def test_a_revoked_award_stays_with_its_reason_in_words(reader: Client, history: History) -> None:
    roll = reader.get("/honour-roll/").text
    assert f"/archive/{history.revoked}" in roll
    assert "Revoked" in roll
    assert "The claim was found to be false" in roll
    assert roll.index(f"/archive/{history.revoked}") > roll.index(f"/archive/{history.awarded}")
    wall = reader.get("/honour-roll/wall").text
    assert history.awarded in wall
    assert history.revoked not in wall


def test_the_roll_is_read_by_award_and_by_team(
    app: Flask, reader: Client, history: History
) -> None:
    special = reader.get("/honour-roll/?award=special").text
    assert f"/archive/{history.awarded}" in special
    assert "Nobody has won this yet" in reader.get("/honour-roll/?award=quarterly").text
    with app.app_context():
        let_the_notice_end(history.gold)
        team = db.session.get_one(Person, history.cast.nominee).team_id
    reader.sign_in(history.cast.colleague)
    quarterly = reader.get("/honour-roll/?award=quarterly").text
    assert f"/archive/{history.gold}" in quarterly
    assert f"/archive/{history.awarded}" not in quarterly
    assert f"/archive/{history.awarded}" in reader.get(f"/honour-roll/?team={team}").text


def test_a_colleagues_page_tells_of_won_awards_alone(reader: Client, history: History) -> None:
    own = reader.get(f"/honour-roll/people/{history.cast.nominee}")
    assert f"/archive/{history.awarded}" in own.text
    for number in (history.noticed, history.rejected, history.overturned):
        assert f"/archive/{number}" not in own.text
    assert reader.get(f"/honour-roll/people/{history.cast.colleague}").status_code == 404


def test_an_award_of_a_team_reaches_every_member(app: Flask, client: Client) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        number = make_awarded(cast, award_key="special")
        other = make_person("Second Member")
        nomination = by_number(number)
        assert nomination is not None
        nomination.team_id = db.session.get_one(Person, cast.nominee).team_id
        nomination.nominees = [*nomination.nominees, db.session.get_one(Person, other)]
        db.session.commit()
    client.sign_in(cast.colleague)
    roll = client.get("/honour-roll/").text
    assert "Inbound East" in roll
    assert "Second Member" in roll
    assert f"/archive/{number}" in client.get(f"/honour-roll/people/{other}").text


def test_the_latest_cycles_come_first_and_earlier_ones_are_a_click_away(
    app: Flask, client: Client
) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        numbers = []
        for month in range(1, 9):
            number = make_noticed(cast, award_key="special")
            award = db.session.query(Award).one()
            award.cycles[0].key = f"2026-{month:02}"
            db.session.commit()
            numbers.append(number)
        for number in numbers:
            let_the_notice_end(number)
    client.sign_in(cast.colleague)
    assert "August 2026" in client.get("/honour-roll/").text
    assert client.get("/honour-roll/?cycle=1999-01").status_code == 200


@pytest.mark.parametrize("path", ["", "?year=", "?award=", "?team=", "wall"])
def test_more_winners_cost_no_more_queries(
    app: Flask, client: Client, statements: list[str], path: str
) -> None:
    with app.app_context():
        make_scheme()
        make_award("special", road="instant")
        cast = make_cast()
        number = make_awarded(cast, award_key="special")
    client.sign_in(cast.colleague)
    costs = []
    for more in (0, 2, 47):
        with app.app_context():
            multiply(number, more)
        client.get(f"/honour-roll/{path}")
        statements.clear()
        page = client.get(f"/honour-roll/{path}").text
        costs.append(len(statements))
        shown = {0: 1, 2: 3, 47: 50 if path == "" else 12 if path == "wall" else 24}[more]
        if path != "?team=":  # the others are of no team
            assert page.count("<article") == shown
    assert len(set(costs)) == 1, costs


def test_the_best_words_stand_there(app: Flask, reader: Client, history: History) -> None:
    """The approved citation in the reader's language; without one the claim that was confirmed."""
    assert "The customer was called back on the same day." in reader.get("/honour-roll/").text
    with app.app_context():
        case = by_number(history.awarded)
        assert case is not None
        approve(case.id, history.cast.committee, "Two hours that a family will remember.")
    roll = reader.get("/honour-roll/").text
    assert "Two hours that a family will remember." in roll
    assert "The customer was called back on the same day." not in roll


@operation
def approve(tx: Transaction, case_id: int, by_id: int, body: str) -> None:
    tribute = Tribute(
        nomination_id=case_id,
        kind=vocabulary.Tribute.CITATION,
        language=Language.EN,
        created_at=tx.now,
    )
    tx.add(tribute)
    tx.session.flush()
    text = Wording.of(json.dumps({"title": "Honoured", "body": body, "signed": ""}))
    by = tx.session.get_one(Person, by_id)
    tx.record(TributeApproval(tribute=tribute, version=1, text=text, by=by, at=tx.now))


def test_the_roll_is_read_by_year(app: Flask, reader: Client, history: History) -> None:
    with app.app_context():
        [year] = honour.years()
    assert f"/archive/{history.awarded}" in reader.get(f"/honour-roll/?year={year}").text
    assert f"/archive/{history.awarded}" in reader.get("/honour-roll/?year=").text
    assert "Nobody has won this yet" in reader.get("/honour-roll/?year=1999").text


def test_only_the_winner_finds_the_certificate_on_their_page(
    client: Client, history: History
) -> None:
    winner = history.cast.nominee
    certificate = f"/certificates/{history.awarded}/{winner}"
    client.sign_in(history.cast.colleague)
    assert certificate not in client.get(f"/honour-roll/people/{winner}").text
    client.sign_in(winner)
    own = client.get(f"/honour-roll/people/{winner}").text
    assert certificate in own
    assert f"/certificates/{history.revoked}/{winner}" not in own
    assert client.get(certificate).status_code == 200


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """What is asked of the database."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("key", "language", "said"),
    [
        ("2026-11", Language.EN, "November 2026"),
        ("2026-Q4", Language.EN, "Q4 2026"),
        ("2026", Language.EN, "2026"),
        ("2026-11", Language.ZH_HANS, "2026年11月"),
        ("2026-Q4", Language.ZH_HANS, "2026年第4季度"),
        ("2026-Q4", Language.ZH_HANT, "2026年第4季"),
        ("2026", Language.ZH_HANT, "2026年"),
        ("spring", Language.ZH_HANT, "spring"),
    ],
)
def test_a_cycle_is_called_by_its_period(
    app: Flask, key: str, language: Language, said: str
) -> None:
    from flask_babel import force_locale

    with app.test_request_context(), force_locale(language):
        assert period(key) == said
