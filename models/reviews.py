"""What the policy rules and the KPI scheme say of a case's nominees, read afresh."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

from sqlalchemy import or_, select

from models import results
from models.base import db
from models.decisions import PolicyOutcome, Waiver
from models.nominations import Nomination
from models.people import Person
from models.results import ConductRecord, Measures
from models.scheme import Cycle, Holiday, KpiScheme, Names, PolicyRule, kpi_scheme, scheme
from workflow import policy, scoring
from workflow.deadlines import last_day, working_days
from workflow.message import Message, message
from workflow.metrics import EXACT
from workflow.policy import PersonFacts, Record, Rule, RuleKind, RuleOutcome, add_months
from workflow.scoring import MetricTarget, Score, ScoreLine
from workflow.vocabulary import Cadence, JobRole, RuleResult, Stage

FIGURE = "figure-1"  # the formula of an award that counts one figure alone
HUNDREDTH = Decimal("0.01")


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


def policy_results(nomination: Nomination) -> tuple[RuleResult, ...]:
    """One outcome for each rule and nominee, at the policy review only."""
    if nomination.stage is not Stage.POLICY_REVIEW:
        return ()
    return tuple(reading.result for reading in rule_readings(nomination))


def rule_readings(nomination: Nomination) -> list[RuleReading]:
    """Every rule of the award for every nominee, as it stands now."""
    days = days_of_policy(nomination)
    people = nomination.nominees
    rules = _rules(nomination.award_id)
    conduct = results.conduct_of([person.id for person in people], days.until)
    holidays = set(db.session.scalars(select(Holiday.day)))
    waivers = {(waiver.person_id, waiver.rule_key): waiver for waiver in waivers_of(nomination)}
    readings = []
    for person in people:
        outcomes = policy.evaluate(
            [Rule(rule.key, RuleKind(rule.kind), rule.params) for rule in rules],
            [_record(row) for row in conduct.get(person.id, ())],
            _facts(person, days, holidays),
            since=days.since,
            on=days.until,
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


def waivers_of(nomination: Nomination) -> list[Waiver]:
    return list(
        db.session.scalars(
            select(Waiver).where(Waiver.nomination_id == nomination.id).order_by(Waiver.id)
        )
    )


def frozen_outcomes(nomination: Nomination) -> list[PolicyOutcome]:
    """What the rules had said when the policy review was last approved."""
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
            .order_by(PolicyOutcome.id)
        )
    )


def rule_names() -> dict[str, Names]:
    """What each rule is called, also those that are no longer in force."""
    rules = db.session.scalars(select(PolicyRule))
    return {rule.key: rule.names for rule in rules}


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


# Performance


@dataclass(frozen=True)
class Performance:
    """One person's score over some days, and how the colleagues of the same role did."""

    person: Person
    score: Score
    kpi: KpiScheme | None
    medians: Mapping[str, Decimal] = field(default_factory=dict)  # metric -> of the same role
    median_score: Decimal | None = None
    peers: int = 0  # colleagues of the role with a score, this one included


@dataclass(frozen=True)
class Yardstick:
    """How people of one role are scored over some days."""

    days: Days
    kpi: KpiScheme | None
    metric: str | None  # an award that counts this figure alone

    @property
    def metrics(self) -> list[str]:
        """What is looked at."""
        return [self.metric] if self.metric else [target.metric for target in _targets(self.kpi)]

    def score(self, measures: Measures) -> Score:
        if self.metric is not None:
            return _figure_alone(self.metric, measures)
        return scoring.score(measures, _targets(self.kpi))


def yardstick(role: JobRole, days: Days, metric: str | None = None) -> Yardstick:
    """The KPI scheme in force on the first day holds for all days: criteria are known before."""
    return Yardstick(days, kpi_scheme(role, days.since), metric)


def scores_of(nomination: Nomination) -> list[Performance]:
    """Each nominee's score over the cycle."""
    days, metric = days_of(nomination.cycle), nomination.award.metric
    people = nomination.nominees
    measures = results.measures_of([person.id for person in people], days.since, days.until)
    sticks = {role: yardstick(role, days, metric) for role in {p.job_role for p in people}}
    return [
        Performance(person, stick.score(measures.get(person.id, {})), stick.kpi)
        for person in people
        for stick in [sticks[person.job_role]]
    ]


def performances(
    people: Iterable[Person], days: Days, metric: str | None = None
) -> list[Performance]:
    """The same beside the colleagues of each one's role."""
    of_role: dict[JobRole, dict[int, Measures]] = {}
    found = []
    for person in people:
        role = person.job_role
        stick = yardstick(role, days, metric)
        if role not in of_role:
            of_role[role] = results.measures_of_role(role, stick.metrics, days.since, days.until)
        found.append(_beside(person, stick, of_role[role]))
    return found


def mean_score(scores: Iterable[Decimal | None]) -> Decimal | None:
    """A team's score: the mean of those members who have one."""
    known = [score for score in scores if score is not None]
    return EXACT.divide(sum(known, Decimal(0)), Decimal(len(known))) if known else None


def _beside(person: Person, stick: Yardstick, peers: Mapping[int, Measures]) -> Performance:
    scores = [stick.score(measures).value for measures in peers.values()]
    known = [score for score in scores if score is not None]
    own = stick.score(peers.get(person.id, {}))
    return Performance(
        person,
        own,
        stick.kpi,
        medians={
            line.target.metric: EXACT.quantize(median(values), Decimal("0.000001"))
            for line in own.lines
            if (values := _values(line.target.metric, peers))
        },
        median_score=EXACT.quantize(median(known), HUNDREDTH) if known else None,
        peers=len(known),
    )


def _values(metric: str, peers: Mapping[int, Measures]) -> list[Decimal]:
    measures = (of_one[metric] for of_one in peers.values() if metric in of_one)
    return [value for measure in measures if (value := measure.value) is not None]


def _targets(kpi: KpiScheme | None) -> list[MetricTarget]:
    targets = kpi.targets if kpi else []
    return [MetricTarget(t.metric, t.target, t.weight, t.cap) for t in targets]


def _figure_alone(metric: str, measures: Measures) -> Score:
    """The figure is the score: for an award won by volume."""
    target = MetricTarget(metric, Decimal(1), Decimal(1))
    measure = measures.get(metric)
    value = measure.value if measure else None
    if value is None:
        line = ScoreLine(target, None, None, None, (message("figure_not_recorded"),))
        return Score(None, (line,), (), FIGURE)
    value = EXACT.quantize(value, HUNDREDTH)
    told: Message = message("figure_is_the_score", actual=value)
    return Score(value, (ScoreLine(target, value, None, value, (told,)),), (), FIGURE)
