"""Granting and revoking duties: by administrators, never for oneself; each is an entry."""

from __future__ import annotations

from datetime import datetime

from models.ledger import Wording
from models.people import DutyGrant, DutyRevocation, Person
from models.scheme import Award
from operations.signing_in import end_sessions, works_today
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.rules import sentence_in
from workflow.vocabulary import Duty


@operation
def grant(
    tx: Transaction,
    *,
    by_id: int | None,
    person_id: int,
    duty: Duty,
    award_id: int | None = None,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> int:
    """Entrust the person with the duty, for one award or for all; returns the grant's number.

    Whoever grants is None on the command line. From now on when no start is given. Raises Refused.
    """
    by = None if by_id is None else _administrator(tx, by_id)
    person = tx.session.get_one(Person, person_id)
    if by is person:
        raise Refused("own_duty")
    if not works_today(person, tx.now):
        raise Refused("has_left", name=person.name)
    if duty is Duty.ADMINISTRATOR and award_id is not None:
        raise Refused("administrator_of_one_award")
    starts_at = max(starts_at or tx.now, tx.now)  # nobody held a duty before it was granted
    if ends_at is not None and ends_at <= starts_at:
        raise Refused("duty_ends_early")
    if _is_held(person, duty, award_id, starts_at, ends_at):
        raise Refused("duty_held_already", name=person.name)
    given = DutyGrant(
        person=person,
        duty=duty,
        award_id=tx.session.get_one(Award, award_id).id if award_id is not None else None,
        starts_at=starts_at,
        ends_at=ends_at,
        granted_by=by,
    )
    tx.record(given)
    end_sessions(tx, person.id)
    tx.session.flush()
    return given.id


@operation
def revoke(tx: Transaction, *, by_id: int, grant_id: int, reason: str) -> None:
    """End the duty now, with the reason; raises Refused."""
    by = _administrator(tx, by_id)
    given = tx.session.get_one(DutyGrant, grant_id)
    if by is given.person:
        raise Refused("own_duty")
    sentence_in(reason)
    if given.revocation or (given.ends_at and given.ends_at <= tx.now):
        raise Refused("duty_over")
    tx.record(DutyRevocation(grant=given, at=tx.now, by=by, reason=Wording.of(reason.strip())))
    end_sessions(tx, given.person_id)


def _administrator(tx: Transaction, by_id: int) -> Person:
    by = tx.session.get_one(Person, by_id)
    if not by.holds(Duty.ADMINISTRATOR, tx.now):
        raise Refused("administrators_only")
    return by


def _is_held(
    person: Person, duty: Duty, award_id: int | None, starts_at: datetime, ends_at: datetime | None
) -> bool:
    """Whether a grant that is not over covers this very time already."""
    return any(
        given.duty is duty
        and given.award_id in (None, award_id)
        and given.revocation is None
        and given.starts_at <= starts_at
        and (given.ends_at is None or (ends_at is not None and ends_at <= given.ends_at))
        for given in person.grants
    )
