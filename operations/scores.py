"""Frozen scores as rows; and those of whom the close did not freeze, or an appeal contests."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import func, select

from models import performance, results
from models.base import db
from models.decisions import Decision, FrozenScore, latest_scores
from models.frozen import is_contested, stored
from models.nominations import Nomination
from models.people import Person
from models.performance import Group, Performance
from models.reviews import days_of
from models.scores import known_group, sheet_of
from operations.transaction import Transaction
from workflow.vocabulary import FreezeCause, JobRole, Stage


def settle(tx: Transaction, nomination: Nomination) -> dict[str, object]:
    """The scores that an approved performance review rests on, for the decision's facts.

    They were frozen at the close. Who came to the case later is scored by what was known then,
    and whose score an appeal contested by what is known now.
    """
    contested = is_contested(nomination)
    frozen = {row.person_id: row for row in latest_scores(nomination)}
    people = [p for p in nomination.nominees if contested or p.id not in frozen]
    if people:
        _freeze(tx, nomination, people, FreezeCause.APPEAL if contested else FreezeCause.REVIEW)
        tx.session.flush()
    scores = (row.score for row in latest_scores(nomination))
    nomination.score = stored(performance.mean_score(scores))
    return {"score": None if nomination.score is None else f"{nomination.score:.4f}"}


def _freeze(
    tx: Transaction, nomination: Nomination, people: Collection[Person], cause: FreezeCause
) -> None:
    days, metric = days_of(nomination.cycle), nomination.award.metric
    sheet = sheet_of(nomination.cycle) if cause is FreezeCause.REVIEW else None
    as_of = sheet.sealed.get("as_of") if sheet else None
    for one in performance.performances(people, days, metric, as_of):
        role = one.person.job_role
        group = sheet.group(role) if sheet else None
        among = group or _group(nomination, role)
        tx.record(row(tx, nomination, one.person, beside(one, among), cause))


def _group(nomination: Nomination, role: JobRole) -> Group:
    """The role as it stands now: as the worker added it up, if nothing has changed since."""
    days, metric = days_of(nomination.cycle), nomination.award.metric
    stick = performance.yardstick(role, days, metric)
    known = known_group(role, stick, results.last_change())
    return known or performance.role_scores(role, stick)[1]


def beside(one: Performance, group: Group) -> Performance:
    """The performance with where it stands in the group."""
    return replace(one, standing=group.standing(one.score.value))


def row(
    tx: Transaction,
    nomination: Nomination,
    person: Person,
    one: Performance,
    cause: FreezeCause,
) -> FrozenScore:
    """The score as it is frozen into the case."""
    score = one.score
    return FrozenScore(
        nomination=nomination,
        person=person,
        round=_round(nomination),
        score=stored(score.value),
        formula=score.formula,
        kpi_version=one.kpi.version if one.kpi else None,
        lines=[line.record() for line in score.lines],
        notes=[note.record() for note in score.notes],
        sealed={
            "cause": cause.value,
            "since": one.days.since.isoformat(),
            "until": one.days.until.isoformat(),
            "role": person.job_role.value,
            "worked": one.worked,
            "inputs": performance.sealed_measures(one.measures),
            "standing": one.standing.record(),
        },
        at=tx.now,
    )


def _round(nomination: Nomination) -> int:
    """The round of the performance review that the score is for; where that ended it, the last."""
    left = select(func.count(Decision.id)).where(
        Decision.nomination_id == nomination.id, Decision.stage == Stage.PERFORMANCE_REVIEW
    )
    rounds = db.session.scalar(left) or 0
    has_ended = rounds and nomination.stage in (Stage.REJECTED, Stage.APPEAL)
    return rounds if has_ended else rounds + 1
