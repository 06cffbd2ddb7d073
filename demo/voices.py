"""What colleagues say about the scheme in the demo, and what the scheme manager does about it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from adapters import clock
from demo.calendar import Calendar
from demo.cast import DUTIES
from models import scheme as stored
from models.base import db
from models.outbox import Message
from models.scheme import Award
from models.scheme_state import fingerprint, state
from operations import feedback, scheme
from operations.casework import Request
from operations.scheme_changes import Edit
from operations.transaction import Transaction, operation
from workflow.vocabulary import Duty, FeedbackState

Instants = Iterator[datetime]
FILE = Path(__file__).parent / "feedback.toml"
FIRST_NOTICE, LONGER_NOTICE = 3, 7
READ_WITHIN = timedelta(days=4)


def lives(calendar: Calendar, ids: dict[str, int]) -> list[Instants]:
    """Each opinion with its answer, and the changes of the scheme."""
    manager = ids[DUTIES[Duty.SCHEME_MANAGER][0]]
    told = tomllib.loads(FILE.read_text())["feedback"]
    return [
        _terms(calendar, manager),
        *(_opinion(calendar, ids, manager, each) for each in told),
        _reading(calendar),
    ]


def _opinion(
    calendar: Calendar, ids: dict[str, int], manager: int, told: dict[str, Any]
) -> Instants:
    yield calendar.ago(told["ago"]) if "ago" in told else calendar.on_day(told["day"])
    award = select(Award.id).where(Award.key == told.get("award"))
    posted = feedback.post(
        person_id=ids[told["by"]],
        award_id=db.session.scalar(award),
        subject=told["subject"],
        body=told["body"],
    )
    if "answer" in told:
        yield calendar.after(clock.now(), told["answered_after"])
        feedback.answer(
            person_id=manager,
            feedback_id=posted,
            state=FeedbackState(told["state"]),
            body=told["answer"],
            request=Request(0),
        )


def _terms(calendar: Calendar, manager: int) -> Instants:
    """The public notice was short at first; a colleague's opinion made it longer."""
    yield calendar.begins + timedelta(hours=9)
    _set_notice(manager, FIRST_NOTICE, "试行阶段先用较短的公示期，听取意见后再定。")
    yield calendar.on_day(11)
    _set_notice(manager, LONGER_NOTICE, "外呼组反映三天太短，经征求意见改为七天，全体适用。")


def _set_notice(manager: int, days: int, reason: str) -> None:
    edit = Edit(manager, reason, fingerprint(state(stored.scheme())))
    scheme.change_terms(edit=edit, values={"notice_days": days})


def _reading(calendar: Calendar) -> Instants:
    """Most people have read what came more than a few days ago."""
    yield calendar.now - timedelta(minutes=2)
    _read_until(calendar.now - READ_WITHIN)


@operation
def _read_until(tx: Transaction, at: datetime) -> None:
    for message in tx.session.scalars(select(Message).where(Message.created_at < at)):
        message.read_at = message.created_at + timedelta(hours=20)
