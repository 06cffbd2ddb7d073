"""What the two reviews rest on: rules, conduct records, targets and results."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from models.nominations import by_number
from models.results import ConductRecord, Result
from models.scheme import KpiScheme, KpiTarget, PolicyRule, day_at
from operations.transaction import Transaction, operation
from tests.builders import names
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
