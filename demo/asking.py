"""The external auditors of the demo: surveys and calls, and the second contact weeks later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from adapters import clock
from demo.case import Case
from demo.directory import sealer
from demo.story import Survey
from models import casework
from models import contacts as asking
from models.base import db
from models.customers import Customer, customer_of
from models.nominations import Nomination
from models.surveys import ASKED_AT, second_contact_of, words_on
from operations import audits, customers, surveys
from operations.surveys import Invitation
from workflow import contacts
from workflow.vocabulary import Channel, ContactOutcome, Language, Stage

Instants = Iterator[datetime]
NO_ANSWER = {
    Language.EN: "Nobody picked up; left no message.",
    Language.ZH_HANS: "无人接听，未留言。",
    Language.ZH_HANT: "無人接聽，未留言。",
}
RUNS_OUT = 15  # days: by then a link is over, and the clock has put that on record


def ask(case: Case) -> Instants:
    """Ask the customer, by survey and by phone, and wait for a second contact where one must."""
    story, auditor = case.story, case.judge()
    customer = _named(case)
    if customer is not None:
        if contacts.never(asking.reach(case.row, customer)):
            return
        customers.look(person_id=auditor, number=case.number, sealer=sealer())
    for each in story.surveys:
        yield from _surveyed(case, auditor, each)
    language = db.session.get_one(Nomination, case.row.id).nominees[0].language
    for _ in range(story.unanswered):
        _call(case, auditor, ContactOutcome.NO_ANSWER, None, NO_ANSWER[language])
        yield case.later(0.6)
        if customer is not None:
            again = asking.reach(case.row, customer).again_at
            yield case.calendar.working(again or clock.now())
    if story.contact:
        disagreed = story.rejected and story.rejected.at is Stage.EXTERNAL_AUDIT
        outcome = ContactOutcome.DISAGREED if disagreed else ContactOutcome.CONFIRMED
        _call(case, auditor, outcome, story.marks, story.contact)
    while (due := casework.snapshot(case.row).awaited) and due.contact.perception is None:
        yield case.later(1)


def survey(case: Case) -> Instants:
    """Say who the customer is, and send what they were sent, where the case still waits."""
    auditor = case.judge()
    _named(case)
    for each in case.story.surveys:
        yield from _surveyed(case, auditor, each)


def follow_up(case: Case) -> Instants:
    """The second contact, when it is due, wherever the case has come to by then."""
    again = case.story.again
    if again is None:
        return
    yield case.calendar.begins
    while not case.number:
        yield case.later(1)
    while not _is_due(case):
        yield case.later(1)
    auditor = case.judge(at=Stage.EXTERNAL_AUDIT)
    if again.survey:
        if customer_of(case.row) is None:
            return
        yield from _surveyed(case, auditor, again.survey)
    else:
        _call(case, auditor, ContactOutcome.CONFIRMED, again.marks, again.call)


def _is_due(case: Case) -> bool:
    planned = second_contact_of(case.row)
    return planned is not None and planned.due_at <= clock.now() and case.stage in ASKED_AT


def _named(case: Case) -> Customer | None:
    """Say who the customer is, if a reference in the evidence leads to one."""
    found = customers.proposed(case.row, sealer())
    if not found:
        return None
    customers.choose(
        person_id=case.judge(),
        number=case.number,
        customer_number=found[0].number,
        sealer=sealer(),
        request=case.request,
    )
    return customer_of(case.row)


def _surveyed(case: Case, auditor: int, told: Survey) -> Instants:
    """A link goes out; the customer answers, and the auditor releases what they may say aloud."""
    token = surveys.invite(
        person_id=auditor,
        number=case.number,
        invitation=Invitation(told.way, told.channel, told.about),
        sealer=sealer(),
        request=case.request,
    )
    if token is None or not told.answers:
        yield case.later(RUNS_OUT)
        return
    yield case.later(told.after)
    surveys.answer(token=token, answers=told.answers, sealer=sealer())
    yield case.later(0.4)
    if told.released:
        surveys.release(
            person_id=auditor,
            number=case.number,
            words_id=words_on(case.row)[-1].id,
            text=told.released,
            request=case.request,
        )


def _call(case: Case, auditor: int, outcome: ContactOutcome, marks: int | None, note: str) -> None:
    audits.log_contact(
        person_id=auditor,
        number=case.number,
        channel=Channel.PHONE,
        outcome=outcome,
        marks=marks,
        note=note,
        request=case.request,
    )
