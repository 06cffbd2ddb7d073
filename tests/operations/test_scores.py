"""Scores freeze at the close of their cycle, with all that they were computed from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from adapters import clock
from ledger.entry import read
from models import frozen, performance, reviews
from models.base import db
from models.decisions import FrozenScore
from models.ledger import LedgerEntry
from models.nominations import Nomination, by_number
from models.recomputation import Recomputation
from models.results import Import, ImportRecord, Result
from models.scheme import Cycle, scheme
from models.scores import ScoreSheet, is_sealed, sheet_of
from operations import clockwork, cycles, freezing
from operations.transaction import Transaction, operation
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_person,
    stage,
)
from tests.reviewing import make_targets, record
from tests.roads import (
    appeal,
    confirm,
    judge_appeal,
    let_the_cycle_close,
    make_confirmed,
    make_waiting,
)
from workflow import scoring
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, JobRole, Reason, Stage

pytestmark = pytest.mark.usefixtures("context")


def case_of(number: str) -> Nomination:
    nomination = by_number(number)
    assert nomination is not None
    return nomination


def the_score() -> FrozenScore:
    return db.session.scalars(select(FrozenScore)).one()


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def days_pass(days: int) -> None:
    clock.set_offset(clock.offset() + timedelta(days=days))
    assert clockwork.tick().failed == 0


def test_a_performance_review_is_not_approved_before_the_cycle_is_over(cast: Cast) -> None:
    number = make_waiting(cast)
    with pytest.raises(Refused, match="cycle_still_open"):
        decide(cast.performance, number, Action.APPROVE)
    days_pass(31)
    assert decide(cast.performance, number, Action.APPROVE) is Stage.TIERING


def test_a_rejection_need_not_wait_for_the_close(cast: Cast) -> None:
    number = make_waiting(cast)
    dest = decide(cast.performance, number, Action.REJECT, Reason.PERFORMANCE_NOT_MET, SENTENCE)
    assert dest is Stage.REJECTED


def test_at_the_close_the_clock_freezes_every_nominee_wherever_the_case_stands(
    cast: Cast,
) -> None:
    make_targets(productivity=("0.75", 60))
    record(cast.nominee, "productivity", "75", "100")
    number = make_waiting(cast)
    days_pass(31)
    row, sheet = the_score(), db.session.scalars(select(ScoreSheet)).one()
    assert (row.score, stage(number)) == (Decimal(100), Stage.PERFORMANCE_REVIEW)
    assert sheet.cycle_id == case_of(number).cycle_id
    assert row.sealed is not None
    assert row.sealed["cause"] == "cycle_closed"
    assert row.sealed["inputs"] == {"productivity": ["75", "100"]}
    assert row.sealed["role"] == "inbound"
    assert is_sealed(sheet)
    entry = db.session.get_one(LedgerEntry, sheet.ledger_seq)
    assert read(entry.data).body == sheet.ledger_body()
    days_pass(1)
    assert (count(ScoreSheet), count(FrozenScore)) == (1, 1)


def test_scores_wait_for_the_last_days_results_but_not_for_ever(cast: Cast) -> None:
    @operation
    def patient(tx: Transaction) -> None:
        scheme().results_days = 5

    patient()
    make_targets(productivity=("0.75", 60))
    record(cast.nominee, "productivity", "75", "100")
    number = make_waiting(cast)
    days_pass(31)
    assert count(ScoreSheet) == 0
    with pytest.raises(Refused, match="scores_not_frozen"):
        decide(cast.performance, number, Action.APPROVE)
    days_pass(5)
    sheet = db.session.scalars(select(ScoreSheet)).one()
    assert not sheet.is_whole
    assert decide(cast.performance, number, Action.APPROVE) is Stage.TIERING


def test_scores_freeze_as_soon_as_results_reach_the_last_day(cast: Cast) -> None:
    @operation
    def patient(tx: Transaction) -> None:
        scheme().results_days = 5

    patient()
    number = make_waiting(cast)
    days_pass(31)
    assert count(ScoreSheet) == 0
    last = reviews.days_of(case_of(number).cycle).until

    @operation
    def bring_in(tx: Transaction) -> None:
        tx.add(Result(person_id=cast.nominee, metric="errors", day=last, numerator=Decimal(0)))

    bring_in()
    days_pass(0)
    assert db.session.scalars(select(ScoreSheet)).one().is_whole


def test_a_performance_review_is_not_due_before_there_are_scores_to_review(cast: Cast) -> None:
    @operation
    def patient(tx: Transaction) -> None:
        scheme().results_days = 5

    patient()
    case = case_of(make_waiting(cast))
    assert case.due_at is not None
    assert case.due_at > case.cycle.closes_at + timedelta(days=5)


def test_a_cycle_without_cases_has_nothing_to_freeze(cast: Cast) -> None:
    days_pass(31)
    assert count(ScoreSheet) == 0
    assert db.session.scalars(select(Cycle.closed_seq).order_by(Cycle.id)).first() is not None


def test_a_frozen_score_recomputes_to_the_same_from_its_own_figures(cast: Cast) -> None:
    make_targets(productivity=("0.75", 60), errors=("0", 20), typing_speed=("60", 20))
    record(cast.nominee, "productivity", "71", "90")
    record(cast.nominee, "errors", "2", None)
    make_confirmed(cast)
    row = the_score()
    again = frozen.recompute(row)
    assert again is not None
    assert again.value == row.score
    assert [line.record() for line in again.lines] == row.lines
    assert [note.record() for note in again.notes] == row.notes
    assert row.notes[0]["id"] == "weight_redistributed"
    assert (row.formula, row.kpi_version) == (scoring.FORMULA_VERSION, 1)


def test_a_frozen_score_is_in_the_ledger_and_on_the_case(cast: Cast) -> None:
    make_targets(productivity=("0.75", 60))
    record(cast.nominee, "productivity", "75", "100")
    number = make_confirmed(cast)
    row = the_score()
    assert case_of(number).score == Decimal(100)
    entry = db.session.get_one(LedgerEntry, row.ledger_seq)
    assert read(entry.data).body == row.ledger_body()
    assert row.ledger_body()["score"] == "100.0000"
    assert row.ledger_body()["sealed"] == row.sealed


def test_later_results_do_not_change_a_frozen_score_but_it_says_what_they_would_make_it(
    cast: Cast,
) -> None:
    make_targets(productivity=("0.75", 60))
    record(cast.nominee, "productivity", "75", "100")
    number = make_confirmed(cast)
    assert frozen.with_later_data([the_score()]) == {}

    @operation
    def later(tx: Transaction) -> None:
        day = reviews.days_of(case_of(number).cycle).since
        figures = {"numerator": Decimal(45), "denominator": Decimal(100)}
        tx.add(Result(person_id=cast.nominee, metric="productivity", day=day, **figures))

    later()
    assert (case_of(number).score, the_score().score) == (Decimal(100), Decimal(100))
    (score,) = frozen.with_later_data([the_score()]).values()
    assert score.value == Decimal(80)


def test_an_upheld_appeal_to_the_review_scores_anew_with_what_came_later(cast: Cast) -> None:
    make_targets(productivity=("0.75", 60))
    record(cast.nominee, "productivity", "30", "100")
    number = make_waiting(cast)
    let_the_cycle_close(number)
    decide(cast.performance, number, Action.REJECT, Reason.PERFORMANCE_NOT_MET, SENTENCE)

    @operation
    def later(tx: Transaction) -> None:
        day = reviews.days_of(case_of(number).cycle).since
        figures = {"numerator": Decimal(120), "denominator": Decimal(100)}
        tx.add(Result(person_id=cast.nominee, metric="productivity", day=day, **figures))

    later()
    appeal(cast.nominator, number)
    judge_appeal(cast.arbiter, number, uphold=True)
    assert frozen.is_contested(case_of(number))
    other = make_person("Another reviewer", duties=(Duty.PERFORMANCE_REVIEWER,))
    assert decide(other, number, Action.APPROVE) is Stage.TIERING
    rows = db.session.scalars(select(FrozenScore).order_by(FrozenScore.round)).all()
    assert [(row.round, row.score, (row.sealed or {})["cause"]) for row in rows] == [
        (1, Decimal(40), "cycle_closed"),
        (2, Decimal(100), "appeal"),
    ]
    assert case_of(number).score == Decimal(100)
    assert not frozen.is_contested(case_of(number))


@pytest.mark.parametrize("is_late", [True, False], ids=["appeal-after-close", "close-after-appeal"])
def test_who_was_rejected_before_the_close_can_win_the_appeal_and_be_approved(
    cast: Cast, is_late: bool
) -> None:
    """What is frozen after the appeal's decision is new already: nothing is scored twice."""
    make_targets(productivity=("0.75", 60))
    record(cast.nominee, "productivity", "75", "100")
    number = make_waiting(cast)
    days_pass(25)  # so that the close comes within the days of the appeal
    decide(cast.performance, number, Action.REJECT, Reason.PERFORMANCE_NOT_MET, SENTENCE)
    if is_late:
        let_the_cycle_close(number)
    appeal(cast.nominator, number)
    judge_appeal(cast.arbiter, number, uphold=True)
    let_the_cycle_close(number)
    other = make_person("Another reviewer", duties=(Duty.PERFORMANCE_REVIEWER,))
    assert decide(other, number, Action.APPROVE) is Stage.TIERING
    rows = db.session.scalars(select(FrozenScore).order_by(FrozenScore.round)).all()
    told = [(row.round, (row.sealed or {})["cause"]) for row in rows]
    assert told == ([(1, "cycle_closed"), (2, "appeal")] if is_late else [(2, "cycle_closed")])
    assert not frozen.is_contested(case_of(number))


