"""One thread of feedback as its page shows it: to everybody, to its author, to those on duty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from adapters import clock
from adapters.sealing import Unsealable
from forms.feedback import LinkForm, RemarkForm, ReplyForm
from models import me_too, scheme
from models.base import db
from models.feedback import Feedback, Remark, Reply
from models.feedback_changes import latest_changes
from models.motions import Motion, whole_thread
from models.people import Person
from models.public_feedback import (
    PublicAct,
    PublicFeedback,
    PublicRemark,
    PublicReply,
    public_feedback,
)
from models.scheme import SchemeChange
from operations import authorship, feedback, motions
from views import changes as scheme_changes
from views import loading
from views.casefile import days_left
from views.feedback_aims import called
from views.sealing import sealer
from words.scheme import SUBJECTS
from workflow.deadlines import last_day
from workflow.refusal import Refused
from workflow.vocabulary import Duty, FeedbackState, MotionKind

CHANGES_OFFERED = 40


@dataclass(frozen=True)
class Line:
    """One entry of the thread behind its opening words: exactly one of the three is there."""

    reply: PublicReply | None = None
    remark: PublicRemark | None = None
    act: PublicAct | None = None


def thread_or_404(feedback_id: int) -> Feedback:
    found: Feedback = db.first_or_404(whole_thread(feedback_id))
    return found


def is_own(found: Feedback) -> bool:
    """Whether the reader gave it; what nobody can unseal is nobody's."""
    try:
        return authorship.is_author(found, current_user, sealer())
    except Refused:
        return False


def page(
    found: Feedback,
    *,
    reply: ReplyForm | None = None,
    remark: RemarkForm | None = None,
    link: LinkForm | None = None,
    refused: Refused | None = None,
    meanwhile: Reply | None = None,
) -> str:
    """The thread's page, with the form that came back from being sent."""
    now = clock.now()
    own, shown = is_own(found), public_feedback(found, now)
    mine = current_user.duties(now, found.award_id)
    trusted = motions.is_let_in(found, current_user, now)
    asked = found.motions if trusted or own else []
    linkable, change_called = _linkable(found, mine), changes_called()
    return render_template(
        "feedback/show.html",
        feedback=shown,
        aim=called(shown.aim),
        lines=sorted(_lines(shown), key=_number),
        own=own,
        joined=me_too.of_person(found.id, current_user.id) is not None,
        answerable=Duty.SCHEME_MANAGER in mine
        and _may(feedback.answer_refusal, found, current_user, now, sealer()),
        manager=Duty.SCHEME_MANAGER,
        linkable=linkable,
        link=link or (link_form(change_called) if linkable else LinkForm.asking(())),
        change_called=change_called,
        trusted=trusted,
        may_open=trusted and _may_ask(found, MotionKind.OPEN_SEAL),
        may_remove=trusted and _may_ask(found, MotionKind.REMOVE),
        removable=[one.id for one in found.remarks if trusted and _may_remove(found, one)],
        motions=asked,
        waits=[one for one in asked if one.answer is None and trusted],
        author=_opened_author(found, now),
        reply=reply or ReplyForm.asking(),
        remark=remark or RemarkForm(),
        refused=refused,
        meanwhile=meanwhile,
        days=days_left(found.due_at, now),
        last_day=last_day(found.due_at, scheme.scheme().zone),
        request_key=loading.new_request_key(),
    )


def link_form(called: Any = None) -> LinkForm:
    """The latest changes of the scheme, to choose one from."""
    called = called or changes_called()
    return LinkForm.asking(
        (change.id, called(change)) for change in latest_changes(CHANGES_OFFERED)
    )


def changes_called() -> Any:
    """What a change of the scheme is called, in a line."""
    names = cache(scheme_changes.names)  # they are read when a change is there to be called

    def called(change: SchemeChange) -> str:
        name, kind = names().of(change), str(SUBJECTS[change.subject])
        number = _("No. %(number)s", number=change.ledger_seq)
        return " · ".join(filter(None, (kind, name, number)))

    return called


def _lines(shown: PublicFeedback) -> Iterator[Line]:
    yield from (Line(reply=each) for each in shown.replies)
    yield from (Line(remark=each) for each in shown.remarks)
    yield from (Line(act=each) for each in shown.acts)


def _number(line: Line) -> int:
    said = line.reply or line.remark
    return said.number if said else line.act.agreed if line.act else 0


def _may(refusal: Callable[..., Refused | None], *asked: object) -> bool:
    """Whether nothing speaks against it; where nobody can tell, something does."""
    try:
        return refusal(*asked) is None
    except Refused:
        return False


def _may_ask(found: Feedback, kind: MotionKind, remark: Remark | None = None) -> bool:
    return _may(motions.unfit, found, current_user, kind, remark, sealer())


def _may_remove(found: Feedback, remark: Remark) -> bool:
    return _may_ask(found, MotionKind.REMOVE, remark)


def _linkable(found: Feedback, mine: frozenset[Duty]) -> bool:
    adopted = found.state is FeedbackState.ADOPTED and not found.is_removed
    return adopted and Duty.SCHEME_MANAGER in mine


def _opened_author(found: Feedback, at: datetime) -> Person | None:
    """Who gave it, for the two people who have opened the seal."""
    opened: Motion | None = motions.opened_by(found, current_user, at)
    if opened is None:
        return None
    try:
        key = authorship.author_of(found, sealer())
    except Unsealable:
        return None
    return db.session.scalar(select(Person).where(Person.key == key))
