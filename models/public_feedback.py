"""One thread of feedback as all staff may read it: an allow-list of fields, and no others.

A name stands there where its owner chose to be named. Who officially answered, who said "me too",
whom a complaint concerns and who asked for two people's act are not for all; nor is what an act of
two people was for. Removed words leave their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from models import me_too
from models.feedback import Feedback, FeedbackFile, Remark, Reply
from models.feedback_changes import changes_of
from models.people import Person
from models.scheme import Names, SchemeChange
from workflow.vocabulary import FeedbackKind, FeedbackState, MotionKind


@dataclass(frozen=True)
class Aim:
    """What feedback is about; all None is the whole scheme."""

    award: Names | None = None
    award_key: str | None = None
    rule: Names | None = None
    cycle: str | None = None
    case: str | None = None


@dataclass(frozen=True)
class PublicFile:
    """A file that came with it."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class PublicReply:
    """An official answer: in its duty, not by name."""

    id: int
    number: int
    at: datetime
    state: FeedbackState
    text: str | None


@dataclass(frozen=True)
class PublicRemark:
    """What somebody added; `by` is None for an author whom nobody names, or words removed."""

    id: int
    number: int
    at: datetime
    text: str | None
    by: str | None
    by_author: bool


@dataclass(frozen=True)
class PublicAct:
    """What two people did: when, and under which numbers they asked and agreed.

    Why words were removed is for all to read; why a seal was opened is for its author.
    """

    kind: MotionKind
    at: datetime
    asked: int
    agreed: int
    remark_id: int | None
    reason: str | None


@dataclass(frozen=True)
class PublicFeedback:
    """A thread as all staff read it; `subject` and `body` are None once removed."""

    id: int
    number: int
    kind: FeedbackKind
    aim: Aim
    at: datetime
    due_at: datetime
    state: FeedbackState
    overdue: bool
    removed: bool
    confidential: bool
    by: str | None
    marks: int | None
    subject: str | None
    body: str | None
    files: tuple[PublicFile, ...]
    replies: tuple[PublicReply, ...]
    remarks: tuple[PublicRemark, ...]
    me_too: int
    changes: tuple[SchemeChange, ...]
    acts: tuple[PublicAct, ...]

    @property
    def waits_for_change(self) -> bool:
        """Adopted, and not yet changed."""
        return self.state is FeedbackState.ADOPTED and not self.changes and not self.removed


def public_feedback(feedback: Feedback, at: datetime) -> PublicFeedback:
    """The thread as it stands at this instant."""
    removed = feedback.is_removed
    return PublicFeedback(
        id=feedback.id,
        number=feedback.ledger_seq,
        kind=feedback.kind,
        aim=aim_of(feedback),
        at=feedback.at,
        due_at=feedback.due_at,
        state=feedback.state,
        overdue=feedback.is_overdue(at),
        removed=removed,
        confidential=feedback.is_confidential,
        by=_name(feedback.by) if feedback.named and not removed else None,
        marks=feedback.marks,
        subject=feedback.subject.text,
        body=feedback.body.text,
        files=() if removed else tuple(_file(file) for file in feedback.files),
        replies=tuple(_reply(reply) for reply in feedback.replies),
        remarks=tuple(_remark(remark, feedback) for remark in feedback.remarks),
        me_too=me_too.counts([feedback.id]).get(feedback.id, 0),
        changes=tuple(changes_of([feedback.id]).get(feedback.id, ())),
        acts=tuple(_acts(feedback)),
    )


def aim_of(feedback: Feedback) -> Aim:
    """What it is about, in the names that the scheme has for it."""
    return Aim(
        award=feedback.award.names if feedback.award else None,
        award_key=feedback.award.key if feedback.award else None,
        rule=feedback.rule.names if feedback.rule else None,
        cycle=feedback.cycle.key if feedback.cycle else None,
        case=feedback.nomination.number if feedback.nomination else None,
    )


def _name(person: Person | None) -> str | None:
    return person.name if person else None


def _file(file: FeedbackFile) -> PublicFile:
    return PublicFile(file.name.text or "", file.sha256, file.size)


def _reply(reply: Reply) -> PublicReply:
    return PublicReply(reply.id, reply.ledger_seq, reply.at, reply.state, reply.body.text)


def _remark(remark: Remark, feedback: Feedback) -> PublicRemark:
    by_author = remark.by_id is None or remark.by_id == feedback.by_id
    nameless = remark.is_removed or (by_author and not feedback.named)
    return PublicRemark(
        id=remark.id,
        number=remark.ledger_seq,
        at=remark.at,
        text=remark.body.text,
        by=None if nameless else _name(remark.by),
        by_author=by_author,
    )


def _acts(feedback: Feedback) -> Iterator[PublicAct]:
    for motion in feedback.motions:
        if motion.answer is not None and motion.answer.agreed:
            agreed = motion.answer
            numbers = (motion.ledger_seq, agreed.ledger_seq)
            reason = motion.reason.text if motion.kind is MotionKind.REMOVE else None
            yield PublicAct(motion.kind, agreed.at, *numbers, motion.remark_id, reason)
