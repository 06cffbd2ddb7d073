"""What a case came to: its notice, its tier, its score, the objections and appeals against it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from hashlib import sha256

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ledger.canonical import CanonicalError, canonical
from models.approvals import TierApproval
from models.decisions import Decision, FrozenScore, PolicyOutcome
from models.nominations import Nomination, Nominee
from models.people import Person
from models.results import Correction, Result
from models.scheme import Award, Cycle, Tier
from models.tierlists import TierList, of_list
from models.voices import Objection
from workflow.pathways import PATHWAYS
from workflow.vocabulary import Action, ObjectionState, Stage

RANKED = [key for key, road in PATHWAYS.items() if Stage.TIERING in road.stages]
HOLDING = (Stage.PUBLIC_NOTICE, Stage.OBJECTION, Stage.AWARDED)
ANSWER = {
    ObjectionState.UPHELD: Action.UPHOLD_OBJECTION,
    ObjectionState.MOOT: Action.UPHOLD_OBJECTION,
    ObjectionState.DISMISSED: Action.DISMISS_OBJECTION,
}


def notices_have_their_dates(session: Session) -> Iterator[str]:
    """A case has the dates of its notice exactly when it has come to one."""
    noticed = exists().where(
        Decision.nomination_id == Nomination.id, Decision.dest == Stage.PUBLIC_NOTICE
    )
    began, ends = Nomination.notice_began_at, Nomination.notice_ends_at
    wrong = or_(noticed != began.is_not(None), noticed != ends.is_not(None), ends <= began)
    for number in session.scalars(select(Nomination.number).where(wrong)):
        yield f"case {number}"


def no_award_came_before_its_notice_was_over(session: Session) -> Iterator[str]:
    """An award is given when the days of its notice are over, not before."""
    early = (
        select(Nomination.number)
        .join(Decision, Decision.nomination_id == Nomination.id)
        .where(Decision.action == Action.AWARD, Decision.at < Nomination.notice_ends_at)
    )
    for number in session.scalars(early):
        yield f"case {number}"


def winners_have_a_tier_of_their_award(session: Session) -> Iterator[str]:
    """Whoever won, or is about to, has a tier of that award; whoever was passed over has none."""
    has_one = Nomination.tier_id.is_not(None)
    wrong = or_(
        Nomination.stage.in_((*HOLDING, Stage.REVOKED)) & ~has_one,
        (Nomination.stage == Stage.NOT_PLACED) & has_one,
        Tier.award_id != Nomination.award_id,
    )
    for number in session.scalars(
        select(Nomination.number).outerjoin(Tier, Tier.id == Nomination.tier_id).where(wrong)
    ):
        yield f"case {number}"


def quotas_are_kept(session: Session) -> Iterator[str]:
    """No tier of a cycle is held by more cases than its quota, now or when it was approved."""
    held = session.execute(
        select(Cycle.id, Award.key, Cycle.key, Tier.key, Tier.quota, func.count(Nomination.id))
        .join(Nomination, Nomination.cycle_id == Cycle.id)
        .join(Award, Award.id == Cycle.award_id)
        .join(Tier, Tier.id == Nomination.tier_id)
        .where(Nomination.stage.in_(HOLDING), Nomination.road.in_(RANKED))
        .group_by(Cycle.id, Award.key, Cycle.key, Tier.id, Tier.key, Tier.quota)
        .having(func.count(Nomination.id) > Tier.quota)
    )
    for cycle_id, award, cycle, tier, quota, count in held:
        approved = _approved_quota(session, cycle_id, tier)
        if count > max(quota, approved):
            yield f"{award} {cycle}, tier {tier}: {count} cases, quota {quota}"


def _approved_quota(session: Session, cycle_id: int, tier: str) -> int:
    """The quota by which the cycle's lists were made; a manager may have lowered it since."""
    sealed = session.scalars(select(TierList.sealed_input).where(TierList.cycle_id == cycle_id))
    quotas = (spec for made_from in sealed for spec in made_from.get("tiers", ()))
    return max((spec["quota"] for spec in quotas if spec["key"] == tier), default=0)


