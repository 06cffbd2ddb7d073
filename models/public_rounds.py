"""What everybody may read of a round of a questionnaire, once it is counted: these fields alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from models.base import db
from models.questionnaires import Judgement, OfficialAnswer, Round, RoundResult
from models.removals import Removal, RemovalAnswer, whole_rounds
from models.scheme import Names


@dataclass(frozen=True)
class PublicAnswer:
    """An official answer; `text` is None once it is erased. Who wrote it is told by duty alone."""

    number: int  # of its entry in the ledger
    at: datetime
    text: str | None


@dataclass(frozen=True)
class PublicRemoval:
    """Words that two people have taken away, and why; not who they are."""

    number: int  # of the entry by which the second person agreed
    at: datetime
    reason: str | None


@dataclass(frozen=True)
class PublicRound:
    """A counted round. Nobody's answers stand in it: counts, figures of groups, and words."""

    id: int
    number: int  # of the entry that published it
    key: str
    round: int
    names: Names
    leads: Names
    award_key: str | None  # None: the whole scheme
    opened_at: datetime
    closed_at: datetime
    asked: int
    answered: int
    questions: tuple[dict[str, Any], ...]  # as workflow.questionnaires.Question.row writes them
    counts: dict[str, dict[str, int]]  # question -> value -> how often
    groups: dict[str, dict[str, dict[str, Any]]]  # question -> group -> answered, figure
    words: tuple[tuple[str, str | None], ...]  # question and text, in no order; None: erased
    due_at: datetime
    answers: tuple[PublicAnswer, ...]
    removals: tuple[PublicRemoval, ...]


def public_round(round_id: int) -> PublicRound | None:
    """What is public of the round; None while it is not counted, or where there is none."""
    found = db.session.scalar(whole_rounds().where(Round.id == round_id))
    if found is None or found.result is None:
        return None
    result, award = found.result, found.questionnaire.award
    removals = (removal for word in result.judgements for removal in word.removals)
    return PublicRound(
        id=found.id,
        number=result.ledger_seq,
        key=found.questionnaire.key,
        round=found.number,
        names=found.names,
        leads=found.leads,
        award_key=award.key if award else None,
        opened_at=found.at,
        closed_at=found.closes_at,
        asked=result.asked,
        answered=result.answered,
        questions=tuple(found.questions),
        counts=result.figures["counts"],
        groups=result.figures["groups"],
        words=tuple((each.question, each.wording.text) for each in result.judgements),
        due_at=result.due_at,
        answers=tuple(
            PublicAnswer(each.ledger_seq, each.at, each.body.text) for each in found.answers
        ),
        removals=tuple(
            PublicRemoval(each.answer.ledger_seq, each.answer.at, each.reason.text)
            for each in sorted(removals, key=lambda removal: removal.id)
            if each.answer and each.answer.agreed
        ),
    )


def rounds_touched(after: int, upto: int) -> set[int]:
    """The rounds about which something became public by these entries of the ledger."""
    within = [
        (kind.ledger_seq > after) & (kind.ledger_seq <= upto)
        for kind in (RoundResult, OfficialAnswer, RemovalAnswer)
    ]
    query = (
        select(Round.id)
        .join(RoundResult, RoundResult.round_id == Round.id)
        .outerjoin(OfficialAnswer, OfficialAnswer.round_id == Round.id)
        .outerjoin(Judgement, Judgement.result_id == RoundResult.id)
        .outerjoin(Removal, Removal.judgement_id == Judgement.id)
        .outerjoin(RemovalAnswer, RemovalAnswer.removal_id == Removal.id)
        .where(or_(*within))
    )
    return set(db.session.scalars(query))


def rounds_after(round_id: int | None, limit: int) -> list[int]:
    """So many counted rounds behind this one, the oldest first."""
    query = select(Round.id).where(Round.result.has(), Round.id > (round_id or 0))
    return list(db.session.scalars(query.order_by(Round.id).limit(limit)))
