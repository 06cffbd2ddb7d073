"""A nominated team stands among all teams, by scores that are sealed at the close."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models import teams
from models.base import db
from models.decisions import latest_scores
from models.nominations import Nomination
from models.people import Person
from models.scores import is_sealed, sheet_of
from operations.transaction import Transaction, operation
from tests.builders import (
    Cast,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_team,
)
from tests.reviewing import make_targets, record
from tests.roads import let_the_cycle_close, make_waiting
from workflow.vocabulary import Subject

pytestmark = pytest.mark.usefixtures("context")

# per cent of productivity, of which 75 are asked, of each member; None: nothing was recorded
OTHERS = {"North": ("75", "60"), "South": ("45", None), "West": ("30",), "Empty": (None,)}


@pytest.fixture
def cast(context: object) -> Cast:
    make_scheme()
    make_award(subject=Subject.TEAM)
    make_targets(productivity=("0.75", 60))
    return make_cast()


@operation
def nominate_the_team(tx: Transaction, number: str, team_id: int) -> None:
    nomination = tx.session.query(Nomination).filter_by(number=number).one()
    nomination.team_id = team_id
    nomination.nominees = tx.session.query(Person).filter_by(team_id=team_id).all()


def found(number: str) -> Nomination:
    return db.session.query(Nomination).filter_by(number=number).one()


def test_a_team_stands_among_the_teams_by_the_mean_of_its_members(cast: Cast) -> None:
    for name, productivities in {"Own": ("60", "45", None), **OTHERS}.items():
        team_id = make_team(name)
        for part in productivities:
            person_id = make_person(f"{name} {part}", team_id=team_id)
            if part:
                record(person_id, "productivity", part, "100")
        if name == "Own":
            own = team_id
    number = make_waiting(cast)
    nominate_the_team(number, own)
    let_the_cycle_close(number)
    sheet = sheet_of(found(number).cycle)
    assert sheet is not None
    assert is_sealed(sheet)
    scores = [row.score for row in latest_scores(found(number))]
    compared = teams.compare(found(number), sheet, scores)
    assert compared is not None
    # 75 % is 100 points, 60 % 80, 45 % 60, 30 % 40
    assert [
        (team.place, team.name, team.score, team.scored, team.members) for team in compared.teams
    ] == [
        (1, "North", Decimal(90), 2, 2),
        (2, "Own", Decimal(70), 2, 3),
        (3, "South", Decimal(60), 1, 2),
        (4, "West", Decimal(40), 1, 1),
    ]
    assert compared.median == Decimal(65)
    assert compared.own is not None
    assert compared.own.is_own


def test_equal_teams_share_the_better_place(cast: Cast) -> None:
    for name in ("A", "B", "C"):
        team_id = make_team(name)
        part = "75" if name == "A" else "60"
        record(make_person(name, team_id=team_id), "productivity", part, "100")
    number = make_waiting(cast)
    nominate_the_team(number, team_id)
    let_the_cycle_close(number)
    sheet = sheet_of(found(number).cycle)
    assert sheet is not None
    compared = teams.compare(found(number), sheet, [Decimal(80)])
    assert compared is not None
    assert [team.place for team in compared.teams] == [1, 2, 2]
