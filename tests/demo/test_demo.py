"""The demo: whole, true to the rules, and over whenever the clock is right again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from adapters import clock, passwords
from demo import cast, loading
from demo.story import stories
from models import invariants, people
from models.base import db
from models.decisions import Decision
from models.nominations import Nomination
from models.people import Person, Team
from models.results import ConductRecord, Result
from models.scheme import Cycle, SchemeChange
from models.voices import Feedback, Objection
from operations import clockwork
from operations.clockwork import Done
from operations.verification import Verification
from tests.builders import make_person
from workflow.vocabulary import Action, Duty, FeedbackState, Language, ObjectionState, Stage

ON_BOTH = pytest.mark.both_databases
# Around the ends of months, quarters, a year, a leap day, and a week-end.
MOMENTS = (
    datetime(2026, 12, 31, 15, 30, tzinfo=UTC),
    datetime(2027, 1, 1, 1, tzinfo=UTC),
    datetime(2027, 4, 4, 5, tzinfo=UTC),
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


def test_the_demo_shows_a_scheme_in_mid_life(app: Flask) -> None:
    offset = clock.offset()
    with loaded(app):
        assert clock.offset() == offset
        assert invariants.broken() == []
        assert verified() == []
        _everybody_is_there()
        _every_stage_has_its_case()
        _past_cycles_have_their_winners()
        _voices_are_heard()
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
    waiting = select(Objection).where(Objection.state == ObjectionState.OPEN)
    assert len(db.session.scalars(waiting).all()) == 1
    assert db.session.scalar(select(func.count()).select_from(SchemeChange)) == 2


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
