"""Awards that nobody nominates for: when the cycle has closed, the results put the best forward."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import exists, func, select

from models import drafting, scheme
from models.nominations import Nomination
from models.people import Person
from models.results import IN_FORCE, Result
from models.scheme import Award, Cycle
from operations import casework
from operations.transaction import Transaction
from workflow.vocabulary import Action

# So many for each place: whom a review bars can be replaced without counting anew.
FOR_EACH_PLACE = 2


def nominate(tx: Transaction, cycle_id: int) -> int:
    """Nominate the best of a closed cycle, once its last day's results are in; returns how many."""
    cycle = tx.session.get_one(Cycle, cycle_id)
    award = cycle.award
    known = select(exists().where(Nomination.cycle_id == cycle.id))
    if tx.session.scalar(known) or award.metric is None or not _is_complete(tx, cycle):
        return 0
    best = _best(tx, cycle, award.places * FOR_EACH_PLACE)
    for person in best:
        _put_forward(tx, award, cycle, person)
    return len(best)


def _is_complete(tx: Transaction, cycle: Cycle) -> bool:
    """Whether results reach the cycle's last day: theirs, or later ones where nobody worked."""
    latest = select(func.max(Result.day)).where(Result.metric == cycle.award.metric)
    day = tx.session.scalar(latest)
    return day is not None and day >= _days(cycle)[1]


def _best(tx: Transaction, cycle: Cycle, count: int) -> list[Person]:
    """Those with the highest figure; of equals, who has been here longer."""
    first, last = _days(cycle)
    figure = func.sum(Result.numerator)
    query = (
        select(Person, figure)
        .join(Result, Result.person_id == Person.id)
        .where(IN_FORCE, Result.metric == cycle.award.metric, Result.day.between(first, last))
        .group_by(Person)
        .order_by(figure.desc(), Person.joined_on, Person.id)
    )
    if cycle.award.job_role is not None:
        query = query.where(Person.job_role == cycle.award.job_role)
    found = tx.session.execute(query)
    able = [person for person, total in found if person.works_on(last) and total > Decimal(0)]
    return able[:count]


def _put_forward(tx: Transaction, award: Award, cycle: Cycle, person: Person) -> None:
    nomination = Nomination(
        number=drafting.next_number(scheme.day_at(tx.now).year),
        award=award,
        cycle=cycle,
        road=award.road,
        title=f"{award.names[person.language]} {cycle.key}",
        created_at=tx.now,
        stage_entered_at=tx.now,
        nominees=[person],
    )
    tx.add(nomination)
    tx.session.flush()
    casework.move(tx, nomination, None, Action.SUBMIT)


def _days(cycle: Cycle) -> tuple[date, date]:
    return scheme.day_at(cycle.opens_at), scheme.day_at(cycle.last_moment)
