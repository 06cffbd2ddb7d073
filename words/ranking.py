"""How an award ranks and whom its results nominate, in words for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString, format_decimal, format_percent
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from words.explanations import figure
from words.metrics import METRIC_NAMES
from workflow import eligibility
from workflow.eligibility import Bar, Led, Most, Part, Wins
from workflow.formula import Formula
from workflow.metrics import METRICS, Direction

CRITERIA: dict[str, LazyString] = {
    "score": _l("performance score"),
    "perception": _l("customer marks"),
    "strength": _l("confirmed claims"),
    "submitted_at": _l("who was submitted first"),
    "key": _l("case number"),
}
PARTS: dict[str, LazyString] = {
    Part.MONTH.value: _l("Month"),
    Part.QUARTER.value: _l("Quarter"),
}
WEIGHED: dict[str, LazyString] = {
    "score": _l("Performance score"),
    "perception": _l("Customer marks"),
    "strength": _l("Confirmed claims"),
}


def weights(formula: Formula) -> list[tuple[str, str]]:
    """Each part that counts, with its share of the whole."""
    whole = sum(formula.weights.values())
    return [
        (str(WEIGHED[part]), format_percent(weight / whole, format="#,##0.#%"))
        for part, weight in formula.weights.items()
        if weight
    ]


def scale(formula: Formula) -> str:
    """What becomes how many points."""
    return _(
        "A score of %(full)s is 100 points; customer marks from 1 to 5 are 0 to 100 points; all "
        "claims confirmed are 100 points. Without marks the middle of the scale counts.",
        full=format_decimal(formula.full_score, format="#,##0.####"),
    )


def tie_breaks(order: Sequence[str]) -> list[str]:
    return [str(CRITERIA[each]) for each in order]


def rules(
    rows: Sequence[Mapping[str, Any]], awards: Mapping[str, str], metric: str | None
) -> list[str]:
    """A sentence for each rule; `awards` holds what each is called, `metric` what is counted."""
    return [_sentence(rule, awards, metric) for rule in eligibility.rules(rows)]


def _sentence(rule: eligibility.Rule, awards: Mapping[str, str], metric: str | None) -> str:
    if isinstance(rule, Most):
        return _most(rule, metric)
    if isinstance(rule, Bar):
        return _bar(rule)
    if isinstance(rule, Wins):
        return _wins(rule, awards.get(rule.award, rule.award))
    return _led(rule)


def _most(rule: Most, metric: str | None) -> str:
    metric = rule.metric or metric
    by = str(METRIC_NAMES[metric]) if metric else str(CRITERIA["score"])
    return _("At most %(count)s are put forward, by: %(by)s.", count=rule.count, by=by)


def _bar(rule: Bar) -> str:
    shown = {"metric": METRIC_NAMES[rule.metric], "figure": figure(rule.metric, rule.figure)}
    if METRICS[rule.metric].direction is Direction.LESS:
        return _("%(metric)s: only those with %(figure)s or less.", **shown)
    return _("%(metric)s: only those with %(figure)s or more.", **shown)


def _wins(rule: Wins, award: str) -> str:
    said = {"award": award, "count": rule.count}
    if rule.count == 1:
        return _("Whoever won the %(award)s in the cycle is nominated.", award=award)
    if rule.in_a_row:
        return _("Whoever won the %(award)s %(count)s times in a row is nominated.", **said)
    return _("Whoever won the %(award)s %(count)s times or more is nominated.", **said)


def _led(rule: Led) -> str:
    if rule.part is Part.MONTH:
        return _(
            "Whoever was among the first %(top)s of their role by score in every month of the "
            "cycle is nominated.",
            top=rule.top,
        )
    return _(
        "Whoever was among the first %(top)s of their role by score in every quarter of the "
        "cycle is nominated.",
        top=rule.top,
    )
