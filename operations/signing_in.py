"""Signing in and out, and the passwords it takes.

A password is hashed and compared outside any transaction: that is slow on purpose, and would keep
every other writer waiting.
"""

from __future__ import annotations

import hmac
import math
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from adapters import clock, passwords
from models import people, scheme
from models.base import db
from models.outbox import Message
from models.people import AuthSession, Invitation, Person, SignInFailure, token_hash
from operations.transaction import Transaction, operation
from workflow.refusal import Refused
from workflow.vocabulary import Duty

WINDOW = timedelta(minutes=15)
FAILURES_PER_EMAIL = 5
FAILURES_PER_ADDRESS = 100  # a whole call centre may share one address
INVITATION_LASTS = timedelta(hours=72)
LEAST, MOST = 10, 200  # characters of a password
LEAST_DIFFERENT = 5


@dataclass(frozen=True)
class Attempt:
    """Who tries, as far as failures are counted: keyed hashes, nothing to read."""

    email: str
    address: str

    @classmethod
    def of(cls, email: str, address: str, key: str) -> Attempt:
        def mark(text: str) -> str:
            return hmac.digest(key.encode(), text.encode(), "sha256").hex()

        return cls(mark(f"email {email.strip().lower()}"), mark(f"address {address}"))


def sign_in(*, email: str, password: str, attempt: Attempt, lasts: timedelta) -> str:
    """A new session's token; raises Refused, for an unknown e-mail as for a wrong password."""
    _count(attempt)
    person = people.by_email(email)
    person_id, stored = (person.id, person.password_hash) if person else (0, None)
    db.session.rollback()  # no lock is held while a password is compared
    if not passwords.matches(stored, password):
        raise Refused("sign_in_failed")
    fresh = passwords.hashed(password) if stored and passwords.is_outdated(stored) else None
    return _admit(person_id, stored, fresh, attempt, lasts)


@operation
def enter_demo(tx: Transaction, *, person_id: int, lasts: timedelta) -> str:
    """A session without a password, for an account that the demo offers; raises Refused."""
    if person_id not in {person.id for _, person in people.demo_accounts(tx.now)}:
        raise Refused("sign_in_failed")
    return begin_session(tx, person_id, lasts)


@operation
def sign_out(tx: Transaction, *, token: str) -> None:
    tx.session.execute(
        update(AuthSession)
        .where(AuthSession.token_hash == token_hash(token), AuthSession.revoked_at.is_(None))
        .values(revoked_at=tx.now)
    )


def change_password(
    *, person_id: int, old: str, new: str, attempt: Attempt, lasts: timedelta
) -> str:
    """Set the password and end every session; returns the token of the one that goes on.

    Raises Refused when the old password is not right, or the new one not good enough.
    """
    _count(attempt)
    person = db.session.get_one(Person, person_id)
    stored, own = person.password_hash, _own_words(person)
    db.session.rollback()
    if not passwords.matches(stored, old):
        raise Refused("old_password_wrong")
    check_password(own, new)
    return _replace(person_id, stored, passwords.hashed(new), attempt, lasts)


def set_password(*, employee_number: str, new: str) -> None:
    """Set somebody's password from the command line, and end their sessions; raises Refused."""
    person = people.by_number(employee_number)
    if person is None:
        raise Refused("no_such_person", number=employee_number)
    person_id, own = person.id, _own_words(person)
    db.session.rollback()
    check_password(own, new)
    _overwrite(person_id, passwords.hashed(new))


@operation
def invite(tx: Transaction, *, by_id: int, person_id: int) -> str:
    """Send somebody the link to set a password with; returns its token.

    An earlier link of theirs ends. Raises Refused.
    """
    by, person = tx.session.get_one(Person, by_id), tx.session.get_one(Person, person_id)
    if not by.holds(Duty.ADMINISTRATOR, tx.now):
        raise Refused("administrators_only")
    if not works_today(person, tx.now):
        raise Refused("has_left", name=person.name)
    _end_invitations(tx, person)
    token = secrets.token_urlsafe(32)
    tx.add(
        Invitation(
            token_hash=token_hash(token),
            person=person,
            by=by,
            created_at=tx.now,
            expires_at=tx.now + INVITATION_LASTS,
        )
    )
    tx.tell(person.id, "invitation", token=token)
    return token


def accept_invitation(*, token: str, new: str, lasts: timedelta) -> str:
    """Set the password that the invitation was for, and sign in; returns the session's token."""
    invitation = people.invitation(token, clock.now())
    if invitation is None:
        raise Refused("invitation_over")
    own = _own_words(invitation.person)
    db.session.rollback()
    check_password(own, new)
    return _use(token, passwords.hashed(new), lasts)


def check_password(own: frozenset[str], new: str) -> None:
    """Raise Refused unless the password is good enough for whom these words are about."""
    if len(new) < LEAST:
        raise Refused("password_too_short", least=LEAST)
    if len(new) > MOST:
        raise Refused("password_too_long", most=MOST)
    if _plain(new) in own:
        raise Refused("password_is_yours")
    if len(set(new)) < LEAST_DIFFERENT:
        raise Refused("password_too_plain", least=LEAST_DIFFERENT)


