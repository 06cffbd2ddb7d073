"""Fifty decisions on one case at the same instant: one is applied, all others are told so."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from multiprocessing.pool import Pool

import pytest

from config import Settings
from models import invariants
from models.base import db
from models.decisions import Decision, decisions_on
from models.ledger import head
from models.nominations import Finding, by_number
from models.voices import Objection
from models.waivers import Waiver, WaiverRefusal
from operations import findings, nominations, objections, waivers
from operations.casework import Request
from operations.findings import Found
from operations.verification import Verification
from tests.adversary.racers import PROCESSES, Attempt, Starters, at_once, processes
from tests.auditing import claims, lay_down
from tests.builders import (
    SENTENCE,
    Cast,
    make_award,
    make_person,
    make_submitted,
    version,
)
from tests.fixtures.figures import Tell
from tests.fixtures.server import WORKERS, StartWeb
from tests.reviewing import complain, make_rule, propose
from tests.roads import GROUNDS, find, make_audited, make_noticed
from workflow.vocabulary import Action, Duty, Method, Reason, Verdict

pytestmark = [pytest.mark.usefixtures("context"), pytest.mark.both_databases]
RACERS = 50
CONFLICT = "Your act was not applied."
ROUNDS = [
    pytest.param(1, id="short"),
    pytest.param(20, id="full", marks=pytest.mark.prove),
]
ANSWERS: list[tuple[Action, Reason | None, str]] = [
    (Action.APPROVE, None, ""),
    (Action.RETURN, Reason.INCOMPLETE, SENTENCE),
    (Action.REJECT, Reason.EVENT_NOT_CONFIRMED, SENTENCE),
]


@pytest.fixture(scope="session")
def racers() -> Iterator[Pool]:
    with processes() as pool:
        yield pool


@pytest.fixture
def field(racers: Pool, settings: Settings, cast: Cast) -> Starters:
    """The processes, ready; they open the database after the scheme stands."""
    db.session.remove()
    return Starters(racers, settings)


def waiting_case(cast: Cast) -> str:
    """A case that its internal auditors may approve, return or reject at this instant."""
    number = make_submitted(cast)
    find(cast.internal, number)
    return number


def decision(
    person_id: int,
    number: str,
    seen: Request,
    action: Action,
    reason: Reason | None = None,
    sentence: str = "",
) -> Attempt:
    return Attempt(
        nominations.decide,
        person_id=person_id,
        number=number,
        action=action,
        request=seen,
        reason=reason,
        sentence=sentence,
    )


def as_seen_now(number: str) -> Request:
    """What the page carries of somebody who opened the case just before the race."""
    seen = Request(version(number))
    db.session.rollback()
    return seen


def decisions(number: str) -> list[Decision]:
    nomination = by_number(number)
    assert nomination is not None
    return decisions_on(nomination)


def everything_holds() -> None:
    db.session.rollback()
    reading = Verification()
    reading.begin()
    assert list(reading.faults()) == []
    assert invariants.broken() == []


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_fifty_decisions_at_once_one_is_applied_and_all_others_are_stale(
    field: Starters, cast: Cast, rounds: int, tell: Tell, database: str
) -> None:
    auditors = [make_person(f"Auditor {n}", duties=(Duty.INTERNAL_AUDITOR,)) for n in range(4)]
    ended: Counter[str] = Counter()
    seconds = 0.0
    for nth in range(rounds):
        number, draw = waiting_case(cast), random.Random(nth)
        seen = as_seen_now(number)
        attempts = [
            decision(draw.choice(auditors), number, seen, *draw.choice(ANSWERS))
            for _ in range(RACERS - 5)
        ] + [decision(cast.nominator, number, seen, Action.WITHDRAW) for _ in range(5)]
        began = time.perf_counter()
        outcomes = Counter(field.race(attempts))
        seconds += time.perf_counter() - began
        assert outcomes == {"applied": 1, "Stale": RACERS - 1}
        assert len(decisions(number)) == 2  # the submission, and the one that was first
        assert version(number) == seen.version + 1
        ended += outcomes
    everything_holds()
    ledger = head()
    assert ledger is not None
    tell(
        f"{database}, {rounds} rounds of {RACERS} decisions over {PROCESSES} processes:"
        f" {ended['applied']} applied, {ended['Stale']} told that they came too late,"
        f" {seconds / rounds:.2f} s a round; ledger of {ledger.size} entries verified"
    )


@pytest.mark.parametrize("rounds", ROUNDS[1:])
def test_of_fifty_forms_sent_at_once_one_is_applied_and_all_others_get_the_conflict_page(
    start_web: StartWeb, cast: Cast, rounds: int, tell: Tell, database: str
) -> None:
    """Through the real server's four processes: never an answer of 5xx, never a broken one."""
    web = start_web()
    auditors = [make_person(f"Auditor {n}", duties=(Duty.INTERNAL_AUDITOR,)) for n in range(4)]
    browsers = [web.visitor(person) for person in auditors]
    nominator = web.visitor(cast.nominator)
    ended: Counter[int] = Counter()
    for nth in range(rounds):
        number, draw = waiting_case(cast), random.Random(nth)
        seen = as_seen_now(number).version
        sent = [(draw.choice(browsers), *draw.choice(ANSWERS)) for _ in range(RACERS - 5)]
        sent += [(nominator, Action.WITHDRAW, None, "")] * 5
        answers = at_once(
            [
                partial(
                    browser.post,
                    f"/cases/{number}/{action}",
                    {
                        "version": seen,
                        "request_key": f"{number}-{nth}",
                        "reason": reason or "",
                        "sentence": sentence,
                    },
                )
                for nth, (browser, action, reason, sentence) in enumerate(sent)
            ]
        )
        assert Counter(answer.status for answer in answers) == {303: 1, 409: RACERS - 1}
        late = [answer.body for answer in answers if answer.status == 409]
        assert all(CONFLICT in body for body in late)
        assert len(decisions(number)) == 2
        ended += Counter(answer.status for answer in answers)
    everything_holds()
    tell(f"{database}, {rounds} rounds of {RACERS} forms to {WORKERS} processes: {dict(ended)}")


