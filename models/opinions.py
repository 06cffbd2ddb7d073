"""Where two auditors are asked for: the cases that have nothing for a person to do now, in SQL."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from models.nominations import Claim, Finding, Nomination
from models.people import Person
from models.scheme import Award
from workflow.vocabulary import Stage


def rests_with_others(person: Person) -> ColumnElement[bool]:
    """Cases that wait for another opinion than theirs, or for the decision of those who gave one.

    The award must be joined. An opinion is recorded whole, so one verdict of a round stands for it.
    """
    mine = _given(Finding.by_id == person.id).exists()
    return and_(_several(), or_(and_(mine, ~_all_are_in()), and_(~mine, _all_are_in())))


def was_settled_without(person: Person) -> ColumnElement[bool]:
    """As workflow.assignment.can_do_nothing has it; the award joined."""
    return and_(are_settled(), ~_given(Finding.by_id == person.id).exists())


def are_settled() -> ColumnElement[bool]:
    """Cases in which no opinion is wanted any more; the award joined."""
    return and_(_several(), _all_are_in())


def gave_one(person_id: Any) -> ColumnElement[bool]:
    """Whether the opinion of this person, by a column, is among the case's."""
    return _given(Finding.by_id == person_id).correlate_except(Finding, Claim).exists()


def _several() -> ColumnElement[bool]:
    return and_(Nomination.stage == Stage.INTERNAL_AUDIT, Award.auditors_needed > 1)


def _all_are_in() -> ColumnElement[bool]:
    given = _given().with_only_columns(func.count(Finding.by_id.distinct())).scalar_subquery()
    return or_(
        given >= Award.auditors_needed + 1, and_(given == Award.auditors_needed, ~is_split())
    )


def _given(*conditions: ColumnElement[bool]) -> Select[Any]:
    """The verdicts of the case's present round."""
    return (
        select(Finding.id)
        .join(Claim, Claim.id == Finding.claim_id)
        .where(Claim.nomination_id == Nomination.id, Finding.round == Nomination.round, *conditions)
        .correlate(Nomination)
    )


@cache
def is_split() -> ColumnElement[bool]:
    """The last word of one auditor on a claim differs from that of another."""
    one, other, later = aliased(Finding), aliased(Finding), aliased(Finding)

    def is_last(row: Any) -> ColumnElement[bool]:
        return ~exists().where(
            later.claim_id == row.claim_id, later.by_id == row.by_id, later.id > row.id
        ).correlate(row)

    return (
        select(one.id)
        .join(other, and_(other.claim_id == one.claim_id, other.by_id > one.by_id))
        .join(Claim, Claim.id == one.claim_id)
        .where(
            Claim.nomination_id == Nomination.id,
            one.round == Nomination.round,
            other.round == Nomination.round,
            one.verdict != other.verdict,
            is_last(one),
            is_last(other),
        )
        .correlate(Nomination)
        .exists()
    )
