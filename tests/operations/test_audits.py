"""The two audits' work: verdicts and contacts, by those whose part it is, each one entry."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from ledger import entry
from models import worksheets
from models.base import db
from models.decisions import ContactAttempt
from models.ledger import LedgerEntry
from models.nominations import Finding, by_number
from operations import audits, findings
from operations.casework import KeyReused, NotVisible, Request
from operations.findings import Found
from tests.builders import (
    Cast,
    decide,
    make_person,
    make_submitted,
    put_above,
)
from workflow.refusal import Refused
from workflow.vocabulary import Action, Channel, ContactOutcome, Duty, Method, Stage, Verdict

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def number(cast: Cast) -> str:
    return make_submitted(cast, claims=("She called back.", "She found the card."))


@pytest.fixture
def confirmed(cast: Cast, number: str) -> str:
    """A case at the external audit."""
    for claim in claims(number):
        find(cast.internal, number, claim)
    decide(cast.internal, number, Action.APPROVE)
    return number


def claims(number: str) -> list[int]:
    db.session.rollback()
    nomination = by_number(number)
    assert nomination is not None
    return [claim.id for claim in nomination.claims]


def find(
    person_id: int, number: str, claim_id: int, verdict: Verdict = Verdict.CONFIRMED, note: str = ""
) -> None:
    found = Found(claim_id, verdict, note, Method.RECORDING_HEARD)
    findings.record(person_id=person_id, number=number, findings=[found])


def call(
    person_id: int,
    number: str,
    outcome: ContactOutcome = ContactOutcome.CONFIRMED,
    marks: int | None = 5,
    key: str | None = None,
    note: str = "",
) -> None:
    audits.log_contact(
        person_id=person_id,
        number=number,
        channel=Channel.PHONE,
        outcome=outcome,
        marks=marks,
        note=note,
        request=Request(1, key),
    )


def entries(kind: str) -> list[dict[str, object]]:
    rows = db.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == kind))
    return [dict(entry.read(row.data).body) for row in rows]


def barred(cast: Cast, duty: Duty) -> dict[str, int]:
    """Holders of the duty whom a relation bars, by the refusal they get."""
    manager = make_person("Manager on duty", duties=(duty,))
    put_above(cast.manager, manager)
    return {"barred_as_line_manager": manager}


def test_a_verdict_is_one_entry_and_the_same_again_is_none(cast: Cast, number: str) -> None:
    [first, _second] = claims(number)
    find(cast.internal, number, first, note="Heard on the recording.")
    find(cast.internal, number, first, note=" Heard on the recording. ")
    [body] = entries("finding")
    assert (body["claim"], body["verdict"], body["round"]) == (1, "confirmed", 1)
    assert "Heard" not in str(body)


def test_a_changed_mind_is_a_new_verdict_and_the_old_one_stays(cast: Cast, number: str) -> None:
    [first, _second] = claims(number)
    find(cast.internal, number, first)
    find(cast.internal, number, first, Verdict.REFUTED, "It was another day.")
    nomination = by_number(number)
    assert nomination is not None
    assert nomination.claims[0].finding is not None
    assert nomination.claims[0].finding.verdict is Verdict.REFUTED
    assert len(nomination.claims[0].findings) == 2


def test_a_whole_worksheet_is_recorded_or_none_of_it(cast: Cast, number: str) -> None:
    first, second = claims(number)
    audits.keep_worksheet(
        person_id=cast.internal, number=number, stage=Stage.INTERNAL_AUDIT, answers={"a": "b"}
    )
    good, foreign = (
        Found(claim, Verdict.CONFIRMED, method=Method.RECORD_CHECKED)
        for claim in (first, second + 1000)
    )
    with pytest.raises(NotVisible):
        findings.record(person_id=cast.internal, number=number, findings=[good, foreign])
    assert db.session.scalars(select(Finding)).all() == []
    nomination = by_number(number)
    assert nomination is not None
    assert worksheets.answers(nomination, cast.internal) == {"a": "b"}
    findings.record(person_id=cast.internal, number=number, findings=[good])
    assert len(entries("finding")) == 1
    assert worksheets.answers(nomination, cast.internal) == {}


def test_unrecorded_notes_are_for_their_writer_alone(cast: Cast, number: str) -> None:
    other = make_person("Other auditor", duties=(Duty.INTERNAL_AUDITOR,))
    audits.keep_worksheet(
        person_id=cast.internal, number=number, stage=Stage.INTERNAL_AUDIT, answers={"note": "x"}
    )
    nomination = by_number(number)
    assert nomination is not None
    assert worksheets.answers(nomination, other) == {}
    assert worksheets.answers(nomination, cast.internal) == {"note": "x"}


@pytest.mark.parametrize("who", ["nominator", "nominee", "external", "committee"])
def test_only_an_internal_auditor_gives_a_verdict(cast: Cast, number: str, who: str) -> None:
    with pytest.raises(Refused, match="not_your_part"):
        find(getattr(cast, who), number, claims(number)[0])
    assert entries("finding") == []


def test_a_colleague_without_part_does_not_even_see_the_case(cast: Cast, number: str) -> None:
    with pytest.raises(NotVisible):
        find(cast.colleague, number, claims(number)[0])


def test_an_auditor_whom_a_relation_bars_gives_no_verdict(cast: Cast, number: str) -> None:
    for refusal, person_id in barred(cast, Duty.INTERNAL_AUDITOR).items():
        with pytest.raises(Refused, match=refusal):
            find(person_id, number, claims(number)[0])
        with pytest.raises(Refused, match=refusal):
            audits.keep_worksheet(
                person_id=person_id, number=number, stage=Stage.INTERNAL_AUDIT, answers={}
            )


def test_a_verdict_comes_too_late_once_the_case_has_gone_on(cast: Cast, confirmed: str) -> None:
    with pytest.raises(Refused, match="not_at_this_stage"):
        find(cast.internal, confirmed, claims(confirmed)[0], Verdict.REFUTED)


def test_an_answer_comes_with_marks_and_silence_without(cast: Cast, confirmed: str) -> None:
    for marks in (None, 0, 6):
        with pytest.raises(Refused, match="marks_missing"):
            call(cast.external, confirmed, marks=marks)
    call(cast.external, confirmed, ContactOutcome.NO_ANSWER, marks=4)
    call(cast.external, confirmed, ContactOutcome.DISAGREED, marks=1)
    logged = db.session.scalars(select(ContactAttempt).order_by(ContactAttempt.id)).all()
    assert [(row.outcome, row.marks) for row in logged] == [
        (ContactOutcome.NO_ANSWER, None),
        (ContactOutcome.DISAGREED, 1),
    ]


def test_no_answer_after_enough_attempts_is_an_outcome_that_lets_the_case_go_on(
    cast: Cast, confirmed: str
) -> None:
    for left in (3, 2, 1):
        with pytest.raises(Refused) as refused:
            decide(cast.external, confirmed, Action.APPROVE)
        assert refused.value.values == {"left": left}
        call(cast.external, confirmed, ContactOutcome.NO_ANSWER, marks=None)
    assert decide(cast.external, confirmed, Action.APPROVE) is Stage.POLICY_REVIEW


def test_a_customer_who_saw_it_differently_stops_the_approval(cast: Cast, confirmed: str) -> None:
    call(cast.external, confirmed, ContactOutcome.DISAGREED, marks=2)
    with pytest.raises(Refused, match="customer_disagreed"):
        decide(cast.external, confirmed, Action.APPROVE)


def test_the_same_attempt_sent_twice_is_logged_once(cast: Cast, confirmed: str) -> None:
    call(cast.external, confirmed, key="one")
    call(cast.external, confirmed, key="one")
    assert len(entries("customer_contact")) == 1
    with pytest.raises(KeyReused):
        call(cast.external, confirmed, key="one", note="Another call.")


def test_what_was_said_of_the_customer_is_not_in_the_ledger(cast: Cast, confirmed: str) -> None:
    call(cast.external, confirmed, note="Mrs Wang, 138 0013 8000, was glad.")
    [body] = entries("customer_contact")
    assert body["outcome"] == "confirmed"
    assert body["marks"] == 5
    assert "Wang" not in str(body)


@pytest.mark.parametrize("who", ["nominator", "nominee", "internal", "policy"])
def test_only_an_external_auditor_asks_the_customer(cast: Cast, confirmed: str, who: str) -> None:
    with pytest.raises(Refused, match="not_your_part"):
        call(getattr(cast, who), confirmed)


def test_an_internal_auditor_of_the_case_does_not_ask_its_customer(cast: Cast, number: str) -> None:
    both = make_person("Both", duties=(Duty.INTERNAL_AUDITOR, Duty.EXTERNAL_AUDITOR))
    for claim in claims(number):
        find(both, number, claim)
    decide(cast.internal, number, Action.APPROVE)
    with pytest.raises(Refused, match="barred_as_earlier_part"):
        call(both, number)
