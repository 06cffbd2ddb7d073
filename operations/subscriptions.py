"""Subscriptions to a search: once a day a colleague is told, also by mail, of what newly fits."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping

from sqlalchemy import func, select

from adapters import clock
from models.base import db
from models.people import Person
from models.scheme import Scheme, day_at
from models.search.gram_index import Listed
from models.search.query import Search, still_public
from models.search.records import KIND_BITS, PublicRecord, Subscription
from operations.casework import NotVisible
from operations.transaction import Transaction, operation
from workflow.refusal import Refused

MOST = 20  # subscriptions of one colleague
TOLD = 20  # records named in one message
AT_ONCE = 50  # subscriptions looked up in one turn

NUMBER = re.compile(r"[0-9]{1,9}")

Given = Mapping[str, str]


@operation
def subscribe(tx: Transaction, *, person_id: int, given: Given, called: str) -> None:
    """Tell this person of what fits from now on; the same search twice is one. Raises Refused."""
    own = tx.session.scalars(select(Subscription).where(Subscription.person_id == person_id)).all()
    if any(each.asked["given"] == dict(given) for each in own):
        return
    if len(own) >= MOST:
        raise Refused("subscriptions_full", most=MOST)
    tx.add(
        Subscription(
            person_id=person_id,
            asked={
                "given": dict(given),
                "called": called,
                "secret": secrets.token_urlsafe(24),
            },
            at=tx.now,
            key=_newest(tx),
            told_on=tx.today,
        )
    )


@operation
def end(tx: Transaction, *, person_id: int, subscription_id: int) -> None:
    """End one's own subscription; raises NotVisible for another's."""
    row = tx.session.get(Subscription, subscription_id)
    if row is None or row.person_id != person_id:
        raise NotVisible(str(subscription_id))
    tx.session.delete(row)


@operation
def end_by_letter(tx: Transaction, *, token: str) -> None:
    """End the subscription whose letter this token came in; a second time it is ended already."""
    row = of_letter(token)
    if row is not None:
        tx.session.delete(row)


def of_letter(token: str) -> Subscription | None:
    """The subscription that a letter's address names, if it is still there."""
    number, _dash, secret = token.partition("-")
    row = db.session.get(Subscription, int(number)) if NUMBER.fullmatch(number) else None
    if row is None or not secrets.compare_digest(_secret(row), secret.encode("utf-8", "replace")):
        return None
    return row


def waiting() -> list[int]:
    """Subscriptions that were not looked up today."""
    if db.session.get(Scheme, 1) is None:
        return []
    query = select(Subscription.id).where(Subscription.told_on < day_at(clock.now()))
    return list(db.session.scalars(query.order_by(Subscription.id).limit(AT_ONCE)))


def given_of(subscription_id: int) -> Given:
    """What the subscription asks for, as an address gives it."""
    given: Given = db.session.get_one(Subscription, subscription_id).asked["given"]
    return given


@operation
def tell(tx: Transaction, *, subscription_id: int, search: Search) -> bool:
    """Tell of what has come since the last time, if anything has; returns whether it did."""
    row = tx.session.get(Subscription, subscription_id)
    if row is None or row.told_on >= tx.today:
        return False
    person = tx.session.get_one(Person, row.person_id)
    if not person.works_on(tx.today):
        tx.session.delete(row)
        return False
    found = still_public(search.find(size=TOLD).rows)
    numbers = [
        each.subject if each.is_case else f"{each.key >> 4}" for each in found if each.key > row.key
    ]
    row.told_on, row.key = tx.today, _newest(tx)
    if numbers:
        tx.tell(
            row.person_id,
            "archive_news",
            search=row.asked["called"],
            numbers=", ".join(numbers),
            given=row.asked["given"],
            token=f"{row.id}-{row.asked['secret']}",
        )
    return bool(numbers)


def _number(row: Listed) -> str:
    return row.subject if row.is_case else str(row.key >> KIND_BITS)


def _secret(row: Subscription) -> bytes:
    return str(row.asked["secret"]).encode()


def _newest(tx: Transaction) -> int:
    return tx.session.scalar(select(func.max(PublicRecord.key))) or 0
