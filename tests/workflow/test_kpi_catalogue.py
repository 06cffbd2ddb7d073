"""The catalogue says what the organisation's targets say."""

from decimal import Decimal

import pytest

from workflow.kpi_catalogue import ROLE_TARGETS, RoleTargets
from workflow.vocabulary import JobRole

REAL_TARGETS = {
    JobRole.DATA_ENTRY: {
        "typing_speed": "70",
        "productivity": "0.8",
        "documents_per_day": "300",
        "error_rate": "0.001",
        "complaints": "0",
    },
    JobRole.EMAIL: {
        "typing_speed": "70",
        "productivity": "0.8",
        "emails_per_day": "80",
        "error_rate": "0.001",
        "complaints": "0",
    },
    JobRole.QUALITY_MONITOR: {
        "typing_speed": "70",
        "productivity": "0.8",
        "forms_inspected_per_day": "800",
        "filed_correctly": "1",
        "errors": "0",
        "complaints": "0",
    },
    JobRole.INBOUND: {
        "typing_speed": "60",
        "productivity": "0.75",
        "errors": "0",
        "complaints": "0",
    },
    JobRole.OUTBOUND: {
        "typing_speed": "60",
        "productivity": "0.9",
        "confirmation_rate": "0.4",
        "meeting_attendance": "1",
        "errors": "0",
        "complaints": "0",
    },
    JobRole.TEAM_LEADER: {
        "productivity": "0.9",
        "confirmation_rate": "0.4",
        "errors": "0",
        "complaints": "0",
    },
}


def test_every_role_has_its_real_targets() -> None:
    catalogue = {
        each.role: {target.metric: str(target.target) for target in each.targets}
        for each in ROLE_TARGETS
    }
    assert catalogue == REAL_TARGETS


@pytest.mark.parametrize("version", ROLE_TARGETS, ids=lambda each: each.role.value)
def test_the_weights_of_a_role_add_up_to_a_hundred(version: RoleTargets) -> None:
    assert sum(target.weight for target in version.targets) == 100
    assert all(target.cap >= 1 for target in version.targets)


def test_a_role_has_each_version_once() -> None:
    versions = [(each.role, each.version) for each in ROLE_TARGETS]
    assert len(set(versions)) == len(versions)
    assert all(Decimal(target.weight) > 0 for each in ROLE_TARGETS for target in each.targets)
