"""Who did what: in a duty that they held, never on their own case; and who was told."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Select, Subquery, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.acts import DUTIES
from models.deadlines import Escalation
from models.decisions import ContactAttempt, Decision
from models.nominations import Claim, Finding, Nomination, Nominee
from models.outbox import Message
from models.people import DutyGrant, DutyRevocation, Person
from models.voices import Objection
from models.waivers import Waiver, WaiverProposal, WaiverRefusal


def nobody_judged_their_own_case(session: Session) -> Iterator[str]:
    """Nobody judged a case that they nominated or are nominated in."""
    for name, of_their_own in _judged_by_their_own().items():
        for number, seq in session.execute(of_their_own):
            yield f"case {number}, entry {seq} ({name})"


@cache
def _judged_by_their_own() -> dict[str, Select[Any]]:
    def of_their_own(judged: Subquery) -> Select[Any]:
        nominated = exists().where(
            Nominee.nomination_id == Nomination.id, Nominee.person_id == judged.c.by_id
        )
        return (
            select(Nomination.number, judged.c.ledger_seq)
            .join(judged, judged.c.nomination_id == Nomination.id)
            .where(or_(judged.c.by_id == Nomination.nominator_id, nominated))
        )

    return {name: of_their_own(judged) for name, judged in _judgements().items()}


def no_relation_barred_who_decided(session: Session) -> Iterator[str]:
    """What the guards saw of whoever judged shows no relation that bars them."""
    found = session.execute(
        select(Nomination.number, Decision.ledger_seq, Decision.facts)
        .join(Nomination, Nomination.id == Decision.nomination_id)
        .where(Decision.role.in_(DUTIES))
    )
    for number, seq, facts in found:
        if facts.get("relation") is not None:
            yield f"case {number}, entry {seq}: {facts['relation']}"


def duties_were_held_when_they_were_used(session: Session) -> Iterator[str]:
    """Whoever decided in a duty held it then, for that award."""
    held = exists().where(
        DutyGrant.person_id == Decision.by_id,
        DutyGrant.duty == Decision.role,
        or_(DutyGrant.award_id.is_(None), DutyGrant.award_id == Nomination.award_id),
        DutyGrant.starts_at <= Decision.at,
        or_(DutyGrant.ends_at.is_(None), DutyGrant.ends_at > Decision.at),
        ~exists()
        .where(DutyRevocation.grant_id == DutyGrant.id, DutyRevocation.at <= Decision.at)
        .correlate(DutyGrant, Decision),  # two levels up: it would look at all decisions
    )
    without = (
        select(Nomination.number, Decision.ledger_seq, Decision.role)
        .join(Nomination, Nomination.id == Decision.nomination_id)
        .where(Decision.role.in_(DUTIES), ~held)
    )
    for number, seq, role in session.execute(without):
        yield f"case {number}, entry {seq}: {role}"


def messages_go_to_those_whom_the_case_concerns(session: Session) -> Iterator[str]:
    """What is said of a case is said to those whom it concerns, by part, duty or a late judge."""
    person, at = Message.person_id, Message.created_at
    concerned = or_(
        Nomination.nominator_id == person,
        exists().where(Nominee.nomination_id == Nomination.id, Nominee.person_id == person),
        exists().where(Objection.nomination_id == Nomination.id, Objection.by_id == person),
        exists().where(Escalation.nomination_id == Nomination.id, Escalation.person_id == person),
        exists().where(
            DutyGrant.person_id == person,
            or_(DutyGrant.award_id.is_(None), DutyGrant.award_id == Nomination.award_id),
            DutyGrant.starts_at <= at,
        ),
    )
    strangers = (
        select(Nomination.number, Person.key, Message.kind)
        .join(Nomination, Nomination.id == Message.nomination_id)
        .join(Person, Person.id == person)
        .where(~func.coalesce(concerned, False))
    )
    for number, key, kind in session.execute(strangers):
        yield f"case {number}: {kind} to person {key}"


def nobody_has_two_open_objections_to_one_case(session: Session) -> Iterator[str]:
    """Nobody objects again while their objection waits."""
    for number in session.scalars(_objected_twice()):
        yield f"case {number}"


@cache
def _objected_twice() -> Select[str]:
    other = aliased(Objection)
    return (
        select(Nomination.number)
        .join(Objection, Objection.nomination_id == Nomination.id)
        .join(
            other,
            and_(
                other.nomination_id == Objection.nomination_id,
                other.by_id == Objection.by_id,
                other.id > Objection.id,
            ),
        )
        .where(Objection.decision_id.is_(None), other.decision_id.is_(None))
    )


def no_rule_is_waived_by_one_person(session: Session) -> Iterator[str]:
    """Whoever confirmed or refused a waiver is not who proposed it, and nobody did both."""
    alone = session.execute(
        select(Nomination.number, WaiverProposal.ledger_seq)
        .join(Nomination, Nomination.id == WaiverProposal.nomination_id)
        .outerjoin(Waiver, Waiver.proposal_id == WaiverProposal.id)
        .outerjoin(WaiverRefusal, WaiverRefusal.proposal_id == WaiverProposal.id)
        .where(
            or_(
                Waiver.by_id == WaiverProposal.by_id,
                WaiverRefusal.by_id == WaiverProposal.by_id,
                and_(Waiver.id.is_not(None), WaiverRefusal.id.is_not(None)),
                Waiver.nomination_id != WaiverProposal.nomination_id,
                Waiver.rule_key != WaiverProposal.rule_key,
                Waiver.person_id != WaiverProposal.person_id,
            )
        )
    )
    for number, seq in alone:
        yield f"case {number}, entry {seq}"


def _judgements() -> dict[str, Subquery]:
    """Every judging act as (case, who, entry)."""

    def of(row: Any) -> Select[Any]:
        return select(row.nomination_id, row.by_id, row.ledger_seq)

    finding = select(Claim.nomination_id, Finding.by_id, Finding.ledger_seq)
    refusal = select(
        WaiverProposal.nomination_id, WaiverRefusal.by_id, WaiverRefusal.ledger_seq
    ).join(WaiverProposal, WaiverProposal.id == WaiverRefusal.proposal_id)
    return {
        "decision": of(Decision).where(Decision.role.in_(DUTIES)).subquery(),
        "finding": finding.join(Claim, Claim.id == Finding.claim_id).subquery(),
        "contact": of(ContactAttempt).subquery(),
        "waiver": of(Waiver).subquery(),
        "proposed waiver": of(WaiverProposal).subquery(),
        "refused waiver": refusal.subquery(),
    }


INVARIANTS = (
    nobody_judged_their_own_case,
    no_relation_barred_who_decided,
    duties_were_held_when_they_were_used,
    messages_go_to_those_whom_the_case_concerns,
    nobody_has_two_open_objections_to_one_case,
    no_rule_is_waived_by_one_person,
)
