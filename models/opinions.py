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
    given = _given().with_only_columns(func.count(Finding.by_id.distinct())).scalar_subquery()
    can_be_decided = or_(
        given >= Award.auditors_needed + 1, and_(given == Award.auditors_needed, ~is_split())
    )
    return and_(
        Nomination.stage == Stage.INTERNAL_AUDIT,
        Award.auditors_needed > 1,
        or_(and_(mine, ~can_be_decided), and_(~mine, can_be_decided)),
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
