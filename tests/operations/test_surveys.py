"""Surveys: who may ask, who answers, what one answer does, and what comes back when days passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from adapters import clock
from ledger import entry
from models.base import db
from models.ledger import LedgerEntry
from models.nominations import by_number
from models.outbox import Message
from models.public_case import CustomerVoice, public_case
from models.surveys import (
    due_by,
    link_by_token,
    open_second_contacts,
    second_contact_of,
    words_on,
)
from operations import audits, clockwork, surveys
from operations.casework import NotVisible, Request
from operations.surveys import LinkOver
from operations.verification import Verification
from tests.builders import Cast, decide, make_person, put_above, stage, version
from tests.directory import HEAD, bring, customer, sealer
from tests.surveying import (
    GONE,
    LASTED,
    NEVER,
    WELL,
    Asked,
    answer,
    attempts,
    mail_link,
    make_asked,
    make_asked_case,
    make_link,
    outcomes,
)
from workflow.refusal import Refused
from workflow.vocabulary import Action, Channel, ContactOutcome, Duty, Occasion, Stage

Pass = Callable[[timedelta], None]


@pytest.fixture
def asked(context: Flask) -> Asked:
    return make_asked()


def bodies(kind: str) -> list[dict[str, object]]:
    rows = db.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == kind))
    return [dict(entry.read(row.data).body) for row in rows]


def told(kind: str) -> list[int]:
    found = select(Message.person_id).where(Message.kind == kind).order_by(Message.id)
    return [person for person in db.session.scalars(found) if person is not None]


def sound() -> bool:
    reading = Verification()
    reading.begin()
    return list(reading.faults()) == []


def call(cast: Cast, number: str, outcome: ContactOutcome, marks: int | None = None) -> None:
    audits.log_contact(
        person_id=cast.external,
        number=number,
        channel=Channel.PHONE,
        outcome=outcome,
        marks=marks,
        note="",
        request=Request(1),
    )


def test_an_answer_is_one_contact_by_nobody_of_ours_and_settles_the_audit(asked: Asked) -> None:
    answer(make_link(asked))
    [attempt] = attempts(asked.number)
    assert (attempt.outcome, attempt.marks, attempt.by_id) == (ContactOutcome.CONFIRMED, 5, None)
    [body] = bodies("customer_contact")
    coded = {each["key"]: each.get("answer") for each in body["answers"]}  # type: ignore[attr-defined]  # a list of mappings
    assert coded == {"did_it_happen": "yes", "marks": "5", "say_again": "yes", "free_text": None}
    assert "Ms Wang" not in str(body)
    assert told("customer_answered") == [asked.cast.external]
    assert decide(asked.cast.external, asked.number, Action.APPROVE) is Stage.POLICY_REVIEW
    assert sound()


def test_the_customers_words_are_sealed_and_open_only_as_they_were_said(asked: Asked) -> None:
    answer(make_link(asked))
    nomination = by_number(asked.number)
    assert nomination is not None
    [words] = words_on(nomination)
    assert words.sealed is not None
    assert b"kind" not in words.sealed
    text = surveys.read_words(words, sealer())
    assert text == WELL["free_text"]
    assert words.is_what_was_said(text)
    assert not words.is_what_was_said("Ms Wang was rude.")


def test_a_customer_for_whom_it_never_happened_refutes_the_story(asked: Asked) -> None:
    answer(make_link(asked), NEVER)
    [attempt] = attempts(asked.number)
    assert (attempt.outcome, attempt.marks) == (ContactOutcome.DISAGREED, None)
    with pytest.raises(Refused, match="customer_disagreed"):
        decide(asked.cast.external, asked.number, Action.APPROVE)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "survey_not_settled"),
        ({"did_it_happen": "perhaps", "marks": "5"}, "survey_not_settled"),
        ({"did_it_happen": "partly"}, "survey_without_marks"),
        ({"did_it_happen": "yes", "marks": "6"}, "survey_without_marks"),
    ],
)
def test_an_answer_that_says_too_little_changes_nothing(
    asked: Asked, given: dict[str, str], missing: str
) -> None:
    token = make_link(asked)
    with pytest.raises(Refused, match=missing):
        answer(token, given)
    assert attempts(asked.number) == []
    answer(token)


def test_a_link_is_answered_once(asked: Asked) -> None:
    token = make_link(asked)
    answer(token)
    with pytest.raises(LinkOver):
        answer(token, NEVER)
    assert outcomes(asked.number) == [ContactOutcome.CONFIRMED]


def test_a_link_that_ran_out_is_an_attempt_without_an_answer(asked: Asked, pass_time: Pass) -> None:
    token = make_link(asked)
    pass_time(surveys.LASTS)
    with pytest.raises(LinkOver):
        answer(token)
    clockwork.tick()
    clockwork.tick()
    assert outcomes(asked.number) == [ContactOutcome.NO_ANSWER]
    assert sound()


def test_only_the_holder_of_the_external_audit_sends_a_survey(asked: Asked) -> None:
    for person in (asked.cast.internal, asked.cast.committee, asked.cast.scheme_manager):
        cast = Cast(**{**vars(asked.cast), "external": person})
        with pytest.raises(Refused, match="not_your_part"):
            make_link(Asked(cast, asked.number))
    cast = Cast(**{**vars(asked.cast), "external": asked.cast.colleague})
    with pytest.raises(NotVisible):
        make_link(Asked(cast, asked.number))


def test_a_customer_is_not_asked_again_within_the_agreed_time(
    asked: Asked, pass_time: Pass
) -> None:
    make_link(asked)
    with pytest.raises(Refused, match="customer_asked_lately"):
        make_link(asked)
    with pytest.raises(Refused, match="customer_asked_lately"):
        call(asked.cast, asked.number, ContactOutcome.NO_ANSWER)
    pass_time(timedelta(days=7))
    make_link(asked)


def test_nobody_who_asked_to_be_left_in_peace_is_sent_a_survey(asked: Asked) -> None:
    bring(f"{HEAD}\n{customer('K-7', do_not_contact='yes')}\n")
    with pytest.raises(Refused, match="customer_do_not_contact"):
        make_link(asked)
    assert bodies("survey_made") == []


def test_without_an_address_nothing_is_mailed_and_nothing_is_on_record(asked: Asked) -> None:
    bring(f"{HEAD}\n{customer('K-7', email='')}\n")
    with pytest.raises(Refused, match="customer_without_email"):
        mail_link(asked)
    assert bodies("survey_made") == []
    make_link(asked)


def test_no_token_and_no_address_is_kept_in_the_open(asked: Asked) -> None:
    mail_link(asked)
    message = db.session.scalars(select(Message).where(Message.kind == "survey")).one()
    sealed = bytes.fromhex(message.values["token"])
    assert message.survey_link is not None
    token = sealer().open(sealed, surveys.bound_to(message.survey_link)).decode()
    assert link_by_token(token) is not None
    assert token not in str([vars(message), message.values, bodies("survey_made")])


def test_released_words_are_what_the_archive_shows(context: Flask, pass_time: Pass) -> None:
    asked = make_asked(road="instant")
    answer(make_link(asked))
    nomination = by_number(asked.number)
    assert nomination is not None
    [words] = words_on(nomination)
    words_id = words.id
    decide(asked.cast.external, asked.number, Action.APPROVE)
    decide(asked.cast.policy, asked.number, Action.APPROVE)
    assert [voice.words for voice in _public(asked)] == [()]
    for text in ("She was kind to me.", "She was kind."):
        surveys.release(
            person_id=asked.cast.external,
            number=asked.number,
            words_id=words_id,
            text=text,
            request=Request(1),
        )
    assert [voice.words for voice in _public(asked)] == [("She was kind.",)]
    assert len(bodies("words_released")) == 2
    assert sound()


def _public(asked: Asked) -> tuple[CustomerVoice, ...]:
    db.session.rollback()
    case = public_case(asked.number)
    assert case is not None
    return case.customer


def test_nobody_but_an_external_auditor_releases_words(asked: Asked) -> None:
    answer(make_link(asked))
    nomination = by_number(asked.number)
    assert nomination is not None
    [words] = words_on(nomination)
    words_id = words.id
    for person in (asked.cast.internal, asked.cast.nominator, asked.cast.arbiter):
        with pytest.raises(Refused):
            surveys.release(
                person_id=person,
                number=asked.number,
                words_id=words_id,
                text="Kind.",
                request=Request(1),
            )
    assert bodies("words_released") == []


def test_the_words_of_another_case_are_not_released_with_this_one(asked: Asked) -> None:
    answer(make_link(asked))
    other = make_asked_case(asked.cast)
    nomination = by_number(asked.number)
    assert nomination is not None
    words_id = words_on(nomination)[0].id
    with pytest.raises(NotVisible):
        surveys.release(
            person_id=asked.cast.external,
            number=other,
            words_id=words_id,
            text="Kind.",
            request=Request(1),
        )


def test_a_case_that_waits_is_approved_after_its_second_contact(
    context: Flask, pass_time: Pass
) -> None:
    asked = make_asked(days=10, waits=True)
    external = asked.cast.external
    answer(make_link(asked))
    with pytest.raises(Refused, match="second_contact_not_due"):
        decide(external, asked.number, Action.APPROVE)
    pass_time(timedelta(days=11))
    with pytest.raises(Refused, match="second_contact_open"):
        decide(external, asked.number, Action.APPROVE)
    answer(make_link(asked), LASTED)
    assert [attempt.occasion for attempt in attempts(asked.number)] == [*Occasion]
    assert decide(external, asked.number, Action.APPROVE) is Stage.POLICY_REVIEW


def test_enough_second_attempts_without_an_answer_are_an_outcome_too(
    context: Flask, pass_time: Pass
) -> None:
    asked = make_asked(days=10, waits=True)
    answer(make_link(asked))
    for _ in range(3):
        pass_time(timedelta(days=10))
        call(asked.cast, asked.number, ContactOutcome.NO_ANSWER)
    assert decide(asked.cast.external, asked.number, Action.APPROVE) is Stage.POLICY_REVIEW


def test_an_effect_that_is_gone_stops_a_case_that_waits(context: Flask, pass_time: Pass) -> None:
    asked = make_asked(days=10, waits=True)
    answer(make_link(asked))
    pass_time(timedelta(days=11))
    answer(make_link(asked), GONE)
    with pytest.raises(Refused, match="effect_did_not_last"):
        decide(asked.cast.external, asked.number, Action.APPROVE)


def test_a_case_that_goes_on_comes_back_to_an_external_auditor_when_it_is_due(
    context: Flask, pass_time: Pass
) -> None:
    asked = make_asked(days=10)
    answer(make_link(asked))
    decide(asked.cast.external, asked.number, Action.APPROVE)
    with pytest.raises(Refused, match="not_at_this_stage"):
        make_link(asked)
    pass_time(timedelta(days=11))
    clockwork.tick()
    clockwork.tick()
    assert told("second_contact_due") == [asked.cast.external]
    answer(make_link(asked), GONE)
    assert stage(asked.number) is Stage.POLICY_REVIEW
    assert set(told("effect_did_not_last")) == {asked.cast.committee, asked.cast.arbiter}
    nomination = by_number(asked.number)
    assert nomination is not None
    planned = second_contact_of(nomination)
    assert planned is not None
    assert planned.done_at is not None
    with pytest.raises(Refused, match="not_at_this_stage"):
        make_link(asked)


def test_a_second_contact_that_nobody_makes_is_reminded_of_once_and_shown_as_late(
    context: Flask, pass_time: Pass
) -> None:
    asked = make_asked(days=10)
    answer(make_link(asked))
    decide(asked.cast.external, asked.number, Action.APPROVE)
    pass_time(timedelta(days=11))
    clockwork.tick()
    assert told("second_contact_late") == []
    [planned] = open_second_contacts(clock.now())
    assert planned.nomination.number == asked.number
    assert due_by([planned.nomination])[planned.nomination_id] > clock.now()
    pass_time(timedelta(days=9))  # five working days are over, wherever the week-end fell
    clockwork.tick()
    clockwork.tick()
    assert sorted(told("second_contact_late")) == [asked.cast.external, asked.cast.scheme_manager]
    answer(make_link(asked), LASTED)
    assert open_second_contacts(clock.now()) == []


def test_a_second_contact_that_nobody_may_make_is_told_to_the_scheme_managers(
    context: Flask, pass_time: Pass
) -> None:
    asked = make_asked(days=10)
    answer(make_link(asked))
    decide(asked.cast.external, asked.number, Action.APPROVE)
    put_above(asked.cast.nominee, asked.cast.external)  # now the auditor manages the nominee
    pass_time(timedelta(days=11))
    clockwork.tick()
    assert told("second_contact_due") == []
    assert told("second_contact_late") == [asked.cast.scheme_manager]


def test_a_case_that_waits_for_its_second_contact_is_not_late_meanwhile(
    context: Flask, pass_time: Pass
) -> None:
    asked = make_asked(days=10, waits=True)
    token = make_link(asked)
    version_seen = version(asked.number)
    answer(token)
    db.session.rollback()
    nomination = by_number(asked.number)
    assert nomination is not None
    assert nomination.version == version_seen  # the auditor's page is not stale by it
    pass_time(timedelta(days=9))
    clockwork.tick()
    assert told("case_due") == []
    assert told("case_overdue") == []
    assert nomination.due_at is not None
    assert nomination.due_at > clock.now() + timedelta(days=5)


def test_whoever_judged_elsewhere_in_the_case_does_not_make_its_second_contact(
    context: Flask, pass_time: Pass
) -> None:
    asked = make_asked(days=10)
    both = make_person("Both", duties=(Duty.EXTERNAL_AUDITOR, Duty.POLICY_REVIEWER))
    answer(make_link(asked))
    decide(asked.cast.external, asked.number, Action.APPROVE)
    decide(both, asked.number, Action.APPROVE)
    pass_time(timedelta(days=11))
    clockwork.tick()
    assert told("second_contact_due") == [asked.cast.external]
    with pytest.raises(Refused, match="barred_as_earlier_part"):
        make_link(Asked(Cast(**{**vars(asked.cast), "external": both}), asked.number))


def test_marks_of_the_second_contact_stand_beside_those_of_the_first(
    context: Flask, pass_time: Pass
) -> None:
    asked = make_asked(road="instant", days=10)
    answer(make_link(asked))
    decide(asked.cast.external, asked.number, Action.APPROVE)
    decide(asked.cast.policy, asked.number, Action.APPROVE)
    pass_time(timedelta(days=11))
    answer(make_link(asked), LASTED)
    db.session.rollback()
    case = public_case(asked.number)
    assert case is not None
    assert [(voice.occasion, voice.marks) for voice in case.customer] == [
        (Occasion.FIRST, 5),
        (Occasion.SECOND, 4),
    ]
    assert case.lasting == -1


def test_a_no_after_the_case_has_gone_on_is_told_to_those_who_judge(
    context: Flask, pass_time: Pass
) -> None:
    asked = make_asked()
    token = make_link(asked)
    pass_time(timedelta(days=7))
    call(asked.cast, asked.number, ContactOutcome.CONFIRMED, 4)
    decide(asked.cast.external, asked.number, Action.APPROVE)
    answer(token, NEVER)
    assert set(told("customer_disagreed_late")) == {asked.cast.committee, asked.cast.arbiter}
