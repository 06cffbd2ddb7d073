"""What waits for whom: the SQL of the list and the rules of conflict say the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select

from adapters import clock
from models import assignments, casework, worklists
from models.base import db
from models.nominations import Nomination
from models.people import FormerTeam, Person, Team
from operations import imports, judging, people
from operations.casework import Request
from operations.transaction import Transaction, operation
from tests import roads
from tests.builders import (
    Cast,
    decide,
    make_award,
    make_cast,
    make_draft,
    make_person,
    make_scheme,
    make_submitted,
    put_above,
    version,
)
from workflow import conflicts
from workflow.vocabulary import JUDGING, Action, Bond, Duty, Reason, Stage

EVERY_DUTY = tuple(dict.fromkeys(JUDGING.values()))
SENTENCE = "The recording shows another date."


@pytest.fixture
def cast(context: Flask) -> Cast:
    make_scheme()
    make_award()
    make_award("instant", road="instant")
    make_award("loose", stages_are_separate=False)
    make_award("strict", team_mates_are_barred=True)
    return make_cast()


def person(person_id: int) -> Person:
    return db.session.get_one(Person, person_id)


def waits(person_id: int) -> set[str]:
    found = db.session.scalars(worklists.waiting(person(person_id), clock.now()))
    return {nomination.number for nomination in found}


def test_a_case_waits_for_those_whose_duty_its_stage_asks(cast: Cast) -> None:
    number = make_submitted(cast)
    assert waits(cast.internal) == {number}
    assert waits(cast.external) == set()
    roads.find(cast.internal, number)
    decide(cast.internal, number, Action.APPROVE)
    assert waits(cast.internal) == set()
    assert waits(cast.external) == {number}


def test_nobody_finds_a_case_in_the_list_that_a_relation_bars_them_from(cast: Cast) -> None:
    team = person(cast.nominee).team_id
    everywhere = [
        make_person("Grand Manager", duties=EVERY_DUTY),
        make_person("Team Mate", team_id=team, duties=EVERY_DUTY),
        make_person("Nominator", duties=EVERY_DUTY),
        make_person("Nominee", duties=EVERY_DUTY),
        *(make_person(name, duties=EVERY_DUTY) for name in BOUND),
        make_person("Free", duties=EVERY_DUTY),
    ]
    _grand, _mate, nominator, nominee, *_bound, _free = everywhere
    put_above(cast.manager, everywhere[0])
    numbers = [
        make_submitted(cast, award_key=key) for key in ("quarterly", "instant", "loose", "strict")
    ]
    for nominee_id in (nominee, cast.nominee):
        number = make_draft(nominator, [nominee_id])
        decide(nominator, number, Action.SUBMIT)
        numbers.append(number)
    walk_on(cast, numbers[0], everywhere)
    numbers += [overturned(cast), objected(cast)]
    bind(cast, dict(zip(BOUND, everywhere[4:], strict=False)), numbers[1])
    for person_id in (*everywhere, *vars(cast).values()):
        assert waits(person_id) == by_the_rules(person_id), person(person_id).name
    assert waits(everywhere[-1]) > waits(everywhere[4]), "a bar takes something away"


BOUND = (
    "Report",
    "Once above the nominee",
    "Once above the nominator",
    "Once below the nominee",
    "Once below the nominator",
    "Moved out of the team",
    "Once in the nominee's former team",
    "Still in the nominee's former team",
    "Moved out of the team long ago",
    "In the nominee's team of long ago",
    "Moved out of no team",
    "Above the nominator",
    "Declared",
    "No longer declared",
    "Together",
    "Together long ago",
    "Nominated the nominee",
    "Nominated by the nominee",
    "Nominated by the nominator",
    "Stepped aside",
)


def bind(cast: Cast, people: dict[str, int], number: str) -> None:
    """Let each of these people be bound to the cast of every case, or to this one."""
    put_above(people["Report"], cast.nominee)
    for side in ("nominee", "nominator"):
        party, above = getattr(cast, side), people[f"Once above the {side}"]
        manager, below = person(party).manager_id, people[f"Once below the {side}"]
        put_above(party, above)
        put_above(below, party)
        move(party, manager)
        move(below, None)
    move_teams(cast, people)
    put_above(cast.nominator, people["Above the nominator"])
    for name in ("Declared", "No longer declared"):
        one = people[name]
        bond = judging.declare(by_id=one, one_id=one, other_id=cast.nominator, bond=Bond.OTHER)
    judging.end_conflict(by_id=people["No longer declared"], conflict_id=bond)
    nominate(cast.colleague, cast.nominee, people["Together"])
    date_back(nominate(cast.colleague, cast.nominee, people["Together long ago"]))
    nominate(people["Nominated the nominee"], cast.nominee)
    nominate(cast.nominee, people["Nominated by the nominee"])
    nominate(cast.nominator, people["Nominated by the nominator"])
    judging.step_aside(
        person_id=people["Stepped aside"], number=number, request=Request(version(number))
    )


def move_teams(cast: Cast, people: dict[str, int]) -> None:
    """The nominee has been in three teams, one of them long ago; others leave each, or none."""
    now = db.session.scalars(select(Team.name)).one()
    place(cast.nominee, "Long ago")
    send("team", cast.nominee, "")
    date_moves_back(cast.nominee)
    send("team", cast.nominee, "Former")
    send("team", cast.nominee, now)
    place(people["In the nominee's team of long ago"], "Long ago")
    place(people["Still in the nominee's former team"], "Former")
    starts = {
        "Moved out of the team": now,
        "Moved out of the team long ago": now,
        "Once in the nominee's former team": "Former",
        "Moved out of no team": None,
    }
    for name, start in starts.items():
        place(people[name], start)
        send("team", people[name], "Elsewhere")
    date_moves_back(people["Moved out of the team long ago"])


@operation
def place(tx: Transaction, person_id: int, name: str | None) -> None:
    """As if they had always been in this team."""
    team = tx.session.scalar(select(Team).filter_by(name=name)) or (
        Team(name=name) if name else None
    )
    tx.session.get_one(Person, person_id).team = team


@operation
def date_moves_back(tx: Transaction, person_id: int) -> None:
    """Two days before: the day of the case itself, in whichever zone, would still count."""
    for row in tx.session.scalars(select(FormerTeam).filter_by(person_id=person_id)):
        row.until -= timedelta(days=2)


def move(person_id: int, manager_id: int | None) -> None:
    """As a file does that says who reports to whom from now on."""
    send("manager", person_id, "" if manager_id is None else number_of(manager_id))


def send(column: str, person_id: int, value: str) -> None:
    """Bring in a file that changes one thing about one person."""
    moved = person(person_id)
    line = f"{moved.employee_number},{moved.name},{moved.job_role},{value}"
    reading = people.read(f"employee_number,name,role,{column}\n{line}\n".encode(), "f.csv")
    file = {"kind": "people", "filename": "f.csv", "sha256": "0" * 64, "options": {}}
    people.apply(import_id=imports.receive(by_id=None, **file), reading=reading)  # type: ignore[arg-type]  # one word each


def number_of(person_id: int) -> str:
    return person(person_id).employee_number


def nominate(by: int, *nominees: int) -> str:
    number = make_draft(by, list(nominees), "instant")
    decide(by, number, Action.SUBMIT)
    return number


@operation
def date_back(tx: Transaction, number: str) -> None:
    """Long before the others began: more than a year."""
    found = tx.session.scalars(select(Nomination).filter_by(number=number)).one()
    found.submitted_at = tx.now - timedelta(days=366)


def walk_on(cast: Cast, number: str, everywhere: list[int]) -> None:
    """The free one finds, so has a part at the internal audit."""
    roads.find(everywhere[-1], number)
    decide(cast.internal, number, Action.APPROVE)
    roads.call(cast.external, number)


def overturned(cast: Cast) -> str:
    """Rejected at the internal audit, and back there by an appeal."""
    number = roads.make_rejected(cast)
    roads.appeal(cast.nominator, number)
    roads.judge_appeal(cast.arbiter, number, uphold=True)
    return number


def objected(cast: Cast) -> str:
    number = roads.make_noticed(cast, award_key="instant")
    roads.object_to(cast.colleague, number)
    return number


def by_the_rules(person_id: int) -> set[str]:
    """The same list from the rules, case by case."""
    found, now = set(), clock.now()
    for nomination in db.session.scalars(select(Nomination)):
        duty = JUDGING.get(nomination.stage)
        if nomination.stage is Stage.TIERING or duty is None:
            continue
        entrusted = duty in person(person_id).duties(now, nomination.award_id)
        case = casework.snapshot(nomination)
        if entrusted and conflicts.relation(case, person_id) is None:
            found.add(nomination.number)
    return found


def test_a_case_by_numbers_has_no_nominator_and_still_waits(cast: Cast) -> None:
    number = make_submitted(cast)

    @operation
    def without_nominator(tx: Transaction) -> None:
        found = tx.session.scalars(select(Nomination).filter_by(number=number)).one()
        found.nominator_id = None

    without_nominator()
    assert waits(cast.internal) == {number}


def test_the_counts_are_those_of_the_list_and_name_empty_stages(cast: Cast) -> None:
    make_submitted(cast)
    judge = person(make_person("Judge", duties=(Duty.INTERNAL_AUDITOR, Duty.ARBITER)))
    assert worklists.counts(judge, clock.now()) == {
        Stage.INTERNAL_AUDIT: 1,
        Stage.OBJECTION: 0,
        Stage.APPEAL: 0,
    }


def test_the_list_goes_on_behind_a_place_without_gap_or_repetition(cast: Cast) -> None:
    numbers = [make_submitted(cast) for _ in range(5)]
    judge, now = person(cast.internal), clock.now()
    query = worklists.waiting(judge, now)
    seen: list[str] = []
    page = list(db.session.scalars(query.limit(2)))
    while page:
        seen += [nomination.number for nomination in page]
        last = page[-1]
        assert last.due_at is not None
        place = worklists.Place(last.due_at, last.id, last.id in assignments.held_by(judge))
        page = list(db.session.scalars(worklists.after(query, judge, place).limit(2)))
    assert seen == numbers


def test_a_cycle_waits_for_the_committee_once_it_has_closed(cast: Cast) -> None:
    number = roads.make_waiting(cast)
    committee = person(cast.committee)
    assert worklists.rankings(committee, clock.now()) == []
    roads.confirm(cast, number)
    later = clock.now() + timedelta(days=1)
    [ranking] = worklists.rankings(committee, later)
    assert (ranking.cycle.award.key, ranking.cases) == ("quarterly", 1)
    barred = person(make_person("Barred", duties=(Duty.COMMITTEE,)))
    assert len(worklists.rankings(barred, later)) == 1
    put_above(cast.manager, barred.id)
    assert worklists.rankings(person(barred.id), later) == []
    assert number


@pytest.fixture
def statements(context: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_longer_list_costs_no_more_queries(cast: Cast, statements: list[str]) -> None:
    def cost() -> int:
        db.session.rollback()
        db.session.expunge_all()
        judge, now = person(cast.internal), clock.now()
        judge.duties(now)
        statements.clear()
        for nomination in db.session.scalars(worklists.waiting(judge, now)):
            assert nomination.award.names
            assert nomination.cycle.key
            assert nomination.nominees
        return len(statements)

    make_submitted(cast)
    one = cost()
    for _ in range(4):
        make_submitted(cast)
    assert cost() == one


def test_a_returned_case_waits_for_no_judge(cast: Cast) -> None:
    number = make_submitted(cast)
    decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    assert waits(cast.internal) == set()
