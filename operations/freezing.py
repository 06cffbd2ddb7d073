"""The scores of a closed cycle: computed outside of any writing transaction, written in steps.

First the sheet, with everybody's score and the last change of results that it knows; then the
nominees' own, some cases at a time, by what was known up to that change. Whoever stops in between
goes on at the next tick and comes to the same scores. Each transaction only looks whether what it
rests on has changed, and writes: nobody else waits while a role is added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from adapters import clock
from models import performance, results, teams
from models.base import db
from models.decisions import FrozenScore
from models.nominations import Nomination
from models.people import Person
from models.performance import FIGURE, Group, Performance
from models.results import last_day_recorded
from models.reviews import Days, days_of
from models.scheme import Cycle, scheme
from models.scores import ScoreSheet, begun_sheet, seal
from operations import scores
from operations.slices import slices
from operations.transaction import Transaction, operation
from workflow.message import plain
from workflow.scoring import FORMULA_VERSION
from workflow.vocabulary import FreezeCause, JobRole, Stage, Subject

NEVER_JUDGED = (Stage.DRAFT, Stage.WITHDRAWN, Stage.EXPIRED)
CASES_AT_ONCE = 25
TRIES = 3  # to add up a role while no results come in; then at the next tick

Basis = dict[str, Any]  # what a sheet rests on: compared as a whole


@dataclass(frozen=True)
class _Sheet:
    """A sheet that was computed, and what it rests on."""

    basis: Basis
    sealed: dict[str, Any]
    formula: str
    results_until: date | None


def freeze(cycle_id: int) -> bool:
    """Freeze the scores of a closed cycle's nominees, once; False while that is not done."""
    if not _has_sheet(cycle_id) and not any(_begin(cycle_id) for _ in range(TRIES)):
        return False
    while left := _left(cycle_id):
        _write(cycle_id=cycle_id, ready=_computed(cycle_id, left[:CASES_AT_ONCE]))
    return _finish(cycle_id=cycle_id)


def _has_sheet(cycle_id: int) -> bool:
    found = db.session.scalar(select(exists().where(ScoreSheet.cycle_id == cycle_id)))
    db.session.rollback()
    return bool(found)


# The sheet


def _begin(cycle_id: int) -> bool:
    """Compute the sheet, then write it if nothing it rests on has changed meanwhile."""
    cycle = db.session.get_one(Cycle, cycle_id)
    latest = last_day_recorded()
    if not _is_due(cycle, latest, clock.now()):
        return False
    basis = _basis(cycle)
    days, metric = days_of(cycle), cycle.award.metric
    found = {role: _role(role, days, metric) for role in map(JobRole, basis["targets"])}
    sealed: dict[str, Any] = {
        "v": 2,
        "days": [days.since.isoformat(), days.until.isoformat()],
        "metric": metric,
        "as_of": basis["as_of"],
        "cases": list(basis["cases"]),
        "roles": {role.value: everybody for role, (everybody, _) in found.items()},
        "medians": {role.value: medians for role, (_, medians) in found.items()},
    }
    if cycle.award.subject is Subject.TEAM:
        sealed["teams"] = teams.members()
    db.session.rollback()
    formula = FIGURE if metric else FORMULA_VERSION
    return _keep(cycle_id=cycle_id, sheet=_Sheet(basis, sealed, formula, latest))


def _is_due(cycle: Cycle, latest: date | None, at: datetime) -> bool:
    """Once results reach the last day, or were awaited long enough."""
    whole = latest is not None and latest >= days_of(cycle).until
    return whole or at >= cycle.closes_at + timedelta(days=scheme().results_days)


def _basis(cycle: Cycle) -> Basis:
    """What the scores rest on: cases and nominees, their roles and targets, the results known."""
    cases = db.session.scalars(
        select(Nomination)
        .where(Nomination.cycle_id == cycle.id, Nomination.stage.not_in(NEVER_JUDGED))
        .options(selectinload(Nomination.nominees))
        .order_by(Nomination.id)
    ).all()
    roles = {person.job_role for case in cases for person in case.nominees}
    if cycle.award.subject is Subject.TEAM:  # a team stands beside all teams, whatever their roles
        roles |= teams.roles_in_teams()
    days, metric = days_of(cycle), cycle.award.metric
    sticks = {role: performance.yardstick(role, days, metric) for role in sorted(roles)}
    return {
        "as_of": results.last_change(),
        "cases": {case.number: sorted(p.id for p in case.nominees) for case in cases},
        "targets": {role: stick.kpi.id if stick.kpi else None for role, stick in sticks.items()},
    }


def _role(
    role: JobRole, days: Days, metric: str | None
) -> tuple[dict[str, str | None], dict[str, str]]:
    """Everybody's score by the person's key, and the median of each metric."""
    stick = performance.yardstick(role, days, metric)
    everybody, group = performance.role_scores(role, stick, pause=db.session.rollback)
    keys = _keys(sorted(everybody))
    found = {keys[person]: _plain(score) for person, score in everybody.items()}
    return found, {name: plain(value) for name, value in group.medians.items()}


