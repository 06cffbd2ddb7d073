"""Letters speak the reader's language, lead back to the pages, and tell no more than they must."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from cli.worker import _link
from jobs.letters import letter
from models.base import db
from models.outbox import Message
from operations.transaction import Transaction, operation
from tests.builders import Cast, make_draft, make_person
from words.messages import MESSAGES, MOVED
from workflow.vocabulary import Action, FeedbackState, Language, ObjectionState, Stage

pytestmark = pytest.mark.usefixtures("context")

BASE = "https://plaudit.example/scheme"
FROM_CUSTOMERS = (
    "customer_answered", "second_contact_due", "second_contact_late",
    "effect_did_not_last", "customer_disagreed_late",
)  # fmt: skip
DEADLINES = ("case_due", "correction_due", "case_overdue", "case_overdue_unheld")
WAIVERS = ("waiver_waits", "waiver_confirmed", "waiver_refused")
JUDGES = ("case_assigned", "case_stuck", "judge_barred")
FEEDBACK = (
    "feedback_remarked",
    "feedback_changed_scheme",
    "feedback_removed",
    "feedback_motion_waits",
    "feedback_motion_agreed",
    "feedback_motion_declined",
)
QUESTIONNAIRES = ("questionnaire_opened", "questionnaire_closing", "questionnaire_counted")
WINNERS = ("reward_handed_over", "reward_handover_undone", "tribute_published")
DUE = {"stage": Stage.TIERING, "cycle": "2026-Q4", "day": "2026-11-03"}
VALUES: dict[str, dict[str, Any]] = {
    "case_moved": {"action": Action.APPROVE, "stage": Stage.TIERING, "dest": Stage.PUBLIC_NOTICE},
    "case_waits": {"action": Action.SUBMIT, "stage": Stage.DRAFT, "dest": Stage.INTERNAL_AUDIT},
    "objection_settled": {"state": ObjectionState.UPHELD},
    "archive_news": {
        "search": "退款",
        "numbers": "2026-0001",
        "given": {"q": "退款"},
        "token": "1-a",
    },
    "feedback_waits": {"feedback": 7},
    "feedback_answered": {"feedback": 7, "state": FeedbackState.ADOPTED},
    "feedback_overdue": {"feedback": 7, "day": "2026-11-03"},
    **{kind: {"feedback": 7} for kind in FEEDBACK},
    "removal_waits": {"removal": 7},
    "invitation": {"token": "s3cret"},
    "receipt": {"receipt": 12, "fingerprint": "0f1e2d3c"},
    "bond_declared": {},
    "result_corrected": {"metric": "errors", "day": "2026-11-03"},
    **{kind: {"title": "On the scheme", "day": "2026-11-03"} for kind in QUESTIONNAIRES},
    **{kind: {} for kind in WAIVERS},
    **{kind: {"stage": Stage.INTERNAL_AUDIT} for kind in JUDGES},
    **{kind: {**DUE, "judges": "Li Na"} for kind in DEADLINES},
    **{kind: {**DUE, "award": "Star"} for kind in ("ranking_due", "ranking_overdue")},
    **{kind: {} for kind in (*FROM_CUSTOMERS, *WINNERS)},
}
ABOUT_A_CASE = {
    "case_moved",
    "case_waits",
    "objection_settled",
    *FROM_CUSTOMERS,
    *WINNERS,
    *DEADLINES,
    *WAIVERS,
    *JUDGES,
}


@operation
def tell(tx: Transaction, person_id: int, kind: str, number: str) -> None:
    from models.nominations import by_number

    tx.tell(person_id, kind, by_number(number) if kind in ABOUT_A_CASE else None, **VALUES[kind])


def written(app: Flask, person_id: int, kind: str, cast: Cast) -> tuple[str, str, str]:
    """Subject, body and case number of the letter that the person gets."""
    number = make_draft(cast.nominator, [cast.nominee])
    tell(person_id, kind, number)
    message = db.session.scalars(select(Message).where(Message.person_id == person_id)).one()
    link = _link(BASE)
    mail = letter(message, sender="Plaudit <plaudit@plaudit.example>", link=link)
    assert mail["Message-ID"] == f"<{message.message_id}@plaudit.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    return mail["Subject"], mail.get_content(), number


def test_every_kind_of_message_is_tried_here() -> None:
    assert set(VALUES) == set(MESSAGES)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", VALUES)
def test_a_letter_is_whole_in_every_language(
    context: Flask, cast: Cast, kind: str, language: Language
) -> None:
    subject, body, number = written(context, make_person(language=language), kind, cast)
    assert "%(" not in subject + body
    assert f"{BASE}/" in body
    if kind in ABOUT_A_CASE:
        assert number in subject
        assert number in body


@pytest.mark.parametrize("dest", Stage)
def test_both_sides_are_told_where_their_case_stands_now(
    context: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, dest: Stage
) -> None:
    monkeypatch.setitem(VALUES, "case_moved", {**VALUES["case_moved"], "dest": dest})
    subject, body, number = written(context, make_person(), "case_moved", cast)
    assert number in subject
    assert number in body
    assert dest not in MOVED or "now stands at" not in body


def test_a_letter_does_not_carry_the_story_of_the_case(context: Flask, cast: Cast) -> None:
    subject, body, _ = written(context, make_person(), "case_moved", cast)
    assert "She stayed on the line" not in subject + body
    assert "Lin Nominee" not in subject + body


def test_an_invitation_leads_to_the_page_where_a_password_is_chosen(
    context: Flask, cast: Cast
) -> None:
    _, body, _ = written(context, make_person(), "invitation", cast)
    assert f"{BASE}/invitation/s3cret" in body


def test_a_name_with_marks_of_an_address_stays_one_recipient(context: Flask, cast: Cast) -> None:
    person = make_person('O"Brien, <x@evil.example>, 王')
    tell(person, "feedback_waits", make_draft(cast.nominator, [cast.nominee]))
    message = db.session.scalars(select(Message).where(Message.person_id == person)).one()
    mail = letter(message, sender="Plaudit <plaudit@plaudit.example>", link=_link(BASE))
    (recipient,) = mail["To"].addresses
    assert message.person is not None
    assert recipient.addr_spec == message.person.email
