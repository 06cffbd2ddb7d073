"""The one door for a change of the scheme: who may, against what they saw, with which reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models import questionnaires
from models.ledger import Wording
from models.people import Person
from models.scheme import SchemeChange
from models.scheme_state import State, difference, fingerprint, last_change
from operations import casework, feedback_changes
from operations.casework import Request
from operations.transaction import Transaction
from workflow.questionnaires import held_by
from workflow.refusal import Refused
from workflow.rules import sentence_in
from workflow.vocabulary import Duty


class StaleScheme(Exception):
    """Somebody changed it while the form was open; `change` says what, and why."""

    def __init__(self, change: SchemeChange | None) -> None:
        super().__init__(change.id if change else None)
        self.change = change


@dataclass(frozen=True)
class Edit:
    """What every form of the scheme carries beside its answer.

    `seen` is the fingerprint of what the form showed; `key` makes the same request, sent twice,
    one change. `answers` is the adopted feedback that the change comes of, if it is of one.
    """

    person_id: int
    reason: str
    seen: str
    key: str | None = None
    answers: int | None = None


def change(
    tx: Transaction,
    edit: Edit,
    subject: tuple[str, str],
    before: State,
    after: State,
    write: Callable[[], None],
    award_id: int | None = None,
) -> None:
    """Write the change and record it under its subject (what, key).

    Raises Refused, KeyReused, or StaleScheme when it is not what the form showed any more.
    """
    manager = _manager(tx, edit.person_id, award_id)
    body: dict[str, object] = {"act": "scheme", "subject": list(subject), "after": dict(after)}
    if edit.answers is not None:
        body["answers"] = edit.answers
    if casework.already_done(tx, edit.person_id, Request(0, edit.key), body):
        return
    if fingerprint(before) != edit.seen:
        raise StaleScheme(last_change(*subject))
    changes = difference(before, after)
    if not changes:
        raise Refused("nothing_changed")
    sentence_in(edit.reason)
    _let_go(subject, after)
    write()
    row = SchemeChange(
        at=tx.now,
        by=manager,
        subject=subject[0],
        subject_key=subject[1],
        changes=changes,
        reason=Wording.of(edit.reason.strip()),
    )
    tx.record(row)
    if edit.answers is not None:
        feedback_changes.link(tx, edit.answers, row, manager)


def _let_go(subject: tuple[str, str], after: State) -> None:
    """Refuse what waits for a questionnaire of staff; what is not in force may be prepared."""
    name = held_by(subject)
    if name is None or after.get("active") == "no":
        return
    questionnaire = questionnaires.holding(name)
    if questionnaire is not None:
        raise Refused("waits_for_questionnaire", questionnaire=questionnaire.key)


def _manager(tx: Transaction, person_id: int, award_id: int | None) -> Person:
    """The person, who must manage this award, or the whole scheme where no award is named."""
    person = tx.session.get(Person, person_id)
    if person is None or Duty.SCHEME_MANAGER not in person.duties(tx.now, award_id):
        raise Refused("not_scheme_manager")
    return person
