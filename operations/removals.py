"""Taking words out of a questionnaire's results: one asks with a reason, another one agrees."""

from __future__ import annotations

from datetime import datetime

from models.ledger import Wording
from models.people import Person, holders
from models.questionnaires import Judgement
from models.removals import Removal, RemovalAnswer
from operations.casework import NotVisible, Request, already_done
from operations.motions import TRUSTED
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.rules import sentence_in
from workflow.text import shows_nothing


@operation
def ask(
    tx: Transaction,
    *,
    person_id: int,
    judgement_id: int,
    reason: str,
    request_key: str | None = None,
) -> None:
    """Ask that the words be removed; they stay until another one agrees.

    Raises NotVisible, KeyReused or Refused.
    """
    person, judgement = _both(tx, person_id, judgement_id)
    body: dict[str, object] = {"act": "removal", "judgement": judgement_id, "reason": reason}
    if already_done(tx, person_id, Request(0, request_key), body):
        return
    if refused := refusal(judgement, person, tx.now):
        raise refused
    words = sentence_in(reason)
    if judgement.waits:
        raise Refused("motion_waits_already")
    asked = Removal(judgement=judgement, reason=Wording.of(words), by=person, at=tx.now)
    tx.record(asked)
    tx.session.flush()
    award_id = judgement.result.round.questionnaire.award_id
    for duty in TRUSTED:
        for other in tx.session.scalars(holders(duty, tx.now, award_id)):
            if other.id != person_id:
                tx.tell(other.id, "removal_waits", removal=asked.id)


@operation
def agree(
    tx: Transaction,
    *,
    person_id: int,
    removal_id: int,
    reason: str = "",
    request_key: str | None = None,
) -> None:
    """Agree as the second person: the words are gone, their place and the reason stay.

    A reason of one's own may be given, and is kept.

    Raises NotVisible, KeyReused or Refused (also when it is answered already).
    """
    body: dict[str, object] = {
        "act": "agree to removal",
        "removal": removal_id,
        "reason": reason,
    }
    if already_done(tx, person_id, Request(0, request_key), body):
        return
    person, removal = _answerable(tx, person_id, removal_id)
    words = None if shows_nothing(reason) else Wording.of(reason.strip())
    tx.record(RemovalAnswer(removal=removal, agreed=True, reason=words, by=person, at=tx.now))
    removal.judgement.wording.erase(tx.now)


@operation
def decline(
    tx: Transaction,
    *,
    person_id: int,
    removal_id: int,
    reason: str,
    request_key: str | None = None,
) -> None:
    """Leave the words as they are, with the reason. Raises NotVisible, KeyReused or Refused."""
    body: dict[str, object] = {"act": "decline removal", "removal": removal_id, "reason": reason}
    if already_done(tx, person_id, Request(0, request_key), body):
        return
    person, removal = _answerable(tx, person_id, removal_id)
    words = Wording.of(sentence_in(reason))
    tx.record(RemovalAnswer(removal=removal, agreed=False, reason=words, by=person, at=tx.now))


def refusal(judgement: Judgement, person: Person, at: datetime) -> Refused | None:
    """Why this person neither asks for this nor agrees to it; None when they may."""
    if not may_ask(person, at, judgement.result.round.questionnaire.award_id):
        return Refused("not_trusted_with_feedback")
    return Refused("feedback_removed") if judgement.wording.text is None else None


def answer_refusal(removal: Removal, person: Person, at: datetime) -> Refused | None:
    """Why this person cannot be the second; None when they can."""
    if removal.answer is not None:
        return Refused("motion_answered_already")
    if removal.by_id == person.id:
        return Refused("own_motion")
    return refusal(removal.judgement, person, at)


def may_ask(person: Person, at: datetime, award_id: int | None) -> bool:
    return bool(person.duties(at, award_id) & set(TRUSTED))


def _answerable(tx: Transaction, person_id: int, removal_id: int) -> tuple[Person, Removal]:
    person, removal = tx.session.get(Person, person_id), tx.session.get(Removal, removal_id)
    if person is None or removal is None:
        raise NotVisible(str(removal_id))
    if refused := answer_refusal(removal, person, tx.now):
        raise refused
    return person, removal


def _both(tx: Transaction, person_id: int, judgement_id: int) -> tuple[Person, Judgement]:
    person = tx.session.get(Person, person_id)
    judgement = tx.session.get(Judgement, judgement_id)
    if person is None or judgement is None:
        raise NotVisible(str(judgement_id))
    return person, judgement
