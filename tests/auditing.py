"""Internal auditors at work, for tests: awards that ask for more, opinions, names of calls."""

from __future__ import annotations

from models.base import db
from models.nominations import Nomination, by_number
from models.scheme import Award
from operations import findings
from operations.findings import Found
from operations.transaction import Transaction, operation
from workflow.vocabulary import Method, Verdict


def lay_down(key: str = "quarterly", **settings: object) -> None:
    """Set what the award lets follow from a verdict, or how many auditors it asks for."""
    _lay_down(key=key, settings=settings)


@operation
def _lay_down(tx: Transaction, key: str, settings: dict[str, object]) -> None:
    award = tx.session.query(Award).filter_by(key=key).one()
    for name, value in settings.items():
        setattr(award, name, value)


@operation
def name_call(tx: Transaction, number: str, reference: str) -> None:
    """Let every reference of a draft be this one."""
    nomination = by_number(number)
    assert nomination is not None
    for claim in nomination.claims:
        for piece in claim.evidence:
            piece.text = reference


@operation
def tell(tx: Transaction, number: str, story: str) -> None:
    """Let the draft tell this story."""
    case(number).story = story


def case(number: str) -> Nomination:
    nomination = by_number(number)
    assert nomination is not None
    return nomination


def claims(number: str) -> list[int]:
    db.session.rollback()
    return [claim.id for claim in case(number).claims]


def judge(
    person_id: int,
    number: str,
    *verdicts: Verdict,
    note: str = "",
    method: Method | None = Method.RECORD_CHECKED,
    reference: str = "",
) -> None:
    """Record these verdicts on the claims from the first on, with one method for all."""
    answers = [
        Found(claim_id, verdict, note, method, reference)
        for claim_id, verdict in zip(claims(number), verdicts, strict=False)
    ]
    findings.record(person_id=person_id, number=number, findings=answers)
