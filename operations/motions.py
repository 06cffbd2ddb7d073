"""Opening the seal of a confidential author, and removing words: one asks, another one agrees."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from adapters.sealing import Sealer, Unsealable
from models.feedback import Feedback, Remark
from models.ledger import Wording
from models.motions import Motion, MotionAnswer
from models.people import Person, holders
from operations import authorship
from operations.casework import NotVisible, Request, already_done
from operations.feedback import is_concerned
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.rules import sentence_in
from workflow.text import shows_nothing
from workflow.vocabulary import Duty, MotionKind

TRUSTED = (Duty.SCHEME_MANAGER, Duty.ARBITER, Duty.ADMINISTRATOR)


@operation
def ask(
    tx: Transaction,
    *,
    person_id: int,
    feedback_id: int,
    kind: MotionKind,
    reason: str,
    sealer: Sealer,
    remark_id: int | None = None,
    request_key: str | None = None,
) -> None:
    """Ask that the seal be opened or words be removed; nothing happens until another one agrees.

    Raises NotVisible, KeyReused or Refused.
    """
    person, feedback = _people(tx, person_id, feedback_id)
    body: dict[str, object] = {
        "act": "motion",
        "feedback": feedback_id,
        "kind": kind.value,
        "remark": remark_id,
        "reason": reason,
    }
    if already_done(tx, person_id, Request(0, request_key), body):
        return
    remark = None if remark_id is None else _remark(tx, feedback, remark_id)
    if refused := refusal(feedback, person, tx.now, kind, remark, sealer):
        raise refused
    words = sentence_in(reason)
    for earlier in feedback.motions:
        same = (earlier.kind, earlier.remark_id) == (kind, remark_id)
        if same and earlier.answer is None:
            raise Refused("motion_waits_already")
    tx.record(
        Motion(
            kind=kind,
            feedback=feedback,
            remark=remark,
            reason=Wording.of(words),
            by=person,
            at=tx.now,
        )
    )
    _tell_others(tx, feedback, person)


@operation
def agree(
    tx: Transaction,
    *,
    person_id: int,
    motion_id: int,
    sealer: Sealer,
    reason: str = "",
    request_key: str | None = None,
) -> None:
    """Agree as the second person: the seal is open for the two, or the words are gone.

    A reason may be given, and is kept.

    Raises NotVisible, KeyReused or Refused (also when it is answered already).
    """
    body: dict[str, object] = {"act": "agree", "motion": motion_id, "reason": reason}
    if already_done(tx, person_id, Request(0, request_key), body):
        return
    person, motion = _answerable(tx, person_id, motion_id, sealer)
    words = None if shows_nothing(reason) else Wording.of(reason.strip())
    tx.record(MotionAnswer(motion=motion, agreed=True, reason=words, by=person, at=tx.now))
    if motion.kind is MotionKind.REMOVE:
        _remove(tx, motion)
    tx.tell(motion.by_id, "feedback_motion_agreed", feedback=motion.feedback_id)


@operation
def decline(
    tx: Transaction,
    *,
    person_id: int,
    motion_id: int,
    reason: str,
    sealer: Sealer,
    request_key: str | None = None,
) -> None:
    """Leave it as it is, with the reason. Raises NotVisible, KeyReused or Refused."""
    body: dict[str, object] = {"act": "decline", "motion": motion_id, "reason": reason}
    if already_done(tx, person_id, Request(0, request_key), body):
        return
    person, motion = _answerable(tx, person_id, motion_id, sealer)
    words = Wording.of(sentence_in(reason))
    tx.record(MotionAnswer(motion=motion, agreed=False, reason=words, by=person, at=tx.now))
    tx.tell(motion.by_id, "feedback_motion_declined", feedback=motion.feedback_id)


def refusal(
    feedback: Feedback,
    person: Person,
    at: datetime,
    kind: MotionKind,
    remark: Remark | None,
    sealer: Sealer,
) -> Refused | None:
    """Why this person neither asks for this nor agrees to it; None when they may."""
    if not person.duties(at, feedback.award_id) & set(TRUSTED):
        return Refused("not_trusted_with_feedback")
    if refused := unfit(feedback, person, kind, remark, sealer):
        return refused
    return Refused("feedback_concerns_you") if is_concerned(feedback, person) else None


def unfit(
    feedback: Feedback, person: Person, kind: MotionKind, remark: Remark | None, sealer: Sealer
) -> Refused | None:
    """Why somebody who is let in neither asks for this nor agrees to it; None when they may."""
    if feedback.is_removed or (remark is not None and remark.is_removed):
        return Refused("feedback_removed")
    opened = any(one.is_carried for one in feedback.motions if one.kind is kind)
    if kind is MotionKind.OPEN_SEAL and (opened or not feedback.is_confidential):
        return Refused("nothing_to_open")
    if authorship.is_author(feedback, person, sealer) or (remark and remark.by_id == person.id):
        return Refused("own_words")
    return None


def is_let_in(feedback: Feedback, person: Person, at: datetime) -> bool:
    """Whether the person reads who asked for what, and why: on duty there, and not concerned."""
    duties = person.duties(at, feedback.award_id) & set(TRUSTED)
    return bool(duties) and not is_concerned(feedback, person)


def opened_by(feedback: Feedback, person: Person, at: datetime) -> Motion | None:
    """The motion by which this person, as one of the two, has opened the author's seal.

    It was opened for whoever is entrusted with it: once the duty has ended, it is closed to them.
    """
    opened = (one for one in feedback.motions if one.kind is MotionKind.OPEN_SEAL)
    for one in opened:
        if one.answer and one.answer.agreed and person.id in (one.by_id, one.answer.by_id):
            return one if is_let_in(feedback, person, at) else None
    return None


def _answerable(
    tx: Transaction, person_id: int, motion_id: int, sealer: Sealer
) -> tuple[Person, Motion]:
    """The motion, open and this person's to answer."""
    motion = tx.session.get(Motion, motion_id)
    if motion is None:
        raise NotVisible(str(motion_id))
    person, feedback = _people(tx, person_id, motion.feedback_id)
    if motion.answer is not None:
        raise Refused("motion_answered_already")
    if motion.by_id == person_id:
        raise Refused("own_motion")
    if refused := refusal(feedback, person, tx.now, motion.kind, motion.remark, sealer):
        raise refused
    if motion.kind is MotionKind.OPEN_SEAL:
        try:
            authorship.author_of(feedback, sealer)
        except Unsealable:
            raise Refused("author_unreadable") from None
    return person, motion