def rankings_are_what_was_sealed(session: Session) -> Iterator[str]:
    """What an approved ranking was computed from is what its hash in the ledger seals."""
    for ranking in session.scalars(select(TierList).order_by(TierList.id)):
        if not _is_sealed(ranking):
            yield f"{ranking.cycle.award.key} {ranking.cycle.key}, list {ranking.round}"


def lists_have_the_approvals_that_they_needed(session: Session) -> Iterator[str]:
    """A list of several members has the approval of each: nobody's counts twice."""
    for ranking in session.scalars(select(TierList).where(TierList.quorum > 1)):
        approved = select(TierApproval.by_id).join(TierList, of_list())
        by = {ranking.by_id, *session.scalars(approved.where(TierList.id == ranking.id))}
        if len(by) < ranking.quorum:
            yield f"{ranking.cycle.award.key} {ranking.cycle.key}, list {ranking.round}"


def _is_sealed(ranking: TierList) -> bool:
    try:
        return sha256(canonical(ranking.sealed_input)).hexdigest() == ranking.input_hash
    except CanonicalError:
        return False


def nobody_holds_two_places_of_a_cycle(session: Session) -> Iterator[str]:
    """Nobody holds two places of the same ranking."""
    twice = (
        select(Cycle.key, Award.key, Person.key)
        .join(Nomination, Nomination.cycle_id == Cycle.id)
        .join(Award, Award.id == Cycle.award_id)
        .join(Nominee, Nominee.nomination_id == Nomination.id)
        .join(Person, Person.id == Nominee.person_id)
        .where(Nomination.stage.in_(HOLDING), Nomination.road.in_(RANKED))
        .group_by(Cycle.id, Cycle.key, Award.key, Person.key)
        .having(func.count() > 1)
    )
    for cycle, award, person in session.execute(twice):
        yield f"{award} {cycle}: person {person}"


def scores_are_frozen_for_every_nominee(session: Session) -> Iterator[str]:
    """Past the performance review every nominee has a score frozen by then."""
    for number, person in session.execute(_without_frozen_score()):
        yield f"case {number}: no score of person {person}"


@cache
def _without_frozen_score() -> Select[str, str]:
    review = aliased(Decision)
    frozen = exists().where(
        FrozenScore.nomination_id == Nominee.nomination_id,
        FrozenScore.person_id == Nominee.person_id,
        FrozenScore.round <= review.round,
    )
    return (
        select(Nomination.number, Person.key)
        .join(review, review.nomination_id == Nomination.id)
        .join(Nominee, Nominee.nomination_id == Nomination.id)
        .join(Person, Person.id == Nominee.person_id)
        .where(review.stage == Stage.PERFORMANCE_REVIEW, review.action == Action.APPROVE, ~frozen)
    )


def scores_are_those_of_the_review(session: Session) -> Iterator[str]:
    """A case has the score that its last performance review decided, and none without a review."""
    decided = _last_approvals(session, Stage.PERFORMANCE_REVIEW)
    for key, number, score in session.execute(
        select(Nomination.id, Nomination.number, Nomination.score)
    ):
        approved = decided.get(key)
        said = approved.facts.get("score") if approved else None
        if (None if score is None else f"{score:.4f}") != said:
            yield f"case {number}"


def corrections_by_hand_name_their_figures(session: Session) -> Iterator[str]:
    """What was corrected by hand does not count since, and what replaced it came by that act."""
    for key in session.scalars(_corrected_otherwise()):
        yield f"correction {key}"


@cache
def _corrected_otherwise() -> Select[int]:
    anew = aliased(Result)
    return (
        select(Correction.id)
        .outerjoin(Result, Result.id == Correction.result_id)
        .outerjoin(anew, anew.id == Correction.replacement_id)
        .where(
            case(
                (Result.id.is_(None), anew.id.is_not(None)),  # a file names none of the figures
                else_=or_(
                    Result.voided_by_id.is_distinct_from(Correction.import_id),
                    anew.import_id != Correction.import_id,
                    Correction.corrected != case((anew.id.is_(None), 0), else_=1),
                ),
            )
        )
    )


