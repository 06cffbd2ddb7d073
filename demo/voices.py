"""What colleagues say about the scheme in the demo, and what the scheme manager does about it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select

from adapters import clock
from adapters.evidence import File, accept
from adapters.evidence_store import store_of
from config import Settings
from demo.calendar import Calendar
from demo.cast import DUTIES
from demo.directory import sealer
from models import feedback_changes
from models import scheme as stored
from models.base import db
from models.motions import Motion
from models.outbox import Message
from models.scheme import Award, PolicyRule
from models.scheme_state import fingerprint, state
from operations import evidence, feedback, motions, scheme
from operations.casework import Request
from operations.feedback import Particulars
from operations.scheme_changes import Edit
from operations.transaction import Transaction, operation
from workflow.vocabulary import Duty, FeedbackKind, FeedbackState, MotionKind

Instants = Iterator[datetime]
FILE = Path(__file__).parent / "feedback.toml"
FILES = Path(__file__).parent / "files"
FIRST_NOTICE, LONGER_NOTICE = 3, 7
KNOWN_AS = {"en": "Lanqiao Services", "zh_Hans": "蓝桥客户服务", "zh_Hant": "藍橋客戶服務"}
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
    began, by = clock.now(), ids[told["by"]]
    award = select(Award.id).where(Award.key == told.get("award"))
    posted = feedback.post(
        person_id=by,
        award_id=db.session.scalar(award),
        subject=told["subject"],
        body=told["body"],
        more=_particulars(told),
        sealer=sealer(),
    )
    for number in told.get("same", ()):
        feedback.join(person_id=ids[number], feedback_id=posted, sealer=sealer())
    if "took_back" in told:
        feedback.leave(person_id=ids[told["took_back"]], feedback_id=posted)
    for after, act in _later(ids, manager, by, posted, told):
        yield max(calendar.after(began, after), clock.now() + timedelta(minutes=5))
        act()


def _particulars(told: dict[str, Any]) -> Particulars:
    rule = select(PolicyRule.id).where(PolicyRule.key == told.get("rule"))
    return Particulars(
        kind=FeedbackKind(told.get("kind", "opinion")),
        confidential=told.get("confidential", False),
        rule_id=db.session.scalars(rule).one() if "rule" in told else None,
        marks=told.get("marks"),
        files=[_file(told["file"])] if "file" in told else (),
    )


def _file(name: str) -> File:
    """A file that came with it, in the store."""
    settings: Settings = current_app.config["SETTINGS"]
    file = accept(name, (FILES / name).read_bytes(), settings.max_file_mb)
    evidence.keep(store_of(settings), file)
    return file


def _later(
    ids: dict[str, int], manager: int, by: int, posted: int, told: dict[str, Any]
) -> list[tuple[float, Callable[[], None]]]:
    """What is said and done in the thread afterwards, each with the days since it began."""
    acts: list[tuple[float, Callable[[], None]]] = []
    for remark in told.get("remarks", ()):
        who = by if remark.get("author") else ids[remark["by"]]
        said = partial(feedback.remark, person_id=who, feedback_id=posted, body=remark["text"])
        acts.append((remark["after"], partial(said, sealer=sealer())))
    acts += [(asked["after"], partial(_ask, ids, posted, asked)) for asked in told.get("asked", ())]
    if "answer" in told:
        answered = partial(
            feedback.answer,
            person_id=manager,
            feedback_id=posted,
            state=FeedbackState(told["state"]),
            body=told["answer"],
            request=Request(0),
            sealer=sealer(),
        )
        acts.append((told["answered_after"], answered))
    return sorted(acts, key=itemgetter(0))


def _ask(ids: dict[str, int], posted: int, asked: dict[str, Any]) -> None:
    """Somebody asks for what takes two people; the second one agrees where the story says who."""
    motions.ask(
        person_id=ids[asked["by"]],
        feedback_id=posted,
        kind=MotionKind(asked["kind"]),
        reason=asked["reason"],
        sealer=sealer(),
    )
    if "second" in asked:
        motion = select(func.max(Motion.id)).where(Motion.feedback_id == posted)
        motions.agree(
            person_id=ids[asked["second"]],
            motion_id=db.session.scalars(motion).one(),
            sealer=sealer(),
        )


def _terms(calendar: Calendar, manager: int) -> Instants:
    """The public notice was short at first; a colleague's opinion made it longer."""
    yield calendar.begins + timedelta(hours=9)
    reason = "写明客户所知的单位名称；试行阶段先用较短的公示期，听取意见后再定。"
    _change(manager, reason, {"organisation": KNOWN_AS, "notice_days": FIRST_NOTICE})
    yield calendar.on_day(14)
    (adopted,) = feedback_changes.waiting()
    reason = "外呼组反映三天太短，经征求意见改为七天，全体适用。"
    _change(manager, reason, {"notice_days": LONGER_NOTICE}, answers=adopted.id)


def _change(manager: int, reason: str, values: dict[str, Any], answers: int | None = None) -> None:
    edit = Edit(manager, reason, fingerprint(state(stored.scheme())), answers=answers)
    scheme.change_terms(edit=edit, values=values)


def _reading(calendar: Calendar) -> Instants:
    """Most people have read what came more than a few days ago."""
    yield calendar.now - timedelta(minutes=2)
    _read_until(calendar.now - READ_WITHIN)


@operation
def _read_until(tx: Transaction, at: datetime) -> None:
    for message in tx.session.scalars(select(Message).where(Message.created_at < at)):
        message.read_at = message.created_at + timedelta(hours=20)
