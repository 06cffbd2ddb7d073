"""A small organisation for tests: people, a scheme, an award, a case at the stage you need.

Everything is written by operations; each builder is a transaction of its own and returns ids or
keys, because objects do not outlive a transaction.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from models.nominations import Claim, Evidence, Nomination, by_number
from models.people import DutyGrant, Person, Team
from models.results import Result
from models.scheme import Award, Cycle, KpiScheme, KpiTarget, Names, Scheme, Tier
from operations import casework, nominations
from operations.casework import Request
from operations.transaction import Transaction, operation
from workflow.vocabulary import (
    Action,
    Cadence,
    Channel,
    Duty,
    EvidenceKind,
    JobRole,
    Language,
    Reason,
    Stage,
    Subject,
)

SENTENCE = "The recording shows another date."
numbers = itertools.count(1)


def names(text: str) -> Names:
    return {"en": text, "zh_Hans": f"{text}（简）", "zh_Hant": f"{text}（繁）"}


@operation
def make_scheme(
    tx: Transaction, notice_days: int = 7, contact_attempts: int = 3, contact_gap_days: int = 2
) -> None:
    terms = {
        "notice_days": notice_days,
        "contact_attempts": contact_attempts,
        "contact_gap_days": contact_gap_days,
        "results_days": 0,
    }
    tx.add(Scheme(id=1, names=names("Spring scheme"), **terms))


def _team(tx: Transaction, name: str = "Inbound East") -> int:
    team = Team(name=name)
    tx.add(team)
    tx.session.flush()
    return team.id


def _joins(
    tx: Transaction,
    name: str = "Li Na",
    *,
    team_id: int | None = None,
    manager_id: int | None = None,
    manager: Person | None = None,
    job_role: JobRole = JobRole.INBOUND,
    language: Language = Language.EN,
    duties: tuple[Duty, ...] = (),
) -> Person:
    """A colleague with the duties granted for all awards, by nobody (as from the command line).

    They are written with the next flush: many at once cost little more than one.
    """
    number = next(numbers)
    person = Person(
        employee_number=f"E{number:04}",
        name=name,
        email=f"person{number}@example.org",
        job_role=job_role,
        team_id=team_id,
        manager_id=manager_id,
        language=language,
    )
    if manager:
        person.manager = manager
    tx.add(person)
    for duty in duties:
        tx.record(DutyGrant(person=person, duty=duty, starts_at=tx.now))
    return person


def _person(tx: Transaction, /, name: str = "Li Na", **given: Any) -> int:
    person = _joins(tx, name, **given)
    tx.session.flush()
    return person.id


make_team, make_person = operation(_team), operation(_person)


@operation
def put_above(tx: Transaction, person_id: int, manager_id: int) -> None:
    """Let the first report to the second."""
    tx.session.get_one(Person, person_id).manager_id = manager_id


@operation
def make_award(
    tx: Transaction,
    key: str = "quarterly",
    *,
    road: str = "standard",
    subject: Subject = Subject.PERSON,
    quotas: tuple[int, ...] = (1, 2),
    closes_in: timedelta = timedelta(days=30),
    stages_are_separate: bool = True,
    team_mates_are_barred: bool = False,
    assigns: bool = False,
    quorum: int = 1,
) -> str:
    """An award with an open cycle and one tier for each quota, the best first."""
    award = Award(
        key=key,
        names=names("Quarterly Award"),
        descriptions=names("For outstanding service."),
        criteria=names("Led all quarter."),
        cadence=Cadence.QUARTERLY,
        subject=subject,
        road=road,
        stages_are_separate=stages_are_separate,
        team_mates_are_barred=team_mates_are_barred,
        assigns=assigns,
        quorum=quorum,
    )
    metals = ("gold", "silver", "bronze")
    award.tiers = [
        Tier(
            key=metal,
            names=names(metal.title()),
            metal=metal,
            quota=quota,
            rewards=names("A gift"),
            cost=Decimal(100),
            position=position,
        )
        for position, (metal, quota) in enumerate(zip(metals, quotas, strict=False))
    ]
    award.cycles = [
        Cycle(key="2026-Q4", opens_at=tx.now - timedelta(days=30), closes_at=tx.now + closes_in)
    ]
    tx.add(award)
    return key


@dataclass(frozen=True)
class Cast:
    """One person for each part: nobody has two."""

    nominator: int
    nominee: int
    manager: int
    internal: int
    external: int
    policy: int
    performance: int
    committee: int
    arbiter: int
    scheme_manager: int
    colleague: int


@operation
def make_cast(tx: Transaction) -> Cast:
    team = _team(tx)
    manager = _joins(tx, "Wu Manager")
    parts = {
        "nominator": _joins(tx, "Chen Nominator", team_id=team),
        "nominee": _joins(tx, "Lin Nominee", team_id=team, manager=manager),
        "manager": manager,
        "internal": _joins(tx, "Internal", duties=(Duty.INTERNAL_AUDITOR,)),
        "external": _joins(tx, "External", duties=(Duty.EXTERNAL_AUDITOR,)),
        "policy": _joins(tx, "Policy", duties=(Duty.POLICY_REVIEWER,)),
        "performance": _joins(tx, "Performance", duties=(Duty.PERFORMANCE_REVIEWER,)),
        "committee": _joins(tx, "Committee", duties=(Duty.COMMITTEE,)),
        "arbiter": _joins(tx, "Arbiter", duties=(Duty.ARBITER,)),
        "scheme_manager": _joins(tx, "Scheme Manager", duties=(Duty.SCHEME_MANAGER,)),
        "colleague": _joins(tx, "Colleague"),
    }
    tx.session.flush()
    return Cast(**{part: person.id for part, person in parts.items()})


@operation
def make_draft(
    tx: Transaction,
    nominator_id: int,
    nominee_ids: list[int],
    award_key: str = "quarterly",
    title: str = "She stayed on the line for two hours",
    claims: tuple[str, ...] = ("The customer was called back on the same day.",),
) -> str:
    """A draft with everything that a submission needs; returns its number."""
    award = tx.session.query(Award).filter_by(key=award_key).one()
    number = f"2026-{next(numbers):04}"
    nomination = Nomination(
        number=number,
        award=award,
        cycle=award.cycles[0],
        nominator_id=nominator_id,
        road=award.road,
        title=title,
        story="An old gentleman could not find his membership card.",
        happened_on=tx.now.date(),
        channel=Channel.PHONE,
        created_at=tx.now,
        stage_entered_at=tx.now,
        nominees=[tx.session.get_one(Person, person_id) for person_id in nominee_ids],
    )
    for position, text in enumerate(claims, start=1):
        evidence = Evidence(kind=EvidenceKind.REFERENCE, text=f"CALL-{number}", added_at=tx.now)
        nomination.claims.append(Claim(position=position, text=text, evidence=[evidence]))
    tx.add(nomination)
    return number


def version(number: str) -> int:
    nomination = by_number(number)
    assert nomination is not None
    return nomination.version


def stage(number: str) -> Stage:
    nomination = by_number(number)
    assert nomination is not None
    return nomination.stage


def decide(
    person_id: int,
    number: str,
    action: Action,
    reason: Reason | None = None,
    sentence: str = "",
) -> Stage:
    """Decide as somebody who has just opened the page."""
    return nominations.decide(
        person_id=person_id,
        number=number,
        action=action,
        request=Request(version(number)),
        reason=reason,
        sentence=sentence,
    )


@operation
def by_clock(tx: Transaction, number: str, action: Action) -> Stage:
    """What the clock does to one case."""
    nomination = by_number(number)
    assert nomination is not None
    casework.move(tx, nomination, None, action)
    return nomination.stage


def make_submitted(cast: Cast, **draft: object) -> str:
    """A nomination that waits for its internal audit."""
    number = make_draft(cast.nominator, [cast.nominee], **draft)  # type: ignore[arg-type]  # as make_draft takes them
    decide(cast.nominator, number, Action.SUBMIT)
    return number


@operation
def make_results(tx: Transaction, person_id: int, days: int = 5) -> None:
    """A KPI scheme for inbound calls, and some days of results that meet it."""
    tx.add(
        KpiScheme(
            job_role=JobRole.INBOUND,
            version=1,
            starts_on=tx.now.date() - timedelta(days=400),
            targets=[
                KpiTarget(
                    metric="answer_rate", target=Decimal("0.8"), weight=1, cap=Decimal("1.2")
                ),
                KpiTarget(metric="satisfaction", target=Decimal(4), weight=1, cap=Decimal("1.2")),
            ],
        )
    )
    for back in range(1, days + 1):
        for metric, numerator, denominator in (("answer_rate", 45, 50), ("satisfaction", 90, 20)):
            tx.add(
                Result(
                    person_id=person_id,
                    metric=metric,
                    day=tx.now.date() - timedelta(days=back),
                    numerator=Decimal(numerator),
                    denominator=Decimal(denominator),
                )
            )
