"""A change of stage: guarded, recorded once, told to those it concerns; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from ledger.entry import read
from ledger.merkle import root
from models.base import db
from models.decisions import Decision
from models.ledger import LedgerEntry, head
from models.nominations import by_number
from models.outbox import Message
from operations import nominations
from operations.casework import KeyReused, NotVisible, Request, Stale
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_draft,
    make_person,
    make_submitted,
    stage,
    version,
)
from workflow.refusal import Refused
from workflow.vocabulary import Action, Duty, Reason, Stage

pytestmark = pytest.mark.usefixtures("context")


def entries() -> list[LedgerEntry]:
    return list(db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq)))


def test_a_decision_is_one_ledger_entry_that_says_what_the_row_says(cast: Cast) -> None:
    number = make_submitted(cast)
    decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    decision = db.session.scalars(select(Decision).order_by(Decision.id.desc())).first()
    assert decision is not None
    entry = read(entries()[-1].data)
    assert entry.seq == decision.ledger_seq
    assert entry.kind == "decision"
    assert entry.body == decision.ledger_body()
    assert entry.body["reason"] == "incomplete"


def test_the_ledger_is_gapless_and_its_head_is_the_root_of_all(cast: Cast) -> None:
    decide(cast.internal, make_submitted(cast), Action.REJECT, Reason.DUPLICATE, SENTENCE)
    rows = entries()
    now = head()
    assert now is not None
    assert [row.seq for row in rows] == list(range(1, now.size + 1))
    assert now.root == root([row.leaf_hash for row in rows])


def test_nothing_that_somebody_wrote_is_in_the_ledger(cast: Cast) -> None:
    decide(cast.internal, make_submitted(cast), Action.REJECT, Reason.DUPLICATE, SENTENCE)
    everything = b"".join(row.data for row in entries())
    for text in (SENTENCE, "Lin Nominee", "two hours", "old gentleman", "CALL-"):
        assert text.encode() not in everything


def test_a_refused_act_leaves_nothing_behind(cast: Cast) -> None:
    number = make_submitted(cast)
    before = (len(entries()), version(number), db.session.query(Message).count())
    with pytest.raises(Refused, match="claim_still_open"):
        decide(cast.internal, number, Action.APPROVE)
    assert (len(entries()), version(number), db.session.query(Message).count()) == before


def test_the_same_request_twice_is_one_act_with_the_same_answer(cast: Cast) -> None:
    number = make_draft(cast.nominator, [cast.nominee])
    seen = Request(version(number), key="once")

    def submit() -> Stage:
        return nominations.decide(
            person_id=cast.nominator, number=number, action=Action.SUBMIT, request=seen
        )

    assert submit() is submit() is Stage.INTERNAL_AUDIT
    assert db.session.query(Decision).count() == 1


def test_another_body_under_the_same_key_is_refused(cast: Cast) -> None:
    number = make_submitted(cast)

    def reject(sentence: str) -> Stage:
        return nominations.decide(
            person_id=cast.internal,
            number=number,
            action=Action.REJECT,
            request=Request(version(number), key="once"),
            reason=Reason.DUPLICATE,
            sentence=sentence,
        )

    reject(SENTENCE)
    with pytest.raises(KeyReused):
        reject(SENTENCE + " And more.")


def test_a_stale_page_is_told_who_decided_what(cast: Cast) -> None:
    number = make_submitted(cast)
    opened = Request(version(number))
    decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    with pytest.raises(Stale) as stale:
        nominations.decide(
            person_id=cast.internal,
            number=number,
            action=Action.REJECT,
            request=opened,
            reason=Reason.OTHER,
            sentence=SENTENCE,
        )
    decision = stale.value.decision
    assert decision is not None
    assert decision.action is Action.RETURN
    assert decision.by_id == cast.internal


def test_a_case_that_one_may_not_see_does_not_exist(cast: Cast) -> None:
    number = make_submitted(cast)
    for someone in (cast.colleague, cast.manager):
        with pytest.raises(NotVisible):
            decide(someone, number, Action.REJECT, Reason.OTHER, SENTENCE)


def test_a_draft_is_its_nominators_alone(cast: Cast) -> None:
    number = make_draft(cast.nominator, [cast.nominee])
    for someone in (cast.nominee, cast.internal, cast.scheme_manager):
        with pytest.raises(NotVisible):
            decide(someone, number, Action.SUBMIT)


def test_those_on_duty_and_the_parties_are_told_and_nobody_else(cast: Cast) -> None:
    number = make_submitted(cast)
    told = {(m.person_id, m.kind) for m in db.session.query(Message)}
    assert told == {(cast.internal, "case_waits")}
    decide(cast.internal, number, Action.REJECT, Reason.DUPLICATE, SENTENCE)
    told = {(m.person_id, m.kind) for m in db.session.query(Message)}
    assert told == {
        (cast.internal, "case_waits"),
        (cast.nominator, "case_moved"),
        (cast.nominee, "case_moved"),
    }


def test_a_returned_case_comes_back_in_its_second_round(cast: Cast) -> None:
    number = make_submitted(cast)
    decide(cast.internal, number, Action.RETURN, Reason.INCOMPLETE, SENTENCE)
    assert decide(cast.nominator, number, Action.RESUBMIT) is Stage.INTERNAL_AUDIT
    case = by_number(number)
    assert case is not None
    assert case.round == 2
    assert decide(cast.internal, number, Action.REJECT, Reason.OTHER, SENTENCE) is Stage.REJECTED


def test_a_rejection_opens_the_time_to_appeal_and_closes_the_case(cast: Cast) -> None:
    number = make_submitted(cast)
    decide(cast.internal, number, Action.REJECT, Reason.DUPLICATE, SENTENCE)
    case = by_number(number)
    assert case is not None
    assert case.closed_at is not None
    assert case.appeal_until == case.closed_at + timedelta(days=14)
    assert case.rejected_at is Stage.INTERNAL_AUDIT


def test_time_in_the_ledger_never_runs_backwards(cast: Cast, pass_time: object) -> None:
    assert callable(pass_time)
    number = make_draft(cast.nominator, [cast.nominee])
    pass_time(timedelta(days=1))
    decide(cast.nominator, number, Action.SUBMIT)
    pass_time(timedelta(days=-1))
    decide(cast.internal, number, Action.REJECT, Reason.DUPLICATE, SENTENCE)
    times = [row.at for row in entries()]
    assert times == sorted(times)
    assert stage(number) is Stage.REJECTED


@pytest.mark.parametrize("action", sorted(set(Action) - nominations.ALONE))
def test_an_act_that_writes_more_than_a_decision_has_its_own_operation(
    cast: Cast, action: Action
) -> None:
    """Even by somebody with every duty: an objection would freeze its award for good."""
    number = make_submitted(cast)
    everything = make_person("Everywhere", duties=tuple(Duty))
    for person in (everything, cast.nominator):
        with pytest.raises(Refused, match="not_at_this_stage"):
            decide(person, number, action, Reason.OTHER, SENTENCE)