def _keys(people: Sequence[int]) -> dict[int, str]:
    keys: dict[int, str] = {}
    for ids in slices(people, 500):
        found = db.session.execute(select(Person.id, Person.key).where(Person.id.in_(ids)))
        keys.update({person: key for person, key in found})  # noqa: C416  # rows are no plain tuples
    return keys


@operation
def _keep(tx: Transaction, *, cycle_id: int, sheet: _Sheet) -> bool:
    cycle = tx.session.get_one(Cycle, cycle_id)
    if cycle.closed_seq is None or not _is_due(cycle, sheet.results_until, tx.now):
        return False
    if begun_sheet(cycle) is not None:
        return True
    if _basis(cycle) != sheet.basis:
        return False
    tx.record(
        ScoreSheet(
            cycle=cycle,
            at=tx.now,
            formula=sheet.formula,
            results_until=sheet.results_until,
            sealed=sheet.sealed,
            sealed_hash=seal(sheet.sealed),
            written=False,
        )
    )
    return True


# The nominees' own scores


def _left(cycle_id: int) -> list[int]:
    """The sheet's cases with a nominee whose score is still to be written."""
    cases = _sheet(cycle_id).sealed["cases"]
    found = [
        number
        for numbers in slices(cases, 500)
        for number in db.session.scalars(_unwritten(numbers)).all()
    ]
    db.session.rollback()
    return found


def _unwritten(numbers: Sequence[str]) -> Any:
    scored = exists().where(
        FrozenScore.nomination_id == Nomination.id, FrozenScore.person_id == Person.id
    )
    return (
        select(Nomination.id)
        .join(Nomination.nominees)
        .where(Nomination.number.in_(numbers), ~scored)
        .distinct()
        .order_by(Nomination.id)
    )


@dataclass(frozen=True)
class _Case:
    """One case, and its nominees' scores as they are computed."""

    nomination_id: int
    scores: tuple[tuple[int, JobRole, Performance], ...]


def _computed(cycle_id: int, ids: Iterable[int]) -> list[_Case]:
    """The scores of the nominees by what was known when the sheet was made."""
    sheet = _sheet(cycle_id)
    days, metric = days_of(sheet.cycle), sheet.cycle.award.metric
    cases = db.session.scalars(
        select(Nomination)
        .where(Nomination.id.in_(ids))
        .options(selectinload(Nomination.nominees))
        .order_by(Nomination.id)
    ).all()
    people = list({person.id: person for case in cases for person in case.nominees}.values())
    found = performance.performances(people, days, metric, sheet.sealed["as_of"])
    scored = {
        one.person.id: (one.person.id, one.person.job_role, scores.beside(one, _group(sheet, one)))
        for one in found
    }
    ready = [_Case(case.id, tuple(scored[p.id] for p in case.nominees)) for case in cases]
    db.session.rollback()
    return ready


def _group(sheet: ScoreSheet, one: Performance) -> Group:
    """Nobody stands beside whoever changed to another role after the sheet was made."""
    return sheet.group(one.person.job_role) or Group((), {})


@operation
def _write(tx: Transaction, *, cycle_id: int, ready: Sequence[_Case]) -> None:
    """Write the scores of some cases; those whose nominees or roles changed are computed anew."""
    cases = tx.session.scalars(
        select(Nomination)
        .where(Nomination.id.in_([case.nomination_id for case in ready]))
        .options(selectinload(Nomination.nominees))
    )
    known = {case.id: case for case in cases}
    frozen = select(FrozenScore.nomination_id, FrozenScore.person_id).where(
        FrozenScore.nomination_id.in_(known)
    )
    there = {(nomination_id, person_id) for nomination_id, person_id in tx.session.execute(frozen)}
    for case in ready:
        nomination = known[case.nomination_id]
        people = {person.id: person for person in nomination.nominees}
        now = {(person.id, person.job_role) for person in nomination.nominees}
        if now != {(person_id, role) for person_id, role, _ in case.scores}:
            continue
        for person_id, _, one in case.scores:
            if (nomination.id, person_id) not in there:
                row = scores.row(tx, nomination, people[person_id], one, FreezeCause.CYCLE_CLOSED)
                tx.record(row)


@operation
def _finish(tx: Transaction, *, cycle_id: int) -> bool:
    """From here on the cycle's reviews may be decided."""
    _sheet(cycle_id).written = True
    return True


def _sheet(cycle_id: int) -> ScoreSheet:
    return db.session.scalars(select(ScoreSheet).where(ScoreSheet.cycle_id == cycle_id)).one()


def _plain(score: Decimal | None) -> str | None:
    return None if score is None else plain(score)
