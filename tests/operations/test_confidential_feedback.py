"""A confidential author is named nowhere, finds their own, and is opened by two people alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from adapters import clock
from adapters.sealing import Sealer, Unsealable
from ledger.commitment import commit
from models.base import Base, db
from models.feedback import Feedback, NamelessRequest, SealedAuthor
from models.ledger import LedgerEntry
from models.motions import Motion, MotionAnswer
from models.outbox import Message, RequestKey
from models.people import DutyGrant, Person
from models.public_feedback import public_feedback
from operations import authorship, duties, feedback, motions
from operations.casework import KeyReused, Request
from operations.feedback import Particulars
from operations.resealing import reseal
from tests.builders import Cast, make_award, make_person
from tests.directory import sealer
from tests.roads import make_noticed, object_to, settle
from workflow.refusal import Refused
from workflow.vocabulary import Duty, FeedbackKind, FeedbackState, MotionKind

pytestmark = pytest.mark.usefixtures("context")

WHY = "It says that records were forged, and only the author knows which."


def whisper(person_id: int, key: str | None = None, **more: object) -> int:
    return feedback.post(
        person_id=person_id,
        subject="Forged records",
        body="Complaints are booked as questions.",
        more=Particulars(FeedbackKind.COMPLAINT, confidential=True, **more),  # type: ignore[arg-type]
        request_key=key,
        sealer=sealer(),
    )


def ask(person_id: int, feedback_id: int, kind: MotionKind = MotionKind.OPEN_SEAL) -> int:
    motions.ask(
        person_id=person_id, feedback_id=feedback_id, kind=kind, reason=WHY, sealer=sealer()
    )
    return db.session.scalars(select(Motion.id).order_by(Motion.id.desc())).first() or 0


def agree(person_id: int, motion_id: int) -> None:
    motions.agree(person_id=person_id, motion_id=motion_id, sealer=sealer())


def rows_with(person_id: int) -> set[str]:
    """The tables, beside the person's own, in which a row names them by id or key."""
    key = db.session.get_one(Person, person_id).key
    found = set()
    for table in Base.metadata.sorted_tables:
        refers = [
            column
            for column in table.c
            if any(k.column.table.name == "person" for k in column.foreign_keys)
        ]
        for row in db.session.execute(select(table)).mappings():
            named = any(row[column.name] == person_id for column in refers)
            if named or (table.name != "person" and key in json.dumps(dict(row), default=repr)):
                found.add(table.name)
    return found


def test_no_row_and_no_entry_names_a_confidential_author(cast: Cast) -> None:
    before = rows_with(cast.colleague)
    feedback_id = whisper(cast.colleague, key="once")
    feedback.answer(
        person_id=cast.scheme_manager,
        feedback_id=feedback_id,
        state=FeedbackState.ANSWERED,
        body="We have looked at it.",
        request=Request(0),
        sealer=sealer(),
    )
    feedback.remark(
        person_id=cast.colleague,
        feedback_id=feedback_id,
        body="Thank you.",
        request_key="two",
        sealer=sealer(),
    )
    assert rows_with(cast.colleague) == before
    assert db.session.query(RequestKey).count() == 0
    kept = db.session.get_one(Feedback, feedback_id)
    assert (kept.by_id, kept.named) == (None, False)
    assert kept.ledger_body()["author"] == kept.author_commitment
    shown = public_feedback(kept, clock.now())
    assert (shown.by, shown.remarks[0].by, shown.remarks[0].by_author) == (None, None, True)


def test_the_author_finds_it_and_its_news_and_nobody_else_does(cast: Cast) -> None:
    feedback_id = whisper(cast.colleague)
    author, other = (db.session.get_one(Person, id_) for id_ in (cast.colleague, cast.nominee))
    assert authorship.own(author, sealer()) == {feedback_id}
    assert authorship.own(other, sealer()) == set()
    assert authorship.news(author, sealer()) == set()
    feedback.remark(
        person_id=cast.nominee, feedback_id=feedback_id, body="So it is.", sealer=sealer()
    )
    assert authorship.news(author, sealer()) == {feedback_id}
    assert authorship.news(other, sealer()) == set()
    authorship.read(feedback_id=feedback_id)
    assert authorship.news(author, sealer()) == set()
    told = set(db.session.scalars(select(Message.person_id)))
    assert cast.colleague not in told


def test_a_confidential_request_sent_twice_is_one(cast: Cast) -> None:
    assert whisper(cast.colleague, key="once") == whisper(cast.colleague, key="once")
    assert db.session.query(Feedback).count() == 1
    assert db.session.query(NamelessRequest).count() == 1
    with pytest.raises(KeyReused):
        whisper(cast.colleague, key="once", marks=1)


