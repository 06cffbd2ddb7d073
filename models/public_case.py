"""One case as a page of the archive: an allow-list of fields, and no others.

Whoever decided appears by duty, and by name where the scheme says so, with their sentence; where no
nominee is named, a name in it gives way to an ellipsis. The grounds of an objection stand where
people are named; what the parties wrote to an arbiter stays with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from models.appeals import appealed
from models.archive import (
    Record,
    coarsened,
    is_named,
    latest,
    record_of,
    tells_of_customer,
    verdict_on,
)
from models.base import db
from models.decisions import ContactAttempt, Decision, decisions_on
from models.nominations import Claim, Nomination
from models.reviews import CodedRule, coded_outcomes
from models.scheme import Names, scheme
from models.surveys import contacts_on
from models.tierlists import TierPlace
from models.voices import Objection
from workflow.publication import Withheld, of_case
from workflow.vocabulary import (
    Action,
    ContactOutcome,
    Duty,
    EvidenceKind,
    ObjectionState,
    Occasion,
    Reason,
    Stage,
    Verdict,
)

DUTIES = frozenset(duty.value for duty in Duty)
NAMELESS = "…"


@dataclass(frozen=True)
class PublicClaim:
    """A claim that stands, with its verdict and the kinds of evidence that it had.

    `later` is when the last piece of it came, if that was after the nomination was submitted.
    """

    position: int
    text: str
    verdict: Verdict | None
    evidence: tuple[EvidenceKind, ...]
    later: datetime | None


@dataclass(frozen=True)
class CustomerVoice:
    """What came of asking the customer, how often in a row, and the marks given last.

    `words` are the customer's own, in the wording that the auditor released.
    """

    occasion: Occasion
    outcome: ContactOutcome
    times: int
    marks: int | None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One line of the register: when, in which duty, what, why."""

    at: datetime
    number: int
    stage: Stage
    action: Action
    role: str
    reason: Reason | None
    sentence: str | None
    erased: bool
    day_alone: bool = False  # its hour would tell of a customer
    by: str | None = None  # who decided, where the scheme names them


@dataclass(frozen=True)
class PublicObjection:
    """An objection and what became of it."""

    at: datetime
    number: int
    state: ObjectionState
    grounds: str | None
    answer: str | None
    by: str | None = None  # who raised it, where they wanted to be named


@dataclass(frozen=True)
class RankedPlace:
    """The place in the cycle's ranking, with the messages that explain it."""

    rank: int
    explanation: tuple[dict[str, Any], ...]
    tiers: dict[str, Names]


@dataclass(frozen=True)
class PublicAppeal:
    """The contested decision, the arbiter's answer, and what was decided after it."""

    first: Line
    answer: Line | None
    again: Line | None


@dataclass(frozen=True)
class PublicCase:
    """One case as a page of the archive."""

    record: Record
    rewards: Names | None
    claims: tuple[PublicClaim, ...]
    customer: tuple[CustomerVoice, ...]
    lasting: int | None  # marks of the second contact less those of the first
    rules: tuple[CodedRule, ...]
    place: RankedPlace | None
    objections: tuple[PublicObjection, ...]
    lines: tuple[Line, ...]
    appealed: PublicAppeal | None
    withheld: tuple[Withheld, ...]


def public_case(number: str) -> PublicCase | None:
    """The page of one case; None where the archive has none."""
    decision = db.session.scalar(_whole().where(Nomination.number == number))
    if decision is None:
        return None
    case = decision.nomination
    named = is_named(case)
    taken = decisions_on(case)
    hidden = [] if named else _names_of(case)
    lines = tuple(_line(decision, hidden) for decision in taken)
    objections = _objections(case, named=named, hidden=hidden)
    contested = _appealed(taken, hidden)
    return PublicCase(
        record=record_of(decision),
        rewards=case.tier.rewards if named and case.tier else None,
        claims=_claims(case) if named else (),
        customer=(customer := voices(case, hidden)),
        lasting=lasting(customer),
        rules=tuple(coded_outcomes(case)),
        place=place_of(case),
        objections=objections,
        lines=lines,
        appealed=contested,
        withheld=of_case(
            named=named,
            deciders=scheme().deciders_are_named,
            customer=bool(customer) or any(line.day_alone for line in lines),
            objected=bool(objections),
            appealed=contested is not None,
            erased=any(line.erased for line in lines),
        ),
    )


def _whole() -> Select[Decision]:
    claims = contains_eager(Decision.nomination).selectinload(Nomination.claims)
    return latest().options(claims.joinedload(Claim.evidence))