def _remove(tx: Transaction, motion: Motion) -> None:
    """The words go, and what a short one could be guessed by; commitments and places stay."""
    feedback = motion.feedback
    words = [feedback.subject, feedback.body, *(file.name for file in feedback.files)]
    for wording in [motion.remark.body] if motion.remark else words:
        wording.erase(tx.now)
    author = motion.remark.by_id if motion.remark else feedback.by_id
    if author is not None:
        tx.tell(author, "feedback_removed", feedback=feedback.id)


def _tell_others(tx: Transaction, feedback: Feedback, asker: Person) -> None:
    """Also a confidential author who has the duty: leaving them out would tell who it was."""
    for duty in TRUSTED:
        for other in tx.session.scalars(holders(duty, tx.now, feedback.award_id)):
            if other.id not in (asker.id, feedback.by_id) and not is_concerned(feedback, other):
                tx.tell(other.id, "feedback_motion_waits", feedback=feedback.id)


def _people(tx: Transaction, person_id: int, feedback_id: int) -> tuple[Person, Feedback]:
    person, feedback = tx.session.get(Person, person_id), tx.session.get(Feedback, feedback_id)
    if person is None or feedback is None:
        raise NotVisible(str(feedback_id))
    return person, feedback


def _remark(tx: Transaction, feedback: Feedback, remark_id: int) -> Remark:
    remark = tx.session.scalar(
        select(Remark).where(Remark.id == remark_id, Remark.feedback_id == feedback.id)
    )
    if remark is None:
        raise NotVisible(str(remark_id))
    return remark
