"""What scheme managers change of the reviews: policy rules, KPI targets, holidays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from models import scheme as stored
from models.scheme import Holiday, KpiScheme, KpiTarget, PolicyRule
from models.scheme_state import state, targets_state, texts
from operations.casework import NotVisible
from operations.scheme_changes import Edit, change
from operations.transaction import Transaction, operation
from workflow.policy import Rule, RuleKind
from workflow.refusal import Refused
from workflow.scoring import MetricTarget
from workflow.vocabulary import JobRole

Values = Mapping[str, Any]
Figures = tuple[str, Decimal, Decimal, Decimal]  # metric, target, weight, cap


@operation
def change_rule(tx: Transaction, *, edit: Edit, key: str, values: Values) -> None:
    """Change a policy rule: its parameters, its names, whether it is in force."""
    rule = tx.session.scalar(select(PolicyRule).where(PolicyRule.key == key))
    if rule is None:
        raise NotVisible(key)
    _check_rule(key, rule.kind, values["params"])

    def write() -> None:
        for name, value in values.items():
            setattr(rule, name, value)

    after = state(rule) | texts(values)
    change(tx, edit, ("policy_rule", key), state(rule), after, write, rule.award_id)


@operation
def add_rule(
    tx: Transaction, *, edit: Edit, key: str, values: Values, award_key: str | None = None
) -> None:
    """Add a policy rule of a known kind, for one award or for all."""
    _check_rule(key, values["kind"], values["params"])
    award = stored.award_by_key(award_key) if award_key else None
    if award_key and award is None:
        raise Refused("no_such_award")

    def write() -> None:
        if tx.session.scalar(select(PolicyRule.id).where(PolicyRule.key == key)) is not None:
            raise Refused("key_taken")
        tx.add(PolicyRule(key=key, award_id=award.id if award else None, **values))

    after = texts({**values, "award": award_key})
    change(tx, edit, ("policy_rule", key), {}, after, write, award.id if award else None)


@operation
def change_targets(
    tx: Transaction,
    *,
    edit: Edit,
    role: JobRole,
    starts_on: date,
    targets: Iterable[Figures],
) -> None:
    """Give a role new targets from a day on: a new version; scores before it keep the old one."""
    today = stored.day_at(tx.now)
    newest = stored.newest_targets(role)
    if starts_on < today:
        raise Refused("targets_start_in_the_past")
    if newest is not None and starts_on < newest.starts_on:
        raise Refused("newer_targets_exist", starts=newest.starts_on)
    version = tx.session.scalar(
        select(func.max(KpiScheme.version)).where(KpiScheme.job_role == role)
    )
    made = KpiScheme(
        job_role=role,
        version=(version or 0) + 1,
        starts_on=starts_on,
        targets=_checked(targets),
    )
    before, after = targets_state(newest), targets_state(made)
    change(tx, edit, ("kpi_scheme", role.value), before, after, lambda: tx.add(made))


@operation
def add_holiday(tx: Transaction, *, edit: Edit, day: date, names: dict[str, str]) -> None:
    """Add a day on which no deadline runs. Due dates that were given stay as they were given."""

    def write() -> None:
        if tx.session.get(Holiday, day) is not None:
            raise Refused("holiday_there")
        tx.add(Holiday(day=day, names=names))

    after = texts({"day": day, "names": names})
    change(tx, edit, ("holiday", day.isoformat()), {}, after, write)


@operation
def remove_holiday(tx: Transaction, *, edit: Edit, day: date) -> None:
    """Make a day a working day again."""
    found = tx.session.get(Holiday, day)
    if found is None:
        raise NotVisible(day.isoformat())
    subject = ("holiday", day.isoformat())
    change(tx, edit, subject, state(found), {}, lambda: tx.session.delete(found))


def _checked(targets: Iterable[Figures]) -> list[KpiTarget]:
    try:
        known = [MetricTarget(*figures) for figures in targets]
    except ValueError:
        raise Refused("target_wrong") from None
    if not known:
        raise Refused("targets_missing")
    if len({each.metric for each in known}) < len(known):
        raise Refused("target_wrong")
    return [
        KpiTarget(metric=each.metric, target=each.target, weight=each.weight, cap=each.cap)
        for each in known
    ]


def _check_rule(key: str, kind: str, params: Mapping[str, Any]) -> None:
    try:
        Rule(key, RuleKind(kind), params)
    except ValueError:
        raise Refused("rule_parameters_wrong") from None
