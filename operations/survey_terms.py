"""What an award asks its customers, and when it asks them again: changed with a reason."""

from __future__ import annotations

from collections.abc import Sequence

from models import scheme as stored
from models.scheme_state import survey_state
from operations.casework import NotVisible
from operations.scheme_changes import Edit, change
from operations.transaction import Transaction, operation
from workflow import surveys
from workflow.refusal import Refused
from workflow.surveys import Question


@operation
def change_survey(
    tx: Transaction,
    *,
    edit: Edit,
    key: str,
    questions: Sequence[Question],
    second_contact_days: int | None,
    waits: bool,
) -> None:
    """Change the questions of an award and its second contact; links that are out keep theirs.

    Raises NotVisible, Refused, KeyReused or StaleScheme.
    """
    award = stored.award_by_key(key)
    if award is None:
        raise NotVisible(key)
    surveys.check(questions)
    if waits and second_contact_days is None:
        raise Refused("second_contact_days_missing")
    before = survey_state(award)
    after = survey_state(award, questions, second_contact_days, waits=waits)

    def write() -> None:
        award.survey_questions = [question.row() for question in questions]
        award.second_contact_days = second_contact_days
        award.waits_for_second_contact = waits

    change(tx, edit, ("survey", key), before, after, write, award.id)
