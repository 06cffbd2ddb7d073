"""Which customer a case is about, who sees how to reach them, and when they may be asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from adapters.sealing import Unsealable
from ledger.canonical import parse
from models import casework, customers
from models.base import db, table
from models.customers import CustomerLook, CustomerPurge
from models.ledger import LedgerEntry
from models.nominations import by_number
from models.surveys import CustomerWords
from operations import audits, clockwork
from operations import customers as operations
from operations.casework import NotVisible, Request, Stale
from operations.customers import ContactDetails
from operations.surveys import read_words
from operations.verification import Verification
from tests import roads
from tests.builders import (
    SENTENCE,
    Cast,
    decide,
    make_award,
    make_cast,
    make_person,
    make_scheme,
    make_submitted,
    put_above,
    stage,
    version,
)
from tests.directory import FILE, HEAD, bring, choose, customer, sealer
from workflow.refusal import Refused
from workflow.vocabulary import Action, Channel, ContactOutcome, Duty, Perception, Stage

WANG = ContactDetails("王芳", "wang@example.cn", "+86 21 5555 0101")
SILENT = ContactOutcome.NO_ANSWER
PARTS = (
    "nominator", "nominee", "manager", "internal", "policy", "performance", "committee", "arbiter",
    "scheme_manager", "colleague",
)  # fmt: skip


@pytest.fixture
def cast(context: Flask) -> Cast:
    make_scheme()
    make_award()
    bring()
    return make_cast()


@pytest.fixture
def number(cast: Cast) -> str:
    """A case at the external audit."""
    number = make_submitted(cast)
    roads.find(cast.internal, number)
    decide(cast.internal, number, Action.APPROVE)
    return number


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.message


def look(person_id: int, number: str) -> ContactDetails:
    return operations.look(person_id=person_id, number=number, sealer=sealer())


def call(person_id: int, number: str, outcome: ContactOutcome = SILENT) -> None:
    audits.log_contact(
        person_id=person_id,
        number=number,
        channel=Channel.PHONE,
        outcome=outcome,
        marks=5 if outcome is ContactOutcome.CONFIRMED else None,
        note="",
        request=Request(version(number)),
    )


def bodies(kind: str) -> list[Any]:
    wanted = select(LedgerEntry.data).where(LedgerEntry.kind == kind).order_by(LedgerEntry.seq)
    return [parse(data)["body"] for data in db.session.scalars(wanted)]


def faults() -> list[object]:
    reading = Verification()
    reading.begin()
    return list(reading.faults())


def reference_of(number: str) -> str:
    nomination = by_number(number)
    assert nomination is not None
    return nomination.claims[0].evidence[0].text


def proposed(number: str) -> list[str]:
    db.session.rollback()
    nomination = by_number(number)
    assert nomination is not None
    return [one.number for one in operations.proposed(nomination, sealer())]


def key_of(number: str) -> str:
    found = customers.by_number(number)
    assert found is not None
    return found.key


def perception(number: str) -> Perception | None:
    nomination = by_number(number)
    assert nomination is not None
    return casework.snapshot(nomination).contact.perception


def test_a_reference_in_the_evidence_proposes_its_customer(cast: Cast, number: str) -> None:
    assert proposed(number) == []
    written = reference_of(number).lower().replace("-", " ")
    bring(f"{HEAD}\n{customer('K-5', references=written)}\n")
    assert proposed(number) == ["K-5"]
    choose(cast.external, number, "K-5")
    [body] = bodies("customer_chosen")
    assert body["matched"] is True
    assert body["customer"] == key_of("K-5")


def test_the_auditor_may_name_another_customer_and_the_last_word_counts(
    cast: Cast, number: str
) -> None:
    for one in ("K-1", "K-1"):
        choose(cast.external, number, one)
    assert refusal(lambda: choose(cast.external, number, "K-2")) == "sentence_missing"
    choose(cast.external, number, "K-2", reason=SENTENCE)
    nomination = by_number(number)
    assert nomination is not None
    chosen = customers.customer_of(nomination)
    assert chosen is not None
    assert chosen.number == "K-2"
    assert [body["matched"] for body in bodies("customer_chosen")] == [False, False]
    assert refusal(lambda: choose(cast.external, number, "K-99")) == "no_such_customer"


def test_a_choice_by_mistake_is_taken_back_with_a_reason_until_somebody_was_asked(
    cast: Cast, number: str
) -> None:
    bring(f"{HEAD}\n{customer('K-7', consent='no')}\n")
    assert refusal(lambda: choose(cast.external, number, "K-7")) == "sentence_missing"
    assert perception(number) is None, "whom nobody may ask ends the question with a reason alone"
    choose(cast.external, number, "K-7", reason=SENTENCE)
    assert perception(number) is Perception.NO_ANSWER
    assert refusal(lambda: choose(cast.external, number, None)) == "sentence_missing"
    choose(cast.external, number, None, reason=SENTENCE)
    assert perception(number) is None, "nobody is bound by the wish of somebody else"
    assert refusal(lambda: look(cast.external, number)) == "no_customer_chosen"
    choose(cast.external, number, "K-1")
    call(cast.external, number, ContactOutcome.CONFIRMED)
    for other in ("K-2", None):
        chosen = partial(choose, cast.external, number, other, reason=SENTENCE)
        assert refusal(chosen) == "customer_asked_already"
    assert [body.get("reason") is not None for body in bodies("customer_chosen")] == [
        True,
        True,
        False,
    ]
    assert faults() == []


def test_a_choice_on_a_page_that_is_out_of_date_is_refused(cast: Cast, number: str) -> None:
    with pytest.raises(Stale):
        choose(cast.external, number, "K-1", at=version(number) - 1)


def test_nobody_else_names_the_customer_or_sees_how_to_reach_them(cast: Cast, number: str) -> None:
    choose(cast.external, number, "K-1")
    barred = make_person("Boss of the nominee", duties=(Duty.EXTERNAL_AUDITOR,))
    put_above(cast.nominee, barred)
    for person_id in (barred, *(getattr(cast, part) for part in PARTS)):
        with pytest.raises((Refused, NotVisible)):
            look(person_id, number)
        with pytest.raises((Refused, NotVisible)):
            choose(person_id, number, "K-2")
    assert bodies("customer_looked") == []
    assert len(bodies("customer_chosen")) == 1


def test_a_case_at_another_stage_shows_its_external_auditor_nothing_yet(cast: Cast) -> None:
    number = make_submitted(cast)
    assert refusal(lambda: look(cast.external, number)) == "not_at_this_stage"


def test_each_look_is_recorded_and_the_ledger_names_nobody(cast: Cast, number: str) -> None:
    assert refusal(lambda: look(cast.external, number)) == "no_customer_chosen"
    choose(cast.external, number, "K-1")
    assert look(cast.external, number) == WANG
    assert look(cast.external, number) == WANG
    first, second = bodies("customer_looked")
    assert first == second
    assert first["customer"] == key_of("K-1")
    assert set(first) == {"case", "customer", "stage", "round", "by"}
    rows = db.session.scalars(select(CustomerLook)).all()
    assert [(one.by_id, one.nomination.number, one.stage) for one in rows] == [
        (cast.external, number, Stage.EXTERNAL_AUDIT)
    ] * 2
    entries = b"".join(db.session.scalars(select(LedgerEntry.data)))
    assert not [each for each in ("王芳", "wang@", "5555", "K-1") if each.encode() in entries]
    assert faults() == []


def test_the_details_are_out_of_reach_once_the_stage_is_left(cast: Cast, number: str) -> None:
    choose(cast.external, number, "K-1")
    call(cast.external, number, ContactOutcome.CONFIRMED)
    decide(cast.external, number, Action.APPROVE)
    assert stage(number) is not Stage.EXTERNAL_AUDIT
    assert refusal(lambda: look(cast.external, number)) == "not_at_this_stage"
    assert refusal(lambda: choose(cast.external, number, "K-2")) == "not_at_this_stage"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"consent": "no"}, "customer_without_consent"),
        ({"do_not_contact": "yes"}, "customer_do_not_contact"),
    ],
)
def test_a_customer_who_does_not_want_it_is_never_asked_and_the_case_goes_on(
    cast: Cast, number: str, changed: dict[str, str], message: str
) -> None:
    bring(f"{HEAD}\n{customer('K-7', **changed, references=reference_of(number))}\n")
    assert perception(number) is None
    choose(cast.external, number, "K-7")
    assert refusal(lambda: call(cast.external, number)) == message
    assert perception(number) is Perception.NO_ANSWER
    decide(cast.external, number, Action.APPROVE)
    assert stage(number) is not Stage.EXTERNAL_AUDIT


def test_a_wish_that_comes_later_counts_from_then_on(cast: Cast, number: str) -> None:
    choose(cast.external, number, "K-1")
    bring(FILE.replace("zh_Hans,yes,no", "zh_Hans,yes,yes"))
    assert refusal(lambda: call(cast.external, number)) == "customer_do_not_contact"


def test_a_customer_is_asked_once_in_the_agreed_time(
    cast: Cast, number: str, pass_time: Callable[[timedelta], None]
) -> None:
    choose(cast.external, number, "K-1")
    call(cast.external, number)
    assert refusal(lambda: call(cast.external, number)) == "customer_asked_lately"
    pass_time(timedelta(hours=1))
    assert refusal(lambda: call(cast.external, number)) == "customer_asked_lately"
    pass_time(timedelta(days=4))  # two working days, whatever the weekday
    call(cast.external, number)
    assert len(bodies("customer_contact")) == 2


def test_without_a_gap_in_the_terms_attempts_follow_each_other(context: Flask) -> None:
    make_scheme(contact_gap_days=0)
    make_award()
    bring()
    cast = make_cast()
    number = make_submitted(cast)
    roads.find(cast.internal, number)
    decide(cast.internal, number, Action.APPROVE)
    choose(cast.external, number, "K-1")
    for _ in range(3):
        call(cast.external, number)
    assert perception(number) is Perception.NO_ANSWER


def test_a_case_without_a_known_customer_is_logged_by_hand(cast: Cast, number: str) -> None:
    for _ in range(3):
        call(cast.external, number)
    assert perception(number) is Perception.NO_ANSWER


def test_a_purged_customer_shows_nothing_and_is_not_asked(
    cast: Cast, number: str, pass_time: Callable[[timedelta], None]
) -> None:
    choose(cast.external, number, "K-1")
    pass_time(timedelta(days=3000))
    assert clockwork.tick().purged == 2
    assert refusal(lambda: look(cast.external, number)) == "customer_purged"
    assert refusal(lambda: call(cast.external, number)) == "customer_purged"
    assert perception(number) is Perception.NO_ANSWER
    assert len(db.session.scalars(select(CustomerPurge)).all()) == 2
    assert faults() == []


def test_sealed_details_in_another_customers_row_do_not_open(cast: Cast, number: str) -> None:
    choose(cast.external, number, "K-2")
    other = customers.by_number("K-1")
    swapped = other.sealed if other else None
    db.session.rollback()
    with db.engine.begin() as connection:
        rows = table(customers.Customer)
        connection.execute(rows.update().where(rows.c.number == "K-2").values(sealed=swapped))
    with pytest.raises(Unsealable):
        look(cast.external, number)
    assert bodies("customer_looked") == []


def test_what_a_customer_wrote_goes_with_them_and_the_ledger_still_holds(
    cast: Cast, number: str, pass_time: Callable[[timedelta], None]
) -> None:
    choose(cast.external, number, "K-1")
    audits.log_contact(
        person_id=cast.external,
        number=number,
        channel=Channel.PHONE,
        outcome=ContactOutcome.CONFIRMED,
        marks=5,
        answers={"did_it_happen": "yes", "marks": "5", "free_text": "She was kind to me."},
        note="",
        sealer=sealer(),
        request=Request(version(number)),
    )
    [words] = db.session.scalars(select(CustomerWords)).all()
    assert read_words(words, sealer()) == "She was kind to me."
    db.session.rollback()
    pass_time(timedelta(days=3000))
    clockwork.tick()
    [words] = db.session.scalars(select(CustomerWords)).all()
    assert read_words(words, sealer()) is None
    assert faults() == []
