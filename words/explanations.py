"""The sentence for every message of the computations: scores, policy rules, tiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, format_decimal, format_percent, gettext
from flask_babel import lazy_gettext as _l

from words.days import day
from words.metrics import METRIC_NAMES
from words.periods import period
from workflow.metrics import METRICS, Unit

EXPLANATIONS: dict[str, LazyString] = {
    # workflow.scoring
    "asked_of_the_days": _l(
        "%(target)s for each of the %(days)s days worked: %(asked)s are asked."
    ),
    "attainment_more": _l("%(actual)s against a target of %(target)s: %(attainment)s attained."),
    "attainment_less": _l(
        "Less is better: a target of %(target)s against %(actual)s: %(attainment)s attained."
    ),
    "attainment_capped": _l("%(raw)s is more than the cap, so %(cap)s counts."),
    "attainment_nought_met": _l("The target is none, and there was none: fully attained."),
    "attainment_nought_missed": _l(
        "The target is none, and there were %(actual)s: 1 / (1 + %(actual)s) = %(attainment)s "
        "attained."
    ),
    "attainment_nothing_counted": _l("Less is better, and nothing was counted: %(cap)s attained."),
    "points_earned": _l(
        "%(attainment)s × weight %(weight)s / measured weight %(measured)s × 100 = %(points)s "
        "points."
    ),
    "metric_not_recorded": _l("Nothing was recorded, so its weight of %(weight)s is left out."),
    "no_targets": _l("There are no performance targets for this role, so there is no score."),
    "too_little_measured": _l(
        "Only %(measured)s of the whole weight of %(whole)s was recorded: too little for a score."
    ),
    "weight_redistributed": _l(
        "%(measured)s of the whole weight of %(whole)s was recorded; what is missing counts "
        "neither for nor against."
    ),
    # models.reviews
    "figure_is_the_score": _l("This award counts the figure alone: %(actual)s."),
    "figure_not_recorded": _l("Nothing was recorded of the figure that this award counts."),
    # workflow.policy
    "complaints_in_month_passed": _l(
        "%(count)s from %(since)s to %(until)s; %(limit)s would bar an award."
    ),
    "complaints_in_month_failed": _l(
        "%(count)s from %(since)s to %(until)s; %(limit)s bar an award."
    ),
    "attendance_at_least_passed": _l(
        "%(share)s attended; at least %(least)s is asked: %(absences)s of %(expected)s days absent."
    ),
    "attendance_at_least_failed": _l(
        "%(share)s attended, below the %(least)s asked: %(absences)s of %(expected)s days absent."
    ),
    "attendance_unknown": _l("No working day lies in the period, so this cannot be judged."),
    "probation_over_passed": _l(
        "Joined on %(joined)s; %(months)s months were over on %(reached)s."
    ),
    "probation_over_failed": _l(
        "Joined on %(joined)s; %(months)s months will not be over before %(reached)s."
    ),
    "joining_day_unknown": _l("The day of joining is not on record, so this bars nobody."),
    "no_win_before": _l("No earlier win is on record."),
    "cool_down_months_passed": _l(
        "Last won on %(won)s; %(months)s months were over on %(reached)s."
    ),
    "cool_down_months_failed": _l(
        "Last won on %(won)s; %(months)s months will not be over before %(reached)s."
    ),
    "cool_down_cycles_passed": _l("Last won %(ago)s cycles ago; %(cycles)s are to be sat out."),
    "cool_down_cycles_failed": _l("Last won %(ago)s cycles ago; %(cycles)s are to be sat out."),
    # workflow.formula
    "part_score": _l("Performance score %(value)s: %(points)s points, weight %(weight)s."),
    "part_perception": _l("Customer marks %(value)s: %(points)s points, weight %(weight)s."),
    "part_without_marks": _l(
        "No customer marks, so the middle of the scale counts, %(value)s: %(points)s points, "
        "weight %(weight)s."
    ),
    "part_strength": _l("Confirmed claims %(share)s: %(points)s points, weight %(weight)s."),
    "points_in_all": _l("Weighed together: %(points)s points."),
    "no_points_without_score": _l("There is no performance score, so there are no points."),
    # models.leaders
    "first_by_figure": _l("%(metric)s: rank %(rank)s of %(count)s, with %(total)s."),
    "first_by_score": _l("Rank %(rank)s of %(count)s by performance score: %(total)s."),
    "bar_reached": _l("%(metric)s: %(reached)s, where %(asked)s is asked for."),
    # workflow.eligibility
    "won_often": _l("Won the %(award)s %(count)s times in the cycle: %(cycles)s."),
    "won_in_a_row": _l("Won the %(award)s %(count)s times in a row: %(cycles)s."),
    "led_every_month": _l(
        "Among the first %(top)s of the role by score in all %(parts)s months; never below rank "
        "%(lowest)s."
    ),
    "led_every_quarter": _l(
        "Among the first %(top)s of the role by score in all %(parts)s quarters; never below rank "
        "%(lowest)s."
    ),
    # workflow.tiering
    "rank_of": _l("Rank %(rank)s of %(count)s."),
    "placed_in_tier": _l("%(tier)s: place %(place)s of %(quota)s."),
    "already_placed": _l("A nominee holds a place already, at rank %(rank)s."),
    "placed_in_earlier_list": _l("A nominee holds a place from an earlier list of this cycle."),
    "no_score_for_tier": _l("%(tier)s asks for a score of %(threshold)s; there is none."),
    "below_threshold": _l("%(tier)s asks for a score of %(threshold)s: %(gap)s short."),
    "budget_does_not_reach": _l("%(tier)s costs %(cost)s, and %(left)s of the budget is left."),
    "tier_without_places": _l("%(tier)s has no place left."),
    "below_last_place": _l("%(tier)s: %(gap)s below the last place."),
    "behind_last_place_by_score": _l("%(tier)s: without a score behind the last place."),
    "behind_last_place_by_points": _l("%(tier)s: without points behind the last place."),
    "behind_last_place_by_perception": _l("%(tier)s: behind the last place by customer marks."),
    "behind_last_place_by_strength": _l("%(tier)s: behind the last place by confirmed claims."),
    "behind_last_place_by_submitted_at": _l("%(tier)s: behind the last place, as submitted later."),
    "behind_last_place_by_key": _l("%(tier)s: behind the last place by case number."),
    "ahead_by_score": _l("Ahead of rank %(rank)s by score."),
    "ahead_by_points": _l("Ahead of rank %(rank)s by points."),
    "ahead_by_perception": _l("Ahead of rank %(rank)s by customer marks."),
    "ahead_by_strength": _l("Ahead of rank %(rank)s by confirmed claims."),
    "ahead_by_submitted_at": _l("Ahead of rank %(rank)s, as submitted earlier."),
    "ahead_by_key": _l("Ahead of rank %(rank)s by case number."),
}
# These rules speak of other records or lengths in the same words.
for _kind in (
    "complaints_in_year",
    "breaches_in_month",
    "quality_faults_repeated",
    "retraining_failed",
    "wins_in_year",
):
    for _result in ("passed", "failed"):
        EXPLANATIONS[f"{_kind}_{_result}"] = EXPLANATIONS[f"complaints_in_month_{_result}"]
for _result in ("passed", "failed"):
    EXPLANATIONS[f"service_at_least_{_result}"] = EXPLANATIONS[f"probation_over_{_result}"]

PER_MILLE = Decimal("0.01")  # shares below it read better per mille


def explain(
    message: Mapping[str, Any],
    *,
    metric: str | None = None,
    tiers: Mapping[str, str] | None = None,
    awards: Mapping[str, str] | None = None,
) -> str:
    """A stored or fresh message as a sentence.

    `metric` says how its actual and its target read, unless the message names one; `tiers` and
    `awards` hold what each key is called.
    """
    metric = message["values"].get("metric", metric)
    called = {"tier": tiers or {}, "award": awards or {}}
    values = {
        name: called[name].get(value, value) if name in called else _shown(name, value, metric)
        for name, value in message["values"].items()
    }
    return str(EXPLANATIONS[message["id"]]) % values


def figure(metric: str, value: Decimal | str) -> str:
    """A figure of the metric as people read it: a share in percent, others as a number."""
    number = Decimal(value)
    if METRICS[metric].unit is not Unit.SHARE:
        shown: str = format_decimal(number, format="#,##0.##")
        return shown
    if 0 < number < PER_MILLE:
        return f"{format_decimal(number * 1000, format='#,##0.##')} ‰"
    percent: str = format_percent(number, format="#,##0.##%")
    return percent


def _shown(name: str, value: int | str, metric: str | None) -> str:
    if isinstance(value, int):
        return str(value)
    if metric is not None and name in FIGURES:
        return figure(metric, value)
    return FORMATS.get(name, _number)(value)


def _number(value: str) -> str:
    shown: str = format_decimal(Decimal(value), format="#,##0.####")
    return shown


def _percent(value: str) -> str:
    shown: str = format_percent(Decimal(value), format="#,##0.##%")
    return shown


def _day(value: str) -> str:
    return day(date.fromisoformat(value))


def _cycles(value: str) -> str:
    return gettext(", ").join(period(key) for key in value.split(", "))


FIGURES = ("actual", "asked", "target", "reached", "total")
FORMATS: dict[str, Callable[[str], str]] = {
    "since": _day,
    "until": _day,
    "joined": _day,
    "won": _day,
    "reached": _day,
    "share": _percent,
    "least": _percent,
    "cycles": _cycles,
    "metric": lambda key: str(METRIC_NAMES[key]),
}
