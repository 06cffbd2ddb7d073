"""What the two reviews rest on: rules, conduct records, targets and results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from models.nominations import by_number
from models.results import ConductRecord, Result
from models.scheme import KpiScheme, KpiTarget, PolicyRule, day_at
from models.waivers import proposals_of
from operations import waivers
from operations.casework import Request
from operations.transaction import Transaction, operation
from tests.builders import names, version
from workflow.vocabulary import ConductKind, JobRole


@operation
def make_rule(tx: Transaction, /, key: str, kind: str, **params: Any) -> None:
    tx.add(PolicyRule(key=key, kind=kind, params=params, names=names(key)))


@operation
def complain(tx: Transaction, person_id: int, times: int, upheld: bool = True) -> None:
    """Complaints about somebody, today."""
    for number in range(times):
        tx.add(
            ConductRecord(
                person_id=person_id,
                kind=ConductKind.COMPLAINT,
                day=day_at(tx.now),
                upheld=upheld,
                reference=f"C-{person_id}-{number}",
            )
        )


WHY = "The complaints were about a fault of the telephone system."


def propose(person_id: int, number: str, nominee_id: int, rule_key: str = "complaints") -> int:
    """Propose to waive a rule, as somebody who has just opened the page; returns the proposal."""
    waivers.propose(
        person_id=person_id,
        number=number,
        rule_key=rule_key,
        nominee_id=nominee_id,
        reason=WHY,
        request=Request(version(number)),
    )
    nomination = by_number(number)
    assert nomination is not None
    return proposals_of(nomination)[-1].id


def confirm(person_id: int, number: str, proposal_id: int) -> None:
    waivers.confirm(
        person_id=person_id,
        number=number,
        proposal_id=proposal_id,
        request=Request(version(number)),
    )


@operation
def make_targets(tx: Transaction, /, **targets: tuple[str, int]) -> None:
    """The targets of the inbound role, each with its weight."""
    tx.add(
        KpiScheme(
            job_role=JobRole.INBOUND,
            version=1,
            starts_on=date(2000, 1, 1),
            targets=[
                KpiTarget(metric=metric, target=Decimal(target), weight=weight, cap=Decimal("1.2"))
                for metric, (target, weight) in targets.items()
            ],
        )
    )


@operation
def record(tx: Transaction, person_id: int, metric: str, part: str, whole: str | None) -> None:
    """A result of today."""
    tx.add(
        Result(
            person_id=person_id,
            metric=metric,
            day=day_at(tx.now),
            numerator=Decimal(part),
            denominator=None if whole is None else Decimal(whole),
        )
    )


@operation
def set_score(tx: Transaction, number: str, score: str | None) -> None:
    """The score that a case has from its performance review."""
    nomination = by_number(number)
    assert nomination is not None
    nomination.score = None if score is None else Decimal(score)
