"""Who may be given a case, who holds which, and which cases nobody can judge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from models import casework, scheme
from models.bars import is_barred
from models.base import Instant, db
from models.judges import Absence, Assignment, DeclaredConflict
from models.nominations import Nomination
from models.opinions import was_settled_without
from models.people import DutyGrant, DutyRevocation, Person, in_force
from models.prepared import Prepared
from models.worklists import SINGLY, is_vacant
from workflow import conflicts
from workflow.assignment import Judge, can_do_nothing, fit
from workflow.case import Case
from workflow.text import written_in
from workflow.vocabulary import JUDGING, Duty, Ending, Language

LATELY = timedelta(days=30)
# Beside the relations, what keeps a case from a judge.
AWAY = "away"
GAVE_NO_OPINION = "gave_no_opinion"
SHOWN = 50  # cases that nobody can judge: more of them have one and the same cause


@dataclass(frozen=True)
class Holder:
    """Somebody who holds the duty that a case asks for."""

    person: int
    language: Language
    for_this_award: bool
    load: int
    lately: int
    is_away: bool

    def obstacle(self, case: Case) -> str | None:
        """Why the case cannot be given to them: None when it can.

        Else a relation's value, GAVE_NO_OPINION or AWAY.
        """
        relation = conflicts.relation(case, self.person)
        if relation is not None:
            return relation.value
        if can_do_nothing(case, self.person):
            return GAVE_NO_OPINION
        return AWAY if self.is_away else None

    def judge(self, tongue: str | None) -> Judge:
        """How much they hold, and how well a case in this language suits them."""
        speaks_it = tongue is not None and _tag(self.language).startswith(tongue)
        suits = fit(for_this_award=self.for_this_award, speaks_it=speaks_it)
        return Judge(self.person, self.load, self.lately, suits)


@dataclass(frozen=True)
class Bar:
    """Why one holder of the duty cannot be given a case."""

    person: Person
    why: str  # the value of a Relation, GAVE_NO_OPINION or AWAY


@dataclass(frozen=True)
class Stuck:
    """A case that waits and that nobody can judge, with everybody who would and why not."""

    nomination: Nomination
    duty: Duty
    bars: list[Bar]


def holders(duty: Duty, award_id: int, at: datetime, day: date) -> list[Holder]:
    """Everybody who holds the duty for the award and works here, in the order of the house."""
    asked = {"duty": duty, "award": award_id, "at": at, "day": day, "since": at - LATELY}
    rows = _HOLDERS.find(db.session.connection(), asked)
    return [
        Holder(row.id, row.language, bool(row.own), row.load, row.lately, bool(row.away))
        for row in rows
    ]


def tongue(nomination: Nomination) -> str | None:
    """The language that the case is told in."""
    return written_in(f"{nomination.title} {nomination.story}")


def unassigned() -> Select[int]:
    """Cases in fewer hands than their stage asks for, the nearest due first."""
    return (
        select(Nomination.id)
        .join(Nomination.award)
        .where(Nomination.stage.in_(SINGLY), is_vacant())
        .order_by(Nomination.due_at, Nomination.id)
    )


def misplaced(at: datetime) -> list[int]:
    """Assignments to people who are away, have left, are entrusted no longer or barred by now."""
    day = scheme.day_at(at)
    return sorted(
        assignment_id
        for person in db.session.scalars(
            select(Person)
            .where(Person.id.in_(select(Assignment.person_id).where(_is_open)))
            .options(selectinload(Person.grants))
        )
        for assignment_id in _misplaced(person, at, day)
    )


def stuck(at: datetime) -> list[Stuck]:
    """Cases that nobody can judge now, the nearest due first, with who is barred and why."""
    day, found = scheme.day_at(at), []
    waiting = db.session.scalars(_in_nobodys_hands().limit(SHOWN)).all()
    for nomination in _judged_by_nobody(waiting, at, day):
        duty, facts = JUDGING[nomination.stage], casework.snapshot(nomination)
        who = holders(duty, nomination.award_id, at, day)
        others = [holder for holder in who if holder.person not in facts.assigned]
        bars = {holder.person: holder.obstacle(facts) for holder in others}
        if None not in bars.values():
            found.append(Stuck(nomination, duty, _named(bars)))
    return found


def _judged_by_nobody(
    waiting: Sequence[Nomination], at: datetime, day: date
) -> Sequence[Nomination]:
    """Those of these cases that nobody on duty can be given: one question for each judge at most.

    Few are asked about, because whoever is free can be given most of them.
    """
    on_duty = select(DutyGrant.person_id).where(DutyGrant.duty.in_(JUDGING.values()))
    judges = db.session.scalars(
        select(Person)
        .where(Person.id.in_(on_duty), _works(day), ~is_away(Person.id, day))
        .options(joinedload(Person.grants))
        .order_by(Person.id)
    )
    for judge in judges.unique() if waiting else ():
        theirs = [
            case.id for case in waiting if JUDGING[case.stage] in judge.duties(at, case.award_id)
        ]
        held = select(Assignment.nomination_id).where(_is_open, Assignment.person_id == judge.id)
        free = (
            select(Nomination.id)
            .join(Nomination.award)
            .where(
                Nomination.id.in_(theirs),
                Nomination.id.not_in(held),
                ~is_barred(judge),
                ~was_settled_without(judge),
            )
        )
        judged = set(db.session.scalars(free)) if theirs else ()
        waiting = [case for case in waiting if case.id not in judged]
    return waiting


def held_by(person: Person) -> frozenset[int]:
    """The cases in the person's hands, by id."""
    found = select(Assignment.nomination_id).where(_is_open, Assignment.person_id == person.id)
    return frozenset(db.session.scalars(found))


