"""One result is corrected by hand: nothing is written over, nobody corrects their own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from ledger.entry import read
from models import corrections as stored
from models.base import db
from models.ledger import LedgerEntry
from models.outbox import Message
from models.results import Correction, Result
from operations import corrections, imports, results
from operations.casework import NotVisible
from operations.transaction import Transaction, operation
from tests.builders import make_person, put_above
from workflow.metrics import Kind, Measure
from workflow.refusal import Refused
from workflow.vocabulary import Duty

pytestmark = pytest.mark.usefixtures("context")

WHY = "The night shift was counted on the wrong day."
DAY = date(2026, 1, 5)
KEY = "7d6f4f3e-0000-4000-8000-000000000001"


@pytest.fixture
def agent(context: object) -> int:
    return make_person("Diane")


@pytest.fixture
def manager(context: object) -> int:
    return make_person("Manager", duties=(Duty.SCHEME_MANAGER,))


@operation
def recorded(tx: Transaction, person_id: int, errors: int = 3) -> int:
    row = Result(person_id=person_id, metric="errors", day=DAY, numerator=Decimal(errors))
    tx.add(row)
    tx.session.flush()
    return row.id


def errors(number: int) -> Measure:
    return Measure(Decimal(number), None, Kind.SUM)


def correct(by_id: int, result_id: int, after: Measure | None, **given: str) -> None:
    asked = {"reason": WHY, **given}
    corrections.correct(by_id=by_id, result_id=result_id, after=after, **asked)


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


def test_a_correction_by_hand_is_a_new_row_and_one_entry_and_the_old_one_stays(
    agent: int, manager: int
) -> None:
    wrong, before = recorded(agent), entries()
    correct(manager, wrong, errors(2), key=KEY)
    correct(manager, wrong, errors(2), key=KEY)  # the same form, sent twice
    old, new = db.session.scalars(select(Result).order_by(Result.id)).all()
    assert (old.numerator, new.numerator, new.voided_by_id) == (Decimal(3), Decimal(2), None)
    assert (old.voided_by_id, entries()) == (new.import_id, before + 1)
    assert stored.in_force(agent, "errors", DAY) is new
    correction = db.session.scalars(select(Correction)).one()
    body = read(db.session.get_one(LedgerEntry, correction.ledger_seq).data).body
    assert body == correction.ledger_body()
    assert (body["before"], body["after"]) == (["3", None], ["2", None])
    assert body["reason"] == correction.reason.commitment
    (line,) = stored.of_person(agent, 5)
    assert (line.before, line.after, line.correction.reason.text) == (errors(3), errors(2), WHY)
    told = db.session.scalars(select(Message).where(Message.kind == "result_corrected")).one()
    assert told.person_id == agent


def test_a_figure_may_be_taken_away_and_counts_no_more(agent: int, manager: int) -> None:
    correct(manager, recorded(agent), None)
    assert stored.in_force(agent, "errors", DAY) is None
    (line,) = stored.of_person(agent, 5)
    assert (line.before, line.after) == (errors(3), None)


def test_who_comes_second_corrects_nothing(agent: int, manager: int) -> None:
    wrong = recorded(agent)
    correct(manager, wrong, errors(2))
    with pytest.raises(Refused, match="result_corrected_meanwhile"):
        correct(manager, wrong, errors(1))
    (line,) = stored.of_person(agent, 5)
    assert line.after == errors(2)


def test_nobody_corrects_a_result_of_their_own_by_hand_or_by_file(manager: int) -> None:
    wrong, before = recorded(manager), entries()
    with pytest.raises(Refused, match="own_result"):
        correct(manager, wrong, errors(0))
    import_id = imports.receive(
        kind="results", filename="r.csv", sha256="0", by_id=manager, options={"mapping": "rows"}
    )
    file = f"employee,date,metric,value\nManager,{DAY},errors,0\n".encode()
    with pytest.raises(Refused, match="own_result"):
        results.apply(import_id=import_id, reading=results.read(file, "r.csv", "rows"), reason=WHY)
    assert entries() == before
    figure = stored.in_force(manager, "errors", DAY)
    assert figure is not None
    assert figure.measure == errors(3)


def test_that_a_manager_corrected_somebody_in_their_line_stands_in_the_ledger(
    agent: int, manager: int
) -> None:
    between = make_person("Team leader")
    put_above(agent, between)
    put_above(between, manager)
    correct(manager, recorded(agent), errors(0))
    correction = db.session.scalars(select(Correction)).one()
    assert correction.of_own_reports
    assert correction.ledger_body()["of_own_reports"] is True


@pytest.mark.parametrize(
    ("after", "reason", "refused"),
    [
        (2, "typo", "sentence_missing"),
        (2, "\u2060" * 30, "sentence_missing"),
        (3, WHY, "nothing_changed"),
    ],
)
def test_a_correction_needs_a_reason_and_a_change(
    agent: int, manager: int, after: int, reason: str, refused: str
) -> None:
    before = entries()
    with pytest.raises(Refused, match=refused):
        correct(manager, recorded(agent), errors(after), reason=reason)
    assert entries() == before


def test_without_the_duty_there_is_no_figure_to_correct(agent: int) -> None:
    with pytest.raises(NotVisible):
        correct(make_person("Plain Colleague"), recorded(agent), errors(0))
