"""Asking customers in tests: a case whose customer may be asked, a link, an answer."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from models.base import db
from models.decisions import ContactAttempt
from models.nominations import by_number
from models.scheme import Award
from operations import surveys
from operations.casework import Request
from operations.surveys import Invitation
from operations.transaction import Transaction, operation
from tests.builders import Cast, decide, make_award, make_cast, make_scheme, make_submitted, version
from tests.directory import HEAD, bring, choose, customer, sealer
from tests.roads import find
from workflow.vocabulary import Action, Channel, ContactOutcome, SurveyWay

ABOUT = "A colleague is said to have called you back on the same day."
WELL = {"did_it_happen": "yes", "marks": "5", "say_again": "yes", "free_text": "Ms Wang was kind."}
NEVER = {"did_it_happen": "no", "free_text": "Nobody has ever called me."}
LASTED = {"effect_lasted": "yes", "marks": "4"}
GONE = {"effect_lasted": "no"}


@dataclass(frozen=True)
class Asked:
    """A case at its external audit with a customer who may be asked, and its people."""

    cast: Cast
    number: str


def make_asked(
    language: str = "en", road: str = "standard", days: int | None = None, waits: bool = False
) -> Asked:
    make_scheme()
    make_award(road=road)
    ask_again(days, waits=waits)
    cast = make_cast()
    bring(f"{HEAD}\n{customer('K-7', language=language, name='Wang Fang')}\n")
    return Asked(cast, make_asked_case(cast))


def make_asked_case(cast: Cast, number: str = "K-7") -> str:
    """One more case at its external audit, about this customer."""
    case = make_submitted(cast)
    find(cast.internal, case)
    decide(cast.internal, case, Action.APPROVE)
    choose(cast.external, case, number)
    return case


@operation
def ask_again(tx: Transaction, days: int | None, *, waits: bool = False) -> None:
    """Let the award plan a second contact."""
    award = tx.session.scalars(select(Award)).one()
    award.second_contact_days, award.waits_for_second_contact = days, waits


def make_link(asked: Asked, about: str = ABOUT, channel: Channel = Channel.CHAT) -> str:
    """A link to hand over; returns its token."""
    token = surveys.invite(
        person_id=asked.cast.external,
        number=asked.number,
        invitation=Invitation(SurveyWay.COPIED, channel, about),
        sealer=sealer(),
        request=Request(version(asked.number)),
    )
    assert token is not None
    return token


def mail_link(asked: Asked, about: str = ABOUT) -> None:
    """A link on its way by mail."""
    surveys.invite(
        person_id=asked.cast.external,
        number=asked.number,
        invitation=Invitation(SurveyWay.MAIL, Channel.EMAIL, about),
        sealer=sealer(),
        request=Request(version(asked.number)),
    )


def answer(token: str, answers: dict[str, str] | None = None) -> None:
    surveys.answer(token=token, answers=WELL if answers is None else answers, sealer=sealer())


def attempts(number: str) -> list[ContactAttempt]:
    db.session.rollback()
    nomination = by_number(number)
    assert nomination is not None
    found = select(ContactAttempt).where(ContactAttempt.nomination_id == nomination.id)
    return list(db.session.scalars(found.order_by(ContactAttempt.id)))


def outcomes(number: str) -> list[ContactOutcome]:
    return [attempt.outcome for attempt in attempts(number)]