def test_a_form_sent_fifty_times_at_once_is_one_act_with_one_answer(
    field: Starters, cast: Cast
) -> None:
    number = waiting_case(cast)
    seen = replace(as_seen_now(number), key="the same form")
    same = decision(cast.internal, number, seen, Action.REJECT, Reason.DUPLICATE, SENTENCE)
    assert Counter(field.race([same] * RACERS)) == {"applied": RACERS}
    assert len(decisions(number)) == 2
    everything_holds()


def test_an_approval_never_overtakes_a_claim_that_is_being_refuted(
    field: Starters, cast: Cast
) -> None:
    number = waiting_case(cast)
    nomination = by_number(number)
    assert nomination is not None
    claim_id, seen = nomination.claims[0].id, as_seen_now(number)
    approve = decision(cast.internal, number, seen, Action.APPROVE)
    refute = Attempt(
        findings.record,
        person_id=cast.internal,
        number=number,
        findings=[Found(claim_id, Verdict.REFUTED, method=Method.RECORD_CHECKED)],
    )
    outcomes = Counter(field.race([approve, refute] * 8))
    approved = len(decisions(number)) == 2
    refuted = db.session.query(Finding).filter_by(verdict=Verdict.REFUTED).count()
    if approved:  # the refutations came too late, the other approvals too
        assert (refuted, outcomes) == (0, {"applied": 1, "Stale": 7, "Refused": 8})
    else:  # the first refutation is kept, the others say the same, and nobody may approve
        assert (refuted, outcomes) == (1, {"applied": 8, "Refused": 8})
    everything_holds()


@pytest.mark.prove
def test_two_opinions_count_however_many_auditors_judge_at_once(
    field: Starters, cast: Cast
) -> None:
    others = [make_person(f"Auditor {n}", duties=(Duty.INTERNAL_AUDITOR,)) for n in range(3)]
    number = make_submitted(cast)
    lay_down(auditors_needed=2)
    auditors, claim_id = [cast.internal, *others], claims(number)[0]
    seen = as_seen_now(number)
    opinions = [
        Attempt(
            findings.record,
            person_id=auditor,
            number=number,
            findings=[Found(claim_id, Verdict.CONFIRMED, method=Method.RECORD_CHECKED)],
        )
        for auditor in auditors
    ]
    approvals = [decision(auditor, number, seen, Action.APPROVE) for auditor in auditors]
    outcomes = Counter(field.race((opinions + approvals) * 2))
    given = [finding.by_id for finding in db.session.query(Finding)]
    assert len(given) == len(set(given)) == 2
    approved = decisions(number)[1:]
    assert all(decided.by_id in given for decided in approved)
    assert len(approved) <= 1
    assert set(outcomes) <= {"applied", "Refused", "Stale"}
    everything_holds()


@pytest.mark.prove
def test_every_one_of_fifty_objections_at_once_is_kept_in_the_ledger(
    field: Starters, cast: Cast
) -> None:
    make_award("instant", road="instant", quotas=(1,))
    number = make_noticed(cast, award_key="instant")
    colleagues = [make_person(f"Colleague {n}") for n in range(RACERS)]
    seen = as_seen_now(number)
    object_to_it = [
        Attempt(objections.lodge, person_id=person, number=number, grounds=GROUNDS, request=seen)
        for person in colleagues
    ]
    assert Counter(field.race(object_to_it)) == {"applied": RACERS}
    assert db.session.query(Objection).count() == RACERS
    everything_holds()


@pytest.mark.prove
def test_of_many_answers_to_one_waiver_at_once_one_stands(field: Starters, cast: Cast) -> None:
    make_rule("complaints", "complaints_in_month", limit=1)
    complain(cast.nominee, 1)
    number = make_audited(cast)
    proposal = propose(cast.policy, number, cast.nominee)
    seconds = [make_person(f"Second {n}", duties=(Duty.SCHEME_MANAGER,)) for n in range(5)]
    seen = as_seen_now(number)
    given = {"number": number, "proposal_id": proposal, "request": seen}
    attempts = [
        Attempt(act, person_id=person, **given | more)
        for person in seconds
        for act, more in ((waivers.confirm, {}), (waivers.refuse, {"reason": SENTENCE}))
    ]
    outcomes = Counter(field.race(attempts))
    assert outcomes == {"applied": 1, "Refused": len(attempts) - 1}
    answered = db.session.query(Waiver).count() + db.session.query(WaiverRefusal).count()
    assert answered == 1
    everything_holds()
