"""Nobody brings in for themselves what scores and reviews go by, nor after their duty has ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from adapters import clock
from models.base import db
from models.people import Person
from models.results import Import, ImportRecord
from operations import conduct, directory, duties, imports, people, results
from tests.builders import (
    SENTENCE,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    put_above,
)
from tests.directory import FILE, sealer
from tests.roads import find
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty

ADMINISTRATOR = (Duty.ADMINISTRATOR,)


@pytest.fixture
def sender(context: Flask) -> int:
    make_scheme()
    return make_person("Sender", duties=ADMINISTRATOR)


def number(person_id: int) -> str:
    return db.session.get_one(Person, person_id).employee_number


def received(kind: str, by: int) -> int:
    options = {"create_people": False}
    return imports.receive(kind=kind, filename="f.csv", sha256="0" * 64, by_id=by, options=options)


def results_of(person: int, by: int, value: int) -> dict[str, int]:
    text = f"employee,date,metric,value\n{number(person)},2026-03-02,calls_answered,{value}\n"
    reading = results.read(text.encode(), "f.csv", "rows")
    return results.apply(import_id=received("results", by), reading=reading, reason=SENTENCE)


def conduct_of(person: int, by: int, upheld: str) -> dict[str, int]:
    head = "employee,kind,date,upheld,reference"
    text = f"{head}\n{number(person)},complaint,2026-03-02,{upheld},C-{person}\n"
    reading = conduct.read(text.encode(), "f.csv")
    return conduct.apply(import_id=received("conduct", by), reading=reading)


def person_as(person: int, by: int, joined: str) -> dict[str, int]:
    text = f"employee_number,name,role,joined\n{number(person)},Sender,inbound,{joined}\n"
    reading = people.read(text.encode(), "f.csv")
    return people.apply(import_id=received("people", by), reading=reading)


def customers_by(by: int) -> dict[str, int]:
    reading = directory.read(FILE.encode(), "f.csv")
    return directory.apply(import_id=received("customers", by), reading=reading, sealer=sealer())


def test_figures_of_ones_own_are_counted_for_all_to_see_and_corrected_by_others(
    sender: int,
) -> None:
    assert results_of(sender, sender, 40)["own"] == 1
    assert db.session.query(ImportRecord).one().counts["own"] == 1
    with pytest.raises(Refused, match="own_result"):
        results_of(sender, sender, 90)
    other = make_person("Other", duties=ADMINISTRATOR)
    assert results_of(sender, other, 41) == {
        "people": 0,
        "added": 0,
        "corrected": 1,
        "removed": 0,
        "unchanged": 0,
    }


def test_nobody_applies_what_another_sent_of_their_own_figures(sender: int) -> None:
    other = make_person("Other", duties=ADMINISTRATOR)
    results_of(sender, other, 40)
    text = f"employee,date,metric,value\n{number(sender)},2026-03-02,calls_answered,90\n"
    reading, options = results.read(text.encode(), "f.csv", "rows"), {"create_people": False}
    file = {"kind": "results", "filename": "f.csv", "sha256": "0" * 64, "options": options}
    sent = imports.receive(by_id=other, state=imports.PREVIEWED, **file)  # type: ignore[arg-type]  # as a page sends it
    imports.press(import_id=sent, by_id=sender)
    with pytest.raises(Refused, match="own_result"):
        results.apply(import_id=sent, reading=reading, reason=SENTENCE)
    third = make_person("Third", duties=ADMINISTRATOR)
    imports.press(import_id=sent, by_id=third)
    results.apply(import_id=sent, reading=reading, reason=SENTENCE)
    record = db.session.query(ImportRecord).order_by(ImportRecord.id.desc()).first()
    assert record is not None
    assert record.ledger_body()["applied_by"] == db.session.get_one(Person, third).key


def test_a_complaint_about_oneself_is_taken_back_by_somebody_else(sender: int) -> None:
    conduct_of(sender, sender, "yes")
    with pytest.raises(Refused, match="own_record"):
        conduct_of(sender, sender, "no")
    assert conduct_of(sender, make_person("Other", duties=ADMINISTRATOR), "no")["corrected"] == 1


def test_nobody_lengthens_their_own_service(sender: int) -> None:
    with pytest.raises(Refused, match="own_record"):
        person_as(sender, sender, "2001-01-01")
    assert person_as(sender, make_person("Other", duties=ADMINISTRATOR), "2001-01-01")["changed"]


def test_nobody_judges_whom_a_file_has_moved_from_below_them(sender: int) -> None:
    """Nor the case of somebody they reported to, however far up, when the case began."""
    make_award("instant", road="instant")
    cast, auditor = make_cast(), (Duty.INTERNAL_AUDITOR,)
    head, between = make_person("Head", duties=auditor), make_person("Between", duties=auditor)
    put_above(between, head)
    put_above(cast.nominee, between)
    before = make_submitted(cast, award_key="instant")
    reports_to(between, cast.manager, by=sender)
    reports_to(cast.nominee, cast.manager, by=sender)
    for once_above in (head, between):
        with pytest.raises(Refused, match="barred_as_line_manager"):
            decide(once_above, before, Action.APPROVE)
    begun_later = make_submitted(cast, award_key="instant")
    find(head, begun_later)
    decide(head, begun_later, Action.APPROVE)


def test_nobody_judges_whom_a_file_has_moved_out_of_their_team(sender: int) -> None:
    """Where the award bars team mates; a case that begins on a later day does not remember."""
    make_award("instant", road="instant", team_mates_are_barred=True)
    cast, auditor = make_cast(), (Duty.INTERNAL_AUDITOR,)
    team = db.session.get_one(Person, cast.nominee).team_id
    goes, stays = (make_person(name, team_id=team, duties=auditor) for name in ("Goes", "Stays"))
    before = make_submitted(cast, award_key="instant")
    for moved in (goes, cast.nominee):
        changes(moved, "team", f"New team of {moved}", by=sender)
        for mate in (goes, stays):
            with pytest.raises(Refused, match="barred_as_team_mate"):
                decide(mate, before, Action.APPROVE)
    clock.set_offset(clock.offset() + timedelta(days=2))
    begun_later = make_submitted(cast, award_key="instant")
    find(stays, begun_later)
    decide(stays, begun_later, Action.APPROVE)


def reports_to(person: int, manager: int, by: int) -> None:
    changes(person, "manager", number(manager), by)


def changes(person: int, column: str, value: str, by: int) -> None:
    line = f"{number(person)},{db.session.get_one(Person, person).name},inbound,{value}"
    reading = people.read(f"employee_number,name,role,{column}\n{line}\n".encode(), "f.csv")
    assert people.apply(import_id=received("people", by), reading=reading)["changed"] == 1


def test_a_file_that_waited_is_not_brought_in_when_its_senders_duty_has_ended(
    sender: int,
) -> None:
    other = make_person("Other", duties=ADMINISTRATOR)
    person_as(other, sender, "2020-01-01")
    [grant] = db.session.get_one(Person, sender).grants
    duties.revoke(by_id=other, grant_id=grant.id, reason=SENTENCE)
    acts: tuple[Callable[[], object], ...] = (
        lambda: results_of(other, sender, 40),
        lambda: conduct_of(other, sender, "yes"),
        lambda: person_as(other, sender, "2021-01-01"),
        lambda: customers_by(sender),
    )
    for act in acts:
        with pytest.raises(Refused, match="import_not_entrusted"):
            act()
    states = {row.state for row in db.session.query(Import).filter_by(by_id=sender)}
    assert states == {imports.APPLIED, imports.RUNNING}
