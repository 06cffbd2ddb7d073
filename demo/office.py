"""What the office does by itself: reviews what the numbers brought, and meets to give the tiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from adapters import clock
from demo.calendar import Calendar
from demo.cast import DUTIES
from models import casework, tierlists
from models.base import db
from models.nominations import Nomination
from models.scheme import Award, Cycle
from operations import nominations, tiering, variants
from operations.casework import Request
from workflow.vocabulary import Action, Cadence, Duty, Reason, RuleResult, Stage

Instants = Iterator[datetime]
SEED = 20261104
COUNTED_AFTER = timedelta(days=9)  # the week after the close has brought its last results
MEETS_AFTER, MEETS_AGAIN_AFTER = timedelta(days=10), timedelta(days=14)
SHORTLISTS_AFTER = timedelta(days=20)  # before now, so that the reserve has just moved up
SETTLED = [(Cadence.MONTHLY, -3), (Cadence.MONTHLY, -2), (Cadence.MONTHLY, -1)]
TRIED, BY_NUMBERS = 1, "monthly-volume"
MORE_PLACES = ("第二名多一位", {"tiers": {"second": {"quota": 3}}})
BOTH_EQUAL = ("并列两位第一", {"tiers": {"first": {"quota": 2}, "second": {"quota": 1}}})
BARRED = "达到单月投诉上限，本周期不能获奖。下个周期重新计算，欢迎再来。"


def routines(calendar: Calendar, ids: dict[str, int]) -> list[Instants]:
    """Every routine, each to be woken at its own instants; `own` minutes move no other."""
    own = replace(calendar, random=Random(SEED))  # noqa: S311  # no secret
    member = ids[DUTIES[Duty.COMMITTEE][0]]
    reviewers = {
        Stage.POLICY_REVIEW: ids[DUTIES[Duty.POLICY_REVIEWER][0]],
        Stage.PERFORMANCE_REVIEW: ids[DUTIES[Duty.PERFORMANCE_REVIEWER][0]],
    }
    closed = [*SETTLED, (Cadence.QUARTERLY, -1)]
    return [
        *(_reviews(calendar, reviewers, cadence, back) for cadence, back in SETTLED),
        _reviews(own, reviewers, Cadence.QUARTERLY, -1),
        *(_committee(calendar, member, cadence, back) for cadence, back in closed),
        _shortlist(calendar, member),
        _tried(own, member, ids[DUTIES[Duty.SCHEME_MANAGER][0]]),
    ]


def _reviews(
    calendar: Calendar, reviewers: dict[Stage, int], cadence: Cadence, back: int
) -> Instants:
    """The two reviews of the cases that nobody nominated, in the days after the close."""
    period = calendar.cycle(cadence, back)
    for stage, person in reviewers.items():
        yield calendar.working(period.closes_at + COUNTED_AFTER)
        waiting = (
            select(Nomination)
            .join(Nomination.cycle)
            .where(
                Nomination.nominator_id.is_(None),
                Nomination.stage == stage,
                Cycle.key == period.key,
            )
            .order_by(Nomination.id)
        )
        for number in [row.number for row in db.session.scalars(waiting)]:
            _review(person, number)


def _review(person: int, number: str) -> None:
    row = db.session.scalars(select(Nomination).where(Nomination.number == number)).one()
    barred = RuleResult.FAIL in casework.snapshot(row).policy
    nominations.decide(
        person_id=person,
        number=number,
        action=Action.REJECT if barred else Action.APPROVE,
        request=Request(row.version),
        reason=Reason.POLICY_NOT_MET if barred else None,
        sentence=BARRED if barred else "",
    )


def _committee(calendar: Calendar, member: int, cadence: Cadence, back: int) -> Instants:
    """The committee approves the rankings; the newest of those by numbers still waits for it."""
    period = calendar.cycle(cadence, back)
    yield calendar.working(period.closes_at + MEETS_AFTER)
    _approve_all(member, cadence, period.key, nominated=True)
    if back < -1:
        yield calendar.working(period.closes_at + MEETS_AGAIN_AFTER)
        _approve_all(member, cadence, period.key, nominated=False)


def _approve_all(member: int, cadence: Cadence, cycle_key: str, *, nominated: bool) -> None:
    wanted = select(Award).where(Award.cadence == cadence).order_by(Award.position)
    for award in db.session.scalars(wanted).all():
        if award.pathway.takes_nominations is nominated and not award.pathway.vets_the_shortlist:
            _approve(member, award.key, cycle_key)


def _shortlist(calendar: Calendar, member: int) -> Instants:
    """The committee shortlists the quarter's best, and looks each day whether a place is free."""
    period = calendar.cycle(Cadence.QUARTERLY, -1)
    vets = [
        award.key
        for award in db.session.scalars(select(Award).where(Award.cadence == Cadence.QUARTERLY))
        if award.pathway.vets_the_shortlist
    ]
    at = max(period.closes_at + MEETS_AFTER, calendar.now - SHORTLISTS_AFTER)
    while True:
        yield calendar.working(at)
        for award in vets:
            _approve(member, award, period.key)
        at = clock.now() + timedelta(days=1)


def _tried(calendar: Calendar, member: int, manager: int) -> Instants:
    """What the committee and the scheme manager tried in the simulator before they meet, kept."""
    yield calendar.ago(TRIED)
    cycle = calendar.cycle(Cadence.MONTHLY, -1).key
    for person, name, changes in ((member, *MORE_PLACES), (manager, *BOTH_EQUAL)):
        variants.save(
            person_id=person, award_key=BY_NUMBERS, cycle_key=cycle, name=name, changes=changes
        )


def _approve(member: int, award_key: str, cycle_key: str) -> None:
    cycle = tierlists.cycle_of(award_key, cycle_key)
    proposal = tierlists.propose(cycle, clock.now()) if cycle else None
    if proposal and proposal.cases and not proposal.is_held:
        tiering.approve(
            person_id=member,
            award_key=award_key,
            cycle_key=cycle_key,
            input_hash=proposal.input_hash,
            request=Request(proposal.round),
        )