def results_are_voided_by_corrections_alone(session: Session) -> Iterator[str]:
    """A result that no longer counts names a correction that says why."""
    wrong = (
        select(Result.id)
        .outerjoin(Correction, Correction.import_id == Result.voided_by_id)
        .where(Result.voided_by_id.is_not(None), Correction.id.is_(None))
    )
    for key in session.scalars(wrong):
        yield f"result {key}"


def rules_say_what_the_review_counted(session: Session) -> Iterator[str]:
    """What each policy rule said is what the review's decision counted."""
    kept: defaultdict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for key, round_, result in session.execute(
        select(PolicyOutcome.nomination_id, PolicyOutcome.round, PolicyOutcome.result)
    ):
        kept[key, round_][result.value] += 1
    reviewed = select(Decision).where(
        Decision.stage == Stage.POLICY_REVIEW,
        Decision.action.in_((Action.APPROVE, Action.REJECT)),
    )
    for decision in session.scalars(reviewed):
        counted: Counter[str] = Counter(decision.facts.get("rules"))
        if kept[decision.nomination_id, decision.round] != +counted:
            yield f"entry {decision.ledger_seq}"


def _last_approvals(session: Session, stage: Stage) -> dict[int, Decision]:
    """By case, the decision that last let it pass this stage."""
    passed = select(Decision).where(Decision.stage == stage, Decision.action == Action.APPROVE)
    found = session.scalars(passed.order_by(Decision.id))
    return {decision.nomination_id: decision for decision in found}


def open_objections_freeze_their_award(session: Session) -> Iterator[str]:
    """An objection is open exactly while the case stands at the objection."""
    is_open = exists().where(
        Objection.nomination_id == Nomination.id, Objection.state == ObjectionState.OPEN
    )
    wrong = (Nomination.stage == Stage.OBJECTION) != is_open
    for number, stage in session.execute(select(Nomination.number, Nomination.stage).where(wrong)):
        yield f"case {number} at {stage}"


def settled_objections_have_their_answer(session: Session) -> Iterator[str]:
    """A settled objection names the decision that answered it, an open one names none."""
    agrees = or_(
        and_(Objection.state == ObjectionState.OPEN, Objection.decision_id.is_(None)),
        *(
            and_(
                Objection.state == state,
                Decision.action == action,
                Decision.nomination_id == Objection.nomination_id,
            )
            for state, action in ANSWER.items()
        ),
    )
    settled = select(Objection.ledger_seq).outerjoin(Decision, Decision.id == Objection.decision_id)
    for seq in session.scalars(settled.where(func.coalesce(agrees, False).is_(False))):
        yield f"objection of entry {seq}"


def a_case_is_appealed_once(session: Session) -> Iterator[str]:
    """There is one appeal to a case at most."""
    twice = (
        select(Nomination.number)
        .join(Decision, Decision.nomination_id == Nomination.id)
        .where(Decision.action == Action.APPEAL)
        .group_by(Nomination.number)
        .having(func.count() > 1)
    )
    for number in session.scalars(twice):
        yield f"case {number}"


INVARIANTS = (
    notices_have_their_dates,
    no_award_came_before_its_notice_was_over,
    winners_have_a_tier_of_their_award,
    quotas_are_kept,
    rankings_are_what_was_sealed,
    lists_have_the_approvals_that_they_needed,
    nobody_holds_two_places_of_a_cycle,
    scores_are_frozen_for_every_nominee,
    scores_are_those_of_the_review,
    corrections_by_hand_name_their_figures,
    results_are_voided_by_corrections_alone,
    rules_say_what_the_review_counted,
    open_objections_freeze_their_award,
    settled_objections_have_their_answer,
    a_case_is_appealed_once,
)
