"""Who stands how to a case, and what of it they may do: declared here in a table, cell by cell.

Each cell is tried with the operation itself, in a transaction that is taken back, so that every
person meets the very same cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape

from models import tierlists
from models.base import db
from models.judges import ConflictEnd, DeclaredConflict, Recusal
from models.nominations import by_number
from models.people import DutyGrant, Person
from models.scheme import Award, Cycle
from models.voices import open_objections
from operations import appeals, audits, findings, nominations, objections, tiering
from operations.casework import Request
from operations.transaction import Transaction, operation
from tests import roads
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_draft,
    make_person,
    make_scheme,
    make_submitted,
    put_above,
    stage,
    version,
)
from tests.fixtures.figures import Tell
from tests.fixtures.pages import Client
from words.refusals import REFUSALS
from workflow.refusal import Refused
from workflow.vocabulary import (
    Action,
    Bond,
    Channel,
    ContactOutcome,
    Duty,
    Method,
    Reason,
    Stage,
    Verdict,
)

ALL = tuple(duty for duty in Duty if duty not in (Duty.ADMINISTRATOR, Duty.SCHEME_MANAGER))

# What is tried, and at which stage.
COLUMNS = (
    ("internal_audit", "find"),
    ("internal_audit", "approve"),
    ("internal_audit", "return"),
    ("internal_audit", "reject"),
    ("external_audit", "call"),
    ("external_audit", "approve"),
    ("policy_review", "approve"),
    ("policy_review", "reject"),
    ("performance_review", "approve"),
    ("tiering", "place"),
    ("objection", "dismiss"),
    ("appeal", "dismiss"),
    ("awarded", "revoke"),
    ("internal_audit", "withdraw"),
    ("rejected", "appeal"),
    ("public_notice", "object"),
)
# y: may; -: a relation bars them; x: it is not their part, or they have had their say.
TABLE = {
    #                          int. ext. pol. p t o a r  w a o
    "stranger":               "yyyy yy   yy   y y y y y  x x y",
    "nominator":              "---- --   --   - - - - -  y y x",
    "nominee":                "---- --   --   - - - - -  x y x",
    "manager of nominee":     "---- --   --   - - - - -  x x y",
    "manager above those":    "---- --   --   - - - - -  x x y",
    "reports to nominee":     "---- --   --   - - - - -  x x y",
    "reports to a report":    "---- --   --   - - - - -  x x y",
    "manager of nominator":   "---- --   --   - - - - -  x x y",
    "reports to nominator":   "---- --   --   - - - - -  x x y",
    "team mate":              "---- --   --   - - - - -  x x y",
    "team mate, no matter":   "yyyy yy   yy   y y y y y  x x y",
    "nominated together":     "---- --   --   - y - - -  x x y",
    "nominated the nominee":  "---- --   --   - y - - -  x x y",
    "nominated by nominee":   "---- --   --   - y - - -  x x y",
    "nominated by nominator": "---- --   --   - y - - -  x x y",
    "together long ago":      "yyyy yy   yy   y y y y y  x x y",
    "together in a draft":    "yyyy yy   yy   y y y y y  x x y",
    "family of nominee":      "---- --   --   - - - - -  x x y",
    "friend of nominator":    "---- --   --   - - - - -  x x y",
    "bound by a manager":     "---- --   --   - - - - -  x x y",
    "friends no longer":      "yyyy yy   yy   y y y y y  x x y",
    "friends until now":      "---- --   --   - - - - -  x x y",
    "stepped aside":          "---- --   --   - - - - -  x x y",
    "part elsewhere":         "---- --   --   - - - - -  x x y",
    "part, stages not apart": "yyyy yy   yy   y y - - -  x x y",
}  # fmt: skip
BARRED_AS = {
    "nominator": "nominator",
    "nominee": "nominee",
    "manager of nominee": "line_manager",
    "manager above those": "line_manager",
    "reports to nominee": "report",
    "reports to a report": "report",
    "manager of nominator": "manager_of_nominator",
    "reports to nominator": "report_of_nominator",
    "team mate": "team_mate",
    "nominated together": "co_nominated",
    "nominated the nominee": "reciprocal",
    "nominated by nominee": "reciprocal",
    "nominated by nominator": "reciprocal",
    "family of nominee": "declared",
    "friend of nominator": "declared",
    "bound by a manager": "declared",
    "friends until now": "declared",
    "stepped aside": "recused",
    "part elsewhere": "earlier_part",
    "part, stages not apart": "earlier_part",
}
# What can begin while a page is open, with what it bars as; a party is one from the start.
CAN_BEGIN = tuple(
    name for name in BARRED_AS if name not in ("nominator", "nominee", "part, stages not apart")
)


@dataclass
class Office:
    """The cast, one case at each stage, and one person for each row of the table."""

    cast: Cast
    cases: dict[str, str]
    people: dict[str, int]

    def parties(self) -> tuple[int, int]:
        return self.cast.nominator, self.cast.nominee


def build() -> Office:
    make_scheme(contact_attempts=1)
    make_award("instant", road="instant", team_mates_are_barred=True)
    cast = make_cast()
    lead_into_other_teams(cast)
    cases = instant_cases(cast)
    make_award("ranked", closes_in=timedelta(hours=1), team_mates_are_barred=True)
    cases["tiering"], cases["performance_review"] = (
        roads.make_waiting(cast, award_key="ranked") for _ in range(2)
    )
    roads.confirm(cast, cases["tiering"])
    office = Office(cast, cases, {})
    for name in TABLE:
        office.people[name] = a_person(office, name)
        for number in {*cases.values()}:
            begin(office, name, office.people[name], number)
    return office


def instant_cases(cast: Cast) -> dict[str, str]:
    awarded = roads.make_awarded(cast, award_key="instant")  # the clock goes on by eight days
    noticed, objected = (roads.make_noticed(cast, award_key="instant") for _ in range(2))
    roads.object_to(cast.colleague, objected)
    rejected, appealed = (roads.make_rejected(cast, award_key="instant") for _ in range(2))
    roads.appeal(cast.nominee, appealed)
    found = make_submitted(cast, award_key="instant")
    roads.find(cast.internal, found)
    external = make_submitted(cast, award_key="instant")
    roads.find(cast.internal, external)
    decide(cast.internal, external, Action.APPROVE)
    roads.call(cast.external, external)
    return {
        "awarded": awarded,
        "public_notice": noticed,
        "objection": objected,
        "rejected": rejected,
        "appeal": appealed,
        "internal_audit": found,
        "external_audit": external,
        "policy_review": roads.make_audited(cast, award_key="instant"),
    }


@operation
def lead_into_other_teams(tx: Transaction, cast: Cast) -> None:
    """The nominator reports to somebody, who is no manager of the nominee."""
    above = Person(employee_number="E-above", name="Above", email="above@example.org")
    above.job_role = tx.session.get_one(Person, cast.manager).job_role
    tx.add(above)
    tx.session.flush()
    tx.session.get_one(Person, cast.nominator).manager_id = above.id


def a_person(office: Office, name: str) -> int:
    if name in ("nominator", "nominee"):
        person = dict(zip(("nominator", "nominee"), office.parties(), strict=True))[name]
        entrust(person)
        return person
    return make_person(name.title(), duties=ALL)


@operation
def entrust(tx: Transaction, person_id: int) -> None:
    for duty in ALL:
        person = tx.session.get_one(Person, person_id)
        tx.record(DutyGrant(person=person, duty=duty, starts_at=tx.now))


def begin(office: Office, name: str, person: int, number: str) -> None:
    """Let the relation of this row begin between the person and the case."""
    nominator, nominee = office.parties()
    ways: dict[str, Callable[[], object]] = {
        "manager of nominee": lambda: put_between(person, nominee),
        "manager above those": lambda: put_on_top(person, nominee),
        "reports to nominee": lambda: put_above(person, nominee),
        "reports to a report": lambda: put_below_a_report(person, nominee),
        "manager of nominator": lambda: put_between(person, nominator),
        "reports to nominator": lambda: put_above(person, nominator),
        "team mate": lambda: put_into_team_of(person, nominee),
        "team mate, no matter": lambda: put_into_team_of(person, nominee),
        "nominated together": lambda: nominated(office.cast.colleague, person, nominee),
        "nominated the nominee": lambda: nominated(person, nominee),
        "nominated by nominee": lambda: nominated(nominee, person),
        "nominated by nominator": lambda: nominated(nominator, person),
        "together long ago": lambda: nominated(
            office.cast.colleague, person, nominee, ago=timedelta(days=400)
        ),
        "together in a draft": lambda: make_draft(
            office.cast.colleague, [person, nominee], "instant"
        ),
        "family of nominee": lambda: bind(person, nominee, Bond.FAMILY, by=person),
        "friend of nominator": lambda: bind(nominator, person, Bond.FRIENDSHIP, by=nominator),
        "bound by a manager": lambda: bind(
            person, nominee, Bond.OTHER, by=office.cast.scheme_manager
        ),
        "friends no longer": lambda: bind(
            nominee, person, Bond.FRIENDSHIP, by=person, ended=timedelta(days=400)
        ),
        "friends until now": lambda: bind(
            nominee, person, Bond.FRIENDSHIP, by=person, ended=timedelta()
        ),
        "stepped aside": lambda: recuse(person, number),
        "part elsewhere": lambda: act_elsewhere(person, number),
        "part, stages not apart": lambda: act_elsewhere(person, number),
    }
    once = name not in ("stepped aside", "part elsewhere", "part, stages not apart")
    if name in ways and not (once and (name, person) in _begun):
        _begun.add((name, person))
        ways[name]()


_begun: set[tuple[str, int]] = set()


@operation
def put_between(tx: Transaction, person_id: int, under_id: int) -> None:
    """Between somebody and their manager."""
    under = tx.session.get_one(Person, under_id)
    tx.session.get_one(Person, person_id).manager_id = under.manager_id
    under.manager_id = person_id


@operation
def put_on_top(tx: Transaction, person_id: int, under_id: int) -> None:
    """Above everybody who is above them."""
    top = tx.session.get_one(Person, under_id)
    while top.manager is not None:
        top = top.manager
    top.manager_id = person_id


@operation
def put_below_a_report(tx: Transaction, person_id: int, nominee_id: int) -> None:
    between = tx.session.get_one(Person, make_between(tx, nominee_id))
    tx.session.get_one(Person, person_id).manager_id = between.id


def make_between(tx: Transaction, nominee_id: int) -> int:
    nominee = tx.session.get_one(Person, nominee_id)
    between = Person(employee_number=f"E-below-{nominee_id}", name="Between", manager=nominee)
    between.job_role = nominee.job_role
    tx.add(between)
    tx.session.flush()
    return between.id


@operation
def put_into_team_of(tx: Transaction, person_id: int, other_id: int) -> None:
    other = tx.session.get_one(Person, other_id)
    tx.session.get_one(Person, person_id).team_id = other.team_id


def nominated(by: int, *nominees: int, ago: timedelta = timedelta()) -> None:
    """Another case, submitted so long before."""
    number = make_draft(by, list(nominees), "instant")
    decide(by, number, Action.SUBMIT)
    if ago:
        date_back(number, ago)


@operation
def date_back(tx: Transaction, number: str, ago: timedelta) -> None:
    case = by_number(number)
    assert case is not None
    case.submitted_at = tx.now - ago


@operation
def bind(
    tx: Transaction,
    one: int,
    other: int,
    bond: Bond,
    *,
    by: int,
    ended: timedelta | None = None,
) -> None:
    declared = DeclaredConflict(
        one=tx.session.get_one(Person, one),
        other=tx.session.get_one(Person, other),
        bond=bond,
        by=tx.session.get_one(Person, by),
        at=tx.now,
    )
    tx.record(declared)
    if ended is not None:
        tx.session.flush()
        by_them = tx.session.get_one(Person, by)
        tx.record(ConflictEnd(conflict=declared, by=by_them, at=tx.now - ended))


@operation
def recuse(tx: Transaction, person_id: int, number: str) -> None:
    nomination = by_number(number)
    assert nomination is not None
    person = tx.session.get_one(Person, person_id)
    tx.record(Recusal(nomination=nomination, person=person, stage=nomination.stage, at=tx.now))


def act_elsewhere(person: int, number: str) -> None:
    """Something that an auditor does at another stage than the case's present one."""
    if stage(number) is Stage.INTERNAL_AUDIT:
        roads.call(person, number)
    else:
        roads.find(person, number)


