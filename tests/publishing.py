"""What else becomes public beside cases: threads, changes, letters, a round, a fairness report."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select

from adapters import clock
from adapters.evidence import File
from adapters.evidence_store import store_of
from models.base import db
from models.feedback import Remark
from models.motions import Motion
from models.questionnaires import Judgement
from models.removals import Removal
from models.scheme import Award, Cycle, PolicyRule
from models.scheme import scheme as the_scheme
from models.scheme_state import fingerprint, state
from operations import clockwork, feedback, motions, questionnaires, removals, scheme, tributes
from operations.casework import Request
from operations.feedback import Particulars
from operations.scheme_changes import Edit
from tests.builders import Cast, make_person
from tests.directory import sealer
from tests.histories import History
from tests.questioning import opened, take_part, turn
from tests.reviewing import make_rule
from tests.roads import object_to
from workflow import vocabulary
from workflow.vocabulary import FeedbackKind, FeedbackState, Language, MotionKind

REASON = "Colleagues on the road asked for it."
ABOUT = (PolicyRule, Cycle, Award)
FILE = File("roster.txt", "text/plain; charset=utf-8", b"Nights from ten to six.")


def speak(history: History) -> int:
    """Threads with all that a thread can have, an objection by name, letters, an open round."""
    cast = history.cast
    _thread(history)
    make_rule("complaints", "complaints_in_month", limit=3)
    rule, cycle, award = (db.session.scalars(select(func.min(each.id))).one() for each in ABOUT)
    for about in (Particulars(rule_id=rule), Particulars(cycle_id=cycle)):
        feedback.post(person_id=cast.colleague, subject="Why?", body="Tell us why.", more=about)
    object_to(cast.colleague, history.noticed, confidential=False)
    for kind in vocabulary.Tribute:
        _write(cast, history.awarded, kind)
    round_id = opened(cast.scheme_manager, award_id=award, grouped_by=vocabulary.Grouping.TEAM)
    for number in range(6):
        take_part(round_id, make_person(f"Asked {number}"), fair="7", why=f"排队太久 {number}")
    return round_id


def count(history: History, round_id: int) -> None:
    """The cycles and the round are counted; then words are removed, and it is answered."""
    cast = history.cast
    clock.set_offset(clock.offset() + timedelta(days=60))
    assert clockwork.tick().failed == 0
    turn()
    judgement = db.session.scalars(select(func.min(Judgement.id))).one()
    removals.ask(person_id=cast.scheme_manager, judgement_id=judgement, reason=REASON)
    (removal,) = db.session.scalars(select(Removal.id)).all()
    removals.agree(person_id=cast.arbiter, removal_id=removal)
    questionnaires.answer(
        person_id=cast.scheme_manager, round_id=round_id, body=REASON, request=Request(0)
    )


def _thread(history: History) -> None:
    """About a public case, by name, with a file: joined, answered, adopted, and with a change."""
    cast = history.cast
    store_of(current_app.config["SETTINGS"]).keep(FILE)
    thread = feedback.post(
        person_id=cast.colleague,
        subject="A longer notice",
        body="Three days are too few.",
        more=Particulars(FeedbackKind.PROPOSAL, case=history.awarded, marks=2, files=[FILE]),
        sealer=sealer(),
    )
    feedback.join(person_id=cast.nominator, feedback_id=thread, sealer=sealer())
    for body in ("And the nights?", "Somebody is called a liar."):
        feedback.remark(person_id=cast.colleague, feedback_id=thread, body=body, sealer=sealer())
    remark = db.session.scalars(select(func.max(Remark.id))).one()
    motions.ask(
        person_id=cast.scheme_manager,
        feedback_id=thread,
        kind=MotionKind.REMOVE,
        reason=REASON,
        remark_id=remark,
        sealer=sealer(),
    )
    (motion,) = db.session.scalars(select(Motion.id)).all()
    motions.agree(person_id=cast.arbiter, motion_id=motion, sealer=sealer())
    feedback.answer(
        person_id=cast.scheme_manager,
        feedback_id=thread,
        state=FeedbackState.ADOPTED,
        body="Nine days from now on.",
        request=Request(0),
    )
    edit = Edit(cast.scheme_manager, REASON, fingerprint(state(the_scheme())), answers=thread)
    scheme.change_terms(edit=edit, values={"notice_days": 9})


def _write(cast: Cast, number: str, kind: vocabulary.Tribute) -> None:
    text = tributes.Text("Thank you", "You stayed when others had left.")
    if kind is vocabulary.Tribute.LETTER:
        text = tributes.Text(text.title, text.body, "The director")
    tribute = tributes.begin(
        person_id=cast.scheme_manager, number=number, kind=kind, language=Language.EN, draft=text
    )
    tributes.approve(person_id=cast.committee, tribute_id=tribute, version=1)