def open_assignments(person_id: int | None = None) -> Select[Assignment]:
    """Every case in somebody's hands, or in this person's."""
    query = (
        select(Assignment)
        .where(_is_open)
        .options(
            joinedload(Assignment.person),
            joinedload(Assignment.nomination).joinedload(Nomination.award),
            joinedload(Assignment.nomination).joinedload(Nomination.cycle),
        )
    )
    return query if person_id is None else query.where(Assignment.person_id == person_id)


def of_people(people: Iterable[int]) -> list[Assignment]:
    """The cases in these people's hands."""
    found = select(Assignment).where(_is_open, Assignment.person_id.in_(list(people)))
    return list(
        db.session.scalars(found.options(joinedload(Assignment.nomination)).order_by(Assignment.id))
    )


def in_the_stead_of(absence: Absence) -> list[Assignment]:
    """The cases that others hold now because the person was away; one of each case."""
    left = aliased(Assignment)
    found = db.session.scalars(
        select(Assignment)
        .join(
            left,
            (left.nomination_id == Assignment.nomination_id)
            & (left.stage == Assignment.stage)
            & (left.round == Assignment.round)
            & (left.ended_at == Assignment.at),
        )
        .where(
            _is_open,
            Assignment.by_id.is_(None),
            left.person_id == absence.person_id,
            left.ended_why == Ending.AWAY,
            left.ended_at >= absence.at,
        )
        .options(joinedload(Assignment.nomination))
        .order_by(Assignment.id.desc())
    )
    return list({held.nomination_id: held for held in found}.values())


def on(nomination: Nomination) -> list[Assignment]:
    """In whose hands the case is now."""
    found = select(Assignment).where(_is_open, Assignment.nomination_id == nomination.id)
    return list(db.session.scalars(found.options(joinedload(Assignment.person))))


def loads(at: datetime) -> list[tuple[Person, int, bool]]:
    """Everybody who judges case by case: how many they hold, and whether they are away today."""
    day = scheme.day_at(at)
    duties = {JUDGING[stage] for stage in SINGLY}
    entrusted = (
        select(DutyGrant.person_id)
        .outerjoin(DutyGrant.revocation)
        .where(DutyGrant.duty.in_(duties), *in_force(at))
    )
    holds = select(Assignment.person_id).where(_is_open)
    number = select(func.count()).where(_is_open, Assignment.person_id == Person.id)
    rows = db.session.execute(
        select(Person, number.scalar_subquery(), is_away(Person.id, day))
        .where(or_(Person.id.in_(entrusted) & _works(day), Person.id.in_(holds)))
        .order_by(number.scalar_subquery().desc(), Person.id)
    )
    return [(person, load, bool(away)) for person, load, away in rows]


def absences(day: date, person_id: int | None = None) -> list[Absence]:
    """The person's (or everybody's) absences that are not over, the nearest first."""
    query = (
        select(Absence)
        .where(Absence.cancelled_at.is_(None), Absence.last_day >= day)
        .options(joinedload(Absence.person), joinedload(Absence.substitute))
        .order_by(Absence.first_day, Absence.id)
    )
    if person_id is not None:
        query = query.where(Absence.person_id == person_id)
    return list(db.session.scalars(query))


