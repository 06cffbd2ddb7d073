"""All certificates of a cycle: asked for on a page, made by the worker."""

from __future__ import annotations

from typing import Any

from models import certificate_runs, certificates, scheme
from models.certificate_runs import FAILED, MADE, WAITING, CertificateRun
from models.people import Person
from models.scheme import Cycle
from operations.casework import NotVisible
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty


@operation
def ask(tx: Transaction, *, person_id: int, award_key: str, cycle_key: str) -> None:
    """Leave the cycle to the worker; one that waits already is asked for once.

    Raises NotVisible or Refused.
    """
    cycle = _cycle(award_key, cycle_key)
    person = tx.session.get(Person, person_id)
    if person is None or Duty.SCHEME_MANAGER not in person.duties(tx.now, cycle.award_id):
        raise Refused("not_reward_manager")
    total = certificates.counts().get(cycle.id, 0)
    if total == 0:
        raise Refused("nothing_won")
    last = certificate_runs.latest().get(cycle.id)
    if last is None or last.state != WAITING:
        tx.add(
            CertificateRun(
                cycle=cycle, by=person, asked_at=tx.now, state=WAITING, total=total, done=0
            )
        )


@operation
def advance(tx: Transaction, *, run_id: int, done: int) -> None:
    """Say how many are made, for the page that waits."""
    tx.session.get_one(CertificateRun, run_id).done = done


@operation
def finish(tx: Transaction, *, run_id: int, done: int, sha256: str) -> None:
    """They are all made, and kept under this hash."""
    run = tx.session.get_one(CertificateRun, run_id)
    run.state, run.done, run.total, run.sha256, run.ended_at = MADE, done, done, sha256, tx.now


@operation
def fail(tx: Transaction, *, run_id: int, failure: dict[str, Any]) -> None:
    """One of them cannot be made, so none is handed out; why is kept for whoever asked."""
    run = tx.session.get_one(CertificateRun, run_id)
    run.state, run.failure, run.ended_at = FAILED, failure, tx.now


def _cycle(award_key: str, cycle_key: str) -> Cycle:
    award = scheme.award_by_key(award_key)
    cycles = award.cycles if award else []
    found = next((cycle for cycle in cycles if cycle.key == cycle_key), None)
    if found is None:
        raise NotVisible(cycle_key)
    return found
