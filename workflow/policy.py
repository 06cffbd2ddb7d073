"""Conduct, attendance and complaint rules as data, each answered with a coded outcome.

Windows are whole calendar months, as a scheme announces them: a rule looks at every window of its
length that ends in a month of the period judged, and answers for the worst. The month of the last
day counts up to that day. So "in a year" means twelve calendar months, not January to December.
Only records that were upheld count; for a quality fault that means it stands uncorrected.
Wins count from the day on which they were awarded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from workflow.message import Message, message
from workflow.metrics import EXACT
from workflow.vocabulary import ConductKind, RuleResult

SHARE = Decimal("0.0001")
SHARE_TEXT = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?")


class RuleKind(StrEnum):
    """What a rule asks; its parameters are named behind it."""

    COMPLAINTS_IN_MONTH = "complaints_in_month"  # limit
    COMPLAINTS_IN_YEAR = "complaints_in_year"  # limit
    BREACHES_IN_MONTH = "breaches_in_month"  # limit
    QUALITY_FAULTS_REPEATED = "quality_faults_repeated"  # limit, months
    RETRAINING_FAILED = "retraining_failed"  # months
    ATTENDANCE_AT_LEAST = "attendance_at_least"  # share
    PROBATION_OVER = "probation_over"  # months
    SERVICE_AT_LEAST = "service_at_least"  # months
    COOL_DOWN_MONTHS = "cool_down_months"  # months, of
    COOL_DOWN_CYCLES = "cool_down_cycles"  # cycles, of the same award
    WINS_IN_YEAR = "wins_in_year"  # limit, of


class WinsOf(StrEnum):
    """Which earlier wins a rule looks at."""

    SAME_AWARD = "same_award"
    ANY_AWARD = "any_award"


@dataclass(frozen=True)
class Rule:
    """One rule of a scheme; raises ValueError when its parameters are not those of its kind."""

    key: str
    kind: RuleKind
    params: Mapping[str, Any]

    def __post_init__(self) -> None:
        expected = PARAMS[self.kind]
        if self.params.keys() != expected:
            raise ValueError(f"{self.kind} takes {sorted(expected)}")
        for name in expected & {"limit", "months", "cycles"}:
            if type(self.params[name]) is not int or self.params[name] < 1:
                raise ValueError(f"{name} is a whole number from 1")
        if "share" in expected and not SHARE_TEXT.fullmatch(str(self.params["share"])):
            raise ValueError("share is a decimal from 0 to 1, as text")
        if "of" in expected and self.params["of"] not in list(WinsOf):
            raise ValueError(f"of is one of {[*WinsOf]}")


PARAMS: Mapping[RuleKind, frozenset[str]] = {
    RuleKind.COMPLAINTS_IN_MONTH: frozenset({"limit"}),
    RuleKind.COMPLAINTS_IN_YEAR: frozenset({"limit"}),
    RuleKind.BREACHES_IN_MONTH: frozenset({"limit"}),
    RuleKind.QUALITY_FAULTS_REPEATED: frozenset({"limit", "months"}),
    RuleKind.RETRAINING_FAILED: frozenset({"months"}),
    RuleKind.ATTENDANCE_AT_LEAST: frozenset({"share"}),
    RuleKind.PROBATION_OVER: frozenset({"months"}),
    RuleKind.SERVICE_AT_LEAST: frozenset({"months"}),
    RuleKind.COOL_DOWN_MONTHS: frozenset({"months", "of"}),
    RuleKind.COOL_DOWN_CYCLES: frozenset({"cycles"}),
    RuleKind.WINS_IN_YEAR: frozenset({"limit", "of"}),
}
OF_WINS = frozenset({RuleKind.COOL_DOWN_MONTHS, RuleKind.COOL_DOWN_CYCLES, RuleKind.WINS_IN_YEAR})

# What a new scheme starts with: the first three and the two after them occur in real schemes.
# Rules about earlier wins are for single awards, so a scheme adds them where it wants them.
STANDARD_RULES: tuple[Rule, ...] = (
    Rule("complaints_month", RuleKind.COMPLAINTS_IN_MONTH, {"limit": 3}),
    Rule("complaints_year", RuleKind.COMPLAINTS_IN_YEAR, {"limit": 5}),
    Rule("breaches_month", RuleKind.BREACHES_IN_MONTH, {"limit": 3}),
    Rule("quality_faults", RuleKind.QUALITY_FAULTS_REPEATED, {"limit": 2, "months": 3}),
    Rule("retraining", RuleKind.RETRAINING_FAILED, {"months": 3}),
    Rule("attendance", RuleKind.ATTENDANCE_AT_LEAST, {"share": "0.95"}),
    Rule("probation", RuleKind.PROBATION_OVER, {"months": 3}),
    Rule("service", RuleKind.SERVICE_AT_LEAST, {"months": 6}),
)


@dataclass(frozen=True)
class Record:
    """One conduct record of a person."""

    kind: ConductKind
    day: date
    upheld: bool = True


@dataclass(frozen=True)
class Win:
    """An award that the person holds, by the day on which it was given.

    `cycles_ago`: how many cycles of the same award lie between; None for another award.
    """

    day: date
    cycles_ago: int | None = None


@dataclass(frozen=True)
class PersonFacts:
    """What the rules ask of a person beside the records.

    `working_days`: how many days the person was expected at work in the period judged.
    """

    joined_on: date | None
    working_days: int


@dataclass(frozen=True)
class RuleOutcome:
    """What one rule says: pass or fail, and the message with its figures.

    WAIVED is never computed: a reviewer sets it, with a reason.
    """

    rule: str
    result: RuleResult
    message: Message


@dataclass(frozen=True)
class _Judged:
    """The records that count and the period judged, both days included."""

    upheld: Collection[Record]
    wins: Collection[Win]
    person: PersonFacts
    since: date
    until: date

    def days(self, kind: ConductKind) -> list[date]:
        return [record.day for record in self.upheld if record.kind is kind]

    def days_won(self, of: WinsOf) -> list[date]:
        return [
            win.day for win in self.wins if of == WinsOf.ANY_AWARD or win.cycles_ago is not None
        ]


def evaluate(
    rules: Iterable[Rule],
    records: Iterable[Record],
    person: PersonFacts,
    *,
    since: date,
    on: date,
    wins: Iterable[Win] = (),
) -> list[RuleOutcome]:
    """Every rule's outcome, in the order of the rules, for the period from `since` to `on`.

    Records and wins after `on` do not count. Raises ValueError when the period is empty.
    """
    if since > on:
        raise ValueError("the period ends before it begins")
    upheld = [record for record in records if record.upheld and record.day <= on]
    won = [win for win in wins if win.day <= on]
    judged = _Judged(upheld, won, person, since, on)
    return [EVALUATORS[rule.kind](rule, judged) for rule in rules]


def _outcome(rule: Rule, passed: bool, **values: int | date | Decimal) -> RuleOutcome:
    code = f"{rule.kind.value}_{'passed' if passed else 'failed'}"
    return RuleOutcome(
        rule.key, RuleResult.PASS if passed else RuleResult.FAIL, message(code, **values)
    )


def _passes(rule: Rule, code: str) -> RuleOutcome:
    # Nobody is barred by what is not on record; the reviewer sees that it is not.
    return RuleOutcome(rule.key, RuleResult.PASS, message(code))


def _fewer_than(
    kind: ConductKind, *, limit: int | None = None, months: int | None = None
) -> Callable[[Rule, _Judged], RuleOutcome]:
    def evaluator(rule: Rule, judged: _Judged) -> RuleOutcome:
        bar: int = rule.params["limit"] if limit is None else limit
        length: int = rule.params["months"] if months is None else months
        count, since, until = _worst_window(judged, judged.days(kind), length)
        return _outcome(rule, count < bar, count=count, limit=bar, since=since, until=until)

    return evaluator


def _worst_window(judged: _Judged, days: Collection[date], months: int) -> tuple[int, date, date]:
    """The window with the most records, the latest of equals: count, first and last day."""
    windows = []
    month = _first_of_month(judged.since)
    while month <= judged.until:
        first = add_months(month, 1 - months)
        last = min(add_months(month, 1) - timedelta(days=1), judged.until)
        windows.append((sum(first <= day <= last for day in days), first, last))
        month = add_months(month, 1)
    return max(windows)


def _attendance(rule: Rule, judged: _Judged) -> RuleOutcome:
    expected = judged.person.working_days
    if expected == 0:
        return _passes(rule, "attendance_unknown")
    absences = {day for day in judged.days(ConductKind.ABSENCE) if day >= judged.since}
    attended = Decimal(max(expected - len(absences), 0))
    share = EXACT.divide(attended, Decimal(expected))
    least = Decimal(str(rule.params["share"]))
    return _outcome(
        rule,
        share >= least,
        share=EXACT.quantize(share, SHARE),
        least=least,
        absences=len(absences),
        expected=expected,
        since=judged.since,
        until=judged.until,
    )


def _months_since_joining(rule: Rule, judged: _Judged) -> RuleOutcome:
    joined = judged.person.joined_on
    if joined is None:
        return _passes(rule, "joining_day_unknown")
    months: int = rule.params["months"]
    reached = add_months(joined, months)
    return _outcome(rule, reached <= judged.until, months=months, joined=joined, reached=reached)


def _months_since_winning(rule: Rule, judged: _Judged) -> RuleOutcome:
    days = judged.days_won(rule.params["of"])
    if not days:
        return _passes(rule, "no_win_before")
    months: int = rule.params["months"]
    won = max(days)
    reached = add_months(won, months)
    return _outcome(rule, reached <= judged.until, months=months, won=won, reached=reached)


def _cycles_since_winning(rule: Rule, judged: _Judged) -> RuleOutcome:
    """With one cycle to pass, whoever won in a cycle sits out the next."""
    ago = [win.cycles_ago for win in judged.wins if win.cycles_ago is not None]
    if not ago:
        return _passes(rule, "no_win_before")
    cycles: int = rule.params["cycles"]
    last = min(ago)
    return _outcome(rule, last > cycles, ago=last, cycles=cycles)


def _wins_in_year(rule: Rule, judged: _Judged) -> RuleOutcome:
    """In the twelve months that end with the case's: a year back from now, not from its cycle."""
    bar: int = rule.params["limit"]
    at_last = replace(judged, since=judged.until)
    count, since, until = _worst_window(at_last, judged.days_won(rule.params["of"]), 12)
    return _outcome(rule, count < bar, count=count, limit=bar, since=since, until=until)