def test_without_results_there_is_no_score_and_that_is_allowed(cast: Cast) -> None:
    make_targets(productivity=("0.75", 60))
    number = make_confirmed(cast)
    assert (the_score().score, case_of(number).score) == (None, None)
    assert the_score().notes[0]["id"] == "too_little_measured"


def test_results_outside_the_cycle_do_not_count(cast: Cast) -> None:
    make_targets(errors=("0", 10))
    number = make_waiting(cast)
    days = reviews.days_of(case_of(number).cycle)

    @operation
    def outside(tx: Transaction) -> None:
        for day in (days.since - timedelta(days=1), days.until + timedelta(days=1)):
            tx.add(Result(person_id=cast.nominee, metric="errors", day=day, numerator=Decimal(9)))
        for day in (days.since, days.until):
            tx.add(Result(person_id=cast.nominee, metric="errors", day=day, numerator=Decimal(1)))

    outside()
    (found,) = performance.scores_of(case_of(number))
    assert found.score.lines[0].actual == Decimal(2)


def test_a_score_is_frozen_beside_the_median_of_the_same_role(cast: Cast) -> None:
    make_targets(productivity=("0.5", 10))
    others = [make_person(f"Peer {n}") for n in range(2)]
    make_person("Typist", job_role=JobRole.DATA_ENTRY)
    for person_id, part in zip((cast.nominee, *others), ("50", "30", "40"), strict=True):
        record(person_id, "productivity", part, "100")
    make_confirmed(cast)
    row = the_score()
    assert row.score == Decimal(100)
    assert row.sealed is not None
    assert row.sealed["standing"] == {
        "peers": 3, "median": "80", "rank": None, "medians": {"productivity": "0.4"},
    }  # fmt: skip


