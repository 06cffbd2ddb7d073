"""What holds of feedback: two people for what takes two, one voice each, no name beside a seal."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from models.feedback import Feedback, FeedbackFile, Remark, Reply, SealedAuthor
from models.feedback_changes import FeedbackChange
from models.ledger import Wording
from models.me_too import MeToo, MeTooWithdrawal
from models.motions import Motion, MotionAnswer
from workflow.vocabulary import FeedbackState, MotionKind

PLACES = (Feedback.subject_id, Feedback.body_id, FeedbackFile.name_id, Remark.body_id)


def words_of_feedback_go_when_two_people_say_so(session: Session) -> Iterator[str]:
    """Words of feedback are gone, with their salt, where two people removed them, and else not."""
    said = select(Wording.id).where(or_(*(Wording.id.in_(select(place)) for place in PLACES)))
    gone = select(Wording.id, Wording.erased_at, Wording.salt).where(
        Wording.erased_at.is_not(None), Wording.id.in_(said)
    )
    found = {id_: (erased_at, salt) for id_, erased_at, salt in session.execute(gone)}
    removed = (
        select(Motion.feedback_id, Motion.remark_id, MotionAnswer.at)
        .join(Motion.answer)
        .where(Motion.kind == MotionKind.REMOVE, MotionAnswer.agreed)
    )
    due = {
        wording: at
        for feedback, remark, at in session.execute(removed)
        for wording in _words(session, feedback, remark)
    }
    for wording in sorted({*found, *due}):
        if found.get(wording) != (due.get(wording), b""):
            yield f"wording {wording}"


def _words(session: Session, feedback: int, remark: int | None) -> list[int]:
    if remark is not None:
        return list(session.scalars(select(Remark.body_id).where(Remark.id == remark)))
    own = select(Feedback.subject_id, Feedback.body_id).where(Feedback.id == feedback)
    files = select(FeedbackFile.name_id).where(FeedbackFile.feedback_id == feedback)
    return [*session.execute(own).one(), *session.scalars(files)]


def what_takes_two_was_done_by_two(session: Session) -> Iterator[str]:
    """Nobody answers what they asked for themselves."""
    alone = (
        select(MotionAnswer.ledger_seq)
        .join(MotionAnswer.motion)
        .where(MotionAnswer.by_id == Motion.by_id)
    )
    for seq in session.scalars(alone):
        yield f"entry {seq}"


def nobody_says_the_same_twice(session: Session) -> Iterator[str]:
    """A colleague has at most one voice that stands in each thread."""
    twice = (
        select(MeToo.feedback_id)
        .where(~exists().where(MeTooWithdrawal.me_too_id == MeToo.id))
        .group_by(MeToo.feedback_id, MeToo.person_id)
        .having(func.count() > 1)
    )
    for feedback in session.scalars(twice):
        yield f"feedback {feedback}"


def confidential_feedback_names_nobody(session: Session) -> Iterator[str]:
    """Feedback has an author, or a sealed one and no name beside it."""
    sealed = exists().where(SealedAuthor.feedback_id == Feedback.id)
    named = and_(Feedback.by_id.is_not(None), Feedback.author_commitment.is_(None), ~sealed)
    nameless = and_(
        Feedback.by_id.is_(None), Feedback.author_commitment.is_not(None), sealed, ~Feedback.named
    )
    for seq in session.scalars(select(Feedback.ledger_seq).where(~or_(named, nameless))):
        yield f"feedback of entry {seq}"


def changes_come_of_adopted_feedback(session: Session) -> Iterator[str]:
    """A change names only feedback that had been adopted by then."""
    adopted = exists().where(
        Reply.feedback_id == FeedbackChange.feedback_id,
        Reply.state == FeedbackState.ADOPTED,
        Reply.ledger_seq < FeedbackChange.ledger_seq,
    )
    for seq in session.scalars(select(FeedbackChange.ledger_seq).where(~adopted)):
        yield f"entry {seq}"


INVARIANTS = (
    words_of_feedback_go_when_two_people_say_so,
    what_takes_two_was_done_by_two,
    nobody_says_the_same_twice,
    confidential_feedback_names_nobody,
    changes_come_of_adopted_feedback,
)
