"""The KPI targets that a new scheme starts with, per role, as dated versions.

Targets are the organisation's own; weights and caps are a starting point that scheme managers
change. Volume and quality may be outdone by a fifth; a target of nought cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from workflow.scoring import MetricTarget
from workflow.vocabulary import JobRole

OUTDONE = Decimal("1.2")
BEGINNING = date(2000, 1, 1)  # before any result that may be brought in


@dataclass(frozen=True)
class RoleTargets:
    """One version of a role's targets, in force from a day on."""

    role: JobRole
    version: int
    starts_on: date
    targets: tuple[MetricTarget, ...]


def _target(metric: str, target: str, weight: int, cap: Decimal = OUTDONE) -> MetricTarget:
    return MetricTarget(metric, Decimal(target), Decimal(weight), cap)


def _none_of(metric: str, weight: int) -> MetricTarget:
    return MetricTarget(metric, Decimal(0), Decimal(weight))


_FIRST = {
    JobRole.DATA_ENTRY: (
        _target("typing_speed", "70", 10),
        _target("productivity", "0.8", 20),
        _target("documents_per_day", "300", 40),
        _target("error_rate", "0.001", 20),
        _none_of("complaints", 10),
    ),
    JobRole.EMAIL: (
        _target("typing_speed", "70", 10),
        _target("productivity", "0.8", 20),
        _target("emails_per_day", "80", 40),
        _target("error_rate", "0.001", 20),
        _none_of("complaints", 10),
    ),
    JobRole.QUALITY_MONITOR: (
        _target("typing_speed", "70", 10),
        _target("productivity", "0.8", 20),
        _target("forms_inspected_per_day", "800", 30),
        _target("filed_correctly", "1", 10, cap=Decimal(1)),
        _none_of("errors", 20),
        _none_of("complaints", 10),
    ),
    JobRole.INBOUND: (
        _target("typing_speed", "60", 20),
        _target("productivity", "0.75", 40),
        _none_of("errors", 20),
        _none_of("complaints", 20),
    ),
    JobRole.OUTBOUND: (
        _target("typing_speed", "60", 10),
        _target("productivity", "0.9", 20),
        _target("confirmation_rate", "0.4", 30),
        # Attendance differs by region: this is every meeting, until a scheme manager says less.
        _target("meeting_attendance", "1", 10, cap=Decimal(1)),
        _none_of("errors", 15),
        _none_of("complaints", 15),
    ),
    JobRole.TEAM_LEADER: (
        _target("productivity", "0.9", 30),
        _target("confirmation_rate", "0.4", 30),
        _none_of("errors", 20),
        _none_of("complaints", 20),
    ),
}

ROLE_TARGETS: tuple[RoleTargets, ...] = tuple(
    RoleTargets(role, 1, BEGINNING, targets) for role, targets in _FIRST.items()
)
