"""A nomination as the rules see it: everything they may ask, read in one place."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import CompoundSelect, Select, String, cast, literal, select, union_all

from models import reviews
from models.base import db
from models.decisions import ContactAttempt, Decision, Waiver
from models.nominations import Claim, Finding, Nomination
from models.people import Person, line_managers
from models.scheme import scheme
from models.voices import Objection, open_objections
from workflow.case import Case, ClaimFacts, ContactFacts
from workflow.vocabulary import Action, ContactOutcome, Perception, Stage

CONCLUSIVE = {
    ContactOutcome.CONFIRMED: Perception.PERCEIVED,
    ContactOutcome.DISAGREED: Perception.NOT_PERCEIVED,
}


def snapshot(nomination: Nomination) -> Case:
    """The facts that the rules of the road look at, as they are in this transaction."""
    nominees = [person.id for person in nomination.nominees]
    award = nomination.award
    decisions = _decisions(nomination)
    return Case(
        state=nomination.stage.value,
        nominator=nomination.nominator_id,
        nominees=frozenset(nominees),
        line_managers=line_managers(nominees),
        team_mates=_team_mates(nomination) if award.team_mates_are_barred else frozenset(),
        parts=_parts(nomination),
        appealed_against=_appealed_against(decisions),
        stages_are_separate=award.stages_are_separate,
        cycle_opens_at=nomination.cycle.opens_at,
        cycle_closes_at=nomination.cycle.closes_at,
        of_another_role=frozenset(
            person.id
            for person in nomination.nominees
            if award.job_role is not None and person.job_role is not award.job_role
        ),
        untold=_untold(nomination),
        claims=tuple(_claim_facts(claim) for claim in nomination.claims if not claim.is_blank),
        contact=contact_facts(nomination),
        policy=reviews.policy_results(nomination),
        tier=_tier_key(nomination),
        notice_ends_at=nomination.notice_ends_at,
        due_at=nomination.due_at,
        open_objections=len(open_objections(nomination)),
        came_from=nomination.came_from,
        rejected_at=nomination.rejected_at,
        appeals=sum(decision.action is Action.APPEAL for decision in decisions),
        appeal_until=nomination.appeal_until,
    )


def _claim_facts(claim: Claim) -> ClaimFacts:
    return ClaimFacts(
        evidence=sum(not piece.is_blank for piece in claim.evidence),
        verdict=claim.finding.verdict if claim.finding else None,
        position=claim.position,
        is_stated=bool(claim.text.strip()),
    )


def _untold(nomination: Nomination) -> tuple[str, ...]:
    told = {
        "title": nomination.title.strip(),
        "story": nomination.story.strip(),
        "day": nomination.happened_on,
        "channel": nomination.channel,
    }
    return tuple(part for part, answer in told.items() if not answer)


def contact_facts(nomination: Nomination) -> ContactFacts:
    """The last answer counts; enough attempts without any are an outcome of their own."""
    outcomes = list(
        db.session.scalars(
            select(ContactAttempt.outcome)
            .where(ContactAttempt.nomination_id == nomination.id)
            .order_by(ContactAttempt.id)
        )
    )
    needed = scheme().contact_attempts
    answers = [CONCLUSIVE[outcome] for outcome in outcomes if outcome in CONCLUSIVE]
    if answers:
        return ContactFacts(len(outcomes), needed, answers[-1])
    silent = Perception.NO_ANSWER if len(outcomes) >= needed else None
    return ContactFacts(len(outcomes), needed, silent)


def _decisions(nomination: Nomination) -> list[Decision]:
    return list(
        db.session.scalars(
            select(Decision).where(Decision.nomination_id == nomination.id).order_by(Decision.id)
        )
    )


def _parts(nomination: Nomination) -> dict[int, frozenset[Stage]]:
    """Who acted at which stages: decided, found, called, waived or objected."""
    case = nomination.id

    def at(stage: Stage, row: Any) -> Select[Any]:
        return select(row.by_id, literal(stage.value)).where(row.nomination_id == case)

    acts: CompoundSelect[Any] = union_all(
        select(Decision.by_id, cast(Decision.stage, String)).where(
            Decision.nomination_id == case, Decision.by_id.is_not(None)
        ),
        select(Finding.by_id, literal(Stage.INTERNAL_AUDIT.value))
        .join(Claim, Claim.id == Finding.claim_id)
        .where(Claim.nomination_id == case),
        at(Stage.EXTERNAL_AUDIT, ContactAttempt),
        at(Stage.POLICY_REVIEW, Waiver),
        at(Stage.PUBLIC_NOTICE, Objection),
    )
    parts: defaultdict[int, set[Stage]] = defaultdict(set)
    for person, stage in db.session.execute(acts):
        parts[person].add(Stage(stage))
    return {person: frozenset(stages) for person, stages in parts.items()}


def _appealed_against(decisions: list[Decision]) -> frozenset[int]:
    """Those whose rejection an appeal overturned: the case goes to others now."""
    overturned = {
        decision.dest for decision in decisions if decision.action is Action.UPHOLD_APPEAL
    }
    return frozenset(
        decision.by_id
        for decision in decisions
        if decision.dest is Stage.REJECTED and decision.stage in overturned and decision.by_id
    )


def _team_mates(nomination: Nomination) -> frozenset[int]:
    teams = {person.team_id for person in nomination.nominees if person.team_id}
    return frozenset(db.session.scalars(select(Person.id).where(Person.team_id.in_(teams))))


def _tier_key(nomination: Nomination) -> str | None:
    """The tier given; on a road without tiering, the award's only one."""
    if nomination.tier is not None:
        return nomination.tier.key
    if Stage.TIERING not in nomination.pathway.stages and nomination.award.tiers:
        return nomination.award.tiers[0].key
    return None
