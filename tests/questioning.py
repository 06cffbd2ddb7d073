"""Questionnaires for tests: drawn up, put to people, answered, counted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from adapters import clock
from adapters.sealing import Sealer
from models import questionnaires as stored
from models.base import db
from models.questionnaires import Round
from models.scheme import day_at
from models.scheme_state import fingerprint, questionnaire_state
from operations import ballots, questionnaires
from operations.scheme_changes import Edit
from tests.builders import names
from workflow.questionnaires import Question
from workflow.vocabulary import AnswerKind

WHY = "Staff are asked before it starts."
DAYS = 10
QUESTIONS = (
    Question("fair", AnswerKind.MARKS, names("How fair is the scheme?")),
    Question("clear", AnswerKind.GRADES, names("How clear are its rules?")),
    Question(
        "first",
        AnswerKind.CHOICE,
        names("What should come first?"),
        (names("More awards"), names("Higher rewards"), names("Faster decisions")),
    ),
    Question("why", AnswerKind.JUDGEMENT, names("What do you make of it?")),
)


def sealer() -> Sealer:
    found: Sealer = current_app.config["SEALER"]
    return found


def values(**given: Any) -> dict[str, Any]:
    """The columns of a questionnaire that opens today, for everybody."""
    return {
        "names": names("On the scheme"),
        "leads": names("We ask before we change it."),
        "award_id": None,
        "team_id": None,
        "job_role": None,
        "grouped_by": None,
        "opens_on": day_at(clock.now()),
        "days_open": DAYS,
        "every_months": 0,
        "reply_days": 5,
        "holds": None,
        "questions": [question.row() for question in QUESTIONS],
        **given,
    }


def draw_up(manager: int, key: str = "on-the-scheme", **given: Any) -> str:
    edit = Edit(manager, WHY, fingerprint({}))
    questionnaires.draw_up(edit=edit, key=key, values=values(**given))
    return key


def redraw(manager: int, key: str = "on-the-scheme", **given: Any) -> None:
    found = stored.by_key(key)
    assert found is not None
    before = {name: getattr(found, name) for name in values()}
    edit = Edit(manager, WHY, fingerprint(questionnaire_state(before)))
    questionnaires.redraw(edit=edit, key=key, values=before | given)


def opened(manager: int, key: str = "on-the-scheme", **given: Any) -> int:
    """A round that is open from now on; returns its id."""
    draw_up(manager, key, **given)
    assert turn().opened == 1
    return latest(key)


def latest(key: str = "on-the-scheme") -> int:
    query = select(Round.id).join(Round.questionnaire).order_by(Round.id.desc()).limit(1)
    return db.session.scalars(query.where(stored.Questionnaire.key == key)).one()


def turn() -> ballots.Done:
    done = ballots.turn(sealer())
    assert done.failed == 0
    return done


def take_part(round_id: int, person_id: int, **answers: str) -> None:
    given = answers or {"fair": "7", "clear": "good", "first": "1", "why": "It is fine."}
    ballots.take_part(person_id=person_id, round_id=round_id, answers=given, sealer=sealer())


def round_(round_id: int) -> Round:
    return db.session.scalars(stored.rounds().where(Round.id == round_id)).unique().one()


def days(number: float) -> timedelta:
    return timedelta(days=number)
