"""One row more of every list, each of people, cases and texts of its own."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from models.decisions import Decision, FrozenScore
from models.displays import DisplayLink
from models.evidence import EvidenceOpening
from models.feedback import Feedback
from models.judges import Absence, Assignment, DeclaredConflict
from models.ledger import Wording
from models.nominations import Claim, Nomination
from models.outbox import Message
from models.people import DutyGrant, Person, Team
from models.questionnaires import Questionnaire, Round
from models.results import ConductRecord, Import
from models.scheme import Award, Cycle, Holiday, PolicyRule, SchemeChange
from models.search.records import Subscription
from models.tributes import Tribute, TributeApproval, TributeVersion
from operations.transaction import Transaction, operation
from tests.builders import Cast, names, numbers
from workflow.vocabulary import (
    Action,
    Bond,
    Cadence,
    Channel,
    ConductKind,
    Duty,
    FeedbackKind,
    FeedbackState,
    JobRole,
    Language,
    Opening,
    Role,
    Stage,
    Subject,
)
from workflow.vocabulary import Tribute as Kind

MOVED = {"stage": "internal_audit", "action": "return", "dest": "returned"}
REWARD = {"kind": "money", "names": names("Voucher"), "amount": "100", "each_member": False}


@operation
def add_rows(tx: Transaction, cast: Cast, times: int) -> None:
    """So many rows more in every list that somebody of the cast can open."""
    for _ in range(times):
        for add in (_cases, _own, _kept_by_managers, _of_the_scheme, _asked_of_staff):
            add(tx, cast)
            tx.session.flush()


def _person(tx: Transaction) -> Person:
    number = next(numbers)
    made = Person(employee_number=f"R{number}", name=f"Colleague {number}", job_role=JobRole.EMAIL)
    made.language, made.team = Language.EN, Team(name=f"Team {number}")
    tx.add(made)
    return made


def _case(tx: Transaction, stage: Stage, cycle: Cycle | None = None, **given: Any) -> Nomination:
    cycle = cycle or _cycle(tx)
    claim = Claim(position=1, text="The customer was called back.")
    case = Nomination(
        number=f"2026-{next(numbers):04}",
        award=cycle.award,
        cycle=cycle,
        road=cycle.award.road,
        title="She stayed on the line",
        story="An old gentleman could not find his card.",
        happened_on=tx.now.date(),
        channel=Channel.PHONE,
        stage=stage,
        created_at=tx.now,
        submitted_at=tx.now,
        stage_entered_at=tx.now,
        due_at=tx.now + timedelta(days=1),
        claims=[claim],
        **{"nominees": [_person(tx)], "nominator": _person(tx), "team": Team(name=_name())} | given,
    )
    tx.add(case)
    tx.session.flush()
    return case


def _cycle(tx: Transaction, *, closed: bool = False) -> Cycle:
    """Of an award of its own."""
    key = f"award-{next(numbers)}"
    award = Award(
        key=key,
        names=names(key),
        descriptions=names("For outstanding service."),
        criteria=names("Led all quarter."),
        cadence=Cadence.QUARTERLY,
        subject=Subject.PERSON,
        road="standard",
    )
    ends = timedelta(days=-1 if closed else 1)
    award.cycles = [
        Cycle(key="2026-Q4", opens_at=tx.now - timedelta(days=9), closes_at=tx.now + ends)
    ]
    tx.add(award)
    return award.cycles[0]


def _name() -> str:
    return f"Team {next(numbers)}"


def _decision(tx: Transaction, case: Nomination, stage: Stage, action: Action) -> None:
    tx.record(
        Decision(
            nomination=case,
            stage=stage,
            round=1,
            action=action,
            dest=case.stage,
            by=_person(tx),
            role=Role.COMMITTEE,
            at=tx.now,
            sentence=Wording.of("So it is."),
            facts={"rewards": [REWARD]},
        )
    )


def _cases(tx: Transaction, cast: Cast) -> None:
    nominator, nominee = (
        tx.session.get_one(Person, each) for each in (cast.nominator, cast.nominee)
    )
    waits = _case(tx, Stage.INTERNAL_AUDIT)
    tx.add(Assignment(nomination=waits, stage=waits.stage, round=1, person=_person(tx), at=tx.now))
    _case(tx, Stage.INTERNAL_AUDIT)
    _case(tx, Stage.RETURNED, nominator=nominator)
    _case(tx, Stage.TIERING, _cycle(tx, closed=True))
    until = tx.now + timedelta(days=3)
    shown = _case(tx, Stage.PUBLIC_NOTICE, notice_began_at=tx.now, notice_ends_at=until)
    _decision(tx, shown, Stage.TIERING, Action.PLACE)
    won = _case(tx, Stage.AWARDED, nominees=[nominee])
    _decision(tx, won, Stage.PUBLIC_NOTICE, Action.AWARD)
    score = FrozenScore(nomination=won, person=nominee, round=1, formula="sum-1", lines=[])
    score.notes, score.at, score.score = [], tx.now, Decimal(80)
    tx.record(score)
    _tribute(tx, won, Language.EN)
    approved = _tribute(tx, won, Language.ZH_HANT)
    text = Wording.of(json.dumps(approved.said))
    tx.record(TributeApproval(tribute=approved, version=1, text=text, by=_person(tx), at=tx.now))


def _tribute(tx: Transaction, case: Nomination, language: Language) -> Tribute:
    tribute = Tribute(nomination=case, kind=Kind.CITATION, language=language, created_at=tx.now)
    version = TributeVersion(number=1, title="Two hours", body="A family will remember.", signed="")
    version.by, version.at, version.tribute = _person(tx), tx.now, tribute
    tx.add(tribute)
    return tribute


def _own(tx: Transaction, cast: Cast) -> None:
    """What a colleague has of their own."""
    case = _case(tx, Stage.INTERNAL_AUDIT)
    tx.add(
        Message(
            person_id=cast.colleague,
            nomination=case,
            kind="case_moved",
            values=MOVED,
            created_at=tx.now,
        )
    )
    tx.add(
        Subscription(
            person_id=cast.colleague,
            asked={"given": {}, "called": _name()},
            at=tx.now,
            key=0,
            told_on=tx.now.date(),
        )
    )


def _kept_by_managers(tx: Transaction, cast: Cast) -> None:
    one, other, by = _person(tx), _person(tx), _person(tx)
    day = tx.now.date() + timedelta(days=2)
    tx.record(DutyGrant(person=one, duty=Duty.ADMINISTRATOR, starts_at=tx.now))
    tx.add(Absence(person=one, substitute=other, by=by, first_day=day, last_day=day, at=tx.now))
    tx.record(
        DeclaredConflict(one=one, other=other, bond=Bond.FAMILY, salt=bytes(32), by=by, at=tx.now)
    )
    tx.add(ConductRecord(person=one, kind=ConductKind.COMPLAINT, day=day, reference=_name()))
    tx.add(_opening(tx))
    place = Wording.of(_name())
    link = DisplayLink(token_hash=_name(), language=Language.EN, place=place, by=by, at=tx.now)
    tx.record(link)
    for kind in ("results", "conduct", "customers"):
        brought = Import(kind=kind, filename=f"{_name()}.csv", sha256="0", state="applied", by=by)
        brought.created_at = brought.applied_at = tx.now
        tx.add(brought)


def _opening(tx: Transaction) -> EvidenceOpening:
    """Of a file of the first case."""
    case = tx.session.scalars(select(Nomination.id).order_by(Nomination.id)).first()
    seen = EvidenceOpening(nomination_id=case, sha256="0" * 64, person=_person(tx), at=tx.now)
    seen.how = Opening.SHOWN
    return seen


def _of_the_scheme(tx: Transaction, cast: Cast) -> None:
    key = f"rule-{next(numbers)}"
    tx.add(PolicyRule(key=key, kind="complaints", params={"most": 1, "days": 9}, names=names(key)))
    tx.add(Holiday(day=tx.now.date() + timedelta(days=next(numbers)), names=names(key)))
    change = SchemeChange(at=tx.now, by=_person(tx), subject="policy_rule", subject_key=key)
    change.changes, change.reason = {"names.en": ["", key]}, Wording.of("It was missing.")
    tx.record(change)


def _asked_of_staff(tx: Transaction, cast: Cast) -> None:
    """Feedback and questionnaires."""
    by = _person(tx)
    said = Feedback(by=by, subject=Wording.of(_name()), body=Wording.of("So."), at=tx.now)
    said.due_at, said.kind = tx.now + timedelta(days=9), FeedbackKind.OPINION
    said.state = FeedbackState.OPEN
    tx.record(said)
    key = f"round-{next(numbers)}"
    terms: dict[str, Any] = {"names": names(key), "leads": names("We ask."), "questions": []}
    asks = Questionnaire(key=key, opens_on=tx.now.date(), award=_cycle(tx).award, **terms)
    tx.add(asks)
    tx.record(
        Round(
            questionnaire=asks,
            number=1,
            planned_on=tx.now.date(),
            reply_days=5,
            at=tx.now,
            closes_at=tx.now + timedelta(days=9),
            **terms,
        )
    )
