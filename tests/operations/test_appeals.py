"""An appeal is made once, by those it concerns, and judged by other people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from adapters import clock
from adapters.evidence import File
from ledger.entry import read
from models.appeals import appealed, evidence_of
from models.base import db
from models.casework import snapshot
from models.decisions import decisions_on
from models.ledger import LedgerEntry
from models.nominations import by_number
from models.people import DutyGrant, Person
from models.worklists import waiting
from operations import appeals
from operations.casework import NotVisible, Request
from operations.transaction import Transaction, operation
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    stage,
    version,
)
from tests.reviewing import complain, confirm, make_rule, propose
from tests.roads import (
    GROUNDS,
    appeal,
    call,
    find,
    judge_appeal,
    make_audited,
    make_noticed,
    make_rejected,
    object_to,
    settle,
)
from workflow import conflicts
from workflow.conflicts import Relation
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Reason, Stage

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def cast(context: object) -> Cast:
    make_scheme()
    make_award(road="instant")
    return make_cast()


def test_the_nominator_or_a_nominee_appeals_and_nobody_else(cast: Cast) -> None:
    assert appeal(cast.nominator, make_rejected(cast)) is Stage.APPEAL
    assert appeal(cast.nominee, make_rejected(cast)) is Stage.APPEAL
    other = make_rejected(cast)
    with pytest.raises(NotVisible):
        appeal(cast.colleague, other)
    with pytest.raises(Refused, match="not_your_part"):
        appeal(cast.arbiter, other)


def test_upheld_the_contested_stage_judges_again_by_others(cast: Cast) -> None:
    number = make_rejected(cast)
    appeal(cast.nominator, number)
    assert judge_appeal(cast.arbiter, number, uphold=True) is Stage.INTERNAL_AUDIT
    with pytest.raises(Refused, match="barred_as_appealed_against"):
        decide(cast.internal, number, Action.REJECT, Reason.OTHER, SENTENCE)
    fresh = make_person("Fresh", duties=(Duty.INTERNAL_AUDITOR,))
    assert decide(fresh, number, Action.REJECT, Reason.OTHER, SENTENCE) is Stage.REJECTED


def test_dismissed_the_rejection_stands_with_its_reason(cast: Cast) -> None:
    number = make_rejected(cast)
    appeal(cast.nominator, number)
    assert judge_appeal(cast.arbiter, number, uphold=False) is Stage.REJECTED
    nomination = by_number(number)
    assert nomination is not None
    last = decisions_on(nomination)[-1]
    assert (last.action, last.reason) == (Action.DISMISS_APPEAL, Reason.EVENT_NOT_CONFIRMED)


def test_there_is_one_appeal(cast: Cast) -> None:
    number = make_rejected(cast)
    appeal(cast.nominator, number)
    judge_appeal(cast.arbiter, number, uphold=False)
    with pytest.raises(Refused, match="appealed_once_already"):
        appeal(cast.nominee, number)


def test_an_appeal_comes_in_time_or_not_at_all(
    cast: Cast, pass_time: Callable[[timedelta], None]
) -> None:
    number = make_rejected(cast)
    pass_time(timedelta(days=15))
    with pytest.raises(Refused, match="appeal_too_late"):
        appeal(cast.nominator, number)


def test_an_arbiter_who_decided_on_the_case_does_not_judge_its_appeal(cast: Cast) -> None:
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    settle(cast.arbiter, number, uphold=True)
    appeal(cast.nominee, number)
    with pytest.raises(Refused, match="barred_as_earlier_part"):
        judge_appeal(cast.arbiter, number, uphold=True)
    other = make_person("Second arbiter", duties=(Duty.ARBITER,))
    assert judge_appeal(other, number, uphold=True) is Stage.PUBLIC_NOTICE
    assert stage(number) is Stage.PUBLIC_NOTICE


def test_an_answer_to_an_appeal_has_its_sentence(cast: Cast) -> None:
    number = make_rejected(cast)
    appeal(cast.nominator, number)
    with pytest.raises(Refused, match="sentence_missing"):
        judge_appeal(cast.arbiter, number, uphold=False, sentence="")


def test_an_arbiter_whose_answer_was_overturned_judges_no_further_objection(cast: Cast) -> None:
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    settle(cast.arbiter, number, uphold=True)
    appeal(cast.nominee, number)
    judge_appeal(make_person("Other", duties=(Duty.ARBITER,)), number, uphold=True)
    object_to(make_person("Somebody else"), number)
    with pytest.raises(Refused, match="barred_as_appealed_against"):
        settle(cast.arbiter, number, uphold=True)
    third = make_person("Third", duties=(Duty.ARBITER,))
    assert settle(third, number, uphold=False) is Stage.PUBLIC_NOTICE


def reject_at(cast: Cast, contested: Stage) -> tuple[str, set[int]]:
    """A case rejected at this stage, and everybody who took part there."""
    if contested is Stage.INTERNAL_AUDIT:
        number, other = make_submitted(cast), make_person("Other", duties=(Duty.INTERNAL_AUDITOR,))
        find(cast.internal, number)
        decide(other, number, Action.REJECT, Reason.FOUND_FALSE, SENTENCE)
        return number, {cast.internal, other}
    if contested is Stage.EXTERNAL_AUDIT:
        number, other = make_submitted(cast), make_person("Other", duties=(Duty.EXTERNAL_AUDITOR,))
        find(cast.internal, number)
        decide(cast.internal, number, Action.APPROVE)
        call(other, number)
        decide(cast.external, number, Action.REJECT, Reason.NO_LASTING_EFFECT, SENTENCE)
        return number, {cast.external, other}
    if contested is Stage.POLICY_REVIEW:
        make_rule("complaints", "complaints_in_month", limit=1)
        complain(cast.nominee, 1)
        number, other = make_audited(cast), make_person("Other", duties=(Duty.POLICY_REVIEWER,))
        confirm(other, number, propose(cast.policy, number, cast.nominee))
        third = make_person("Third", duties=(Duty.POLICY_REVIEWER,))
        decide(third, number, Action.REJECT, Reason.POLICY_NOT_MET, SENTENCE)
        return number, {cast.policy, other, third}
    number = make_noticed(cast)
    object_to(cast.colleague, number)
    object_to(make_person("Second to object"), number)
    other = make_person("Other", duties=(Duty.ARBITER,))
    settle(other, number, uphold=False)
    settle(cast.arbiter, number, uphold=True)
    return number, {other, cast.arbiter}


CONTESTED = {
    Stage.INTERNAL_AUDIT: Duty.INTERNAL_AUDITOR,
    Stage.EXTERNAL_AUDIT: Duty.EXTERNAL_AUDITOR,
    Stage.POLICY_REVIEW: Duty.POLICY_REVIEWER,
    Stage.OBJECTION: Duty.ARBITER,
}


@pytest.mark.parametrize("contested", CONTESTED)
def test_whoever_took_part_at_the_contested_stage_judges_neither_the_appeal_nor_again(
    cast: Cast, contested: Stage
) -> None:
    number, parts = reject_at(cast, contested)
    for person in parts:
        grant_duty(person, Duty.ARBITER)
    appeal(cast.nominator, number)
    for person in parts:
        with pytest.raises(Refused, match="barred_as_earlier_part"):
            judge_appeal(person, number, uphold=True)
    judge = make_person("Fresh arbiter", duties=(Duty.ARBITER,))
    back = judge_appeal(judge, number, uphold=True)
    if contested is Stage.OBJECTION:
        assert back is Stage.PUBLIC_NOTICE
        object_to(make_person("Third to object"), number)
    else:
        assert back is contested
    fresh = make_person("Fresh judge", duties=(CONTESTED[contested],))
    nomination = by_number(number)
    assert nomination is not None
    seen = snapshot(nomination)
    for person in parts:
        assert conflicts.relation(seen, person) is Relation.APPEALED_AGAINST
        assert not waits_for(person, number)
    assert conflicts.relation(seen, fresh) is None
    assert waits_for(fresh, number)


@operation
def grant_duty(tx: Transaction, person_id: int, duty: Duty) -> None:
    tx.record(DutyGrant(person=tx.session.get_one(Person, person_id), duty=duty, starts_at=tx.now))


def waits_for(person_id: int, number: str) -> bool:
    person = db.session.get_one(Person, person_id)
    return number in [case.number for case in db.session.scalars(waiting(person, clock.now()))]


def test_an_appeal_brings_new_evidence_each_piece_an_entry_of_its_own(cast: Cast) -> None:
    number = make_rejected(cast)
    file = File("proof.txt", "text/plain; charset=utf-8", b"The line was open until 15:40.")
    appeals.lodge(
        person_id=cast.nominator,
        number=number,
        grounds=GROUNDS,
        references=["CALL-77120"],
        files=[file, file],
        request=Request(version(number)),
    )
    nomination = by_number(number)
    assert nomination is not None
    reference, kept = evidence_of(nomination)
    assert (reference.text.text, reference.sha256) == ("CALL-77120", None)
    assert (kept.text.text, kept.sha256) == ("proof.txt", file.sha256)
    for piece in (reference, kept):
        entry = db.session.get_one(LedgerEntry, piece.ledger_seq)
        assert (entry.kind, entry.subject) == ("appeal_evidence", number)
        assert read(entry.data).body == piece.ledger_body()
        assert b"CALL-77120" not in entry.data
        assert b"proof.txt" not in entry.data


def test_an_appeal_has_a_handful_of_evidence_at_most(cast: Cast) -> None:
    number = make_rejected(cast)
    with pytest.raises(Refused, match="too_much_appeal_evidence"):
        appeals.lodge(
            person_id=cast.nominator,
            number=number,
            grounds=GROUNDS,
            references=[f"CALL-{n}" for n in range(11)],
            request=Request(version(number)),
        )
    assert stage(number) is Stage.REJECTED


def test_the_outcome_of_an_appeal_stands_beside_the_first_decision(cast: Cast) -> None:
    number = make_rejected(cast)
    appeal(cast.nominator, number)
    nomination = by_number(number)
    assert nomination is not None
    before = appealed(decisions_on(nomination))
    assert before is not None
    assert (before.first.action, before.answer, before.again) == (Action.REJECT, None, None)
    judge_appeal(cast.arbiter, number, uphold=True)
    fresh = make_person("Fresh", duties=(Duty.INTERNAL_AUDITOR,))
    decide(fresh, number, Action.REJECT, Reason.OTHER, SENTENCE)
    after = appealed(decisions_on(nomination))
    assert after is not None
    assert after.first.ledger_seq == before.first.ledger_seq
    assert after.answer is not None
    assert after.answer.action is Action.UPHOLD_APPEAL
    assert after.again is not None
    assert (after.again.by_id, after.again.reason) == (fresh, Reason.OTHER)