def absence_on(person_id: int, day: date) -> Absence | None:
    """The absence that the day belongs to; of several the one entered last."""
    found = [each for each in absences(day, person_id) if each.first_day <= day]
    return max(found, key=lambda absence: absence.id, default=None)


def conflicts_of(person_id: int | None = None) -> list[DeclaredConflict]:
    """What is declared between the person (or anybody) and others and holds, the newest first."""
    query = (
        select(DeclaredConflict)
        .where(~DeclaredConflict.end.has())
        .options(joinedload(DeclaredConflict.one), joinedload(DeclaredConflict.other))
        .order_by(DeclaredConflict.id.desc())
    )
    if person_id is not None:
        ends = (DeclaredConflict.one_id, DeclaredConflict.other_id)
        query = query.where(or_(*(each == person_id for each in ends)))
    return list(db.session.scalars(query))


def is_away(person: Any, day: Any) -> ColumnElement[bool]:
    """Whether the person is away on the day."""
    return exists().where(
        Absence.person_id == person,
        Absence.first_day <= day,
        Absence.last_day >= day,
        Absence.cancelled_at.is_(None),
    )


_is_open = Assignment.ended_at.is_(None)


def _in_nobodys_hands() -> Select[Nomination]:
    return (
        select(Nomination)
        .where(Nomination.id.in_(unassigned().order_by(None)))
        .options(joinedload(Nomination.award), joinedload(Nomination.cycle))
        .order_by(Nomination.due_at, Nomination.id)
    )


def _misplaced(person: Person, at: datetime, day: date) -> Iterator[int]:
    asked = {"me": person.id, "boss": person.manager_id, "team": person.team_id}
    gone = not person.works_on(day) or absence_on(person.id, day) is not None
    for row in db.session.connection().execute(_HELD, asked):
        duty = JUDGING.get(row.stage)
        if gone or row.barred or duty not in person.duties(at, row.award_id):
            yield row.id


def _named(bars: dict[int, str | None]) -> list[Bar]:
    people = db.session.scalars(select(Person).where(Person.id.in_(bars)).order_by(Person.id))
    return [Bar(person, bars[person.id] or "") for person in people]


def _tag(language: Language) -> str:
    return language.value.replace("_", "-")


def _works(day: Any) -> ColumnElement[bool]:
    here = or_(Person.joined_on.is_(None), Person.joined_on <= day)
    return here & or_(Person.left_on.is_(None), Person.left_on > day)


def _holders() -> Select[Any]:
    at: ColumnElement[datetime] = bindparam("at", type_=Instant)
    day: ColumnElement[date] = bindparam("day", type_=Date)
    award: ColumnElement[int] = bindparam("award", type_=Integer)
    held, given = aliased(Assignment), aliased(Assignment)
    load = select(func.count(held.id)).where(held.person_id == Person.id, held.ended_at.is_(None))
    lately = select(func.count(given.id)).where(
        given.person_id == Person.id, given.at >= bindparam("since", type_=Instant)
    )
    return (
        select(
            Person.id,
            Person.language,
            func.max(case((DutyGrant.award_id.is_not(None), 1), else_=0)).label("own"),
            load.correlate(Person).scalar_subquery().label("load"),
            lately.correlate(Person).scalar_subquery().label("lately"),
            case((is_away(Person.id, day), 1), else_=0).label("away"),
        )
        .join(DutyGrant, DutyGrant.person_id == Person.id)
        .outerjoin(DutyRevocation, DutyRevocation.grant_id == DutyGrant.id)
        .where(
            DutyGrant.duty == bindparam("duty"),
            or_(DutyGrant.award_id.is_(None), DutyGrant.award_id == award),
            *in_force(at),
            _works(day),
        )
        .group_by(Person.id, Person.language)
        .order_by(Person.id)
    )


_HOLDERS = Prepared(_holders())
# Built once: the clock asks it of everybody who holds a case.
_ME: Any = SimpleNamespace(
    id=bindparam("me", type_=Integer),
    manager_id=bindparam("boss", type_=Integer),
    team_id=bindparam("team", type_=Integer),
)
_HELD = (
    select(
        Assignment.id,
        Nomination.stage,
        Nomination.award_id,
        case((is_barred(_ME), 1), else_=0).label("barred"),
    )
    .join(Assignment.nomination)
    .join(Nomination.award)
    .where(_is_open, Assignment.person_id == bindparam("me", type_=Integer))
)
