"""Freezing scores: at a cycle's close by the clock, and once more where an appeal contested one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from models import performance
from models.base import db
from models.decisions import Decision, FrozenScore, latest_scores
from models.frozen import is_contested, stored
from models.nominations import Nomination
from models.people import Person
from models.performance import FIGURE, Group, Performance
from models.results import last_day_recorded
from models.reviews import days_of
from models.scheme import Cycle, scheme
from models.scores import ScoreSheet, seal, sheet_of
from operations.slices import slices
from operations.transaction import Transaction
from workflow.message import plain
from workflow.scoring import FORMULA_VERSION
from workflow.vocabulary import FreezeCause, JobRole, Stage

NEVER_JUDGED = (Stage.DRAFT, Stage.WITHDRAWN, Stage.EXPIRED)


def close(tx: Transaction, cycle_id: int) -> bool:
    """Freeze the scores of a closed cycle's nominees, once; False while results are awaited."""
    cycle = tx.session.get_one(Cycle, cycle_id)
    if cycle.closed_seq is None or sheet_of(cycle) or not _is_due(cycle, tx.now):
        return False
    cases = tx.session.scalars(
        select(Nomination)
        .where(Nomination.cycle_id == cycle.id, Nomination.stage.not_in(NEVER_JUDGED))
        .order_by(Nomination.id)
    ).all()
    groups = _groups(cycle, [person for case in cases for person in case.nominees])
    days = days_of(cycle)
    sealed: dict[str, Any] = {
        "v": 1,
        "days": [days.since.isoformat(), days.until.isoformat()],
        "metric": cycle.award.metric,
        "roles": {role.value: _sealed(tx, scores) for role, (scores, _) in groups.items()},
    }
    tx.record(
        ScoreSheet(
            cycle=cycle,
            at=tx.now,
            formula=FIGURE if cycle.award.metric else FORMULA_VERSION,
            results_until=last_day_recorded(),
            sealed=sealed,
            sealed_hash=seal(sealed),
        )
    )
    for case in cases:
        _freeze(tx, case, case.nominees, FreezeCause.CYCLE_CLOSED, groups)
    return True


def settle(tx: Transaction, nomination: Nomination) -> dict[str, object]:
    """The scores that an approved performance review rests on, for the decision's facts.

    They were frozen at the close; only who came to the case later, or whose score an appeal
    contested, is scored now.
    """
    contested = is_contested(nomination)
    frozen = {row.person_id: row for row in latest_scores(nomination)}
    people = [p for p in nomination.nominees if contested or p.id not in frozen]
    if people:
        groups = _groups(nomination.cycle, people)
        cause = FreezeCause.APPEAL if contested else FreezeCause.REVIEW
        _freeze(tx, nomination, people, cause, groups)
        tx.session.flush()
    scores = (row.score for row in latest_scores(nomination))
    nomination.score = stored(performance.mean_score(scores))
    return {"score": None if nomination.score is None else f"{nomination.score:.4f}"}


def _is_due(cycle: Cycle, at: datetime) -> bool:
    """Once results reach the last day, or were awaited long enough."""
    latest = last_day_recorded()
    whole = latest is not None and latest >= days_of(cycle).until
    return whole or at >= cycle.closes_at + timedelta(days=scheme().results_days)


Groups = dict[JobRole, tuple[dict[int, Decimal | None], Group]]


def _groups(cycle: Cycle, people: Iterable[Person]) -> Groups:
    """Everybody of the roles of these people, scored over the cycle."""
    days, metric = days_of(cycle), cycle.award.metric
    roles = sorted({person.job_role for person in people})
    return {
        role: performance.role_scores(role, performance.yardstick(role, days, metric))
        for role in roles
    }


def _sealed(tx: Transaction, scores: dict[int, Decimal | None]) -> dict[str, str | None]:
    """Everybody's score by the person's key."""
    keys: dict[int, str] = {}
    for ids in slices(sorted(scores), 500):
        found = tx.session.execute(select(Person.id, Person.key).where(Person.id.in_(ids)))
        keys.update({person: key for person, key in found})  # noqa: C416  # rows are no plain tuples
    return {keys[person]: _plain(score) for person, score in scores.items()}


def _freeze(
    tx: Transaction,
    nomination: Nomination,
    people: Collection[Person],
    cause: FreezeCause,
    groups: Groups,
) -> None:
    days, metric = days_of(nomination.cycle), nomination.award.metric
    for one in performance.performances(people, days, metric):
        _, group = groups[one.person.job_role]
        beside = replace(one, standing=group.standing(one.score.value))
        tx.record(_frozen(tx, nomination, beside, cause))


def _frozen(
    tx: Transaction, nomination: Nomination, one: Performance, cause: FreezeCause
) -> FrozenScore:
    score = one.score
    return FrozenScore(
        nomination=nomination,
        person=one.person,
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
            "role": one.person.job_role.value,
            "worked": one.worked,
            "inputs": performance.sealed_measures(one.measures),
            "standing": one.standing.record(),
        },
        at=tx.now,
    )


def _round(nomination: Nomination) -> int:
    """The round of the performance review that the score is for."""
    left = select(func.count(Decision.id)).where(
        Decision.nomination_id == nomination.id, Decision.stage == Stage.PERFORMANCE_REVIEW
    )
    return (db.session.scalar(left) or 0) + 1


def _plain(score: Decimal | None) -> str | None:
    return None if score is None else plain(score)
