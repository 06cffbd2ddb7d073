"""The demo: whole, true to the rules, and over whenever the clock is right again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from adapters import clock, passwords
from adapters.evidence_store import portraits_of
from demo import cast, loading
from demo.story import stories
from models import casework, feedback_changes, invariants, people
from models.appeals import AppealEvidence
from models.audit_files import AuditFile
from models.base import db
from models.decisions import Decision
from models.eligibility import reasons_of
from models.feedback import Feedback
from models.judges import Absence, ConflictEnd, DeclaredConflict, HandOver, Recusal
from models.nominations import Nomination
from models.people import Person, Team
from models.portraits import Portrait
from models.public_case import public_case
from models.questionnaires import Round
from models.results import ConductRecord, Result
from models.scheme import Award, Cycle, SchemeChange
from models.surveys import SecondContact, SurveyLink, WordsRelease
from models.tierlists import TierList
from models.variants import TierVariant
from models.voices import Objection
from operations import clockwork
from operations.clockwork import Done
from operations.verification import Verification
from tests.builders import make_person
from workflow.vocabulary import (
    Action,
    Cadence,
    ContactOutcome,
    Duty,
    FeedbackKind,
    FeedbackState,
    Language,
    ObjectionState,
    Occasion,
    RoundState,
    Stage,
)

ON_BOTH = pytest.mark.both_databases
# Around the ends of months, quarters, a year, a leap day, a week-end; before somebody's last day.
MOMENTS = (
    datetime(2026, 12, 1, 1, 20, tzinfo=UTC),
    datetime(2026, 12, 31, 15, 30, tzinfo=UTC),
    datetime(2027, 1, 1, 1, tzinfo=UTC),
    datetime(2027, 4, 4, 5, tzinfo=UTC),
    datetime(2027, 4, 21, 11, 10, tzinfo=UTC),
    datetime(2027, 7, 14, 12, tzinfo=UTC),
    datetime(2027, 10, 15, 17, tzinfo=UTC),
    datetime(2028, 2, 29, 3, tzinfo=UTC),
    datetime(2028, 3, 1, 20, tzinfo=UTC),
)


@contextmanager
def loaded(app: Flask) -> Iterator[None]:
    with app.app_context():
        loading.load()
        yield


def counts() -> dict[Stage, int]:
    rows = db.session.execute(
        select(Nomination.stage, func.count()).group_by(Nomination.stage)
    ).all()
    return {stage: count for stage, count in rows}  # noqa: C416  # rows are no plain tuples


def acts() -> set[Action]:
    return set(db.session.scalars(select(Decision.action).distinct()))


def verified() -> list[object]:
    verification = Verification()
    verification.begin()
    return list(verification.faults())


def test_the_demo_shows_a_scheme_in_mid_life(demo_copy: Flask) -> None:
    with demo_copy.app_context():
        assert invariants.broken() == []
        assert verified() == []
        _everybody_is_there()
        _every_stage_has_its_case()
        _past_cycles_have_their_winners()
        _voices_are_heard()
        _customers_were_asked()
        _judges_are_people_too()
        _a_reserve_has_moved_up()
        _figures_alone_put_somebody_forward()
        _winners_show_their_faces()
        assert clockwork.tick() == Done()  # nothing was left undone on the way
        with pytest.raises(loading.NotEmpty):
            loading.load()


def _everybody_is_there() -> None:
    everybody = db.session.scalars(select(Person)).all()
    assert len(everybody) == 62
    assert len(db.session.scalars(select(Team)).all()) == 6
    assert {person.language for person in everybody} == set(Language)
    assert all(person.manager for person in everybody if person.employee_number != "E1001")
    accounts = dict(people.demo_accounts(clock.now()))
    assert set(accounts) == {None, *Duty}
    assert len({person.id for person in accounts.values()}) == len(Duty) + 1
    assert {person.language for person in accounts.values()} == set(Language)
    assert passwords.matches(accounts[None].password_hash, cast.PASSWORD)


def _every_stage_has_its_case() -> None:
    assert set(counts()) == set(Stage)
    assert acts() == set(Action)
    assert counts()[Stage.OBJECTION] == 1


def _past_cycles_have_their_winners() -> None:
    won = db.session.scalars(
        select(Cycle.key)
        .join(Nomination, Nomination.cycle_id == Cycle.id)
        .where(Nomination.stage == Stage.AWARDED)
        .distinct()
    ).all()
    assert len([key for key in won if "Q" not in key]) >= 3
    assert any("Q" in key for key in won)
    for cycle in db.session.scalars(select(Cycle)):
        assert (cycle.closed_seq is not None) is (cycle.closes_at <= clock.now())
    days = db.session.execute(select(func.min(Result.day), func.max(Result.day))).one()
    assert days[1] - days[0] > timedelta(days=80)
    assert db.session.scalar(select(func.count()).select_from(ConductRecord))


def _voices_are_heard() -> None:
    states = set(db.session.scalars(select(Feedback.state)))
    assert states == set(FeedbackState)
    assert set(db.session.scalars(select(Feedback.kind))) == set(FeedbackKind)
    assert [len(seqs) for seqs in feedback_changes.changes_of([1]).values()] == [1]
    waiting = select(Objection).where(Objection.state == ObjectionState.OPEN)
    assert len(db.session.scalars(waiting).all()) == 1
    changed = Counter(db.session.scalars(select(SchemeChange.subject)))
    assert changed == {"scheme": 2, "questionnaire": 1}
    asked = db.session.scalars(select(Round).order_by(Round.id)).all()
    counted, opened = RoundState.ANSWERED, RoundState.OPEN
    assert [each.state(clock.now()) for each in asked] == [counted, counted, opened]


def _customers_were_asked() -> None:
    """Surveys on their way, answered in Chinese, and run out; a second contact that differs."""
    links = db.session.scalars(select(SurveyLink)).all()
    ends = {link.attempt.outcome if link.attempt else None for link in links}
    assert {None, ContactOutcome.CONFIRMED, ContactOutcome.NO_ANSWER} <= ends
    answered = {link.language for link in links if link.attempt and link.attempt.marks}
    assert answered == set(Language)
    assert {link.occasion for link in links if link.attempt} == set(Occasion)
    again = [link for link in links if link.attempt and link.occasion is Occasion.SECOND]
    seen = public_case(again[0].nomination.number)
    assert seen is not None
    assert seen.lasting == -1
    assert db.session.scalar(select(func.count()).select_from(WordsRelease))
    assert open_awaited()


def open_awaited() -> list[SecondContact]:
    """A second contact that is due now, and one that is still to come."""
    waiting = db.session.scalars(select(SecondContact).where(SecondContact.done_at.is_(None))).all()
    due = [planned for planned in waiting if planned.due_at <= clock.now()]
    return due if len(waiting) > len(due) else []


def _judges_are_people_too() -> None:
    """Away, bound, stepped aside, handed a case; opinions of two that agree, differ, are sealed."""
    for act in (Recusal, HandOver, DeclaredConflict, ConflictEnd, AuditFile, AppealEvidence):
        assert db.session.scalar(select(func.count()).select_from(act)), act
    today = clock.now().date()
    days = {
        (each.first_day <= today <= each.last_day) for each in db.session.scalars(select(Absence))
    }
    assert days == {True, False}
    double = select(Nomination).join(Nomination.award).where(Award.auditors_needed == 2)
    weighed = [casework.snapshot(case).opinions for case in db.session.scalars(double)]
    assert any(one.split and one.missing for one in weighed)
    assert any(one.by and one.are_sealed for one in weighed)
    decided = select(Decision.nomination_id).join(Decision.nomination).join(Nomination.award)
    passed = decided.where(Award.auditors_needed == 2, Decision.action == Action.APPROVE)
    assert db.session.scalars(passed).all()


def _a_reserve_has_moved_up() -> None:
    lists = db.session.scalars(
        select(TierList).join(TierList.cycle).join(Cycle.award).where(Award.road == "shortlist")
    ).all()
    assert {one.round for one in lists} == {1, 2}
    first, second = (next(p for p in one.places if p.tier) for one in lists)
    assert first.nomination.stage is Stage.REJECTED
    assert second.nomination.stage in (Stage.POLICY_REVIEW, Stage.PUBLIC_NOTICE, Stage.AWARDED)


def _figures_alone_put_somebody_forward() -> None:
    """A quarterly award that colleagues nominate for was won by what the results derived."""
    won = db.session.scalars(
        select(Nomination)
        .join(Nomination.award)
        .where(Award.cadence == Cadence.QUARTERLY, Nomination.nominator_id.is_(None))
    ).one()
    assert won.stage in (Stage.PUBLIC_NOTICE, Stage.AWARDED)
    assert {reason["id"] for reason in reasons_of(won)} == {"first_by_figure", "bar_reached"}


def _winners_show_their_faces() -> None:
    """Portraits that can be read back, one of them not for the wall; figures tried by two."""
    shown = db.session.scalars(select(Portrait)).all()
    assert {one.on_wall for one in shown} == {True, False}
    assert all(portraits_of(current_app.config["SETTINGS"]).read(one.sha256) for one in shown)
    tried = db.session.scalars(select(TierVariant)).all()
    assert len({one.by_id for one in tried}) == len(tried) == 2


@ON_BOTH
def test_loading_it_takes_an_empty_database_and_says_so_otherwise(app: Flask) -> None:
    with app.app_context():
        make_person()
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["demo", "load"])
    assert answer.exit_code == 0  # `make run` goes on with the data that is there
    assert "was not loaded" in answer.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_every_story_is_told_in_full_or_left_as_a_draft() -> None:
    for story in stories():
        assert story.title
        assert story.stop is Stage.DRAFT or (story.story and story.claims)
        assert all(
            piece.split(": ")[0] in ("reference", "note", "file")
            for claim in story.claims
            for piece in claim.evidence
        )


@ON_BOTH
@pytest.mark.prove
@pytest.mark.parametrize("moment", MOMENTS, ids=str)
def test_the_demo_can_be_loaded_on_any_day(app: Flask, moment: datetime) -> None:
    clock.set_offset(moment - datetime.now(UTC))
    with loaded(app):
        assert invariants.broken() == []
        missing = set(Stage) - set(counts())
        assert missing <= {Stage.DRAFT}  # a draft of a cycle that closed last night has expired
        assert clockwork.tick() == Done()
