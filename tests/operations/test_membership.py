"""A team's award credits everybody who was in the team on the day that the case tells of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from adapters import clock
from models import honour
from models.base import db
from models.membership import members_on
from models.nominations import by_number
from models.people import Person, Team
from models.scheme import day_at
from models.wins import wins_of
from operations.transaction import Transaction, operation
from tests.builders import (
    Cast,
    decide,
    make_award,
    make_cast,
    make_draft,
    make_person,
    make_scheme,
)
from tests.operations.test_people import HEAD, bring
from tests.roads import call, find, let_the_notice_end
from workflow.vocabulary import Action, Subject

pytestmark = pytest.mark.usefixtures("context")


def row(number: str, team: str) -> str:
    return f"{number},{number},,inbound,{team},,2024-01-01,,en"


def members(day: date, name: str = "East") -> list[str]:
    team = db.session.scalars(select(Team).where(Team.name == name)).one()
    return [person.employee_number for person in members_on(team, day)]


def test_who_came_later_is_not_of_the_team_and_who_has_left_since_is() -> None:
    make_scheme()
    today = day_at(clock.now())
    yesterday = today - timedelta(days=1)
    bring("\n".join([HEAD, row("1", "East"), row("2", "East"), row("3", "West"), row("4", "")]))
    assert members(yesterday) == ["1", "2"]
    bring("\n".join([HEAD, row("1", "West"), row("3", "East"), row("4", "East")]))
    assert members(yesterday) == ["1", "2"]
    assert members(yesterday, "West") == ["3"]
    assert members(today) == ["2", "3", "4"]
    clock.set_offset(clock.offset() + timedelta(days=5))
    bring("\n".join([HEAD, row("1", "East"), row("2", "West")]))
    assert members(yesterday) == ["1", "2"]
    assert members(today) == ["2", "3", "4"]
    assert members(today + timedelta(days=5)) == ["1", "3", "4"]
    assert members(today + timedelta(days=4), "West") == ["1"]


@operation
def for_the_team(tx: Transaction, number: str) -> None:
    nomination = by_number(number)
    assert nomination is not None
    nomination.team = nomination.nominees[0].team


def test_a_teams_award_is_on_each_members_page_and_counts_as_their_win() -> None:
    make_scheme()
    make_award(road="instant", subject=Subject.TEAM)
    cast: Cast = make_cast()
    mate = make_person("Mate", team_id=db.session.get_one(Person, cast.nominee).team_id)
    number = make_draft(cast.colleague, [cast.nominee])
    for_the_team(number)
    decide(cast.colleague, number, Action.SUBMIT)
    find(cast.internal, number)
    decide(cast.internal, number, Action.APPROVE)
    call(cast.external, number)
    for judge in (cast.external, cast.policy):
        decide(judge, number, Action.APPROVE)
    let_the_notice_end(number)
    case = by_number(number)
    assert case is not None
    people = {person.id for person in case.nominees}
    assert mate in people
    assert all([won.number for won in honour.of_person(person)] == [number] for person in people)
    assert wins_of(case, people).keys() == people
