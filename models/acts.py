"""Who did what on a case, of whatever kind: the acts that make somebody a part of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Subquery,
    cast,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from models.approvals import TierApproval
from models.base import db
from models.decisions import ContactAttempt, Decision
from models.nominations import Claim, Finding, Nomination
from models.tierlists import TierList, TierPlace, of_list
from models.voices import Objection
from models.waivers import Waiver, WaiverProposal, WaiverRefusal
from workflow.vocabulary import Action, Duty, Stage

DUTIES = [duty.value for duty in Duty]


def acts(*, by: int | None = None, case: int | None = None) -> Subquery:
    """Every decision, finding, call, waiver, objection and approval: case, stage, person, entry."""

    def at(stage: Any, row: Any, nomination_id: Any = None) -> Select[Any]:
        nomination_id = row.nomination_id if nomination_id is None else nomination_id
        found = select(
            nomination_id.label("nomination_id"),
            stage.label("stage"),
            row.by_id.label("by_id"),
            row.ledger_seq.label("seq"),
        ).where(row.by_id.is_not(None) if by is None else row.by_id == by)
        return found if case is None else found.where(nomination_id == case)

    internal, external, policy, notice, ranking = (
        literal(stage.value)
        for stage in (
            Stage.INTERNAL_AUDIT,
            Stage.EXTERNAL_AUDIT,
            Stage.POLICY_REVIEW,
            Stage.PUBLIC_NOTICE,
            Stage.TIERING,
        )
    )
    return union_all(
        at(cast(Decision.stage, String), Decision),
        at(internal, Finding, Claim.nomination_id)
        .select_from(Finding)
        .join(Claim, Claim.id == Finding.claim_id),
        at(external, ContactAttempt),
        at(policy, Waiver),
        at(policy, WaiverProposal),
        at(policy, WaiverRefusal, WaiverProposal.nomination_id)
        .select_from(WaiverRefusal)
        .join(WaiverProposal, WaiverProposal.id == WaiverRefusal.proposal_id),
        at(notice, Objection),
        at(ranking, TierApproval, TierPlace.nomination_id)
        .select_from(TierApproval)
        .join(TierList, of_list())
        .join(TierPlace, TierPlace.tier_list_id == TierList.id),
    ).subquery("acts")


def have_judged(nomination: Nomination) -> frozenset[int]:
    """Who has decided in a duty on the case, or recorded a finding of its claims."""
    decided = select(Decision.by_id).where(
        Decision.nomination_id == nomination.id, Decision.role.in_(DUTIES)
    )
    found = select(Finding.by_id).join(Claim, Claim.id == Finding.claim_id)
    either: CompoundSelect[tuple[int]] = union_all(
        decided, found.where(Claim.nomination_id == nomination.id)
    )
    return frozenset(db.session.scalars(either))


def took_part_in_what_was_overturned(done: Subquery, case: Any) -> ColumnElement[bool]:
    """Acts at the stage whose rejection an appeal has overturned, from before the appeal's answer.

    There is one appeal at most, so one rejection before it.
    """
    rejection, overturning = aliased(Decision), aliased(Decision)
    return (
        select(literal(1))
        .where(
            rejection.nomination_id == case,
            rejection.dest == Stage.REJECTED,
            overturning.nomination_id == case,
            overturning.action == Action.UPHOLD_APPEAL,
            overturning.ledger_seq > rejection.ledger_seq,
            done.c.nomination_id == case,
            done.c.stage == cast(rejection.stage, String),
            done.c.seq < overturning.ledger_seq,
        )
        .correlate_except(rejection, overturning)
        .exists()
    )


def parted_by_appeal(nomination_id: int) -> frozenset[int]:
    """Whoever acted at the stage whose rejection an appeal has overturned."""
    done = acts(case=nomination_id)
    overturned = took_part_in_what_was_overturned(done, nomination_id)
    return frozenset(db.session.scalars(select(done.c.by_id).where(overturned)))
