"""How people did over some days beside the colleagues of their role, read afresh from results."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import select

from models import results
from models.base import db
from models.nominations import Nomination
from models.people import Person
from models.results import DayOf, Measures
from models.reviews import Days, days_of
from models.scheme import KpiScheme, in_force, kpi_schemes
from workflow import scoring
from workflow.message import Message, message, plain
from workflow.metrics import ACTUAL, EXACT, METRICS, Measure
from workflow.scoring import MetricTarget, Score, ScoreLine
from workflow.vocabulary import JobRole

FIGURE = "figure-1"  # the formula of an award that counts one figure alone
HUNDREDTH = Decimal("0.01")
AT_ONCE = 200  # people whose results are added up by one query
RANKED_FROM = 5  # in a smaller group a place would say too much of the others


@dataclass(frozen=True)
class Standing:
    """Where one score stands among those of a role."""

    peers: int = 0  # colleagues of the role with a score, this one included
    median: Decimal | None = None
    rank: int | None = None  # None: no score, or too small a group
    medians: Mapping[str, Decimal] = field(default_factory=dict)  # metric -> of the same role

    def record(self) -> dict[str, Any]:
        """As it is frozen: decimals as text."""
        return {
            "peers": self.peers,
            "median": None if self.median is None else plain(self.median),
            "rank": self.rank,
            "medians": {metric: plain(value) for metric, value in sorted(self.medians.items())},
        }

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Standing:
        """What `record` wrote."""
        middle = record["median"]
        return cls(
            record["peers"],
            None if middle is None else Decimal(middle),
            record["rank"],
            {metric: Decimal(value) for metric, value in record["medians"].items()},
        )


@dataclass(frozen=True)
class Group:
    """The scores of a role over some days, lowest first, and the median of each metric."""

    scores: tuple[Decimal, ...]
    medians: Mapping[str, Decimal]

    def standing(self, own: Decimal | None) -> Standing:
        """Where this score of one of the group stands; equals share the better place."""
        rank = None
        if own is not None and len(self.scores) >= RANKED_FROM:
            rank = len(self.scores) - bisect_right(self.scores, own) + 1
        return Standing(len(self.scores), middle(self.scores), rank, self.medians)


@dataclass(frozen=True)
class Performance:
    """One person's score over some days, what it rests on, and where it stands."""

    person: Person
    score: Score
    kpi: KpiScheme | None
    days: Days
    measures: Measures = field(default_factory=dict)
    worked: int = 0
    standing: Standing = Standing()


@dataclass(frozen=True)
class Yardstick:
    """How people of one role are scored over some days."""

    days: Days
    kpi: KpiScheme | None
    metric: str | None  # an award that counts this figure alone

    @property
    def metrics(self) -> list[str]:
        """What is looked at."""
        return [self.metric] if self.metric else [target.metric for target in targets(self.kpi)]

    @property
    def asks_for_days(self) -> bool:
        """Whether a score depends on how many days were worked."""
        return any(target.is_for_each_day for target in targets(self.kpi)) and not self.metric

    def score(self, measures: Measures, worked: int = 1) -> Score:
        if self.metric is not None:
            return figure_alone(self.metric, measures)
        return scoring.score(measures, targets(self.kpi), worked)

    def performance(self, person: Person, measures: Measures, worked: int) -> Performance:
        asked = {name: measures[name] for name in self.metrics if name in measures}
        score = self.score(asked, worked)
        return Performance(person, score, self.kpi, self.days, asked, worked)


def yardstick(role: JobRole, days: Days, metric: str | None = None) -> Yardstick:
    """The KPI scheme in force on the first day holds for all days: criteria are known before."""
    return yardsticks({role}, days, metric)[role]


def yardsticks(
    roles: Collection[JobRole], days: Days, metric: str | None = None
) -> dict[JobRole, Yardstick]:
    """The same for several roles."""
    schemes = kpi_schemes(roles)
    return {role: Yardstick(days, in_force(schemes, role, days.since), metric) for role in roles}


def scores_of(nomination: Nomination) -> list[Performance]:
    """Each nominee's score over the cycle."""
    return performances(nomination.nominees, days_of(nomination.cycle), nomination.award.metric)


