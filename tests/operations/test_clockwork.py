"""What the clock does by itself, and that doing it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from adapters import clock
from models.base import db
from models.ledger import LedgerEntry
from models.nominations import Nomination
from models.results import Result
from models.scheme import Award, Cycle
from operations import clockwork
from operations.clockwork import Done
from operations.transaction import Transaction, operation
from tests.builders import (
    SENTENCE,
    Cast,
    by_clock,
    decide,
    make_award,
    make_cast,
    make_draft,
    make_person,
    make_scheme,
    make_submitted,
    stage,
)
from workflow.vocabulary import Action, JobRole, Reason, Stage

pytestmark = pytest.mark.usefixtures("context")
Passing = Callable[[timedelta], None]


@pytest.fixture
def cast() -> Cast:
    make_scheme()
    make_award(closes_in=timedelta(days=2))
    return make_cast()


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(LedgerEntry)) or 0


@operation
def put_in_notice(tx: Transaction, number: str) -> None:
    """As after a committee's list, without the audits before it."""
    nomination = tx.session.scalars(select(Nomination).where(Nomination.number == number)).one()
    nomination.stage = Stage.PUBLIC_NOTICE
    nomination.tier = nomination.award.tiers[0]
    nomination.notice_began_at = tx.now
    nomination.notice_ends_at = tx.now + timedelta(days=7)


def test_nothing_happens_before_there_is_a_scheme() -> None:
    assert clockwork.tick() == Done()


def test_a_due_cycle_is_closed_and_its_drafts_expire(cast: Cast, pass_time: Passing) -> None:
    draft = make_draft(cast.nominator, [cast.nominee])
    clockwork.tick()
    assert stage(draft) is Stage.DRAFT
    pass_time(timedelta(days=2))
    done = clockwork.tick()
    assert (done.closed, done.expired, done.failed) == (1, 1, 0)
    assert stage(draft) is Stage.EXPIRED


def test_a_submitted_case_goes_on_when_its_cycle_closes(cast: Cast, pass_time: Passing) -> None:
    number = make_submitted(cast)
    pass_time(timedelta(days=3))
    assert clockwork.tick().expired == 0
    assert stage(number) is Stage.INTERNAL_AUDIT


def test_a_returned_case_expires_when_its_time_is_over(cast: Cast, pass_time: Passing) -> None:
    number = make_submitted(cast)
    decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    pass_time(timedelta(days=5))
    clockwork.tick()
    assert stage(number) is Stage.RETURNED
    pass_time(timedelta(days=20))
    assert clockwork.tick().expired == 1
    assert stage(number) is Stage.EXPIRED


def test_a_notice_ends_in_the_award_and_not_a_moment_before(cast: Cast, pass_time: Passing) -> None:
    number = make_submitted(cast)
    put_in_notice(number)
    pass_time(timedelta(days=7) - timedelta(minutes=1))
    assert clockwork.tick().awarded == 0
    pass_time(timedelta(minutes=2))
    assert clockwork.tick().awarded == 1
    assert stage(number) is Stage.AWARDED


def test_ticking_twice_changes_nothing(cast: Cast, pass_time: Passing) -> None:
    make_draft(cast.nominator, [cast.nominee])
    put_in_notice(make_submitted(cast))
    pass_time(timedelta(days=40))
    assert clockwork.tick().anything
    before = entries()
    assert clockwork.tick() == Done()
    assert entries() == before


@operation
def send_down(tx: Transaction, number: str, road: str) -> None:
    nomination = tx.session.scalars(select(Nomination).where(Nomination.number == number)).one()
    nomination.road = road


def test_one_failure_does_not_stop_the_others(cast: Cast, pass_time: Passing) -> None:
    broken = make_draft(cast.nominator, [cast.nominee])
    sound = make_draft(cast.nominator, [cast.nominee])
    send_down(broken, "a road that is not there")
    pass_time(timedelta(days=3))
    done = clockwork.tick()
    assert (done.expired, done.failed) == (1, 1)
    assert stage(sound) is Stage.EXPIRED
    send_down(broken, "standard")
    assert clockwork.tick().expired == 1
    assert stage(broken) is Stage.EXPIRED


def test_what_somebody_else_did_first_is_no_failure(cast: Cast, pass_time: Passing) -> None:
    number = make_draft(cast.nominator, [cast.nominee])
    pass_time(timedelta(days=3))
    waiting = clockwork._cases_to_expire(clock.now())
    found = db.session.scalars(waiting).all()
    by_clock(number, Action.EXPIRE)
    done = Done()
    attempt = clockwork._Attempts(done, breath=0)
    assert clockwork._try_move(attempt, found[0], Action.EXPIRE) == 0
    assert done.failed == 0


# By numbers: nobody nominates; the results do, once they are complete.


@operation
def count_calls(tx: Transaction, person_id: int, day: date, calls: int) -> None:
    tx.add(Result(person_id=person_id, metric="calls_answered", day=day, numerator=Decimal(calls)))


@operation
def make_it_by_numbers(tx: Transaction) -> None:
    award = tx.session.scalars(select(Award)).one()
    award.road, award.metric, award.job_role = "by_numbers", "calls_answered", JobRole.INBOUND
    award.tiers[1].quota = 1  # two places, so four are put forward
    award.cycles[0].opens_at = datetime(2026, 9, 30, 16, tzinfo=UTC)
    award.cycles[0].closes_at = datetime(2026, 10, 31, 16, tzinfo=UTC)


@pytest.fixture
def agents() -> list[int]:
    """Six who take calls, the busiest first, and one who does not but would be ahead of them."""
    clock.set_offset(datetime(2026, 10, 20, 3, tzinfo=UTC) - datetime.now(UTC))
    make_scheme()
    make_award()
    make_it_by_numbers()
    people = [make_person(f"Agent {n}") for n in range(6)]
    for place, person in enumerate(people):
        count_calls(person, date(2026, 10, 19), 90 - place)
        count_calls(person, date(2026, 9, 30), 1000 * place)  # before the cycle: does not count
    count_calls(make_person("Clerk", job_role=JobRole.SUPPORT), date(2026, 10, 19), 500)
    return people


def nominated() -> list[tuple[int, Stage]]:
    rows = db.session.scalars(select(Nomination).order_by(Nomination.number))
    return [(row.nominees[0].id, row.stage) for row in rows]


def test_the_best_by_numbers_are_put_forward_once_the_results_are_complete(
    agents: list[int],
) -> None:
    clock.set_offset(datetime(2026, 10, 31, 17, tzinfo=UTC) - datetime.now(UTC))
    assert (clockwork.tick().closed, nominated()) == (1, [])  # the last days are not in yet
    count_calls(agents[5], date(2026, 10, 31), 1)
    assert clockwork.tick().nominated == 4
    assert nominated() == [(person, Stage.POLICY_REVIEW) for person in agents[:4]]
    assert clockwork.tick() == Done()


def test_nobody_is_put_forward_while_the_cycle_is_open(agents: list[int]) -> None:
    count_calls(agents[0], date(2026, 10, 31), 1)
    assert clockwork.tick().nominated == 0
    assert nominated() == []
    assert db.session.scalars(select(Cycle.closed_seq).where(Cycle.key == "2026-Q4")).one() is None
