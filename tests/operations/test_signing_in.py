"""Guessing is slow, however many guess at once; what was sent to one person stays theirs."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from adapters import passwords
from models.base import db
from models.people import AuthSession, Invitation, Person, SignInFailure
from operations import signing_in
from operations.signing_in import FAILURES_PER_EMAIL, Attempt
from operations.transaction import Transaction, operation
from tests.builders import make_person
from workflow.refusal import Refused
from workflow.vocabulary import Duty

pytestmark = pytest.mark.usefixtures("context")

PASSWORD = "seven wooden spoons"
EMAIL = "lin@example.org"
HOUR = timedelta(hours=1)


@operation
def let_in(tx: Transaction, person_id: int) -> None:
    person = tx.session.get_one(Person, person_id)
    person.email, person.password_hash = EMAIL, passwords.hashed(PASSWORD)


def guess(app: Flask, password: str) -> str:
    """What comes of one attempt, from an address of its own."""
    with app.app_context():
        try:
            attempt = Attempt.of(EMAIL, password, "key")
            signing_in.sign_in(email=EMAIL, password=password, attempt=attempt, lasts=HOUR)
        except Refused as refused:
            return refused.message
    return "in"


def test_many_guesses_at_once_gain_no_more_than_a_few(app: Flask) -> None:
    let_in(make_person())
    with ThreadPoolExecutor(12) as threads:
        outcomes = Counter(threads.map(lambda n: guess(app, f"guess {n}"), range(24)))
    assert outcomes == {
        "sign_in_failed": FAILURES_PER_EMAIL,
        "sign_in_locked": 24 - FAILURES_PER_EMAIL,
    }


def test_the_right_password_is_not_let_in_among_too_many_guesses(app: Flask) -> None:
    let_in(make_person())
    for n in range(FAILURES_PER_EMAIL):
        guess(app, f"guess {n}")
    assert guess(app, PASSWORD) == "sign_in_locked"
    assert db.session.scalar(select(func.count()).select_from(AuthSession)) == 0


def test_success_leaves_nothing_counted(app: Flask) -> None:
    let_in(make_person())
    assert [guess(app, "wrong"), guess(app, PASSWORD)] == ["sign_in_failed", "in"]
    kept = db.session.scalars(select(SignInFailure.identifier_hash)).all()
    assert kept == [Attempt.of(EMAIL, "wrong", "key").address]


def test_a_password_changed_meanwhile_lets_nobody_in_with_the_old_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    person_id = make_person()
    let_in(person_id)
    number = db.session.get_one(Person, person_id).employee_number
    db.session.rollback()
    compare = passwords.matches

    def slow(stored: str | None, typed: str) -> bool:
        """Somebody sets another password while this one is compared."""
        right = compare(stored, typed)
        signing_in.set_password(employee_number=number, new="nine paper lanterns")
        return right

    monkeypatch.setattr(passwords, "matches", slow)
    assert guess(app, PASSWORD) == "sign_in_failed"
    assert db.session.scalar(select(func.count()).select_from(AuthSession)) == 0


@pytest.mark.parametrize("duty", [None, *(duty for duty in Duty if duty is not Duty.ADMINISTRATOR)])
def test_only_an_administrator_sends_links(duty: Duty | None) -> None:
    by, person = make_person("By", duties=(duty,) if duty else ()), make_person("Li Na")
    with pytest.raises(Refused, match="administrators_only"):
        signing_in.invite(by_id=by, person_id=person)
    assert db.session.scalars(select(Invitation)).all() == []


def test_a_link_that_was_used_twice_at_once_sets_one_password(app: Flask) -> None:
    by, person = make_person("By", duties=(Duty.ADMINISTRATOR,)), make_person("Li Na")
    token = signing_in.invite(by_id=by, person_id=person)

    def use(new: str) -> str:
        with app.app_context():
            try:
                signing_in.accept_invitation(token=token, new=new, lasts=HOUR)
            except Refused as refused:
                return refused.message
        return new

    with ThreadPoolExecutor(2) as threads:
        outcomes = set(threads.map(use, ["nine paper lanterns", "eight tin soldiers"]))
    assert "invitation_over" in outcomes
    (winner,) = outcomes - {"invitation_over"}
    stored = db.session.scalar(select(Person.password_hash).where(Person.id == person))
    assert passwords.matches(stored, winner)
