"""Results come in as a whole or not at all, once, and whatever the order of their rows."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from ledger.entry import read
from models.base import db
from models.corrections import figures_of
from models.ledger import LedgerEntry
from models.people import Person
from models.results import (
    IN_FORCE,
    Correction,
    Import,
    ImportRecord,
    Result,
    measures_of,
)
from operations import imports, results
from operations.imports import ImportRefused
from tests.builders import make_person
from workflow.refusal import Refused
from workflow.vocabulary import Duty

pytestmark = pytest.mark.usefixtures("context")

WHY = "The night shift was counted on the wrong day."
HEADER = "employee,date,metric,value"
LOG = "Agent,Date,Answered,Resolved,Speed of answer,Talk time,Satisfaction"


def bring_in(
    *lines: str,
    mapping: str = "rows",
    create_people: bool = False,
    header: str = HEADER,
    reason: str = "",
) -> dict[str, int]:
    data = "\n".join((header, *lines)).encode()
    import_id = imports.receive(
        kind="results",
        filename="results.csv",
        sha256="0" * 64,
        by_id=None,
        options={"mapping": mapping, "create_people": create_people},
    )
    reading = results.read(data, "results.csv", mapping)
    return results.apply(import_id=import_id, reading=reading, reason=reason)


def number_of(person_id: int) -> str:
    return db.session.get_one(Person, person_id).employee_number


def stored() -> dict[tuple[int, str, date], tuple[Decimal, Decimal | None]]:
    return {
        (row.person_id, row.metric, row.day): (row.numerator, row.denominator)
        for row in db.session.scalars(
            select(Result).where(IN_FORCE).order_by(Result.day, Result.metric)
        )
    }


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def agent(context: object) -> str:
    return number_of(make_person("Diane"))


def test_rows_become_figures_of_their_metric_and_day(agent: str) -> None:
    counts = bring_in(
        f"{agent},2026-01-05,calls_offered,12", f"{agent},2026/1/6,productivity,81.5%"
    )
    assert counts["added"] == 2
    assert sorted((m, d, n, o) for (_, m, d), (n, o) in stored().items()) == [
        ("calls_offered", date(2026, 1, 5), Decimal(12), None),
        ("productivity", date(2026, 1, 6), Decimal("0.815"), Decimal(1)),
    ]


def test_a_mean_that_says_of_how_many_events_weighs_by_them(agent: str) -> None:
    header = f"{HEADER},events"
    bring_in(
        f"{agent},2026-01-05,satisfaction,5,1",
        f"{agent},2026-01-06,satisfaction,1,9",
        header=header,
    )
    ((_, measures),) = measures_of(
        list(db.session.scalars(select(Person.id))), date(2026, 1, 1), date(2026, 1, 31)
    ).items()
    assert measures["satisfaction"].value == Decimal("1.4")


def test_a_blank_value_is_absent_and_never_zero(agent: str) -> None:
    counts = bring_in(f"{agent},2026-01-05,errors,", f"{agent},2026-01-06,errors,0")
    assert counts["added"] == 1
    assert [day for _, _, day in stored()] == [date(2026, 1, 6)]


def test_bringing_the_same_file_in_again_changes_nothing_and_writes_no_entry(agent: str) -> None:
    line = f"{agent},2026-01-05,calls_offered,12"
    bring_in(line)
    before, entries = stored(), count(LedgerEntry)
    assert bring_in(line) == {
        "people": 0, "added": 0, "corrected": 0, "removed": 0, "unchanged": 1,
    }  # fmt: skip
    assert stored() == before
    assert count(LedgerEntry) == entries == 1
    assert count(ImportRecord) == 1
    assert count(Import) == 2


def test_a_later_file_corrects_a_figure_and_counts_it(agent: str) -> None:
    bring_in(f"{agent},2026-01-05,errors,3", f"{agent},2026-01-06,errors,1")
    counts = bring_in(f"{agent},2026-01-05,errors,2", reason=WHY)
    assert (counts["corrected"], counts["added"], counts["unchanged"]) == (1, 0, 0)
    assert [numerator for numerator, _ in stored().values()] == [Decimal(2), Decimal(1)]


def test_a_correction_is_a_row_of_its_own_with_its_reason_and_nothing_is_written_over(
    agent: str,
) -> None:
    bring_in(f"{agent},2026-01-05,errors,3")
    bring_in(f"{agent},2026-01-05,errors,2", reason=WHY)
    old, new = db.session.scalars(select(Result).order_by(Result.id)).all()
    assert (old.numerator, new.numerator, new.voided_by_id) == (Decimal(3), Decimal(2), None)
    assert old.voided_by_id == new.import_id
    correction = db.session.scalars(select(Correction)).one()
    assert (correction.import_id, correction.reason.text) == (new.import_id, WHY)
    entry = db.session.get_one(LedgerEntry, correction.ledger_seq)
    assert read(entry.data).body == correction.ledger_body()
    (one,) = figures_of(correction, 10)
    assert (one.person.employee_number, one.metric, one.day) == (agent, "errors", date(2026, 1, 5))
    assert one.after
    assert (one.before.value, one.after.value) == (Decimal(3), Decimal(2))


@pytest.mark.parametrize("reason", ["", "typo", " " * 30, "\u2060" * 30])
def test_a_correction_without_a_reason_changes_nothing(agent: str, reason: str) -> None:
    bring_in(f"{agent},2026-01-05,errors,3")
    entries = count(LedgerEntry)
    with pytest.raises(Refused, match="correction_reason_missing"):
        bring_in(f"{agent},2026-01-05,errors,2", f"{agent},2026-01-06,errors,2", reason=reason)
    assert [numerator for numerator, _ in stored().values()] == [Decimal(3)]
    assert (count(Result), count(LedgerEntry)) == (1, entries)


def test_one_mistake_keeps_the_whole_file_out(agent: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_in(
            f"{agent},2026-01-05,errors,3",
            f"{agent},yesterday,errors,3",
            f"{agent},2026-01-05,beauty,3",
            f"{agent},2026-01-05,errors,4",
            f"{agent},2026-01-05,productivity,81",
            "Nobody,2026-01-05,errors,1",
            ",2026-01-05,errors,1",
        )
    assert stored() == {}
    assert count(LedgerEntry) == 0
    assert [(m.row, m.column, m.expected) for m in refused.value.mistakes.kept] == [
        (3, "B (date)", "day"),
        (4, "C (metric)", "metric"),
        (5, "C (metric)", "once"),
        (6, "D (value)", "share"),
        (7, "A (employee)", "known_employee"),
        (8, "A (employee)", "employee"),
    ]


def test_an_employee_may_be_named_by_name_as_long_as_one_has_it(agent: str) -> None:
    assert bring_in("Diane,2026-01-05,errors,0")["added"] == 1
    make_person("Diane")
    with pytest.raises(ImportRefused) as refused:
        bring_in("Diane,2026-01-06,errors,0")
    assert [m.expected for m in refused.value.mistakes.kept] == ["one_employee"]
    assert bring_in(f"{agent},2026-01-06,errors,0")["added"] == 1


def test_one_employee_under_two_names_keeps_the_file_out(agent: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_in("Diane,2026-01-05,errors,0", f"{agent},2026-01-05,errors,1")
    assert {m.expected for m in refused.value.mistakes.kept} == {"one_name"}
    assert stored() == {}


def test_missing_agents_are_made_only_when_asked_for(agent: str) -> None:
    call = "Martha,2026-01-05,Y,Y,10,0:01:00,4"
    with pytest.raises(ImportRefused):
        bring_in(call, mapping="call-log", header=LOG)
    counts = bring_in(call, mapping="call-log", header=LOG, create_people=True)
    assert counts["people"] == 1
    martha = db.session.scalars(select(Person).where(Person.name == "Martha")).one()
    assert (martha.employee_number, martha.job_role) == ("A0001", "inbound")
    again = bring_in(call, mapping="call-log", header=LOG, create_people=True)
    assert (again["people"], again["added"]) == (0, 0)


def test_a_call_log_tells_all_of_a_day_so_what_it_no_longer_has_goes(agent: str) -> None:
    bring_in("Diane,2026-01-05,Y,Y,10,0:01:00,4", mapping="call-log", header=LOG)
    again = "Diane,2026-01-05,Y,N,10,0:01:00,"
    counts = bring_in(again, mapping="call-log", header=LOG, reason=WHY)
    assert (counts["removed"], counts["corrected"], counts["unchanged"]) == (1, 2, 5)
    assert "satisfaction" not in {metric for _, metric, _ in stored()}


def test_the_order_of_the_rows_does_not_matter(agent: str) -> None:
    chance = random.Random(7)
    calls = [
        f"Diane,2026-01-{chance.randint(1, 5):02},Y,{chance.choice('YN')},{chance.randint(1, 90)},"
        f"0:0{chance.randint(1, 9)}:00,{chance.randint(1, 5)}"
        for _ in range(60)
    ]
    bring_in(*calls, mapping="call-log", header=LOG)
    before = stored()
    chance.shuffle(calls)
    assert bring_in(*calls, mapping="call-log", header=LOG)["unchanged"] == len(before)
    assert stored() == before


def test_a_call_that_stands_twice_or_contradicts_itself_is_a_mistake(agent: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        bring_in(
            "Diane,2026-01-05,Y,Y,10,0:01:00,4,C1",
            "Diane,2026-01-05,Y,Y,10,0:01:00,4,C1",
            "Diane,2026-01-05,N,Y,,,,C2",
            "Diane,2026-01-05,,N,,,,C3",
            mapping="call-log",
            header=f"{LOG},Call Id",
        )
    found = [(m.row, m.expected) for m in refused.value.mistakes.kept]
    assert found == [(3, "once"), (4, "not_resolved_unanswered"), (5, "yes_or_no")]


def test_a_saved_mapping_reads_a_log_with_other_headings(agent: str) -> None:
    columns = {"agent": "Wer", "date": "Wann", "answered": "Ja?"}
    by = make_person("Manager", duties=(Duty.SCHEME_MANAGER,))
    for _ in range(2):  # the same again is no new act
        results.save_mapping(by_id=by, name="our switch", columns=columns)
    with pytest.raises(Refused, match="mapping_not_entrusted"):
        results.save_mapping(by_id=make_person(), name="our switch", columns={"agent": "Me"})
    [entry] = db.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "mapping_saved"))
    assert read(entry.data).body["columns"] == columns
    counts = bring_in(
        "Diane,2026-01-05,Y", "Diane,2026-01-05,N", mapping="our switch", header="Wer,Wann,Ja?"
    )
    assert counts["added"] == 3
    assert {metric for _, metric, _ in stored()} == {
        "calls_offered", "calls_answered", "answer_rate",
    }  # fmt: skip


def test_a_mapping_that_nobody_saved_is_refused_and_a_built_in_one_stays(agent: str) -> None:
    with pytest.raises(Refused, match="no_such_mapping"):
        results.read(b"a,b\n1,2\n", "x.csv", "unheard of")
    by = make_person("Manager", duties=(Duty.SCHEME_MANAGER,))
    with pytest.raises(Refused, match="mapping_is_built_in"):
        results.save_mapping(by_id=by, name="call-log", columns={})


def test_a_preview_says_what_would_happen_and_writes_nothing(agent: str) -> None:
    bring_in(f"{agent},2026-01-05,errors,3")
    data = f"{HEADER}\n{agent},2026-01-05,errors,1\nMartha,2026-01-05,errors,0\n".encode()
    reading = results.read(data, "x.csv", "rows")
    preview = results.preview(reading, create_people=True)
    assert preview.counts == {
        "people": 1, "added": 1, "corrected": 1, "removed": 0, "unchanged": 0,
    }  # fmt: skip
    assert preview.newcomers == ("Martha",)
    (correction,) = preview.corrections
    assert correction.after is not None
    assert (correction.employee, correction.metric) == (agent, "errors")
    assert [correction.before.value, correction.after.value] == [Decimal(3), Decimal(1)]
    assert count(Person) == 1
    assert [n for n, _ in stored().values()] == [Decimal(3)]


def test_an_import_applied_twice_is_applied_once(agent: str) -> None:
    data = f"{HEADER}\n{agent},2026-01-05,errors,3\n".encode()
    import_id = imports.receive(
        kind="results", filename="x.csv", sha256="", by_id=None, options={"mapping": "rows"}
    )
    reading = results.read(data, "x.csv", "rows")
    first = results.apply(import_id=import_id, reading=reading)
    assert results.apply(import_id=import_id, reading=reading) == first
    assert count(ImportRecord) == 1
