"""Conduct records come in as a whole, each known by its person and reference."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from models.base import db
from models.ledger import LedgerEntry
from models.people import Person
from models.results import ConductRecord, conduct_of
from operations import conduct, imports
from operations.imports import ImportRefused
from tests.builders import make_person
from workflow.vocabulary import ConductKind

pytestmark = pytest.mark.usefixtures("context")

HEADER = "employee,date,kind,upheld,reference"


def bring_in(*lines: str, header: str = HEADER) -> dict[str, int]:
    data = "\n".join((header, *lines)).encode()
    import_id = imports.receive(
        kind=conduct.KIND, filename="conduct.csv", sha256="0" * 64, by_id=None, options={}
    )
    return conduct.apply(import_id=import_id, reading=conduct.read(data, "conduct.csv"))


def stored() -> list[tuple[str, ConductKind, date, bool]]:
    rows = db.session.scalars(select(ConductRecord).order_by(ConductRecord.reference))
    return [(row.reference, row.kind, row.day, row.upheld) for row in rows]


@pytest.fixture
def employee(context: object) -> str:
    person_id = make_person("Diane")
    return db.session.get_one(Person, person_id).employee_number


def test_records_come_in_under_english_and_chinese_headings(employee: str) -> None:
    bring_in(f"{employee},2026-01-05,complaint,yes,C1")
    bring_in(f"{employee},2026年1月6日,违纪,否,C2", header="工号,日期,类型,是否成立,编号")
    assert stored() == [
        ("C1", ConductKind.COMPLAINT, date(2026, 1, 5), True),
        ("C2", ConductKind.BREACH, date(2026, 1, 6), False),
    ]


def test_bringing_the_same_records_in_again_changes_nothing(employee: str) -> None:
    line = f"{employee},2026-01-05,complaint,yes,C1"
    assert bring_in(line) == {"added": 1, "corrected": 0, "unchanged": 0}
    entries = db.session.scalar(select(func.count()).select_from(LedgerEntry))
    assert bring_in(line) == {"added": 0, "corrected": 0, "unchanged": 1}
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == entries == 1


def test_a_complaint_that_is_no_longer_upheld_is_corrected_and_counted(employee: str) -> None:
    bring_in(f"{employee},2026-01-05,complaint,yes,C1", f"{employee},2026-01-05,complaint,yes,C2")
    counts = bring_in(f"{employee},2026-01-05,complaint,no,C1")
    assert counts == {"added": 0, "corrected": 1, "unchanged": 0}
    assert upheld_on(date(2026, 1, 31)) == {"C1": False, "C2": True}


def upheld_on(day: date) -> dict[str, bool]:
    """What holds on a day of every record."""
    (person_id,) = set(db.session.scalars(select(ConductRecord.person_id)))
    return {row.reference: row.upheld for row in conduct_of([person_id], day)[person_id]}


def test_a_correction_is_a_row_of_its_own_and_nothing_is_written_over(employee: str) -> None:
    bring_in(f"{employee},2026-01-05,complaint,yes,C1")
    correction = f"{employee},2026-01-05,complaint,no,C1"
    bring_in(correction)
    assert bring_in(correction)["unchanged"] == 1
    rows = db.session.scalars(select(ConductRecord).order_by(ConductRecord.revision))
    assert [(row.revision, row.upheld) for row in rows] == [(1, True), (2, False)]


def test_a_correction_with_a_day_holds_from_that_day_on(employee: str) -> None:
    bring_in(f"{employee},2026-01-05,quality_fault,yes,Q1")
    bring_in(
        f"{employee},2026-01-05,quality_fault,no,Q1,2026-02-10", header=f"{HEADER},effective_from"
    )
    assert upheld_on(date(2026, 2, 9)) == {"Q1": True}
    assert upheld_on(date(2026, 2, 10)) == {"Q1": False}


def test_a_record_may_be_moved_to_another_day_or_kind_by_a_correction(employee: str) -> None:
    bring_in(f"{employee},2026-01-05,complaint,yes,C1")
    bring_in(f"{employee},2026-03-05,breach,yes,C1")
    (person_id,) = set(db.session.scalars(select(ConductRecord.person_id)))
    assert conduct_of([person_id], date(2026, 1, 31)) == {}
    (moved,) = conduct_of([person_id], date(2026, 3, 31))[person_id]
    assert (moved.kind, moved.day) == (ConductKind.BREACH, date(2026, 3, 5))


def test_an_absence_needs_nobody_to_uphold_it(employee: str) -> None:
    bring_in(f"{employee},2026-01-05,absence,,A1")
    assert stored() == [("A1", ConductKind.ABSENCE, date(2026, 1, 5), True)]


def test_one_mistake_keeps_all_records_out(employee: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_in(
            f"{employee},2026-01-05,complaint,yes,C1",
            f"{employee},someday,complaint,yes,C2",
            f"{employee},2026-01-05,gossip,yes,C3",
            f"{employee},2026-01-05,complaint,,C4",
            f"{employee},2026-01-05,complaint,yes,",
            f"{employee},2026-01-05,complaint,yes,C1",
            "Nobody,2026-01-05,complaint,yes,C5",
        )
    assert stored() == []
    assert [(m.row, m.expected) for m in refused.value.mistakes.kept] == [
        (3, "day"),
        (4, "conduct_kind"),
        (5, "yes_or_no"),
        (6, "reference"),
        (7, "once"),
        (8, "known_employee"),
    ]


def test_a_preview_counts_and_writes_nothing(employee: str) -> None:
    data = f"{HEADER}\n{employee},2026-01-05,complaint,yes,C1\n".encode()
    assert conduct.preview(conduct.read(data, "x.csv"))["added"] == 1
    assert stored() == []