def test_a_place_among_the_role_is_told_from_five_colleagues_on(cast: Cast) -> None:
    make_targets(productivity=("0.5", 10))
    for n, part in enumerate(("50", "40", "40", "10")):
        record(make_person(f"Peer {n}"), "productivity", part, "100")
    record(cast.nominee, "productivity", "40", "100")
    make_confirmed(cast)
    row = the_score()
    assert row.sealed is not None
    assert (row.sealed["standing"]["rank"], row.sealed["standing"]["peers"]) == (2, 5)


def test_an_award_for_volume_counts_its_figure_alone(cast: Cast) -> None:
    @operation
    def by_volume(tx: Transaction, number: str) -> None:
        case_of(number).award.metric = "calls_answered"

    number = make_waiting(cast)
    by_volume(number)
    record(cast.nominee, "calls_answered", "517", None)
    confirm(cast, number)
    row = the_score()
    assert (row.score, row.formula) == (Decimal(517), performance.FIGURE)
    again = frozen.recompute(row)
    assert again is not None
    assert again.value == Decimal(517)


def test_a_team_has_the_mean_of_its_members_who_have_a_score() -> None:
    assert performance.mean_score([Decimal(90), None, Decimal(80)]) == Decimal(85)
    assert performance.mean_score([None]) is None


