"""How far a committee is with a ranking: who has approved it, and how many are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models.approvals import TierApproval, approvals_of
from models.bars import is_barred
from models.base import db
from models.casework import snapshot
from models.nominations import Nomination
from models.people import Person
from models.tierlists import Proposal
from workflow import conflicts
from workflow.conflicts import Relation
from workflow.vocabulary import Duty, Stage


@dataclass(frozen=True)
class Quorum:
    """`given` count: same ranking, by members who may approve it still. `void` count no more."""

    needed: int
    given: tuple[TierApproval, ...] = ()
    void: tuple[TierApproval, ...] = ()

    @property
    def missing(self) -> int:
        return max(self.needed - len(self.given), 0)

    def has(self, person: Person) -> bool:
        """Whether this person has approved already."""
        return any(approval.by_id == person.id for approval in self.given)


def quorum_of(proposal: Proposal, at: datetime) -> Quorum:
    """Where the approval of the cycle's present ranking stands."""
    award = proposal.cycle.award
    approvals = approvals_of(proposal.cycle, proposal.round)
    if not approvals:
        return Quorum(award.quorum)
    given: list[TierApproval] = []
    void: list[TierApproval] = []
    for approval in approvals:
        counts = (
            approval.input_hash == proposal.input_hash
            and Duty.COMMITTEE in approval.by.duties(at, award.id)
            and not any(barred_from(proposal, approval.by))
        )
        (given if counts else void).append(approval)
    return Quorum(award.quorum, tuple(given), tuple(void))


def barred_from(proposal: Proposal, person: Person) -> Iterator[tuple[Nomination, Relation]]:
    """Cases of the ranking that a relation keeps the person from, each with the relation.

    One question finds those that may be: few are looked at closely.
    """
    suspected = (
        select(Nomination)
        .join(Nomination.award)
        .where(Nomination.number.in_(proposal.cases), is_barred(person, Stage.TIERING))
        .order_by(Nomination.number)
    )
    for nomination in db.session.scalars(suspected).all():
        relation = conflicts.relation(snapshot(nomination), person.id)
        if relation is not None:
            yield nomination, relation
