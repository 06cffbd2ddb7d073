"""Whose entries are whose: what a person holds a receipt for, and the receipt itself."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, literal, or_, select, union_all

from ledger.canonical import CanonicalError, parse
from ledger.note import Verifier
from ledger.proof import inclusion_path
from ledger.receipt import Receipt
from models import proof
from models.base import db
from models.decisions import Decision, Submission
from models.feedback import Feedback
from models.ledger import LedgerEntry
from models.nominations import Nomination, Nominee
from models.people import Person
from models.scheme import scheme
from models.voices import Objection
from workflow.vocabulary import Action

# What the entry of a decision may say to the parties of the case beside the decision itself.
OPEN_FACTS = frozenset({"assigned", "duties", "relation", "rewards", "without"})


@dataclass(frozen=True)
class Held:
    """One entry that the person holds a receipt for."""

    entry: LedgerEntry
    is_own: bool
    is_open: bool  # else the receipt leaves out its words
    is_confidential: bool  # feedback without a name: nothing may tie the person to it

    @property
    def body(self) -> dict[str, Any]:
        return _body(self.entry)


def held(
    person: Person,
    confidential: Collection[int],
    *,
    case: str | None = None,
    before: int | None = None,
    only: int | None = None,
    limit: int = 50,
) -> list[Held]:
    """Own acts and decisions on own cases, the newest first.

    `confidential`: the feedback that is theirs without a name. `before` and `only` are numbers of
    entries.
    """
    mine = union_all(*_own(person, confidential), _on_own_cases(person)).subquery("mine")
    query = (
        select(LedgerEntry, mine.c.own, mine.c.sealed)
        .join(mine, mine.c.seq == LedgerEntry.seq)
        .order_by(LedgerEntry.seq.desc(), mine.c.own.desc())
        .limit(limit)
    )
    if case is not None:
        query = query.where(LedgerEntry.subject == case)
    if before is not None:
        query = query.where(LedgerEntry.seq < before)
    if only is not None:
        query = query.where(LedgerEntry.seq == only)
    named = scheme().deciders_are_named
    return [
        Held(entry, own, own or _is_open(entry, named), sealed)
        for entry, own, sealed in db.session.execute(query)
    ]


def _own(person: Person, confidential: Collection[int]) -> list[Select[Any]]:
    def acts(seq: Any, mine: ColumnElement[bool], sealed: Any = None) -> Select[Any]:
        hidden = false() if sealed is None else sealed
        return select(seq.label("seq"), literal(True).label("own"), hidden.label("sealed")).where(
            mine
        )

    return [
        acts(Decision.ledger_seq, Decision.by_id == person.id),
        acts(Submission.ledger_seq, Nomination.nominator_id == person.id).join(
            Nomination, Nomination.id == Submission.nomination_id
        ),
        acts(Objection.ledger_seq, Objection.by_id == person.id),
        acts(
            Feedback.ledger_seq,
            or_(Feedback.by_id == person.id, Feedback.id.in_(confidential)),
            Feedback.author_commitment.is_not(None),
        ),
    ]


def _on_own_cases(person: Person) -> Select[int, bool, bool]:
    """What others decided on a case that the person nominated or is nominated in."""
    nominated = select(Nominee.nomination_id).where(Nominee.person_id == person.id)
    party = or_(Nomination.nominator_id == person.id, Nomination.id.in_(nominated))
    return (
        select(Decision.ledger_seq.label("seq"), false().label("own"), false().label("sealed"))
        .join(Nomination, Nomination.id == Decision.nomination_id)
        .where(
            party,
            or_(Decision.by_id.is_(None), Decision.by_id != person.id),
            Decision.action != Action.OBJECT,  # whoever objected may not be told
        )
    )


def _is_open(entry: LedgerEntry, deciders_are_named: bool) -> bool:
    """Whether the parties of a case may read a decision's words: they say whose it was."""
    body = _body(entry)
    said = body.get("by") is None or deciders_are_named
    return said and set(body.get("facts", {"?": 0})) <= OPEN_FACTS


def _body(entry: LedgerEntry) -> dict[str, Any]:
    try:
        body: Any = parse(entry.data)["body"]
    except (CanonicalError, KeyError):
        return {}
    return body if isinstance(body, dict) else {}


def receipt(one: Held, key: Verifier) -> Receipt | None:
    """The receipt under the newest checkpoint; None as long as no checkpoint counts the entry."""
    newest = proof.newest()
    if newest is None or newest.size < one.entry.seq:
        return None
    index = one.entry.seq - 1
    return Receipt(
        entry=one.entry.data if one.is_open else None,
        leaf_hash=one.entry.leaf_hash,
        index=index,
        size=newest.size,
        proof=inclusion_path(proof.leaf_hashes(newest.size), index),
        checkpoint=newest.text,
        key=str(key),
    )