def performances(
    people: Collection[Person], days: Days, metric: str | None = None, as_of: int | None = None
) -> list[Performance]:
    """What the results of these people come to, without the colleagues of their roles.

    `as_of`: by what was known after this change of results; None: by all.
    """
    ids = [person.id for person in people]
    measures = results.measures_of(ids, days.since, days.until, as_of)
    worked = results.days_worked(ids, days.since, days.until, as_of)
    sticks = yardsticks({person.job_role for person in people}, days, metric)
    return [
        sticks[person.job_role].performance(
            person, measures.get(person.id, {}), worked.get(person.id, 0)
        )
        for person in people
    ]


def course(
    person: Person, stick: Yardstick, recorded: Sequence[DayOf], last: int
) -> tuple[Performance, list[tuple[date, Score]]]:
    """What these days come to, and the score as it stood after each of the last ones."""
    days = [each for each in recorded if stick.days.since <= each[0] <= stick.days.until]
    measures: Measures = {}
    found, worked = [], 0
    for nth, (day, of_day) in enumerate(days, start=1):
        for metric in of_day.keys() & set(stick.metrics):
            before = measures.get(metric)
            measures[metric] = before + of_day[metric] if before else of_day[metric]
        worked += any(metric in results.WORK for metric in of_day)
        if nth > len(days) - last:
            found.append((day, stick.score(measures, worked)))
    return stick.performance(person, measures, worked), found


def role_scores(
    role: JobRole, stick: Yardstick, pause: Callable[[], object] = lambda: None
) -> tuple[dict[int, Decimal | None], Group]:
    """The score of everybody of the role of whom anything was recorded, and the group of them.

    It adds up all that was recorded of the role: for the worker, not for a page. `pause` is called
    now and then, so that who reads outside of a transaction need not keep writers waiting.
    """
    scores: dict[int, Decimal | None] = {}
    values: dict[str, list[Decimal]] = {metric: [] for metric in stick.metrics}
    ids = db.session.scalars(select(Person.id).where(Person.job_role == role).order_by(Person.id))
    for some in _some_at_a_time(ids.all()):
        for person, of_one in _measured(some, stick).items():
            asked, worked = of_one
            scores[person] = stick.score(asked, worked).value
            for metric, measure in asked.items():
                if (value := measure.value) is not None:
                    values[metric].append(value)
        pause()
    known = sorted(score for score in scores.values() if score is not None)
    medians = {
        metric: EXACT.quantize(median(found), ACTUAL) for metric, found in values.items() if found
    }
    return scores, Group(tuple(known), medians)


def _measured(people: Sequence[int], stick: Yardstick) -> dict[int, tuple[Measures, int]]:
    """What the yardstick looks at of each of whom any of it was recorded, and the days worked."""
    since, until = stick.days.since, stick.days.until
    measures = results.measures_of(people, since, until)
    worked = results.days_worked(people, since, until) if stick.asks_for_days else {}
    return {
        person: (asked, worked.get(person, 1))
        for person, of_one in measures.items()
        if (asked := {metric: of_one[metric] for metric in stick.metrics if metric in of_one})
    }


def _some_at_a_time(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))


def mean_score(scores: Iterable[Decimal | None]) -> Decimal | None:
    """A team's score: the mean of those members who have one."""
    known = [score for score in scores if score is not None]
    return EXACT.divide(sum(known, Decimal(0)), Decimal(len(known))) if known else None


def middle(scores: Collection[Decimal]) -> Decimal | None:
    """The median, to two decimals."""
    return EXACT.quantize(median(scores), HUNDREDTH) if scores else None


def targets(kpi: KpiScheme | None) -> list[MetricTarget]:
    stored = kpi.targets if kpi else []
    return [MetricTarget(t.metric, t.target, t.weight, t.cap) for t in stored]


def figure_alone(metric: str, measures: Measures) -> Score:
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


def sealed_measures(measures: Measures) -> dict[str, list[str | None]]:
    """Measures as they are frozen: metric -> numerator and denominator as text."""
    return {
        metric: [
            plain(each.numerator),
            None if each.denominator is None else plain(each.denominator),
        ]
        for metric, each in sorted(measures.items())
    }


def unsealed_measures(sealed: Mapping[str, list[str | None]]) -> Measures:
    """What `sealed_measures` wrote; raises ValueError where it cannot be."""
    return {
        metric: Measure(
            Decimal(str(numerator)),
            None if denominator is None else Decimal(denominator),
            METRICS[metric].kind,
        )
        for metric, (numerator, denominator) in sealed.items()
    }
