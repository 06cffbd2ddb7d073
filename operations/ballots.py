"""The rounds of questionnaires: opened by the clock, answered by staff, reminded of, counted.

Taking part writes two things: that somebody has, and the box as a whole. No entry of the ledger,
no instant, no request key and no message belongs to a single answer.
"""

from __future__ import annotations

import secrets
import time as clock_time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

import structlog
from sqlalchemy import delete, insert, select

from adapters import clock
from adapters.sealing import Sealer
from models import questionnaires as stored
from models.base import db, table
from models.ledger import Wording
from models.outbox import Message
from models.people import Person, Team, holders
from models.questionnaires import (
    BallotBox,
    Judgement,
    Participation,
    Questionnaire,
    Round,
    RoundResult,
)
from models.scheme import Scheme, day_at, scheme
from operations.casework import NotVisible
from operations.transaction import Transaction, operation
from workflow import ballots
from workflow import questionnaires as rules
from workflow.ballots import Box
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Grouping

log = structlog.get_logger("plaudit.ballots")

REMINDER = timedelta(days=3)  # before a round closes
SHORTEST_TO_REMIND = timedelta(days=5)  # a round that is open for less reminds nobody


@dataclass
class Done:
    """How much one turn did; `failed` counts what it will try again at the next."""

    opened: int = 0
    reminded: int = 0
    counted: int = 0
    failed: int = 0


@operation
def take_part(
    tx: Transaction, *, person_id: int, round_id: int, answers: Mapping[str, str], sealer: Sealer
) -> None:
    """Put one person's answers into the box; twice is refused. Raises NotVisible or Refused."""
    person, found = tx.session.get(Person, person_id), tx.session.get(Round, round_id)
    if person is None or found is None or not stored.is_asked(found, person):
        raise NotVisible(str(round_id))
    if not person.works_on(tx.today):
        raise NotVisible(str(round_id))
    if tx.now >= found.closes_at or found.result is not None:
        raise Refused("round_is_over")
    if stored.has_taken_part(round_id, person_id):
        raise Refused("taken_part_already")
    ballot = rules.read(found.asked, answers)
    kept = tx.session.get_one(BallotBox, round_id)
    box = _opened(kept, found, sealer)
    box.drop(ballot, _group(found, person), _random())
    kept.sealed = sealer.seal(box.to_bytes(), found.bound_to)
    tx.execute(insert(table(Participation)), {"round_id": round_id, "person_id": person_id})


def turn(sealer: Sealer, breath: float = 0) -> Done:
    """Do what is due now, each thing in a transaction of its own, safe to repeat.

    Others have `breath` seconds after each act.
    """
    done = Done()
    if db.session.get(Scheme, 1) is None:
        return done
    now = clock.now()

    def attempt(what: str, row_id: int, act: Callable[[], int]) -> int:
        try:
            return act()
        except Refused:  # somebody was first, or the database's clock is a little behind ours
            return 0
        except Exception:
            log.exception("turn_failed", what=what, row=row_id)
            done.failed += 1
            return 0
        finally:
            clock_time.sleep(breath)

    for round_id in _closing(now):
        done.counted += attempt("count", round_id, partial(count, round_id, sealer))
    for questionnaire in stored.every():
        if _due(questionnaire, day_at(now)):
            act = partial(open_round, questionnaire.id, sealer)
            done.opened += attempt("open", questionnaire.id, act)
    for round_id in _to_remind(now):
        done.reminded += attempt("remind", round_id, partial(remind, round_id))
    return done


@operation
def open_round(tx: Transaction, questionnaire_id: int, sealer: Sealer) -> int:
    """Put a questionnaire whose day has come to staff, and tell them; returns 1. Raises Refused."""
    found = tx.session.get_one(Questionnaire, questionnaire_id)
    day = _due(found, tx.today)
    if day is None:
        raise Refused("round_not_due")
    terms = scheme()
    round_ = Round(
        questionnaire=found,
        number=len(found.rounds) + 1,
        planned_on=day,
        names=found.names,
        leads=found.leads,
        questions=found.questions,
        team=found.team,
        job_role=found.job_role,
        grouped_by=found.grouped_by,
        reply_days=found.reply_days,
        at=tx.now,
        closes_at=_midnight(tx.today + timedelta(days=found.days_open), terms),
    )
    tx.record(round_)
    tx.session.flush()
    sealed = sealer.seal(Box().to_bytes(), round_.bound_to)
    tx.add(BallotBox(round_id=round_.id, sealed=sealed))
    for person in tx.session.scalars(stored.asked_people(round_, tx.today)):
        tx.tell(person.id, "questionnaire_opened", **_named_in(person, round_))
    return 1


