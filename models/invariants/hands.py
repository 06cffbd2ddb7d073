"""In whose hands cases are."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models.judges import Assignment
from models.nominations import Nomination


def cases_are_in_hands_only_where_they_wait(session: Session) -> Iterator[str]:
    """Whoever holds a case holds it at the stage and in the round in which it is now."""
    found = session.scalars(
        select(Nomination.number)
        .join(Assignment, Assignment.nomination_id == Nomination.id)
        .where(
            Assignment.ended_at.is_(None),
            or_(Assignment.stage != Nomination.stage, Assignment.round != Nomination.round),
        )
    )
    for number in found:
        yield f"case {number}"


def nobody_holds_a_case_twice(session: Session) -> Iterator[str]:
    """Of several judges of one case each is somebody else."""
    found = session.scalars(
        select(Nomination.number)
        .join(Assignment, Assignment.nomination_id == Nomination.id)
        .where(Assignment.ended_at.is_(None))
        .group_by(Nomination.number, Assignment.person_id)
        .having(func.count() > 1)
    )
    for number in found:
        yield f"case {number}"


def what_left_somebodys_hands_says_why(session: Session) -> Iterator[str]:
    """An assignment that has ended says when and why."""
    halves = Assignment.ended_at.is_(None) != Assignment.ended_why.is_(None)
    found = select(Nomination.number).join(Assignment, Assignment.nomination_id == Nomination.id)
    for number in session.scalars(found.where(halves)):
        yield f"case {number}"


INVARIANTS = (
    cases_are_in_hands_only_where_they_wait,
    nobody_holds_a_case_twice,
    what_left_somebodys_hands_says_why,
)
