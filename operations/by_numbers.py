"""What results and earlier wins put forward when a cycle has closed: by the award's rules."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from adapters import clock
from models import drafting, scheme
from models.base import db
from models.eligibility import Evaluation, cycles_within, is_evaluated, unsettled
from models.leaders import (
    Field,
    Reasons,
    first_by_figure,
    first_by_score,
    who_led,
    who_reached,
    who_won,
)
from models.nominations import Nomination
from models.people import Person
from models.results import Result, last_change
from models.reviews import days_of
from models.scheme import Award, Cycle
from operations import casework
from operations.transaction import Transaction, operation
from workflow.eligibility import Bar, Led, Most, Rule, Wins, rules
from workflow.message import Message
from workflow.pathways.by_numbers import BY_NUMBERS
from workflow.vocabulary import Action, Subject

# So many for each place: whom a review bars can be replaced without counting anew.
FOR_EACH_PLACE = 2


@dataclass(frozen=True)
class _Look:
    """Whom the rules find by the results as they were then: person -> reasons."""

    seen: int
    found: dict[int, list[Message]]


def nominate(cycle_id: int) -> int:
    """Nominate whom the rules of a closed cycle find, once all they look at is in; how many.

    The results are added up outside of the transaction that writes, so that nobody waits for it.
    """
    look = _look(db.session.get_one(Cycle, cycle_id))
    db.session.rollback()
    return _put_forward(cycle_id=cycle_id, look=look) if look else 0


def _look(cycle: Cycle) -> _Look | None:
    wanted = _rules(cycle)
    if not wanted or is_evaluated(cycle) or not _is_complete(cycle, wanted):
        return None
    return _Look(last_change(), _found(cycle, wanted))


@operation
def _put_forward(tx: Transaction, *, cycle_id: int, look: _Look) -> int:
    """Nominate them, unless somebody has, or other results have come in."""
    cycle = tx.session.get_one(Cycle, cycle_id)
    if cycle.closed_seq is None or is_evaluated(cycle) or last_change() != look.seen:
        return 0
    found = []
    for person_id, reasons in look.found.items():
        person = tx.session.get_one(Person, person_id)
        number = _nominate(tx, cycle, person)
        told = [reason.record() for reason in reasons]
        found.append({"person": person.key, "case": number, "reasons": told})
    rows = list(cycle.ranking_terms.eligibility)
    tx.record(Evaluation(cycle=cycle, at=tx.now, rules=rows, found=found))
    return len(found)


def _rules(cycle: Cycle) -> list[Rule]:
    """The cycle's rules; on the road by numbers the best by the award's figure, unless they say."""
    if cycle.award.subject is Subject.TEAM:
        return []
    found = rules(cycle.ranking_terms.eligibility)
    nominating = any(not isinstance(rule, Bar) for rule in found)
    if nominating or cycle.award.pathway.takes_nominations:
        return found if nominating else []
    return [Most(cycle.award.places * FOR_EACH_PLACE), *found]


def _is_complete(cycle: Cycle, wanted: Sequence[Rule]) -> bool:
    """Whether results reach the cycle's last day, and every award that wins count of is settled.

    Results of the day itself, or later ones where nobody worked.
    """
    for rule in wanted:
        if isinstance(rule, Wins):
            if unsettled(rule.award, cycle):
                return False
        elif not (_reach(_metric(rule, cycle.award), days_of(cycle).until) or _is_late(cycle)):
            return False
    return True


def _is_late(cycle: Cycle) -> bool:
    """Where colleagues nominate too, results are not awaited longer than those of the scores."""
    awaited = timedelta(days=scheme.scheme().results_days)
    return cycle.award.pathway.takes_nominations and clock.now() >= cycle.closes_at + awaited


def _metric(rule: Rule, award: Award) -> str | None:
    if isinstance(rule, Bar):
        return rule.metric
    return rule.metric or award.metric if isinstance(rule, Most) else None


def _reach(metric: str | None, last: date) -> bool:
    latest = select(func.max(Result.day))
    day = db.session.scalar(latest.where(Result.metric == metric) if metric else latest)
    return day is not None and day >= last


def _found(cycle: Cycle, wanted: Sequence[Rule]) -> dict[int, list[Message]]:
    """Those who reach every bar and whom some rule finds, with each rule's reason."""
    field = Field(days_of(cycle), cycle.award.job_role)
    reached = [who_reached(field, rule) for rule in wanted if isinstance(rule, Bar)]
    among = _able(field).intersection(*reached)
    found: Reasons = {}
    for rule in wanted:
        for person, reasons in _by(rule, cycle, field, among).items():
            if person in among:
                found.setdefault(person, []).extend(reasons)
    for of_bar in reached:
        for person, reasons in found.items():
            reasons.extend(of_bar[person])
    return found


def _by(rule: Rule, cycle: Cycle, field: Field, among: Collection[int]) -> Reasons:
    if isinstance(rule, Most):
        metric = _metric(rule, cycle.award)
        if metric is None:
            return first_by_score(field, rule.count, among)
        return first_by_figure(field, metric, rule.count, among)
    if isinstance(rule, Wins):
        return who_won(rule, cycles_within(rule.award, cycle))
    return who_led(field, rule) if isinstance(rule, Led) else {}


def _able(field: Field) -> set[int]:
    """Those who worked here on the last day, in the role that can win."""
    query = select(Person)
    if field.role is not None:
        query = query.where(Person.job_role == field.role)
    return {each.id for each in db.session.scalars(query) if each.works_on(field.days.until)}


def _nominate(tx: Transaction, cycle: Cycle, person: Person) -> str:
    award = cycle.award
    nomination = Nomination(
        number=drafting.next_number(scheme.day_at(tx.now).year),
        award=award,
        cycle=cycle,
        road=BY_NUMBERS.key,
        title=f"{award.names[person.language]} {cycle.key}",
        created_at=tx.now,
        stage_entered_at=tx.now,
        nominees=[person],
    )
    tx.add(nomination)
    tx.session.flush()
    casework.move(tx, nomination, None, Action.SUBMIT)
    return nomination.number