EVALUATORS: Mapping[RuleKind, Callable[[Rule, _Judged], RuleOutcome]] = {
    RuleKind.COMPLAINTS_IN_MONTH: _fewer_than(ConductKind.COMPLAINT, months=1),
    RuleKind.COMPLAINTS_IN_YEAR: _fewer_than(ConductKind.COMPLAINT, months=12),
    RuleKind.BREACHES_IN_MONTH: _fewer_than(ConductKind.BREACH, months=1),
    RuleKind.QUALITY_FAULTS_REPEATED: _fewer_than(ConductKind.QUALITY_FAULT),
    RuleKind.RETRAINING_FAILED: _fewer_than(ConductKind.RETRAINING_FAILED, limit=1),
    RuleKind.ATTENDANCE_AT_LEAST: _attendance,
    RuleKind.PROBATION_OVER: _months_since_joining,
    RuleKind.SERVICE_AT_LEAST: _months_since_joining,
    RuleKind.COOL_DOWN_MONTHS: _months_since_winning,
    RuleKind.COOL_DOWN_CYCLES: _cycles_since_winning,
    RuleKind.WINS_IN_YEAR: _wins_in_year,
}


def add_months(day: date, months: int) -> date:
    """The same day of the month, `months` later; the month's last day where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    first_of_next = date(day.year + years + (month == 11), (month + 1) % 12 + 1, 1)
    last = first_of_next - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def _first_of_month(day: date) -> date:
    return day.replace(day=1)
