"""Questionnaires as scheme managers keep them: drawn up, changed, and officially answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models import questionnaires as stored
from models.ledger import Wording
from models.people import Person
from models.questionnaires import OfficialAnswer, Questionnaire, Round
from models.scheme_state import questionnaire_state
from operations.casework import NotVisible, Request, already_done
from operations.scheme_changes import Edit, change
from operations.transaction import Transaction, operation
from workflow import questionnaires as rules
from workflow.refusal import Refused
from workflow.rules import sentence_in
from workflow.vocabulary import Duty

Values = Mapping[str, Any]


class AnsweredMeanwhile(Exception):
    """Somebody answered while the form was open; `answer_id` is what they said."""

    def __init__(self, answer_id: int) -> None:
        super().__init__(answer_id)
        self.answer_id = answer_id


@operation
def draw_up(tx: Transaction, *, edit: Edit, key: str, values: Values) -> None:
    """Draw up a questionnaire; it is put to staff from its day on, if it has one.

    Raises Refused, KeyReused or StaleScheme.
    """
    _check(values)

    def write() -> None:
        if stored.by_key(key) is not None:
            raise Refused("key_taken")
        tx.add(Questionnaire(key=key, **values))

    change(tx, edit, ("questionnaire", key), {}, questionnaire_state(values), write)


@operation
def redraw(tx: Transaction, *, edit: Edit, key: str, values: Values) -> None:
    """Change what is asked next time; a round that has opened keeps its questions.

    Raises NotVisible, Refused, KeyReused or StaleScheme.
    """
    found = stored.by_key(key)
    if found is None:
        raise NotVisible(key)
    _check(values)
    if found.holds != values["holds"] and found.rounds and stored.holding(found.holds or ""):
        raise Refused("questionnaire_still_holds")

    def write() -> None:
        for name, value in values.items():
            setattr(found, name, value)

    before, after = questionnaire_state(vars(found)), questionnaire_state(values)
    change(tx, edit, ("questionnaire", key), before, after, write)


@operation
def answer(tx: Transaction, *, person_id: int, round_id: int, body: str, request: Request) -> None:
    """Answer a round's results officially; `request.version` is how many answers were shown.

    Raises NotVisible, KeyReused, AnsweredMeanwhile or Refused.
    """
    person, found = tx.session.get(Person, person_id), tx.session.get(Round, round_id)
    if person is None or found is None:
        raise NotVisible(str(round_id))
    asked: dict[str, object] = {"act": "official answer", "round": round_id, "body": body}
    if already_done(tx, person_id, request, asked):
        return
    if Duty.SCHEME_MANAGER not in person.duties(tx.now, found.questionnaire.award_id):
        raise Refused("not_scheme_manager")
    if found.result is None:
        raise Refused("round_not_counted")
    sentence_in(body)
    if not 0 <= request.version <= len(found.answers):
        raise NotVisible(str(round_id))  # no page showed that many answers
    if len(found.answers) > request.version:
        raise AnsweredMeanwhile(found.answers[-1].id)
    tx.record(OfficialAnswer(round=found, by=person, body=Wording.of(body.strip()), at=tx.now))


def _check(values: Values) -> None:
    rules.check(rules.questions(values["questions"]))
    rules.check_times(values["days_open"], values["every_months"])