def test_a_seal_is_opened_by_two_and_its_author_reads_why(cast: Cast) -> None:
    feedback_id = whisper(cast.colleague)
    kept = db.session.get_one(Feedback, feedback_id)
    manager, arbiter, third = (
        db.session.get_one(Person, id_)
        for id_ in (cast.scheme_manager, cast.arbiter, make_person("Third", duties=(Duty.ARBITER,)))
    )
    motion = ask(manager.id, feedback_id)
    assert motions.opened_by(kept, manager, clock.now()) is None
    with pytest.raises(Refused, match="own_motion"):
        agree(manager.id, motion)
    agree(arbiter.id, motion)
    with pytest.raises(Refused, match="motion_answered_already"):
        agree(third.id, motion)
    kept = db.session.get_one(Feedback, feedback_id)
    reads = [motions.opened_by(kept, each, clock.now()) for each in (manager, arbiter, third)]
    assert [each is not None for each in reads] == [True, True, False]
    author = db.session.get_one(Person, cast.colleague)
    assert authorship.author_of(kept, sealer()) == author.key
    assert authorship.news(author, sealer()) == {feedback_id}
    kinds = db.session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq.desc()).limit(2))
    assert list(kinds) == ["feedback_motion_answered", "feedback_motion"]
    with pytest.raises(Refused, match="nothing_to_open"):
        ask(manager.id, feedback_id)
    grant = db.session.scalars(select(DutyGrant.id).where(DutyGrant.person_id == arbiter.id)).one()
    administrator = make_person("Administrator", duties=(Duty.ADMINISTRATOR,))
    duties.revoke(by_id=administrator, grant_id=grant, reason="Another office from now on.")
    arbiter = db.session.get_one(Person, cast.arbiter)
    assert motions.opened_by(kept, arbiter, clock.now()) is None


def test_neither_the_author_nor_whom_it_concerns_opens_a_seal(cast: Cast) -> None:
    concerned = db.session.get_one(Person, cast.arbiter).employee_number
    feedback_id = whisper(cast.scheme_manager, concerned=concerned)
    with pytest.raises(Refused, match="own_words"):
        ask(cast.scheme_manager, feedback_id)
    with pytest.raises(Refused, match="feedback_concerns_you"):
        ask(cast.arbiter, feedback_id)
    with pytest.raises(Refused, match="not_trusted_with_feedback"):
        ask(cast.committee, feedback_id)
    administrator = make_person("Administrator", duties=(Duty.ADMINISTRATOR,))
    motion = ask(administrator, feedback_id)
    for person, why in (
        (cast.scheme_manager, "own_words"),
        (cast.arbiter, "feedback_concerns_you"),
        (cast.committee, "not_trusted_with_feedback"),
    ):
        with pytest.raises(Refused, match=why):
            agree(person, motion)
    assert db.session.query(MotionAnswer).count() == 0


def test_whoever_judged_the_case_neither_opens_nor_answers_what_is_said_of_it(cast: Cast) -> None:
    make_award("second", road="instant")
    number = make_noticed(cast, award_key="second")
    object_to(cast.colleague, number)
    settle(cast.arbiter, number, uphold=False)
    feedback_id = whisper(cast.committee, case=number)
    with pytest.raises(Refused, match="feedback_concerns_you"):
        ask(cast.arbiter, feedback_id)
    motion = ask(cast.scheme_manager, feedback_id)
    with pytest.raises(Refused, match="feedback_concerns_you"):
        agree(cast.arbiter, motion)
    kept = db.session.get_one(Feedback, feedback_id)
    auditor = db.session.get_one(Person, cast.internal)
    manager = db.session.get_one(Person, cast.scheme_manager)
    assert feedback.is_concerned(kept, auditor)
    assert not feedback.is_concerned(kept, manager)


def test_without_a_second_person_it_stays_as_it_is(cast: Cast) -> None:
    feedback_id = whisper(cast.colleague)
    motion = ask(cast.scheme_manager, feedback_id)
    with pytest.raises(Refused, match="motion_waits_already"):
        ask(cast.scheme_manager, feedback_id)
    declining = {"person_id": cast.arbiter, "motion_id": motion, "sealer": sealer()}
    with pytest.raises(Refused, match="sentence_missing"):
        motions.decline(**declining, reason="no")  # type: ignore[arg-type]
    motions.decline(**declining, reason="The tickets name themselves.")  # type: ignore[arg-type]
    kept = db.session.get_one(Feedback, feedback_id)
    asker = db.session.get_one(Person, cast.scheme_manager)
    assert motions.opened_by(kept, asker, clock.now()) is None
    assert db.session.scalars(select(MotionAnswer.agreed)).all() == [False]


