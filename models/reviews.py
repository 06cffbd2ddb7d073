"""What the policy rules say of a case's nominees, read afresh."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from models import results
from models.base import db
from models.decisions import PolicyOutcome
from models.nominations import Nomination
from models.people import Person
from models.results import ConductRecord
from models.scheme import Cycle, Holiday, Names, PolicyRule, scheme
from models.waivers import Waiver, waivers_of
from models.wins import wins_of
from workflow import policy
from workflow.deadlines import last_day, working_days
from workflow.policy import PersonFacts, Record, Rule, RuleKind, RuleOutcome, add_months
from workflow.vocabulary import Cadence, RuleResult, Stage


@dataclass(frozen=True)
class Days:
    """The days that are judged, both included."""

    since: date
    until: date


def days_of(cycle: Cycle) -> Days:
    """The cycle's days in the scheme's time zone."""
    zone = scheme().zone
    return Days(cycle.opens_at.astimezone(zone).date(), last_day(cycle.closes_at, zone))


# Policy


@dataclass(frozen=True)
class RuleReading:
    """What one rule says of one nominee; a waiver stands over a failure."""

    person: Person
    rule: PolicyRule
    outcome: RuleOutcome
    waiver: Waiver | None

    @property
    def result(self) -> RuleResult:
        failed = self.outcome.result is RuleResult.FAIL
        return RuleResult.WAIVED if failed and self.waiver else self.outcome.result


def rule_readings(nomination: Nomination) -> list[RuleReading]:
    """Every rule of the award for every nominee, as it stands now."""
    days = days_of_policy(nomination)
    people = nomination.nominees
    rules = _rules(nomination.award_id)
    conduct = results.conduct_of([person.id for person in people], days.until)
    holidays = set(db.session.scalars(select(Holiday.day)))
    waivers = {(waiver.person_id, waiver.rule_key): waiver for waiver in waivers_of(nomination)}
    about_wins = any(rule.kind in policy.OF_WINS for rule in rules)
    won = wins_of(nomination, [person.id for person in people]) if about_wins else {}
    readings = []
    for person in people:
        outcomes = policy.evaluate(
            [Rule(rule.key, RuleKind(rule.kind), rule.params) for rule in rules],
            [_record(row) for row in conduct.get(person.id, ())],
            _facts(person, days, holidays),
            since=days.since,
            on=days.until,
            wins=won.get(person.id, ()),
        )
        readings += [
            RuleReading(person, rule, outcome, waivers.get((person.id, rule.key)))
            for rule, outcome in zip(rules, outcomes, strict=True)
        ]
    return readings


def days_of_policy(nomination: Nomination) -> Days:
    """The cycle's days, or the month of an event honoured at any time, up to the review's start.

    The day on which the case came to the review ends them, so that nothing changes while it waits.
    """
    days = days_of(nomination.cycle)
    if nomination.award.cadence is Cadence.INSTANT and nomination.happened_on:
        first = nomination.happened_on.replace(day=1)
        days = Days(first, add_months(first, 1) - timedelta(days=1))
    reached = nomination.stage_entered_at.astimezone(scheme().zone).date()
    return Days(days.since, max(days.since, min(days.until, reached)))


def frozen_outcomes(nomination: Nomination) -> list[PolicyOutcome]:
    """What the rules had said when the policy review was last decided."""
    latest = (
        select(PolicyOutcome.round)
        .where(PolicyOutcome.nomination_id == nomination.id)
        .order_by(PolicyOutcome.round.desc())
        .limit(1)
        .scalar_subquery()
    )
    return list(
        db.session.scalars(
            select(PolicyOutcome)
            .where(PolicyOutcome.nomination_id == nomination.id, PolicyOutcome.round == latest)
            .options(joinedload(PolicyOutcome.rule))
            .order_by(PolicyOutcome.id)
        )
    )


@dataclass(frozen=True)
class CodedRule:
    """What one rule came to, as everybody may read it: its code, never what lies behind it."""

    code: str
    names: Names
    result: RuleResult


SEVERITY = (RuleResult.PASS, RuleResult.WAIVED, RuleResult.FAIL)


def coded_outcomes(nomination: Nomination) -> list[CodedRule]:
    """What the last review decided said, rule by rule; of a team, the worst of its members.

    While the case waits at a review again, what an earlier one said is no longer the answer.
    """
    if nomination.stage is Stage.POLICY_REVIEW:
        return []
    worst = dict[str, CodedRule]()
    for outcome in frozen_outcomes(nomination):
        key, coded = outcome.rule_key, CodedRule(outcome.rule_key, outcome.names, outcome.result)
        worst[key] = max(worst.get(key, coded), coded, key=lambda rule: SEVERITY.index(rule.result))
    return list(worst.values())


def _rules(award_id: int) -> list[PolicyRule]:
    return list(
        db.session.scalars(
            select(PolicyRule)
            .where(
                PolicyRule.active,
                or_(PolicyRule.award_id.is_(None), PolicyRule.award_id == award_id),
            )
            .order_by(PolicyRule.id)
        )
    )


def _record(row: ConductRecord) -> Record:
    return Record(row.kind, row.day, row.upheld)


def _facts(person: Person, days: Days, holidays: Collection[date]) -> PersonFacts:
    first = max(days.since, person.joined_on or days.since)
    return PersonFacts(person.joined_on, working_days(first, days.until, holidays))
