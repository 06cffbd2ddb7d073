"""Where public records come from: each kind says what an entry touched, and what is public of it.

A subject that is not public, or not any more, has no projection: the search then forgets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Select, select

from models.archive import NAMED, is_named
from models.base import db
from models.fairness_reports import FairnessReport
from models.feedback import Feedback, Remark, Reply
from models.ledger import LedgerEntry
from models.motions import Motion, MotionAnswer
from models.nominations import Nomination, is_public
from models.public_case import PublicCase, public_case
from models.public_lists import public_list
from models.public_rounds import (
    PublicAnswer,
    PublicRemoval,
    public_round,
    rounds_after,
    rounds_touched,
)
from models.scheme import Award, SchemeChange
from models.search import gram_index
from models.search.records import Projected
from models.search.words import filters
from models.tierlists import TierList, TierPlace
from workflow.publication import PublicKind


@dataclass(frozen=True)
class Source:
    """One kind: the subjects that entries touched, all of them in order, and the projection."""

    kind: PublicKind
    touched: Callable[[int, int], set[str]]  # entries after the first up to the second
    after: Callable[[str | None, int], list[str]]  # so many subjects behind that one
    project: Callable[[str], Projected | None]


def touched(after: int, upto: int) -> list[tuple[PublicKind, str]]:
    """What may have changed by these entries."""
    return [
        (source.kind, subject)
        for source in SOURCES.values()
        for subject in sorted(source.touched(after, upto))
    ]


def projected(kind: PublicKind, subject: str) -> Projected | None:
    """What is public of it now."""
    return SOURCES[kind].project(subject)


def renamed(after: int, upto: int, *, at_once: int) -> Iterator[list[tuple[PublicKind, str]]]:
    """What the search holds under awards whose names, or tiers, these entries changed.

    Some at a time, newest first: what is moved up meanwhile was projected anew for that.
    """
    changes = select(SchemeChange).where(
        SchemeChange.ledger_seq > after,
        SchemeChange.ledger_seq <= upto,
        SchemeChange.subject.in_(("award", "tier")),
    )
    awards = {
        change.subject_key.partition("/")[0]
        for change in db.session.scalars(changes)
        if any(field.startswith(("names", "metal")) for field in change.changes)
    }
    for award in sorted(awards):
        below: int | None = None
        while rows := gram_index.rows(
            db.session.connection(), filters(award=award), below=below, limit=at_once
        ):
            below = rows[-1].key
            yield [(PublicKind(row.kind), row.subject) for row in rows]


def _cases_touched(after: int, upto: int) -> set[str]:
    rows = select(LedgerEntry.subject).where(
        LedgerEntry.seq > after, LedgerEntry.seq <= upto, LedgerEntry.subject.is_not(None)
    )
    found = {number for number in db.session.scalars(rows) if number is not None}
    changes = select(SchemeChange).where(
        SchemeChange.ledger_seq > after, SchemeChange.ledger_seq <= upto
    )
    if any("refused_are_named" in change.changes for change in db.session.scalars(changes)):
        unnamed = select(Nomination.number).where(is_public(), Nomination.stage.not_in(NAMED))
        found.update(db.session.scalars(unnamed))
    return found


def _cases_after(number: str | None, limit: int) -> list[str]:
    query = select(Nomination.number).where(is_public()).order_by(Nomination.number).limit(limit)
    if number is not None:
        query = query.where(Nomination.number > number)
    return list(db.session.scalars(query))


def _case(number: str) -> Projected | None:
    found = public_case(number)
    if found is None:
        return None
    case = db.session.scalars(select(Nomination).where(Nomination.number == number)).one()
    record, named = found.record, is_named(case)
    members = {person.team_id for person in case.nominees} | {case.team_id}
    return Projected(
        kind=PublicKind.CASE,
        subject=number,
        seq=found.lines[-1].number,
        at=record.at,
        title=record.title or "",
        called=_lines(
            number,
            record.cycle,
            *record.award.values(),
            record.team,
            *chain.from_iterable((person.name, person.team) for person in record.people),
        ),
        text=_said(found),
        award=record.award_key,
        cycle=record.cycle,
        outcome=record.stage.value,
        teams=tuple(sorted(team for team in members if team is not None)) if named else (),
        shown={
            "people": [person.name for person in record.people],
            "team": record.team,
            "tier": record.tier,
            "metal": record.metal,
        },
    )


def _said(case: PublicCase) -> str:
    """Every public sentence of the case, the story first."""
    voices = chain.from_iterable(voice.words for voice in case.customer)
    objections = chain.from_iterable((one.grounds, one.answer) for one in case.objections)
    sentences = dict.fromkeys(line.sentence for line in case.lines)
    return _lines(*(claim.text for claim in case.claims), *voices, *objections, *sentences)


def _feedback_touched(after: int, upto: int) -> set[str]:
    queries = (
        select(Feedback.id).where(Feedback.ledger_seq > after, Feedback.ledger_seq <= upto),
        select(Reply.feedback_id).where(Reply.ledger_seq > after, Reply.ledger_seq <= upto),
        select(Remark.feedback_id).where(Remark.ledger_seq > after, Remark.ledger_seq <= upto),
        select(Motion.feedback_id)
        .join(Motion.answer)
        .where(MotionAnswer.ledger_seq > after, MotionAnswer.ledger_seq <= upto),
    )
    return {str(id_) for query in queries for id_ in db.session.scalars(query)}


def _feedback(subject: str) -> Projected | None:
    row = db.session.get(Feedback, int(subject))
    if row is None:
        return None
    thread: list[Feedback | Remark | Reply] = [row, *row.remarks, *row.replies]
    last = max(thread, key=lambda said: said.ledger_seq)
    return Projected(
        kind=PublicKind.FEEDBACK,
        subject=subject,
        seq=last.ledger_seq,
        at=last.at,
        title=row.subject.text or "",
        called=_lines(*_names(row.award)),
        text=_lines(*(said.body.text for said in thread)),
        award=row.award.key if row.award else None,
        cycle=row.cycle.key if row.cycle else None,
        outcome=row.state.value,
    )


def _changes_touched(after: int, upto: int) -> set[str]:
    query = select(SchemeChange.id).where(
        SchemeChange.ledger_seq > after, SchemeChange.ledger_seq <= upto
    )
    return {str(id_) for id_ in db.session.scalars(query)}


def _change(subject: str) -> Projected | None:
    row = db.session.get(SchemeChange, int(subject))
    if row is None:
        return None
    key, _slash, part = row.subject_key.partition("/")
    award = db.session.scalar(select(Award).where(Award.key == key))
    after = (str(new) for _old, new in row.changes.values() if new)
    return Projected(
        kind=PublicKind.CHANGE,
        subject=subject,
        seq=row.ledger_seq,
        at=row.at,
        called=_lines(row.subject_key, *_names(award)),
        text=_lines(row.reason.text, *after),
        award=award.key if award else None,
        cycle=part if row.subject == "cycle" else None,
        shown={"subject": row.subject, "key": row.subject_key},
    )


def _lists_touched(after: int, upto: int) -> set[str]:
    """Lists approved, and those whose cases moved: a list is public when all its cases are."""
    own = select(TierList.id).where(TierList.ledger_seq > after, TierList.ledger_seq <= upto)
    moved = select(TierPlace.tier_list_id).where(
        TierPlace.nomination.has(Nomination.number.in_(_cases_touched(after, upto)))
    )
    return {str(id_) for query in (own, moved) for id_ in db.session.scalars(query)}


def _list(subject: str) -> Projected | None:
    found = public_list(int(subject))
    if found is None:
        return None
    return Projected(
        kind=PublicKind.TIER_LIST,
        subject=subject,
        seq=found.number,
        at=found.at,
        called=_lines(found.cycle, *found.award.values()),
        text=_lines(*(place.number for place in found.places)),
        award=found.award_key,
        cycle=found.cycle,
        shown={"places": len(found.places), "round": found.round},
    )


def _rounds_touched(after: int, upto: int) -> set[str]:
    return {str(id_) for id_ in rounds_touched(after, upto)}


def _rounds_after(subject: str | None, limit: int) -> list[str]:
    return [str(id_) for id_ in rounds_after(int(subject or 0), limit)]


def _round(subject: str) -> Projected | None:
    found = public_round(int(subject))
    if found is None:
        return None
    award = db.session.scalar(select(Award).where(Award.key == found.award_key))
    texts = (question["texts"].values() for question in found.questions)
    later: list[PublicAnswer | PublicRemoval] = [*found.answers, *found.removals]
    last = max(later, key=lambda each: each.number, default=None)
    return Projected(
        kind=PublicKind.ROUND,
        subject=subject,
        seq=last.number if last else found.number,
        at=last.at if last else found.closed_at,
        title=_lines(*found.names.values()),
        called=_lines(*found.leads.values(), *chain.from_iterable(texts), *_names(award)),
        text=_lines(
            *(answer.text for answer in found.answers), *(said for _of, said in found.words)
        ),
        award=found.award_key,
        shown={"names": found.names},
    )


def _fairness_touched(after: int, upto: int) -> set[str]:
    query = select(FairnessReport.id).where(
        FairnessReport.ledger_seq > after, FairnessReport.ledger_seq <= upto
    )
    return {str(id_) for id_ in db.session.scalars(query)}


def _fairness(subject: str) -> Projected | None:
    """Its figures are read on its page: as words they would be found by any number."""
    row = db.session.get(FairnessReport, int(subject))
    if row is None:
        return None
    award = row.cycle.award
    return Projected(
        kind=PublicKind.FAIRNESS,
        subject=subject,
        seq=row.ledger_seq,
        at=row.at,
        called=_lines(row.cycle.key, *_names(award)),
        award=award.key,
        cycle=row.cycle.key,
    )


def _after(table: Any) -> Callable[[str | None, int], list[str]]:
    def after(subject: str | None, limit: int) -> list[str]:
        query: Select[Any] = select(table.id).where(table.id > int(subject or 0))
        rows = db.session.scalars(query.order_by(table.id).limit(limit))
        return [str(id_) for id_ in rows]

    return after


def _names(award: Award | None) -> Iterable[str]:
    return award.names.values() if award else ()


def _lines(*texts: str | None) -> str:
    return "\n".join(text for text in texts if text)


SOURCES: Mapping[PublicKind, Source] = {
    source.kind: source
    for source in (
        Source(PublicKind.CASE, _cases_touched, _cases_after, _case),
        Source(PublicKind.FEEDBACK, _feedback_touched, _after(Feedback), _feedback),
        Source(PublicKind.CHANGE, _changes_touched, _after(SchemeChange), _change),
        Source(PublicKind.TIER_LIST, _lists_touched, _after(TierList), _list),
        Source(PublicKind.ROUND, _rounds_touched, _rounds_after, _round),
        Source(PublicKind.FAIRNESS, _fairness_touched, _after(FairnessReport), _fairness),
    )
}
