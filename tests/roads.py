"""How a case comes to the stage that a test needs: each step as its own people take it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from adapters import clock
from models.decisions import ContactAttempt
from models.ledger import Wording
from models.nominations import Finding, Nomination, by_number
from models.people import Person
from models.voices import open_objections
from operations import appeals, cycles, freezing, objections
from operations.casework import Request
from operations.transaction import Transaction, operation
from tests.builders import SENTENCE, Cast, by_clock, decide, make_submitted, version
from workflow.vocabulary import Action, Channel, ContactOutcome, Method, Reason, Stage, Verdict

GROUNDS = "I was on the shift, and somebody else took that call."


def _case(number: str) -> Nomination:
    nomination = by_number(number)
    assert nomination is not None
    return nomination


@operation
def find(
    tx: Transaction,
    auditor_id: int,
    number: str,
    verdict: Verdict = Verdict.CONFIRMED,
    note: str = "Heard on the recording.",
) -> None:
    """The internal auditor's verdict on every claim."""
    nomination = _case(number)
    for claim in nomination.claims:
        tx.record(
            Finding(
                claim=claim,
                round=nomination.round,
                verdict=verdict,
                method=Method.RECORDING_HEARD,
                note=Wording.of(note),
                by=tx.session.get_one(Person, auditor_id),
                at=tx.now,
            )
        )


@operation
def call(
    tx: Transaction,
    auditor_id: int,
    number: str,
    outcome: ContactOutcome = ContactOutcome.CONFIRMED,
    marks: int | None = 5,
    note: str = "Spoke with the customer's daughter.",
) -> None:
    """One attempt of the external auditor to ask the customer."""
    nomination = _case(number)
    tx.record(
        ContactAttempt(
            nomination=nomination,
            round=nomination.round,
            channel=Channel.PHONE,
            outcome=outcome,
            marks=marks,
            note=Wording.of(note),
            by=tx.session.get_one(Person, auditor_id),
            at=tx.now,
        )
    )


def make_audited(cast: Cast, *, marks: int | None = 5, **draft: Any) -> str:
    """A case that passed both audits and waits for its policy review."""
    number = make_submitted(cast, **draft)
    find(cast.internal, number)
    decide(cast.internal, number, Action.APPROVE)
    call(cast.external, number, marks=marks)
    decide(cast.external, number, Action.APPROVE)
    return number


def make_waiting(cast: Cast, *, marks: int | None = 5, **draft: Any) -> str:
    """A case that waits for its performance review; its award must be on a road with one."""
    number = make_audited(cast, marks=marks, **draft)
    assert decide(cast.policy, number, Action.APPROVE) is Stage.PERFORMANCE_REVIEW
    return number


def make_confirmed(cast: Cast, *, marks: int | None = 5, **draft: Any) -> str:
    """A case that waits for its tier; the clock moves on to the close of its cycle."""
    number = make_waiting(cast, marks=marks, **draft)
    confirm(cast, number)
    return number


def confirm(cast: Cast, *numbers: str) -> None:
    """Approve the performance of cases of one cycle, after its close."""
    let_the_cycle_close(numbers[0])
    for number in numbers:
        assert decide(cast.performance, number, Action.APPROVE) is Stage.TIERING


def let_the_cycle_close(number: str) -> None:
    """Let the case's cycle be over, and its scores frozen."""
    cycle = _case(number).cycle
    left = cycle.closes_at - clock.now()
    clock.set_offset(clock.offset() + max(left + timedelta(seconds=1), timedelta()))
    cycle_id = cycle.id
    _close(cycle_id)
    freezing.freeze(cycle_id)


@operation
def _close(tx: Transaction, cycle_id: int) -> None:
    cycles.close(tx, cycle_id)


def make_noticed(cast: Cast, **draft: Any) -> str:
    """A case in its public notice; its award must be on the instant road."""
    number = make_audited(cast, **draft)
    assert decide(cast.policy, number, Action.APPROVE) is Stage.PUBLIC_NOTICE
    return number


def make_awarded(cast: Cast, **draft: object) -> str:
    """A case whose notice period ended without an objection; the clock moves on by it."""
    number = make_noticed(cast, **draft)
    let_the_notice_end(number)
    return number


def let_the_notice_end(number: str) -> None:
    clock.set_offset(clock.offset() + timedelta(days=8))
    assert by_clock(number, Action.AWARD) is Stage.AWARDED


def make_rejected(cast: Cast, **draft: object) -> str:
    """A case that the internal auditor rejected."""
    number = make_submitted(cast, **draft)
    decide(cast.internal, number, Action.REJECT, Reason.EVENT_NOT_CONFIRMED, SENTENCE)
    return number


def object_to(
    person_id: int, number: str, grounds: str = GROUNDS, *, confidential: bool = True
) -> Stage:
    return objections.lodge(
        person_id=person_id,
        number=number,
        grounds=grounds,
        request=Request(version(number)),
        confidential=confidential,
    )


def settle(
    arbiter_id: int, number: str, *, uphold: bool, sentence: str = SENTENCE, nth: int = 0
) -> Stage:
    """Settle the n-th open objection of the case."""
    return objections.resolve(
        person_id=arbiter_id,
        number=number,
        objection_id=open_objections(_case(number))[nth].id,
        uphold=uphold,
        sentence=sentence,
        request=Request(version(number)),
    )


def appeal(person_id: int, number: str, grounds: str = GROUNDS) -> Stage:
    return appeals.lodge(
        person_id=person_id, number=number, grounds=grounds, request=Request(version(number))
    )


def judge_appeal(arbiter_id: int, number: str, *, uphold: bool, sentence: str = SENTENCE) -> Stage:
    return appeals.resolve(
        person_id=arbiter_id,
        number=number,
        uphold=uphold,
        sentence=sentence,
        request=Request(version(number)),
    )
