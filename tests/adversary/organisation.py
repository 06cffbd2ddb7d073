"""A small organisation for the random walk, built in the product and in the model alike."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from models.base import db
from models.ledger import head
from models.people import DutyGrant, Person
from models.results import ConductRecord
from models.scheme import Award, Cycle, PolicyRule
from models.scores import sheet_of
from operations.transaction import Transaction, operation
from tests.adversary.model import CONTACTS, NOTICE_DAYS, Case, World, now
from tests.builders import make_award, make_person, make_scheme, make_team, names
from workflow.vocabulary import ConductKind, Duty, Subject

RULE = "complaints"
YEARS = 5  # longer than any walk takes
AWARDS: dict[str, dict[str, Any]] = {
    "quarterly": {"road": "standard", "quotas": (1,)},
    "near": {
        "road": "standard",
        "quotas": (1, 1),
        "stages_are_separate": False,
        "team_mates_are_barred": True,
    },
    "instant": {"road": "instant", "quotas": (1,)},
    "shortlist": {"road": "shortlist", "quotas": (1,)},
    "team": {"road": "instant", "quotas": (1,), "subject": Subject.TEAM},
}


def build() -> World:
    """The organisation in the database of the pushed application, and what the model knows."""
    make_scheme(notice_days=NOTICE_DAYS, contact_attempts=CONTACTS)
    for key, features in AWARDS.items():
        make_award(key, **features)
    east, west = make_team("East"), make_team("West")
    boss = make_person("Boss")
    lead = make_person("Lead", team_id=east, manager_id=boss, duties=(Duty.INTERNAL_AUDITOR,))
    make_person("Ann", team_id=east, manager_id=lead, duties=(Duty.COMMITTEE,))
    make_person("Ben", team_id=east, manager_id=lead)
    make_person("Cui", team_id=west, manager_id=boss)
    complained_of = make_person("Dan", team_id=west, manager_id=boss)
    everything = (
        Duty.INTERNAL_AUDITOR,
        Duty.EXTERNAL_AUDITOR,
        Duty.POLICY_REVIEWER,
        Duty.PERFORMANCE_REVIEWER,
        Duty.COMMITTEE,
        Duty.ARBITER,
    )
    make_person("Everywhere", duties=everything)
    make_person("Administrator", duties=(Duty.ADMINISTRATOR,))
    for duty in everything:
        make_person(f"One {duty}", duties=(duty,))
    make_person("Second internal auditor", duties=(Duty.INTERNAL_AUDITOR,))
    make_person("Second arbiter", duties=(Duty.ARBITER,))
    complain(complained_of)
    return read(complained_of)


def read(complained_of: int) -> World:
    """The model of what has just been built."""
    world = World()
    world.complained_of = {complained_of}
    for person in db.session.query(Person):
        world.people[person.id] = {"manager": person.manager_id, "team": person.team_id}
    for grant in db.session.query(DutyGrant):
        world.grants[grant.id] = (grant.person_id, grant.duty.value, None)
    for award in db.session.query(Award):
        world.awards[award.key] = {
            "id": award.id,
            "road": award.road,
            "team": award.subject is Subject.TEAM,
            "separate": award.stages_are_separate,
            "mates_barred": award.team_mates_are_barred,
            "places": sum(tier.quota for tier in award.tiers),
        }
    for found in db.session.query(Cycle):
        world.cycles[found.award.key, found.key] = cycle(found)
    ledger = head()
    world.entries = ledger.size if ledger else 0
    db.session.rollback()
    return world


def cycle(found: Cycle) -> dict[str, Any]:
    return {
        "opens_at": found.opens_at,
        "closes_at": found.closes_at,
        "is_closed": found.closed_seq is not None,
        "is_frozen": sheet_of(found) is not None,
    }


def case(number: str, nominator: int, award: str, cycle_key: tuple[str, str]) -> Case:
    """A draft in which nothing is written yet."""
    return {
        "number": number,
        "award": award,
        "cycle": cycle_key,
        "nominator": nominator,
        "nominees": set(),
        "scored": set(),  # nominees with a frozen score
        "team": None,
        "told": {"title": False, "story": False, "happened_on": False, "channel": False},
        "claims": [],
        "stage": "draft",
        "moves": 0,
        "created": now(),
        "submitted": None,
        "contacts": [],  # outcome, marks
        "waived": set(),
        "proposed": {},  # nominee -> who proposed to waive the rule
        "parts": set(),  # person, stage
        "came_from": None,
        "due": None,
        "rejected_at": None,
        "rejected_by": None,
        "overturned": set(),
        "appealed": False,
        "appeal_until": None,
        "objections": {},  # open ones: id -> person
        "notice_ends": None,
        "frozen_at": None,
        "listed": False,  # ranked in a list, with or without a place
        "placed": False,
    }


@operation
def complain(tx: Transaction, person_id: int) -> None:
    """Three upheld complaints in every month: more than the rule of the scheme bears."""
    rule = {"kind": "complaints_in_month", "params": {"limit": 3}, "names": names("Complaints")}
    tx.add(PolicyRule(key=RULE, **rule))
    today = tx.now.date()
    opened = (tx.now - timedelta(days=30)).date()
    this_month = today.year * 12 + today.month - 1
    months = {date(n // 12, n % 12 + 1, 1) for n in range(this_month - 2, this_month + YEARS * 12)}
    for day in {opened, *months}:
        for nth in range(3):
            tx.add(_complaint(person_id, day, nth))


def _complaint(person_id: int, day: date, nth: int) -> ConductRecord:
    return ConductRecord(
        person_id=person_id,
        kind=ConductKind.COMPLAINT,
        day=day,
        upheld=True,
        reference=f"{day}-{nth}",
    )


@operation
def change_lines(tx: Transaction, person_id: int, manager_id: int | None, team_id: int) -> None:
    person = tx.session.get_one(Person, person_id)
    person.manager_id, person.team_id = manager_id, team_id
