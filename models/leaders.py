"""Whom the results of some days put first: by a figure, by score, or by having led all the time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select

from models import performance
from models.base import db
from models.decisions import Decision
from models.nominations import Nomination, Nominee
from models.people import Person
from models.results import IN_FORCE, Result
from models.reviews import Days
from models.scheme import Award, Cycle
from workflow import eligibility
from workflow.eligibility import Bar, Led, Wins
from workflow.message import Message, message
from workflow.metrics import METRICS, Direction, Measure
from workflow.vocabulary import Action, JobRole, Stage

Reasons = dict[int, list[Message]]  # person -> why they are put forward, the best first


@dataclass(frozen=True)
class Field:
    """Among whom, and over which days, somebody is looked for."""

    days: Days
    role: JobRole | None

    @property
    def roles(self) -> list[JobRole]:
        return [self.role] if self.role else list(JobRole)


def first_by_figure(field: Field, metric: str, count: int, among: Collection[int]) -> Reasons:
    """The best by this metric; of equals, who has been here longer."""
    values = figures(field, metric)
    less = METRICS[metric].direction is Direction.LESS
    known = {
        person: value
        for person, value in values.items()
        if value is not None and (value > 0 or less) and person in among
    }
    ordered = _in_order({p: value if less else -value for p, value in known.items()})
    return {
        person: [
            message(
                "first_by_figure",
                metric=metric,
                rank=rank,
                count=len(known),
                total=known[person],
            )
        ]
        for rank, person in enumerate(ordered[:count], start=1)
    }


def first_by_score(field: Field, count: int, among: Collection[int]) -> Reasons:
    """The best by the score of their own role."""
    known = {
        person: score
        for role in field.roles
        for person, score in _scores(role, field.days).items()
        if score is not None and person in among
    }
    ordered = _in_order({person: -score for person, score in known.items()})
    return {
        person: [message("first_by_score", rank=rank, count=len(known), total=known[person])]
        for rank, person in enumerate(ordered[:count], start=1)
    }


def who_reached(field: Field, bar: Bar) -> Reasons:
    """Everybody whose figure is good enough."""
    return {
        person: [message("bar_reached", metric=bar.metric, reached=value, asked=bar.figure)]
        for person, value in figures(field, bar.metric).items()
        if value is not None and bar.is_met(value)
    }


def who_led(field: Field, rule: Led) -> Reasons:
    """Whoever was among the first of their role in every part of the days.

    In a role with no more people than that, nobody leads.
    """
    found: Reasons = {}
    spans = [
        Days(*span) for span in eligibility.parts(rule.part, field.days.since, field.days.until)
    ]
    for role in field.roles:
        ranks = [_ranks(_scores(role, span), rule.top) for span in spans]
        for person in set[int]().union(*ranks):
            reason = rule.reason([of_part.get(person) for of_part in ranks])
            if reason is not None:
                found[person] = [reason]
    return found


def who_won(rule: Wins, cycles: Iterable[Cycle]) -> Reasons:
    """Whoever won these cycles often enough; a member of a team that won has won."""
    keys = [cycle.key for cycle in cycles]
    rows = db.session.execute(
        select(Nominee.person_id, Cycle.key)
        .join(Nomination, Nomination.id == Nominee.nomination_id)
        .join(Cycle, Cycle.id == Nomination.cycle_id)
        .join(Award, Award.id == Cycle.award_id)
        .join(Decision, Decision.nomination_id == Nomination.id)
        .where(
            Award.key == rule.award,
            Cycle.key.in_(keys),
            Nomination.stage == Stage.AWARDED,
            Decision.action == Action.AWARD,
        )
    )
    won: defaultdict[int, list[str]] = defaultdict(list)
    for person, key in rows:
        won[person].append(key)
    reasons = {person: rule.reason(sorted(set(theirs)), keys) for person, theirs in won.items()}
    return {person: [reason] for person, reason in reasons.items() if reason is not None}


def figures(field: Field, metric: str) -> dict[int, Decimal | None]:
    """Everybody's figure of the metric, some people at a time: the work grows as the results do."""
    query = select(Person.id).order_by(Person.id)
    if field.role is not None:
        query = query.where(Person.job_role == field.role)
    ids, kind = db.session.scalars(query).all(), METRICS[metric].kind
    found: dict[int, Decimal | None] = {}
    for at in range(0, len(ids), performance.AT_ONCE):
        some = ids[at : at + performance.AT_ONCE]
        rows = db.session.execute(
            select(Result.person_id, func.sum(Result.numerator), func.sum(Result.denominator))
            .where(IN_FORCE, Result.metric == metric, Result.person_id.in_(some))
            .where(Result.day.between(field.days.since, field.days.until))
            .group_by(Result.person_id)
        )
        for person, numerator, denominator in rows:
            found[person] = Measure(numerator, denominator, kind).value
    return found


def _scores(role: JobRole, days: Days) -> dict[int, Decimal | None]:
    return performance.role_scores(role, performance.yardstick(role, days))[0]


def _ranks(scores: dict[int, Decimal | None], top: int) -> dict[int, int]:
    """The ranks up to `top`, equals sharing the better one; none where everybody would lead."""
    known = {person: score for person, score in scores.items() if score is not None}
    if len(known) <= top:
        return {}
    ordered = sorted(known.values(), reverse=True)
    ranks = {person: ordered.index(score) + 1 for person, score in known.items()}
    return {person: rank for person, rank in ranks.items() if rank <= top}


def _in_order(worth: dict[int, Decimal]) -> list[int]:
    """The least first; of equals, who joined earlier, then who was entered earlier."""
    people = db.session.execute(select(Person.id, Person.joined_on))
    joined = {person: (day is None, day) for person, day in people}
    return sorted(worth, key=lambda person: (worth[person], joined[person], person))