class TakenBack(Exception):
    """Ends a transaction of which nothing is to stay."""


@operation
def tried(tx: Transaction, office: Office, name: str, place: str, act: str) -> str:
    """What becomes of this act of this person; nothing of it stays."""
    if name in ("team mate, no matter", "part, stages not apart"):
        for award in tx.session.query(Award):
            award.team_mates_are_barred = "team" not in name
            award.stages_are_separate = "stages" not in name
        tx.session.flush()
    try:
        acting(tx, office, office.people[name], place, act)
    except Refused as refused:
        raise TakenBack(refused.message) from None
    raise TakenBack("")


def acting(tx: Transaction, office: Office, person: int, place: str, act: str) -> None:
    number = office.cases[place]
    request = Request(version(number))
    own: dict[str, Any] = {"person_id": person, "number": number}
    nomination = by_number(number)
    assert nomination is not None
    if act == "find":
        claim = nomination.claims[0].id
        found = findings.Found(claim, Verdict.UNVERIFIABLE, SENTENCE, Method.RECORD_CHECKED)
        inside(findings.record)(tx, **own, findings=[found], version=request.version)
    elif act == "call":
        answer: dict[str, Any] = {
            "channel": Channel.PHONE,
            "outcome": ContactOutcome.NO_ANSWER,
            "marks": None,
        }
        inside(audits.log_contact)(tx, **own, **answer, note="Nobody there.", request=request)
    elif act == "place":
        cycle: Cycle = nomination.cycle
        proposal = tierlists.propose(cycle, tx.now)
        inside(tiering.approve)(
            tx,
            person_id=person,
            award_key=cycle.award.key,
            cycle_key=cycle.key,
            input_hash=proposal.input_hash,
            request=Request(proposal.round),
        )
    elif (place, act) == ("objection", "dismiss"):
        objection = open_objections(nomination)[0].id
        answer = {"uphold": False, "sentence": SENTENCE, "request": request}
        inside(objections.resolve)(tx, **own, objection_id=objection, **answer)
    elif (place, act) == ("appeal", "dismiss"):
        inside(appeals.resolve)(tx, **own, uphold=False, sentence=SENTENCE, request=request)
    elif act == "appeal":
        inside(appeals.lodge)(tx, **own, grounds=SENTENCE, request=request)
    elif act == "object":
        inside(objections.lodge)(tx, **own, grounds=SENTENCE, request=request)
    else:
        action = Action(act)
        reasoned = act in ("return", "reject", "revoke")
        reason = {"reason": Reason.OTHER, "sentence": SENTENCE} if reasoned else {}
        inside(nominations.decide)(tx, **own, action=action, request=request, **reason)