def begin_session(tx: Transaction, person_id: int, lasts: timedelta) -> str:
    """Open a session; returns its token, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    tx.add(
        AuthSession(
            token_hash=token_hash(token),
            person_id=person_id,
            created_at=tx.now,
            expires_at=tx.now + lasts,
        )
    )
    return token


def end_sessions(tx: Transaction, person_id: int) -> None:
    """Sign the person out everywhere, at once."""
    tx.session.execute(
        update(AuthSession)
        .where(AuthSession.person_id == person_id, AuthSession.revoked_at.is_(None))
        .values(revoked_at=tx.now)
    )


def works_today(person: Person, at: datetime) -> bool:
    """Whether the person belongs to the organisation on the scheme's present day."""
    return person.works_on(scheme.day_at(at))


@operation
def _count(tx: Transaction, attempt: Attempt) -> None:
    """Count the attempt as failed before it is looked at, so that many at once gain nothing.

    Raises Refused while too many have failed.
    """
    since = tx.now - WINDOW
    tx.session.execute(delete(SignInFailure).where(SignInFailure.at <= since))
    limits = ((attempt.email, FAILURES_PER_EMAIL), (attempt.address, FAILURES_PER_ADDRESS))
    for mark, limit in limits:
        failed = select(SignInFailure.at).where(SignInFailure.identifier_hash == mark)
        latest = tx.session.scalars(failed.order_by(SignInFailure.at.desc()).limit(limit)).all()
        if len(latest) == limit:
            left = latest[-1] + WINDOW - tx.now
            raise Refused("sign_in_locked", minutes=math.ceil(left / timedelta(minutes=1)))
    tx.session.add_all(SignInFailure(identifier_hash=mark, at=tx.now) for mark, _ in limits)


def _forgive(tx: Transaction, attempt: Attempt) -> None:
    """It succeeded: forget what was counted against the e-mail, and this one at the address."""
    tx.session.execute(delete(SignInFailure).where(SignInFailure.identifier_hash == attempt.email))
    latest = select(func.max(SignInFailure.id)).where(
        SignInFailure.identifier_hash == attempt.address
    )
    tx.session.execute(delete(SignInFailure).where(SignInFailure.id == latest.scalar_subquery()))


@operation
def _admit(
    tx: Transaction,
    person_id: int,
    stored: str | None,
    fresh: str | None,
    attempt: Attempt,
    lasts: timedelta,
) -> str:
    person = _unchanged(tx, person_id, stored)
    if not works_today(person, tx.now):
        raise Refused("sign_in_failed")
    _forgive(tx, attempt)
    if fresh:
        person.password_hash = fresh
    return begin_session(tx, person_id, lasts)


@operation
def _replace(
    tx: Transaction,
    person_id: int,
    stored: str | None,
    fresh: str,
    attempt: Attempt,
    lasts: timedelta,
) -> str:
    person = _unchanged(tx, person_id, stored)
    _forgive(tx, attempt)
    _put(tx, person, fresh)
    return begin_session(tx, person_id, lasts)


@operation
def _overwrite(tx: Transaction, person_id: int, fresh: str) -> None:
    _put(tx, tx.session.get_one(Person, person_id), fresh)


@operation
def _use(tx: Transaction, token: str, fresh: str, lasts: timedelta) -> str:
    invitation = people.invitation(token, tx.now)
    if invitation is None or not works_today(invitation.person, tx.now):
        raise Refused("invitation_over")
    _put(tx, invitation.person, fresh)
    return begin_session(tx, invitation.person_id, lasts)


def _unchanged(tx: Transaction, person_id: int, stored: str | None) -> Person:
    """The person, if the password that was compared is still theirs."""
    person = tx.session.get_one(Person, person_id)
    if person.password_hash != stored:
        raise Refused("sign_in_failed")
    return person


def _put(tx: Transaction, person: Person, fresh: str) -> None:
    person.password_hash = fresh
    end_sessions(tx, person.id)
    _end_invitations(tx, person)


def _end_invitations(tx: Transaction, person: Person) -> None:
    """No link sent before opens anything any more, and none is left lying in a message."""
    tx.session.execute(
        update(Invitation)
        .where(Invitation.person_id == person.id, Invitation.used_at.is_(None))
        .values(used_at=tx.now)
    )
    sent = select(Message).where(Message.person_id == person.id, Message.kind == "invitation")
    for message in tx.session.scalars(sent):
        message.values = {}
        message.read_at = message.read_at or tx.now
        message.next_try_at = None


def _own_words(person: Person) -> frozenset[str]:
    """What others know of the person, and would try first."""
    email = person.email or ""
    words = (person.name, person.employee_number, email, email.partition("@")[0])
    return frozenset(_plain(word) for word in words)


def _plain(word: str) -> str:
    return "".join(word.casefold().split())