def _claims(case: Nomination) -> tuple[PublicClaim, ...]:
    return tuple(
        PublicClaim(
            position=claim.position,
            text=claim.text,
            verdict=verdict_on(claim),
            evidence=tuple(dict.fromkeys(piece.kind for piece in claim.evidence)),
            later=max((p.added_at for p in claim.evidence if p.came_later), default=None),
        )
        for claim in case.claims
    )


def voices(case: Nomination, hidden: list[str]) -> tuple[CustomerVoice, ...]:
    """What came of asking the customer: outcomes, marks, and such words as were released."""
    # A late answer to the first survey belongs to the first contact.
    in_order = sorted(contacts_on(case), key=lambda attempt: attempt.occasion is Occasion.SECOND)
    return tuple(
        CustomerVoice(
            occasion,
            outcome,
            len(same := list(run)),
            same[-1].marks,
            tuple(text for attempt in same for text in _released(attempt, hidden)),
        )
        for (occasion, outcome), run in groupby(in_order, attrgetter("occasion", "outcome"))
    )


def _released(attempt: ContactAttempt, hidden: list[str]) -> list[str]:
    """The wordings that stand released."""
    released = [words.released.wording.text for words in attempt.words if words.released]
    return [text for each in released if (text := _without(hidden, each))]


def lasting(voices: tuple[CustomerVoice, ...]) -> int | None:
    """The difference in marks, where both contacts were answered with some."""
    marks = {voice.occasion: voice.marks for voice in voices if voice.marks is not None}
    first, second = marks.get(Occasion.FIRST), marks.get(Occasion.SECOND)
    return None if first is None or second is None else second - first


def place_of(case: Nomination) -> RankedPlace | None:
    """The newest place that an approved list gave the case."""
    place = db.session.scalar(
        select(TierPlace)
        .where(TierPlace.nomination_id == case.id)
        .order_by(TierPlace.id.desc())
        .limit(1)
    )
    if place is None:
        return None
    tiers = {tier.key: tier.names for tier in case.award.tiers}
    return RankedPlace(place.rank, tuple(place.explanation), tiers)


def _objections(case: Nomination, *, named: bool, hidden: list[str]) -> tuple[PublicObjection, ...]:
    rows = db.session.scalars(
        select(Objection)
        .where(Objection.nomination_id == case.id)
        .options(
            joinedload(Objection.grounds),
            joinedload(Objection.by),
            joinedload(Objection.decision).joinedload(Decision.sentence),
        )
        .order_by(Objection.id)
    )
    return tuple(
        PublicObjection(
            at=row.at,
            number=row.ledger_seq,
            state=row.state,
            grounds=row.grounds.text if named else None,
            answer=_without(hidden, row.decision.sentence.text)
            if row.decision and row.decision.sentence
            else None,
            by=row.by.name if named and not row.confidential else None,
        )
        for row in rows
    )


def _appealed(taken: list[Decision], hidden: list[str]) -> PublicAppeal | None:
    found = appealed(taken)
    if found is None:
        return None
    answer, again = (
        _line(one, hidden) if one is not None else None for one in (found.answer, found.again)
    )
    return PublicAppeal(_line(found.first, hidden), answer, again)


def _line(decision: Decision, hidden: list[str]) -> Line:
    wording = decision.sentence if decision.role in DUTIES else None
    named = decision.role in DUTIES and scheme().deciders_are_named
    day_alone = tells_of_customer(decision)
    return Line(
        at=coarsened(decision.at) if day_alone else decision.at,
        number=decision.ledger_seq,
        stage=decision.stage,
        action=decision.action,
        role=decision.role,
        reason=decision.reason,
        sentence=_without(hidden, wording.text) if wording else None,
        erased=wording is not None and wording.text is None,
        day_alone=day_alone,
        by=decision.by.name if decision.by and named else None,
    )


def _names_of(case: Nomination) -> list[str]:
    """Every way in which a sentence may name those whom the archive does not."""
    people = [*case.nominees, *([case.nominator] if case.nominator else [])]
    names = {name for person in people for name in _ways_to_call(person.name)}
    return sorted(names, key=len, reverse=True)


def _ways_to_call(name: str) -> list[str]:
    """The full name, its parts, and of a Chinese name of three characters or more the given one."""
    parts = [part for part in name.split() if len(part) > 1]
    if len(parts) <= 1 and len(name) > 2 and name[0] > "⺀":
        parts.append(name[-2:])
    return [name, *parts]


def _without(names: list[str], text: str | None) -> str | None:
    """The text with an ellipsis in the place of each name."""
    if text is None:
        return None
    for name in names:
        edge = r"\b" if name.isascii() else ""
        text = re.sub(edge + re.escape(name) + edge, NAMELESS, text, flags=re.IGNORECASE)
    return text