def inside(act: Callable[..., Any]) -> Callable[..., Any]:
    """The operation without a transaction of its own."""
    wrapped: Callable[..., Any] = act.__wrapped__  # type: ignore[attr-defined]  # by functools.wraps
    return wrapped


def outcome(office: Office, name: str, place: str, act: str) -> str:
    try:
        tried(office, name, place, act)
    except TakenBack as end:
        refusal = str(end)
    if not refusal:
        return "y"
    if refusal.startswith("barred_as_"):
        assert refusal == f"barred_as_{BARRED_AS[name]}", (name, place, act)
        return "-"
    own = {"not_your_part", "parties_do_not_object", "objected_already"}
    assert refusal in own, (name, place, act, refusal)
    return "x"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "step", [pytest.param(2, id="short"), pytest.param(1, id="full", marks=pytest.mark.prove)]
)
def test_what_each_relation_allows_and_refuses_is_what_the_table_declares(
    context: Flask, step: int, tell: Tell
) -> None:
    """The short turn tries every other column on one database, and the rest on the other."""
    _begun.clear()
    office = build()
    first = step - 1 if db.engine.dialect.name == "postgresql" else 0
    mine = slice(first, None, step)
    found = {
        name: "".join([outcome(office, name, *column) for column in COLUMNS[mine]])
        for name in TABLE
    }
    assert found == {name: row.replace(" ", "")[mine] for name, row in TABLE.items()}
    cells, barred = sum(map(len, found.values())), sum(row.count("-") for row in found.values())
    tell(f"{len(found)} relations, {len(COLUMNS[mine])} acts: {cells} cells, {barred} barred")