def test_a_seal_that_names_another_than_the_ledger_is_not_believed(cast: Cast) -> None:
    kept = db.session.get_one(Feedback, whisper(cast.colleague))
    row = db.session.get_one(SealedAuthor, kept.id)
    salt = "00" * 32
    other = db.session.get_one(Person, cast.nominee).key
    assert kept.author_commitment is not None
    assert commit(other, bytes.fromhex(salt)) != kept.author_commitment
    row.sealed = sealer().seal(f"{other} {salt}".encode(), kept.author_commitment)
    db.session.commit()
    with pytest.raises(Unsealable):
        authorship.author_of(kept, sealer())
    with pytest.raises(Refused, match="author_unreadable"):
        ask(cast.scheme_manager, kept.id)


def test_names_are_sealed_anew_with_the_first_key(cast: Cast) -> None:
    feedback_id = whisper(cast.colleague)
    secret = "k" * 48
    both = Sealer([secret, *(key.secret for key in sealer()._keys)])
    assert sum(anew for anew, _of in reseal(both)) == 1
    kept = db.session.get_one(Feedback, feedback_id)
    author = db.session.get_one(Person, cast.colleague)
    assert authorship.author_of(kept, Sealer([secret])) == author.key


def test_removed_words_are_gone_and_their_place_stays(cast: Cast) -> None:
    feedback_id = feedback.post(
        person_id=cast.colleague, subject="A customer", body="Mr Wong shouted."
    )
    feedback.remark(person_id=cast.nominee, feedback_id=feedback_id, body="Mr Wong always does.")
    motion = ask(cast.scheme_manager, feedback_id, MotionKind.REMOVE)
    assert db.session.get_one(Feedback, feedback_id).body.text == "Mr Wong shouted."
    agree(cast.arbiter, motion)
    kept = db.session.get_one(Feedback, feedback_id)
    shown = public_feedback(kept, clock.now() + timedelta(days=90))
    assert (shown.removed, shown.subject, shown.body, shown.by) == (True, None, None, None)
    assert not shown.overdue
    assert [act.reason for act in shown.acts] == [WHY]
    assert (kept.body.salt, kept.body.erased_at) == (b"", shown.acts[0].at)
    assert "feedback_removed" in set(
        db.session.scalars(select(Message.kind).where(Message.person_id == cast.colleague))
    )
    late: dict[str, Any] = {"person_id": cast.scheme_manager, "feedback_id": feedback_id}
    with pytest.raises(Refused, match="feedback_removed"):
        feedback.answer(**late, state=FeedbackState.ANSWERED, body="Too late.", request=Request(0))
    with pytest.raises(Refused, match="feedback_removed"):
        feedback.remark(**late, body="Too late.")
    with pytest.raises(Refused, match="feedback_removed"):
        feedback.join(**late, sealer=sealer())
    assert [each.text for each in shown.remarks] == ["Mr Wong always does."]
    with pytest.raises(Refused, match="feedback_removed"):
        ask(cast.scheme_manager, feedback_id, MotionKind.REMOVE)


def test_one_remark_is_removed_without_the_thread(cast: Cast) -> None:
    feedback_id = feedback.post(person_id=cast.colleague, subject="Nights", body="Forgotten.")
    feedback.remark(person_id=cast.arbiter, feedback_id=feedback_id, body="Mr Wong again.")
    (remark,) = db.session.get_one(Feedback, feedback_id).remarks
    asked = {"feedback_id": feedback_id, "kind": MotionKind.REMOVE, "remark_id": remark.id}
    with pytest.raises(Refused, match="own_words"):
        motions.ask(person_id=cast.arbiter, reason=WHY, sealer=sealer(), **asked)  # type: ignore[arg-type]
    motions.ask(person_id=cast.scheme_manager, reason=WHY, sealer=sealer(), **asked)  # type: ignore[arg-type]
    motion = db.session.scalars(select(Motion.id)).one()
    agree(make_person("Administrator", duties=(Duty.ADMINISTRATOR,)), motion)
    shown = public_feedback(db.session.get_one(Feedback, feedback_id), clock.now())
    assert (shown.removed, shown.body) == (False, "Forgotten.")
    assert [(each.text, each.by) for each in shown.remarks] == [(None, None)]
