"""What feedback is about, who joins and remarks, which files it has, and what it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from adapters import clock
from adapters.evidence import File
from adapters.evidence_store import Store
from models import feedback as stored
from models import feedback_changes, me_too
from models import scheme as schemes
from models.base import db
from models.feedback import Feedback, Remark
from models.late_replies import FeedbackEscalation
from models.me_too import MeToo
from models.motions import Motion
from models.outbox import Message
from models.people import Person
from models.public_feedback import public_feedback
from models.scheme import PolicyRule, SchemeChange
from models.scheme_state import fingerprint, state
from operations import clockwork, evidence, feedback, motions, scheme
from operations.casework import NotVisible, Request
from operations.feedback import Particulars
from operations.feedback_changes import name_change
from operations.scheme_changes import Edit
from tests.builders import (
    Cast,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    put_above,
)
from tests.directory import sealer
from tests.reviewing import make_rule
from tests.roads import make_noticed
from workflow.refusal import Refused
from workflow.vocabulary import Duty, FeedbackKind, FeedbackState, MotionKind

pytestmark = pytest.mark.usefixtures("context")

REASON = "Colleagues on the road asked for more days."


@pytest.fixture
def cast(context: Flask) -> Cast:
    make_scheme()
    make_award(road="instant", quotas=(1,))
    return make_cast()


def give(person_id: int, award_id: int | None = None, **more: object) -> int:
    return feedback.post(
        person_id=person_id,
        award_id=award_id,
        subject="A longer notice",
        body="Three days are too few.",
        more=Particulars(FeedbackKind.PROPOSAL, **more),  # type: ignore[arg-type]
        sealer=sealer(),
    )


def adopt(manager: int, feedback_id: int, given: FeedbackState = FeedbackState.ADOPTED) -> None:
    replies = len(db.session.get_one(Feedback, feedback_id).replies)
    feedback.answer(
        person_id=manager,
        feedback_id=feedback_id,
        state=given,
        body="Seven days from now on.",
        request=Request(replies),
    )


def change(manager: int, days: int, answers: int | None = None) -> None:
    shown = fingerprint(state(schemes.scheme()))
    edit = Edit(manager, REASON, shown, answers=answers)
    scheme.change_terms(edit=edit, values={"notice_days": days})


def test_it_is_about_an_award_a_rule_a_cycle_or_a_public_case(cast: Cast) -> None:
    award = schemes.award_by_key("quarterly")
    assert award is not None
    make_rule("complaints", "complaints_in_month", limit=3)
    rule = db.session.scalars(select(PolicyRule)).one()
    (cycle,) = award.cycles[:1]
    public, hidden = make_noticed(cast), make_submitted(cast)
    of_award = db.session.get_one(Feedback, give(cast.colleague, award.id))
    of_rule = db.session.get_one(Feedback, give(cast.colleague, rule_id=rule.id))
    of_cycle = db.session.get_one(Feedback, give(cast.colleague, cycle_id=cycle.id))
    of_case = db.session.get_one(Feedback, give(cast.colleague, case=public))
    said = [one.ledger_body() for one in (of_award, of_rule, of_cycle, of_case)]
    assert [each.get("award") for each in said] == ["quarterly", None, "quarterly", "quarterly"]
    assert [said[1]["rule"], said[2]["cycle"], said[3]["case"]] == ["complaints", cycle.key, public]
    for unseen in (hidden, "2026-9999"):
        with pytest.raises(Refused, match="no_such_public_case"):
            give(cast.colleague, case=unseen)
    for nothing in ({"rule_id": 99}, {"cycle_id": 99}):
        with pytest.raises(NotVisible):
            give(cast.colleague, **nothing)
    with pytest.raises(Refused, match="marks_out_of_range"):
        give(cast.colleague, marks=6)


def test_nobody_answers_what_is_about_them(cast: Cast) -> None:
    second = make_person("Second", duties=(Duty.SCHEME_MANAGER,))
    concerned = db.session.get_one(Person, second).employee_number
    for feedback_id in (
        give(cast.colleague, concerned=concerned),
        give(cast.colleague, case=make_noticed(replace(cast, nominee=second))),
    ):
        with pytest.raises(Refused, match="feedback_concerns_you"):
            adopt(second, feedback_id)
        adopt(cast.scheme_manager, feedback_id)
    with pytest.raises(Refused, match="no_such_colleague"):
        give(cast.colleague, concerned="E-nobody")


def test_a_voice_counts_once_and_is_taken_back(cast: Cast) -> None:
    feedback_id = give(cast.colleague)
    for person in (cast.nominee, cast.nominee, cast.arbiter):
        feedback.join(person_id=person, feedback_id=feedback_id, sealer=sealer())
    assert me_too.counts([feedback_id]) == {feedback_id: 2}
    with pytest.raises(Refused, match="own_feedback_joined"):
        feedback.join(person_id=cast.colleague, feedback_id=feedback_id, sealer=sealer())
    for _ in range(2):
        feedback.leave(person_id=cast.nominee, feedback_id=feedback_id)
    assert me_too.counts([feedback_id]) == {feedback_id: 1}
    feedback.join(person_id=cast.nominee, feedback_id=feedback_id, sealer=sealer())
    assert me_too.counts([feedback_id]) == {feedback_id: 2}
    key = db.session.get_one(Person, cast.nominee).key
    bodies = [row.ledger_body() for row in db.session.scalars(select(MeToo))]
    assert all(key != body["person"] for body in bodies)
    assert len({body["person"] for body in bodies}) == len(bodies)


def test_a_voice_sent_many_times_at_once_counts_once(app: Flask, cast: Cast) -> None:
    feedback_id, ready, failed = give(cast.colleague), Barrier(6), []

    def send() -> None:
        with app.app_context():
            ready.wait()
            try:
                feedback.join(person_id=cast.nominee, feedback_id=feedback_id, sealer=sealer())
            except Exception as error:  # counted below
                failed.append(error)
            db.session.remove()

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(MeToo)) == 1


def test_remarks_are_named_and_the_author_is_told(cast: Cast) -> None:
    feedback_id = give(cast.colleague)
    for person in (cast.nominee, cast.colleague):
        feedback.remark(
            person_id=person, feedback_id=feedback_id, body="So it is.", request_key=f"k{person}"
        )
    feedback.remark(
        person_id=cast.nominee,
        feedback_id=feedback_id,
        body="So it is.",
        request_key=f"k{cast.nominee}",
    )
    assert db.session.query(Remark).count() == 2
    shown = public_feedback(db.session.get_one(Feedback, feedback_id), clock.now())
    assert [(each.by, each.by_author) for each in shown.remarks] == [
        ("Lin Nominee", False),
        ("Colleague", True),
    ]
    told = select(Message.person_id).where(Message.kind == "feedback_remarked")
    assert db.session.scalars(told).all() == [cast.colleague]


def test_its_files_are_kept_and_missed_until_it_is_removed(cast: Cast, tmp_path: Path) -> None:
    file = File("roster.txt", "text/plain; charset=utf-8", b"Nights from ten to six.")
    feedback_id = give(cast.colleague, files=[file, file])
    (kept,) = db.session.get_one(Feedback, feedback_id).files
    assert (kept.name.text, kept.ledger_body()["file"]) == ("roster.txt", file.sha256)
    assert file.sha256 in evidence._spared(clock.now())
    nowhere = Store(tmp_path)
    lost = f"feedback {kept.feedback.ledger_seq}"
    assert list(evidence.lost(nowhere)) == [(file.sha256, lost)]
    many = [File(f"{n}.txt", "text/plain", str(n).encode()) for n in range(6)]
    with pytest.raises(Refused, match="too_many_files"):
        give(cast.colleague, files=many)
    asked = {"feedback_id": feedback_id, "kind": MotionKind.REMOVE, "reason": REASON}
    motions.ask(person_id=cast.scheme_manager, sealer=sealer(), **asked)  # type: ignore[arg-type]
    motion = db.session.scalars(select(Motion.id)).one()
    motions.agree(person_id=cast.arbiter, motion_id=motion, sealer=sealer())
    removed = db.session.get_one(Feedback, feedback_id)
    assert stored.file_of(removed, file.sha256) is None
    assert public_feedback(removed, clock.now()).files == ()
    assert file.sha256 not in evidence._spared(clock.now())
    assert list(evidence.lost(nowhere)) == []


def test_what_was_adopted_and_what_it_changed_name_each_other(cast: Cast) -> None:
    feedback_id = give(cast.colleague)
    with pytest.raises(Refused, match="feedback_not_adopted"):
        change(cast.scheme_manager, 9, answers=feedback_id)
    assert schemes.scheme().notice_days != 9, "a change that is refused changes nothing"
    adopt(cast.scheme_manager, feedback_id)
    kept = db.session.get_one(Feedback, feedback_id)
    assert public_feedback(kept, clock.now()).waits_for_change
    assert feedback_changes.waiting() == [kept]
    change(cast.scheme_manager, 9, answers=feedback_id)
    (made,) = db.session.scalars(select(SchemeChange))
    kept = db.session.get_one(Feedback, feedback_id)
    shown = public_feedback(kept, clock.now())
    assert (shown.changes, shown.waits_for_change) == ((made,), False)
    assert feedback_changes.feedback_behind([made.id]) == {made.id: [kept]}
    assert feedback_changes.waiting() == []
    told = select(Message.person_id).where(Message.kind == "feedback_changed_scheme")
    assert db.session.scalars(told).all() == [cast.colleague]


def test_a_change_that_was_made_already_is_named_afterwards_once(cast: Cast) -> None:
    change(cast.scheme_manager, 9)
    made = db.session.scalars(select(SchemeChange.id)).one()
    feedback_id = give(cast.colleague)
    named: dict[str, Any] = {
        "person_id": cast.scheme_manager,
        "feedback_id": feedback_id,
        "change_id": made,
    }
    with pytest.raises(Refused, match="feedback_not_adopted"):
        name_change(**named)
    adopt(cast.scheme_manager, feedback_id)
    with pytest.raises(Refused, match="not_scheme_manager"):
        name_change(**{**named, "person_id": cast.arbiter})
    with pytest.raises(NotVisible):
        name_change(**{**named, "change_id": 99})
    name_change(**named)
    with pytest.raises(Refused, match="linked_already"):
        name_change(**named)
    assert [len(each) for each in feedback_changes.changes_of([feedback_id]).values()] == [1]


def test_a_late_reply_goes_up_the_line_one_level_at_a_time(cast: Cast) -> None:
    chief, head = make_person("Chief"), make_person("Head")
    put_above(cast.scheme_manager, head)
    put_above(head, chief)
    feedback_id = give(cast.colleague)
    due_at = db.session.get_one(Feedback, feedback_id).due_at

    def told() -> list[tuple[int, int, bool]]:
        rows = db.session.scalars(select(FeedbackEscalation).order_by(FeedbackEscalation.id))
        return [(row.person_id, row.level, row.is_last) for row in rows]

    clockwork.tick()
    assert told() == []
    clock.set_offset(clock.offset() + (due_at - clock.now()) + timedelta(minutes=1))
    for _ in range(2):
        clockwork.tick()
    assert told() == [(head, 1, False)]
    clock.set_offset(clock.offset() + timedelta(days=7))
    clockwork.tick()
    assert told() == [(head, 1, False), (chief, 2, True)]
    mail = select(Message.person_id).where(Message.kind == "feedback_overdue")
    assert db.session.scalars(mail.order_by(Message.id)).all() == [head, chief]
    adopt(cast.scheme_manager, feedback_id)
    assert stored.late_count(clock.now()) == 0