def test_the_table_bars_at_least_12_relations_and_allows_each_of_them_something() -> None:
    assert sum("-" in row for row in TABLE.values()) >= 12
    assert all("y" in row for row in TABLE.values())


@pytest.mark.parametrize("name", CAN_BEGIN)
def test_a_relation_that_begins_while_the_page_is_open_refuses_what_is_sent(
    app: Flask, client: Client, name: str
) -> None:
    with app.app_context():
        _begun.clear()
        make_scheme()
        make_award("instant", road="instant", team_mates_are_barred=True)
        cast = make_cast()
        lead_into_other_teams(cast)
        number = make_submitted(cast, award_key="instant")
        judge = make_person("Judge", duties=ALL)
    client.sign_in(judge)
    opened = client.get(f"/cases/{number}/reject")
    assert opened.status_code == 200
    with app.app_context():
        answer = {"version": version(number), "reason": "other", "sentence": SENTENCE}
        begin(Office(cast, {}, {}), name, judge, number)
    refused = client.post(f"/cases/{number}/reject", data=answer)
    assert refused.status_code == 422
    assert SENTENCE in refused.text, "what was typed is kept"
    with app.test_request_context():
        why = escape(str(REFUSALS[f"barred_as_{BARRED_AS[name]}"]))
    assert why in refused.text
    assert why in client.get(f"/cases/{number}/reject").text, "the page says so when it is opened"
    with app.app_context():
        assert stage(number) is Stage.INTERNAL_AUDIT
        free = make_person("Free", duties=ALL)
    client.sign_in(free)
    allowed = client.post(f"/cases/{number}/reject", data=answer)
    assert allowed.status_code == 303
