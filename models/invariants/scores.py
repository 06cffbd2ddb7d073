"""The scores that were frozen at a cycle's close."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models.decisions import FrozenScore
from models.ledger import LedgerHead
from models.nominations import Nomination
from models.people import Person
from models.scores import ScoreSheet, is_sealed

UNFINISHED = timedelta(hours=1)  # the worker marks a sheet right after the last of its scores


def score_sheets_are_what_was_sealed(session: Session) -> Iterator[str]:
    """The scores of the roles at a cycle's close are what their hash in the ledger seals."""
    for sheet in session.scalars(select(ScoreSheet).order_by(ScoreSheet.id)):
        if not is_sealed(sheet):
            yield f"{sheet.cycle.award.key} {sheet.cycle.key}"


def written_sheets_have_their_scores(session: Session) -> Iterator[str]:
    """Where a sheet says that all scores are written, each case that it names has some."""
    scored = set(
        session.scalars(
            select(Nomination.number).join(FrozenScore, FrozenScore.nomination_id == Nomination.id)
        )
    )
    for sheet in session.scalars(select(ScoreSheet).where(ScoreSheet.written)):
        for number in sheet.sealed.get("cases", ()):
            if number not in scored:
                yield f"case {number}"


def sheets_with_all_scores_say_so(session: Session) -> Iterator[str]:
    """A sheet whose scores are all there is marked as written, within the hour."""
    now = session.scalar(select(LedgerHead.at))
    for sheet in session.scalars(select(ScoreSheet).where(~ScoreSheet.written)):
        cases = Nomination.number.in_(sheet.sealed.get("cases", ()))
        scored = exists().where(
            FrozenScore.nomination_id == Nomination.id, FrozenScore.person_id == Person.id
        )
        missing = select(Nomination.id).join(Nomination.nominees).where(cases, ~scored).limit(1)
        last = session.scalar(
            select(func.max(FrozenScore.at)).join(FrozenScore.nomination).where(cases)
        )
        if session.scalar(missing) is None and now and now - (last or sheet.at) > UNFINISHED:
            yield f"{sheet.cycle.award.key} {sheet.cycle.key}"


INVARIANTS = (
    score_sheets_are_what_was_sealed,
    written_sheets_have_their_scores,
    sheets_with_all_scores_say_so,
)