@operation
def recorded_by_file(tx: Transaction, person_id: int, part: int, day: date) -> None:
    """A figure that a file brought in, as the ledger has it."""
    row = Import(kind="results", filename="f.csv", sha256="0", created_at=tx.now, state="applied")
    tx.add(row)
    tx.session.flush()
    figures = {"numerator": Decimal(part), "denominator": Decimal(100)}
    tx.add(Result(person_id=person_id, metric="productivity", day=day, import_id=row.id, **figures))
    tx.record(ImportRecord(imported=row, at=tx.now, counts={"added": 1}))


def two_cases_of_a_closed_cycle(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> tuple[int, date]:
    """Their cycle, and a day of it; each is frozen in a step of its own."""
    monkeypatch.setattr(freezing, "CASES_AT_ONCE", 1)
    make_targets(productivity=("0.75", 60))
    other = make_person("Another nominee")
    for person_id in (cast.nominee, other):
        number = make_waiting(replace(cast, nominee=person_id))
        record(person_id, "productivity", "75", "100")
    cycle = case_of(number).cycle
    cycle_id, day = cycle.id, reviews.days_of(cycle).since
    clock.set_offset(cycle.closes_at - clock.now() + timedelta(days=1))
    close_cycle(cycle_id)
    return cycle_id, day


@operation
def close_cycle(tx: Transaction, cycle_id: int) -> None:
    cycles.close(tx, cycle_id)


def test_freezing_that_was_interrupted_goes_on_to_the_same_scores_whatever_came_in_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id, day = two_cases_of_a_closed_cycle(cast, monkeypatch)
    computed = freezing._computed

    def stops_at_the_second(*asked: Any) -> Any:
        if count(FrozenScore):
            raise OSError("the machine went down")
        return computed(*asked)

    with monkeypatch.context() as broken:
        broken.setattr(freezing, "_computed", stops_at_the_second)
        with pytest.raises(OSError, match="went down"):
            freezing.freeze(cycle_id)
    assert (count(ScoreSheet), count(FrozenScore)) == (1, 1)
    cycle = db.session.get_one(Cycle, cycle_id)
    assert sheet_of(cycle) is None  # so no review of it can be decided yet
    unfinished = db.session.scalars(
        select(Nomination).where(~Nomination.id.in_(select(FrozenScore.nomination_id)))
    ).one()
    with pytest.raises(Refused, match="scores_not_frozen"):
        decide(cast.performance, unfinished.number, Action.APPROVE)
    for person in unfinished.nominees:
        recorded_by_file(person.id, 1, day)
    assert freezing.freeze(cycle_id)
    rows = db.session.scalars(select(FrozenScore)).all()
    assert [row.score for row in rows] == [Decimal(100), Decimal(100)]
    recomputed = Recomputation(db.session.get_one(Cycle, cycle_id))
    assert list(recomputed.differences()) == []
    late = {row.id for row in rows if row.nomination_id == unfinished.id}
    assert set(frozen.with_later_data(rows)) == late


def test_results_that_come_in_while_a_role_is_added_up_are_in_the_frozen_scores(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cycle_id, day = two_cases_of_a_closed_cycle(cast, monkeypatch)
    added_up, times = performance.role_scores, []

    def while_a_file_comes_in(*asked: Any, **named: Any) -> Any:
        found = added_up(*asked, **named)
        times.append(1)
        if len(times) == 1:
            db.session.rollback()
            recorded_by_file(cast.nominee, 15, day)
        return found

    monkeypatch.setattr(performance, "role_scores", while_a_file_comes_in)
    assert freezing.freeze(cycle_id)
    assert len(times) == 2
    row = db.session.scalars(select(FrozenScore).where(FrozenScore.person_id == cast.nominee)).one()
    assert row.score == Decimal(60)  # 90 of 200, of three quarters
    assert list(Recomputation(db.session.get_one(Cycle, cycle_id)).differences()) == []
