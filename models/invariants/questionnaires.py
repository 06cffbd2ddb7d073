"""Questionnaires: while a round is open its answers lie in a box, and afterwards nobody's do."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from models.ledger import Wording
from models.questionnaires import (
    BallotBox,
    Judgement,
    OfficialAnswer,
    Participation,
    Round,
    RoundResult,
)
from models.removals import Removal, RemovalAnswer
from workflow.ballots import LEAST


def a_round_has_a_box_until_it_is_counted(session: Session) -> Iterator[str]:
    """A round has a ballot box until it is counted; then box and who took part are gone."""
    box = exists().where(BallotBox.round_id == Round.id)
    took_part = exists().where(Participation.round_id == Round.id)
    counted = exists().where(RoundResult.round_id == Round.id)
    wrong = (counted & (box | took_part)) | (~counted & ~box)
    for round_id in session.scalars(select(Round.id).where(wrong)):
        yield f"round {round_id} of a questionnaire"


def nothing_is_said_of_fewer_than_five(session: Session) -> Iterator[str]:
    """Published results count five people and more, and no more than were asked."""
    for result in session.scalars(select(RoundResult).order_by(RoundResult.id)):
        counts = [sum(each.values()) for each in result.figures["counts"].values()]
        groups = [
            each["answered"]
            for found in result.figures["groups"].values()
            for each in found.values()
        ]
        few = any(number < LEAST for number in (*counts, *groups))
        many = any(number > result.answered for number in (*counts, *groups))
        if few or many or result.answered > result.asked:
            yield f"results of round {result.round_id}"


def results_are_answered_after_they_are_counted(session: Session) -> Iterator[str]:
    """An official answer follows the results that it answers."""
    early = (
        select(OfficialAnswer.id)
        .outerjoin(RoundResult, RoundResult.round_id == OfficialAnswer.round_id)
        .where(
            func.coalesce(RoundResult.ledger_seq, OfficialAnswer.ledger_seq)
            >= OfficialAnswer.ledger_seq
        )
    )
    for answer_id in session.scalars(early):
        yield f"official answer {answer_id}"


def words_of_results_go_when_two_people_say_so(session: Session) -> Iterator[str]:
    """Words of results are gone, with their salt, where two other people removed them, else not."""
    agreed = exists().where(
        Removal.judgement_id == Judgement.id,
        RemovalAnswer.removal_id == Removal.id,
        RemovalAnswer.agreed,
        RemovalAnswer.by_id != Removal.by_id,
        RemovalAnswer.at == Wording.erased_at,
    )
    gone = Wording.erased_at.is_not(None) & (Wording.salt == b"")
    untouched = Wording.erased_at.is_(None) & ~_asked_away()
    words = select(Wording.id).join(Judgement, Judgement.wording_id == Wording.id)
    for wording in session.scalars(words.where(~((gone & agreed) | untouched))):
        yield f"wording {wording}"


def _asked_away() -> ColumnElement[bool]:
    return exists().where(
        Removal.judgement_id == Judgement.id,
        RemovalAnswer.removal_id == Removal.id,
        RemovalAnswer.agreed,
    )


INVARIANTS = (
    a_round_has_a_box_until_it_is_counted,
    nothing_is_said_of_fewer_than_five,
    results_are_answered_after_they_are_counted,
    words_of_results_go_when_two_people_say_so,
)
