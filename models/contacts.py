"""Asking a case's customer: when they were asked last, on which occasion, and by whom it may be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from models.base import db
from models.customers import Customer
from models.decisions import ContactAttempt
from models.nominations import Nomination
from models.outbox import Message
from models.scheme import Holiday, scheme
from models.surveys import FOLLOWED, SecondContact, SurveyLink
from workflow import contacts, pathway
from workflow.case import Actor, Case
from workflow.contacts import Reach
from workflow.refusal import Refused
from workflow.vocabulary import JUDGE, Channel, Occasion, Stage


def last_channel(person_id: int) -> Channel | None:
    """How the auditor asked the last customer whom they asked."""
    return db.session.scalar(
        select(ContactAttempt.channel)
        .where(ContactAttempt.by_id == person_id, ContactAttempt.link_id.is_(None))
        .order_by(ContactAttempt.id.desc())
        .limit(1)
    )


def last_contact(nomination: Nomination) -> datetime | None:
    """When the customer was last asked about this case, or was sent the way to answer.

    An answer by a link is their own doing, and a mail that nobody would take reached nobody.
    """
    asked = select(func.max(ContactAttempt.at)).where(
        ContactAttempt.nomination_id == nomination.id, ContactAttempt.link_id.is_(None)
    )
    lost = aliased(Message)
    unsent = lost.sent_at.is_(None) & lost.next_try_at.is_(None)
    sent = select(func.max(SurveyLink.at)).where(
        SurveyLink.nomination_id == nomination.id,
        ~select(lost.id).where(lost.survey_link_id == SurveyLink.id, unsent).exists(),
    )
    both = db.session.execute(select(asked.scalar_subquery(), sent.scalar_subquery())).one()
    return max((at for at in both if at), default=None)


def was_asked(nomination: Nomination) -> bool:
    """Whether anybody was asked about this case yet, or was sent the way to answer."""
    ours = (
        select(table.id).where(table.nomination_id == nomination.id).exists()
        for table in (ContactAttempt, SurveyLink)
    )
    return bool(db.session.scalar(select(or_(*ours))))


def reach(nomination: Nomination, customer: Customer) -> Reach:
    """The customer as the rules see them that say whether they may be asked about this case."""
    last = last_contact(nomination)
    return Reach(
        consent=customer.consent,
        do_not_contact=customer.do_not_contact,
        purged=customer.purged_at is not None,
        again_at=_again_at(last) if last else None,
    )


def _again_at(last: datetime) -> datetime:
    terms, holidays = scheme(), frozenset(db.session.scalars(select(Holiday.day)))
    return contacts.again_at(last, terms.contact_gap_days, holidays, terms.zone)


def occasion(planned: SecondContact | None, at: datetime) -> Occasion:
    """What a contact at this instant asks about."""
    return Occasion.SECOND if planned and planned.due_at <= at else Occasion.FIRST


def is_followed_up(nomination: Nomination, planned: SecondContact | None, at: datetime) -> bool:
    """Whether the case has gone on and is back with the auditors for its second contact."""
    open_ = planned is not None and planned.done_at is None and planned.due_at <= at
    return open_ and nomination.stage in FOLLOWED


def refusal(
    nomination: Nomination, planned: SecondContact | None, case: Case, actor: Actor, at: datetime
) -> Refused | None:
    """Why this actor may not ask the case's customer now; None when they may.

    It is the external audit's work; a second contact that is due may be made later on the road.
    """
    if is_followed_up(nomination, planned, at):
        return words_refusal(case, actor, at)
    stage = Stage.EXTERNAL_AUDIT
    return pathway.may_work(case, actor, at, stage, JUDGE[stage])


def words_refusal(case: Case, actor: Actor, at: datetime) -> Refused | None:
    """Why this actor may not read and release the customer's words; None when they may.

    An answer may come when the case has gone on: it is for those who could audit it externally.
    """
    stage = Stage.EXTERNAL_AUDIT
    as_audited = replace(case, state=stage.value, assigns=False)
    return pathway.may_work(as_audited, actor, at, stage, JUDGE[stage])
