"""Whom the clock has told of a deadline, and which cases it looks at; what managers watch."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cache

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Select,
    UniqueConstraint,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped, aliased, contains_eager, joinedload, mapped_column, relationship

from models.base import Base, Instant, db, word
from models.judges import Assignment
from models.ledger import Recorded
from models.nominations import Nomination
from models.people import Person
from models.scheme import Award
from workflow.vocabulary import JUDGING, Stage


class Reminder(Base):
    """Somebody was told that a case on which it is their turn is due soon."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("nomination_id", "stage", "round", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"))
    stage: Mapped[Stage] = mapped_column(word(Stage))
    round: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class Escalation(Recorded, Base):
    """Somebody up the reporting line was told that a case is overdue."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("nomination_id", "stage", "round", "person_id"),)
    ledger_kind = "case_escalated"

    id: Mapped[int] = mapped_column(primary_key=True)
    nomination_id: Mapped[int] = mapped_column(ForeignKey("nomination.id"))
    stage: Mapped[Stage] = mapped_column(word(Stage))
    round: Mapped[int]
    level: Mapped[int]  # 1: who manages the judge, 2: who manages them; 0: the scheme managers
    is_last: Mapped[bool]  # nobody stands above
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(Instant)

    nomination: Mapped[Nomination] = relationship()
    person: Mapped[Person] = relationship()

    def ledger_body(self) -> dict[str, object]:
        return {
            "case": self.nomination.number,
            "stage": self.stage.value,
            "round": self.round,
            "level": self.level,
            "last": self.is_last,
            "person": self.person.key,
        }

    def ledger_subject(self) -> str:
        return self.nomination.number


def to_remind(at: datetime, until: datetime) -> list[tuple[int, datetime]]:
    """Cases due after `at` and until then of which not everybody was reminded, with their dates."""
    reminded = exists().where(_of_this_stay(Reminder))
    holder_unreminded = exists().where(
        _held, ~exists().where(_of_this_stay(Reminder), Reminder.person_id == Assignment.person_id)
    )
    rows = db.session.execute(
        select(Nomination.id, Nomination.due_at)
        .where(
            Nomination.due_at > at,
            Nomination.due_at <= until,
            _speaks_for_itself(),
            or_(holder_unreminded, and_(~exists().where(_held), ~reminded)),
        )
        .order_by(Nomination.due_at, Nomination.id)
    )
    return [(id_, due_at) for id_, due_at in rows if due_at is not None]


def to_escalate(at: datetime) -> list[int]:
    """Overdue cases of which somebody up the line does not know yet."""
    later = aliased(Assignment)
    new_hands = exists().where(
        later.nomination_id == Nomination.id, later.ended_at.is_(None), later.at > Escalation.at
    )
    at_the_top = exists().where(_of_this_stay(Escalation), Escalation.is_last, ~new_hands)
    return list(
        db.session.scalars(
            select(Nomination.id)
            .where(
                Nomination.due_at <= at,
                Nomination.stage.in_(JUDGING),
                _speaks_for_itself(),
                ~at_the_top,
            )
            .order_by(Nomination.due_at, Nomination.id)
        )
    )


def reminded(nomination: Nomination) -> set[int]:
    """Who was reminded of the case at its stage."""
    return set(
        db.session.scalars(
            select(Reminder.person_id).where(
                Reminder.nomination_id == nomination.id,
                Reminder.stage == nomination.stage,
                Reminder.round == nomination.round,
            )
        )
    )


def escalations(nominations: Collection[Nomination]) -> dict[int, list[Escalation]]:
    """Who was told of each of these cases at its present stage, the first told first."""
    stays = {(each.id, each.stage, each.round) for each in nominations}
    found: dict[int, list[Escalation]] = {each.id: [] for each in nominations}
    for row in db.session.scalars(
        select(Escalation)
        .where(Escalation.nomination_id.in_(found))
        .options(joinedload(Escalation.person))
        .order_by(Escalation.id)
    ):
        if (row.nomination_id, row.stage, row.round) in stays:
            found[row.nomination_id].append(row)
    return found


def reporting_line(person: Person, day: date) -> list[Person]:
    """The managers above the person who work here on that day, the nearest first."""
    line: list[Person] = []
    seen = {person.id}
    while (above := person.manager) is not None and above.id not in seen:
        seen.add(above.id)
        if above.works_on(day):
            line.append(above)
        person = above
    return line


Stay = type[Reminder] | type[Escalation]


def _of_this_stay(row: Stay) -> ColumnElement[bool]:
    return and_(
        row.nomination_id == Nomination.id,
        row.stage == Nomination.stage,
        row.round == Nomination.round,
    )


_held = and_(Assignment.nomination_id == Nomination.id, Assignment.ended_at.is_(None))


@cache
def _speaks_for_itself() -> ColumnElement[bool]:
    """A cycle is ranked as a whole: one of its cases speaks for all."""
    other = aliased(Nomination)
    first = select(func.min(other.id)).where(
        other.cycle_id == Nomination.cycle_id, other.stage == Stage.TIERING
    )
    return or_(
        Nomination.stage != Stage.TIERING,
        Nomination.id == first.correlate(Nomination).scalar_subquery(),
    )


UNDER_WAY = (*JUDGING, Stage.RETURNED)


def watched(stage: Stage | None, award_key: str, after: Nomination | None) -> Select[Nomination]:
    """Cases with a due date, the most overdue first; at one stage, of one award, behind a case.

    A cycle that waits for its ranking is one of them.
    """
    query = (
        select(Nomination)
        .join(Nomination.award)
        .where(*_under_way(award_key))
        .options(
            contains_eager(Nomination.award),
            joinedload(Nomination.cycle),
            joinedload(Nomination.nominator),
        )
        .order_by(Nomination.due_at, Nomination.id)
    )
    if stage is not None:
        query = query.where(Nomination.stage == stage)
    if after is not None and after.due_at is not None:
        query = query.where(tuple_(Nomination.due_at, Nomination.id) > (after.due_at, after.id))
    return query


def counts(award_key: str, at: datetime) -> dict[Stage, tuple[int, int]]:
    """At each stage that has any: how many cases are under way, and how many of them are late."""
    late = func.sum(case((Nomination.due_at <= at, 1), else_=0))
    rows = db.session.execute(
        select(Nomination.stage, func.count(), late)
        .join(Nomination.award)
        .where(*_under_way(award_key))
        .group_by(Nomination.stage)
    )
    found = {stage: (number, late) for stage, number, late in rows}
    return {stage: found[stage] for stage in UNDER_WAY if stage in found}


def in_hands(nominations: Collection[Nomination]) -> dict[int, list[Person]]:
    """Who holds each of these cases now."""
    found: dict[int, list[Person]] = {each.id: [] for each in nominations}
    for row in db.session.scalars(
        select(Assignment)
        .where(Assignment.nomination_id.in_(found), Assignment.ended_at.is_(None))
        .options(joinedload(Assignment.person))
        .order_by(Assignment.id)
    ):
        found[row.nomination_id].append(row.person)
    return found


def to_rank(nominations: Collection[Nomination]) -> dict[int, int]:
    """How many cases wait for their ranking in the cycles of these, by cycle."""
    cycles = {each.cycle_id for each in nominations if each.stage is Stage.TIERING}
    rows = db.session.execute(
        select(Nomination.cycle_id, func.count())
        .where(Nomination.stage == Stage.TIERING, Nomination.cycle_id.in_(cycles))
        .group_by(Nomination.cycle_id)
    )
    return {cycle: number for cycle, number in rows}  # noqa: C416  # rows are no plain tuples


def _under_way(award_key: str) -> tuple[ColumnElement[bool], ...]:
    dated = (Nomination.stage.in_(UNDER_WAY), Nomination.due_at.is_not(None))
    waits = (*dated, _speaks_for_itself())
    return (*waits, Award.key == award_key) if award_key else waits
