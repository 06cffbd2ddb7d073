"""Letters and citations: drafted from the case, written on, and approved by another person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from models import tributes
from models.ledger import Wording
from models.nominations import Nomination
from models.people import Person
from models.tributes import Tribute, TributeApproval, TributeVersion
from operations import casework
from operations.casework import NotVisible, Request
from operations.transaction import Transaction, operation
from workflow import vocabulary
from workflow.refusal import Refused
from workflow.vocabulary import Duty, Language, Stage

SAME_SITTING = timedelta(minutes=10)  # within it, typing on is the same version
WRITERS = frozenset({Duty.SCHEME_MANAGER})
APPROVERS = WRITERS | {Duty.COMMITTEE}


@dataclass(frozen=True)
class Text:
    """What a version says; only a letter is signed."""

    title: str
    body: str
    signed: str = ""


@operation
def begin(
    tx: Transaction,
    *,
    person_id: int,
    number: str,
    kind: vocabulary.Tribute,
    language: Language,
    draft: Text,
) -> int:
    """Keep the draft made from the case as the first version; returns the tribute's id.

    Raises NotVisible or Refused.
    """
    person, case = casework.load(tx, person_id, number)
    _check(tx, person, case, WRITERS)
    there = select(Tribute.id).where(
        Tribute.nomination_id == case.id, Tribute.kind == kind, Tribute.language == language
    )
    if tx.session.scalar(there) is not None:
        raise Refused("tribute_there")
    row = Tribute(nomination=case, kind=kind, language=language, created_at=tx.now)
    row.versions.append(TributeVersion(number=1, at=tx.now, **vars(draft)))
    tx.add(row)
    tx.session.flush()
    return row.id


@operation
def save(tx: Transaction, *, person_id: int, tribute_id: int, seen: int, text: Text) -> int:
    """Keep what was typed; returns the version's number.

    `seen` is the version that was on the page. Raises NotVisible or Refused.
    """
    row, person = _open(tx, person_id, tribute_id, WRITERS)
    newest = row.newest
    if newest.number != seen:
        raise Refused("tribute_overtaken")
    if (newest.title, newest.body, newest.signed) == (text.title, text.body, text.signed):
        return newest.number
    if newest.by_id == person_id and tx.now - newest.at < SAME_SITTING:
        newest.title, newest.body, newest.signed = text.title, text.body, text.signed
        return newest.number
    version = TributeVersion(number=newest.number + 1, by=person, at=tx.now, **vars(text))
    row.versions.append(version)
    return version.number


@operation
def approve(
    tx: Transaction, *, person_id: int, tribute_id: int, version: int, key: str | None = None
) -> None:
    """Stand by the text: it is public from now on. Raises NotVisible, KeyReused or Refused."""
    body: dict[str, object] = {"act": "tribute", "id": tribute_id, "version": version}
    if casework.already_done(tx, person_id, Request(0, key), body):
        return
    row, person = _open(tx, person_id, tribute_id, APPROVERS)
    if row.newest.number != version:
        raise Refused("tribute_overtaken")
    if person_id in {each.by_id for each in row.versions}:
        raise Refused("tribute_own")
    tx.record(
        TributeApproval(
            tribute=row,
            version=version,
            text=Wording.of(_sealed(row.said)),
            by=person,
            at=tx.now,
        )
    )
    for winner in row.nomination.nominees:
        tx.tell(winner.id, "tribute_published", row.nomination)


def _sealed(said: Mapping[str, str]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _open(
    tx: Transaction, person_id: int, tribute_id: int, duties: frozenset[Duty]
) -> tuple[Tribute, Person]:
    """The tribute that is not published yet, and the person, who may work on it."""
    row, person = tributes.tribute(tribute_id), tx.session.get(Person, person_id)
    if row is None or person is None:
        raise NotVisible(str(tribute_id))
    _check(tx, person, row.nomination, duties)
    if row.approval is not None:
        raise Refused("tribute_published")
    return row, person


def _check(tx: Transaction, person: Person, case: Nomination, duties: frozenset[Duty]) -> None:
    if not duties & person.duties(tx.now, case.award_id):
        raise Refused("not_your_part")
    if case.stage is not Stage.AWARDED:
        raise Refused("tribute_lapsed")
    if person.id in {winner.id for winner in case.nominees}:
        raise Refused("tribute_of_oneself")
