"""What was written of customers goes when its time is over, and the ledger still holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from models import retention
from models.base import Base, db
from models.retention import WordsPurge
from models.scheme import scheme
from models.surveys import CustomerWords, words_on
from operations import audits, clockwork, surveys
from operations.casework import Request
from operations.surveys import read_words
from operations.verification import Verification
from tests.builders import (
    Cast,
    decide,
    make_award,
    make_cast,
    make_scheme,
    make_submitted,
    stage,
    version,
)
from tests.directory import bring, choose, sealer
from tests.roads import find
from tests.surveying import attempts
from workflow.vocabulary import Action, Channel, ContactOutcome, Stage

pytestmark = pytest.mark.both_databases

CANARY = "canary-4711"
NOTE, SAID, TYPED = (f"{CANARY} {part}" for part in ("in a note", "in an answer", "on a sheet"))
RELEASED = "She was kind."
A_DAY = timedelta(days=1)


@pytest.fixture
def cast(context: Flask) -> Cast:
    make_scheme()
    make_award()
    bring()
    return make_cast()


@pytest.fixture
def number(cast: Cast) -> str:
    """A case at its external audit whose customer stands in no directory."""
    case = make_submitted(cast)
    find(cast.internal, case)
    decide(cast.internal, case, Action.APPROVE)
    return case


def call(cast: Cast, number: str) -> None:
    audits.log_contact(
        person_id=cast.external,
        number=number,
        channel=Channel.PHONE,
        outcome=ContactOutcome.CONFIRMED,
        marks=5,
        answers={"did_it_happen": "yes", "marks": "5", "free_text": SAID},
        note=NOTE,
        sealer=sealer(),
        request=Request(version(number)),
    )


def release(cast: Cast, number: str) -> None:
    nomination = attempts(number)[0].nomination
    [words] = words_on(nomination)
    words_id = words.id
    db.session.rollback()
    surveys.release(
        person_id=cast.external,
        number=number,
        words_id=words_id,
        text=RELEASED,
        request=Request(version(number)),
    )


def canaries() -> list[str]:
    """Where one can still be read, sealed or not."""
    db.session.rollback()
    found = []
    for table in Base.metadata.sorted_tables:
        rows = db.session.execute(select(table)).all()
        found += [table.name for row in rows if CANARY in repr(tuple(row))]
    for words in db.session.scalars(select(CustomerWords)):
        found += ["sealed words"] if CANARY in (read_words(words, sealer()) or "") else []
    db.session.rollback()
    return found


def faults() -> list[object]:
    reading = Verification()
    reading.begin()
    return list(reading.faults())


def test_words_of_a_customer_outside_the_directory_go_after_the_schemes_days(
    cast: Cast, number: str, app: Flask, pass_time: Callable[[timedelta], None]
) -> None:
    call(cast, number)
    release(cast, number)
    audits.keep_worksheet(
        person_id=cast.external,
        number=number,
        stage=Stage.EXTERNAL_AUDIT,
        answers={"note": TYPED},
    )
    assert canaries() == ["wording", "worksheet", "sealed words"]
    days = scheme().words_kept_days
    end = retention.words_tally().next_end
    assert retention.words_tally().outside == 1
    due = app.test_cli_runner().invoke(args=["customers", "due", "--on", str(end)])
    assert (due.exit_code, f"on {number}" in due.output) == (0, False)
    assert end is not None
    due = app.test_cli_runner().invoke(args=["customers", "due", "--on", str(end + A_DAY)])
    assert f"on {number}, kept until {end}\n" in due.output
    assert CANARY not in due.output
    pass_time(days * A_DAY)
    assert clockwork.tick().words_purged == 0
    pass_time(A_DAY)
    assert clockwork.tick().words_purged == 2  # the contact and the sheet
    assert clockwork.tick().words_purged == 0
    assert canaries() == []
    [attempt] = attempts(number)
    assert (attempt.note.erased_at is not None, attempt.note.salt) == (True, b"")
    [words] = words_on(attempt.nomination)
    assert words.released is not None
    assert words.released.wording.text == RELEASED
    assert db.session.scalar(select(WordsPurge.kept_until)) == end
    assert retention.words_tally().kept == 0
    assert faults() == []
    assert stage(number) is Stage.EXTERNAL_AUDIT


def test_words_of_a_customer_of_the_directory_go_with_the_customer(
    cast: Cast, number: str, pass_time: Callable[[timedelta], None]
) -> None:
    choose(cast.external, number, "K-1")
    call(cast, number)
    assert retention.words_tally().next_end == date(2027, 12, 31)
    ahead = date(2027, 12, 31) - attempts(number)[0].at.date()
    pass_time(ahead - A_DAY)
    clockwork.tick()
    assert set(canaries()) == {"wording", "sealed words"}
    pass_time(3 * A_DAY)
    done = clockwork.tick()
    assert (done.purged, done.words_purged) == (2, 1)
    assert canaries() == []
    assert faults() == []
