"""The questionnaires of the demo: one that was counted and answered, one that is open."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import select

from adapters import clock
from demo.calendar import Calendar
from demo.cast import DUTIES
from demo.directory import sealer
from models import questionnaires as stored
from models.base import db
from models.ledger import Wording
from models.questionnaires import Judgement, Questionnaire, Round
from models.removals import Removal
from models.scheme import day_at
from models.scheme_state import fingerprint
from operations import ballots, questionnaires, removals
from operations.casework import Request
from operations.scheme_changes import Edit
from workflow.vocabulary import AnswerKind, Duty, Grouping

Instants = Iterator[datetime]
FILE = Path(__file__).parent / "questionnaires.toml"
BY_DAY = timedelta(days=1)
OFFICE_HOURS = timedelta(hours=10, minutes=12)  # from when it was counted, just after midnight


def lives(calendar: Calendar, ids: dict[str, int]) -> list[Instants]:
    """Each questionnaire from its first word to its official answer, as far as it has come."""
    manager, arbiter = (ids[DUTIES[duty][0]] for duty in (Duty.SCHEME_MANAGER, Duty.ARBITER))
    told = tomllib.loads(FILE.read_text())["questionnaire"]
    return [_life(calendar, manager, arbiter, each) for each in told]


def _life(calendar: Calendar, manager: int, arbiter: int, told: dict[str, Any]) -> Instants:
    yield calendar.now - timedelta(days=told["ago"], hours=1)
    edit = Edit(manager, told["reason"], fingerprint({}))
    questionnaires.draw_up(edit=edit, key=told["key"], values=_values(told))
    random = Random(told["key"])  # noqa: S311  # its own: the minutes of other stories stay
    for number, given in enumerate(told["rounds"], start=1):
        yield from _round(random, manager, told["key"], number, given)
        if "removed" in given:
            yield clock.now() + OFFICE_HOURS
            _remove(manager, arbiter, given["removed"], given["removed_because"])


def _remove(manager: int, arbiter: int, words: str, reason: str) -> None:
    """One asks that the words be removed, the other one agrees."""
    said = select(Judgement.id).join(Judgement.wording).where(Wording.text == words)
    judgement_id = db.session.scalars(said).one()
    removals.ask(person_id=manager, judgement_id=judgement_id, reason=reason)
    asked = select(Removal.id).where(Removal.judgement_id == judgement_id)
    removals.agree(person_id=arbiter, removal_id=db.session.scalars(asked).one())


def _round(random: Random, manager: int, key: str, number: int, given: dict[str, Any]) -> Instants:
    while (round_ := _opened(key, number)) is None:
        ballots.turn(sealer())
        if (round_ := _opened(key, number)) is not None:
            break
        yield clock.now() + BY_DAY
    round_id, closes_at = round_.id, round_.closes_at
    yield clock.now() + BY_DAY
    people = db.session.scalars(stored.asked_people(round_, day_at(clock.now())))
    # Whom the sign-in page offers comes first in the directory, and has it still before them.
    numbers = [person.id for person in people][-given["people"] :]
    random.shuffle(numbers)
    for person_id, answers in zip(numbers, _answers(random, round_id, given), strict=False):
        ballots.take_part(person_id=person_id, round_id=round_id, answers=answers, sealer=sealer())
    yield closes_at + timedelta(minutes=5)
    ballots.turn(sealer())
    if "answer" in given:
        yield clock.now() + given["answered_after"] * BY_DAY + OFFICE_HOURS
        questionnaires.answer(
            person_id=manager, round_id=round_id, body=given["answer"], request=Request(0)
        )


def _opened(key: str, number: int) -> Round | None:
    query = select(Round).join(Questionnaire)
    return db.session.scalar(query.where(Questionnaire.key == key, Round.number == number))


def _answers(random: Random, round_id: int, given: dict[str, Any]) -> Iterator[dict[str, str]]:
    """What each person says: values drawn by the weights told, the words spread over some."""
    words = {key: list(texts) for key, texts in given.get("words", {}).items()}
    asked = db.session.get_one(Round, round_id).asked
    for person in range(given["people"]):
        answers = {}
        for question in asked:
            if question.kind is AnswerKind.JUDGEMENT:
                left = words.get(question.key, [])
                answers[question.key] = left.pop() if left and person % 2 else ""
            else:
                weights = given["weights"][question.key]
                answers[question.key] = random.choices(question.values, weights)[0]
        yield answers


def _values(told: dict[str, Any]) -> dict[str, Any]:
    return {
        "names": told["names"],
        "leads": told["leads"],
        "award_id": None,
        "team_id": None,
        "job_role": None,
        "grouped_by": Grouping(told["grouped_by"]) if "grouped_by" in told else None,
        "opens_on": day_at(clock.now()),
        "days_open": told["days_open"],
        "every_months": told.get("every_months", 0),
        "reply_days": told.get("reply_days", 10),
        "holds": told.get("holds"),
        "questions": [{"options": [], **question} for question in told["questions"]],
    }