@operation
def remind(tx: Transaction, round_id: int) -> int:
    """Remind whoever has not taken part, once; returns how many they are.

    All reminders of a round are written at once, to everybody who is missing: they tell who had
    not taken part by then, and nothing of what anybody said.
    """
    found, kept = tx.session.get_one(Round, round_id), tx.session.get(BallotBox, round_id)
    if kept is None or kept.reminded or not found.closes_at - REMINDER <= tx.now < found.closes_at:
        raise Refused("round_not_due")
    kept.reminded = True
    taken = select(Participation.person_id).where(Participation.round_id == round_id)
    missing = stored.asked_people(found, tx.today).where(Person.id.not_in(taken))
    people = tx.session.scalars(missing).all()
    for person in people:
        tx.tell(person.id, "questionnaire_closing", **_named_in(person, found))
    return len(people)


@operation
def count(tx: Transaction, round_id: int, sealer: Sealer) -> int:
    """Close a round: publish its counts and words, and forget the box and who took part.

    Returns 1. Raises Refused where it is not over or was counted before.
    """
    found, kept = tx.session.get_one(Round, round_id), tx.session.get(BallotBox, round_id)
    if kept is None or tx.now < found.closes_at:
        raise Refused("round_not_due")
    box = _opened(kept, found, sealer)
    random, last = _random(), day_at(found.closes_at - timedelta(seconds=1))
    taken = set(
        tx.session.scalars(
            select(Participation.person_id).where(Participation.round_id == round_id)
        )
    )
    asked = taken | {person.id for person in tx.session.scalars(stored.asked_people(found, last))}
    result = RoundResult(
        round=found,
        at=tx.now,
        asked=len(asked),
        answered=box.answered,
        figures=_named(tx, found, ballots.published(box, found.asked)),
        due_at=tx.terms.due(tx.now, found.reply_days),
        judgements=[
            Judgement(question=key, wording=Wording.of(text))
            for key, text in ballots.published_words(box, random)
        ],
    )
    tx.record(result)
    tx.session.delete(kept)
    tx.execute(delete(table(Participation)).where(Participation.round_id == round_id))
    _forget_reminders(tx, found)
    award_id = found.questionnaire.award_id
    for manager in tx.session.scalars(holders(Duty.SCHEME_MANAGER, tx.now, award_id)):
        tx.tell(manager.id, "questionnaire_counted", **_named_in(manager, found))
    return 1


def _opened(kept: BallotBox, round_: Round, sealer: Sealer) -> Box:
    return Box.of(sealer.open(kept.sealed, round_.bound_to))


def _group(round_: Round, person: Person) -> str:
    """The group that the person is counted in: the key of their team, their role, or everybody."""
    if round_.grouped_by is Grouping.TEAM:
        return str(person.team_id or "")
    return person.job_role.value if round_.grouped_by is Grouping.JOB_ROLE else ""


def _named(tx: Transaction, round_: Round, figures: dict[str, object]) -> dict[str, object]:
    """The figures with the names that teams have now in the place of their keys."""
    if round_.grouped_by is not Grouping.TEAM:
        return figures
    names = {str(team.id): team.name for team in tx.session.scalars(select(Team))}
    groups: dict[str, dict[str, object]] = figures["groups"]  # type: ignore[assignment]  # as published
    return figures | {
        "groups": {
            question: {names.get(key, key): said for key, said in found.items()}
            for question, found in groups.items()
        }
    }


def _due(questionnaire: Questionnaire, today: date) -> date | None:
    """The day of the round that is to be opened now; none while another is open."""
    latest = questionnaire.rounds[0] if questionnaire.rounds else None
    if latest is not None and latest.result is None:
        return None
    planned = latest.planned_on if latest else None
    return rules.opening(questionnaire.opens_on, questionnaire.every_months, planned, today)


def _closing(now: datetime) -> list[int]:
    over = select(Round.id).join(BallotBox).where(Round.closes_at <= now).order_by(Round.closes_at)
    return list(db.session.scalars(over))


def _to_remind(now: datetime) -> list[int]:
    near = (
        select(Round.id, Round.at, Round.closes_at)
        .join(BallotBox)
        .where(~BallotBox.reminded, Round.closes_at > now, Round.closes_at <= now + REMINDER)
    )
    return [
        round_id
        for round_id, at, closes_at in db.session.execute(near)
        if closes_at - at >= SHORTEST_TO_REMIND
    ]


def _forget_reminders(tx: Transaction, round_: Round) -> None:
    """Who was reminded had not taken part: with the round counted, that need not stand any more."""
    reminders = select(Message).where(Message.kind == "questionnaire_closing")
    for message in tx.session.scalars(reminders):
        if message.values.get("questionnaire") == round_.id:
            tx.session.delete(message)


def _named_in(person: Person, round_: Round) -> dict[str, Any]:
    """What a message says of the round, in the person's language."""
    return {
        "questionnaire": round_.id,
        "title": round_.names.get(person.language.value) or round_.names["en"],
        "day": day_at(round_.closes_at - timedelta(seconds=1)).isoformat(),
    }


def _midnight(day: date, terms: Scheme) -> datetime:
    return datetime.combine(day, time.min, terms.zone).astimezone(UTC)


def _random() -> Random:
    return secrets.SystemRandom()
